"""Synthetic tables beside the real ones, in the grain of the release: what ``vitrail quality`` measures."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import Place, ProfileError, SourceError, UsageError
from profiles.model import Profile
from profiles.synth_model import SynthEngine
from release.context import Run
from release.synthetic import SyntheticRun, learn_from, make_synthetic_candidate, persons_floor
from synth.quality.assess import Quality, Question, assess
from synth.quality.report import html_report, json_report
from tables.candidate import PERSON
from tables.memory import use_frugal_pool
from tables.workdir import workdir

MOST_BYTES = 1 << 20
"""Of the SQL of an indicator."""


@dataclass(frozen=True)
class Asked:
    """What the command was given besides the profile."""

    synthetic: Path | None = None
    """Folder that ``vitrail synth`` wrote; None: the tables are made for the occasion."""
    indicators: Mapping[str, Path] | None = None
    """Name -> file of SQL."""
    targets: Sequence[str] = ()
    """``TABLE.COLUMN`` to foretell; none: the secrets of the profile."""
    sdmetrics: bool = True


def measure(run: Run, asked: Asked, to: Path | None = None) -> Quality:
    """Measure, and write the report in the new file ``to`` (``.json``, or HTML with the JSON beside it).

    Raises ProfileError ``quality-nothing-real`` when the profile learns from nothing real; UsageError when
    a file cannot be read or written, or a target is not there; SourceError; and those of the synthesis.
    """
    synth = run.loaded.profile.synth
    if synth is not None and synth.engine is SynthEngine.SCHEMA:
        raise ProfileError("quality-nothing-real", run.loaded.place(("synth", "engine")))
    indicators = {name: _sql(path) for name, path in (asked.indicators or {}).items()}
    targets = _targets(run.loaded.profile, asked.targets)
    for target in () if to is None else _targets_of(to):
        if os.path.lexists(target):
            raise UsageError("quality-file-exists", Place(file=str(target)))
    use_frugal_pool()
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        learnt, made = _both(run, asked.synthetic, folder)
        staged = learnt.grain.staged
        question = Question(
            profile=staged.profile,
            real={name: table.path for name, table in staged.tables.items()},
            made=made,
            holdout=learnt.parts.holdout,
            floor=persons_floor(run),
            seed=run.loaded.profile.seed,
            targets=targets,
            indicators=indicators,
            sdmetrics=asked.sdmetrics,
        )
        found = assess(question, folder)
    if to is not None:
        _write(found, to)
    return found


def _both(run: Run, given: Path | None, folder: Path) -> tuple[SyntheticRun, dict[str, Path]]:
    if given is None:
        made = make_synthetic_candidate(run, folder)
        return made.run, {name: table.path for name, table in made.anonymized.candidate.tables.items()}
    learnt = learn_from(run, folder)
    found = {name: given / f"{name}.parquet" for name in learnt.grain.staged.tables}
    for name, path in found.items():
        _check(name, path)
    return learnt, found


def _check(name: str, path: Path) -> None:
    place = Place(file=str(path), table=name)
    if not path.is_file():
        raise SourceError("quality-table-missing", place)
    try:
        columns = pq.read_schema(path).names
    except (pa.ArrowException, OSError):
        raise SourceError("quality-table-unreadable", place) from None
    if PERSON not in columns:
        raise SourceError("quality-table-unreadable", place)


def _targets(profile: Profile, wanted: Sequence[str]) -> list[str]:
    for name in wanted:
        try:
            profile.split(name)
        except KeyError:
            raise UsageError("quality-target-unknown", name=name) from None
    return list(wanted) or list(profile.risk.secrets)


def _sql(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES).decode("utf-8").strip().rstrip(";")
    except (OSError, UnicodeDecodeError):
        raise UsageError("quality-sql-unreadable", Place(file=str(path))) from None


def _targets_of(to: Path) -> tuple[Path, ...]:
    return (to,) if to.suffix == ".json" else (to, to.with_suffix(".json"))


def _write(quality: Quality, to: Path) -> None:
    """Private files: the report tells of real persons, though of none alone."""
    for target in _targets_of(to):
        content = json_report(quality) if target.suffix == ".json" else html_report(quality)
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            raise UsageError("quality-file-unwritable", Place(file=str(target))) from None
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
