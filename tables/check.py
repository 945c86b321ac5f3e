"""The profile against the data: everything that is wrong, not only the first thing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from profiles.errors import VitrailError
from profiles.key_chain import effective_transform
from profiles.loading import LoadedProfile
from profiles.model import Kind, Role
from tables.detectors.interface import SAMPLE, Sample
from tables.detectors.registry import suspicion
from tables.duck import connect
from tables.key_checks import KeyChecks
from tables.problems import Problem, Severity, from_error
from tables.progress import SILENT, Progress
from tables.reading import Reading, open_table, read_table, source_place
from tables.sources.registry import missing
from tables.workdir import workdir

UNREAD = frozenset(f"value-{kind.value}" for kind in Kind)
"""Problems after which a column has nulls that the source does not have."""


class More(Protocol):
    """What else is looked at, by rooms that know more."""

    def __call__(self, readings: Mapping[str, Reading], folder: Path, /) -> Iterable[Problem]:
        """Problems, given what was read of each table and the private folder."""


def check(
    loaded: LoadedProfile,
    progress: Progress | None = None,
    base: Path | None = None,
    more: More | None = None,
) -> list[Problem]:
    """Every problem of every table, errors and warnings, in the order of the profile.

    Works in a private folder under ``base`` (default: the profile's folder), removed at the end.
    ``more``: asked last, while what was read is still there.
    Raises UsageError when that folder cannot be made.
    """
    told = SILENT if progress is None else progress
    with workdir(loaded.folder if base is None else base, loaded.profile.id) as folder:
        readings, problems = {}, []
        for table in loaded.profile.tables:
            samples = _Samples()
            reading = _read(loaded, table, folder, told, samples)
            readings[table] = reading
            problems += [*reading.problems, *_suspicions(loaded, table, samples.held)]
        problems += _key_problems(loaded, readings, folder, told)
        return problems if more is None else [*problems, *more(readings, folder)]


@dataclass(frozen=True)
class _Samples:
    """Keeps the first values of each column."""

    held: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, column: str, texts: pa.Array) -> None:
        kept = self.held.setdefault(column, [])
        if len(kept) < SAMPLE:
            kept += texts.drop_null().slice(0, SAMPLE - len(kept)).to_pylist()


def _read(loaded: LoadedProfile, table: str, folder: Path, progress: Progress, samples: _Samples) -> Reading:
    if loaded.profile.tables[table].source.format == "dicom":
        return Reading(0, None, list(_images(loaded, table)))
    try:
        return read_table(loaded, open_table(loaded, table), folder / f"{table}.parquet", progress, samples)
    except VitrailError as error:
        return Reading(0, None, [from_error(error)])


def _images(loaded: LoadedProfile, table: str) -> Iterator[Problem]:
    """Whether there are images at all; each is judged when it is rewritten."""
    spec, place = loaded.profile.tables[table], source_place(loaded, table)
    path = loaded.resolve_source(table)
    if not path.exists():
        yield from_error(missing(spec, place))
    elif path.is_dir() and not any(entry.is_file() for entry in path.rglob("*")):
        yield Problem("source-empty", place)


def _suspicions(loaded: LoadedProfile, table: str, samples: Mapping[str, list[str]]) -> Iterator[Problem]:
    """Columns that look like identifiers, and person keys that are not said to be."""
    spec = loaded.profile.tables[table]
    for name, column in spec.columns.items():
        key = ("tables", table, "columns", name, "role")
        place = replace(loaded.place(key), table=table, column=name)
        found = suspicion(Sample(name, column, samples.get(name, ())))
        if found is None and name in spec.person and column.role is not Role.DIRECT:
            found = "person-not-direct", Severity.WARNING
        if found is not None and not (found[1] is Severity.WARNING and _vanishes(loaded, table, name)):
            code, severity = found
            yield Problem(code, place, severity, {"role": column.role.value}, in_profile=True)


def _vanishes(loaded: LoadedProfile, table: str, column: str) -> bool:
    """Whether no value of the column is published, whatever its role."""
    transform = effective_transform(loaded.profile, table, column)
    return any(step in ("drop", "constant", "pseudonymize") for step, _ in transform.steps())


def _key_problems(
    loaded: LoadedProfile, readings: Mapping[str, Reading], folder: Path, progress: Progress
) -> list[Problem]:
    """Keys, judged only where all values could be read."""
    paths = {table: reading.path for table, reading in readings.items() if reading.path is not None}
    absent = {
        (table, column)
        for table, reading in readings.items()
        for column in loaded.profile.tables[table].columns
        if column not in reading.columns
    }
    unread = {
        (table, problem.place.column or "")
        for table, reading in readings.items()
        for problem in reading.problems
        if problem.code in UNREAD
    }
    with connect(folder) as con:
        return KeyChecks(loaded, con, paths, absent | unread).run(progress)
