"""``vitrail check`` beyond the tables: registers, earlier releases, and what synthetic persons need."""

import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import NOWHERE, Place, VitrailError
from profiles.loading import LoadedProfile
from profiles.policy import effective_policy
from profiles.synth_model import Synth, SynthEngine
from release.previous import earlier_releases
from risk.registers.checking import register_problems
from risk.statistics import minimum_targets
from tables import check as tables_check
from tables.candidate import PERSON
from tables.problems import Problem, Severity, from_error
from tables.progress import SILENT, Progress
from tables.reading import Reading

GROWTH = 4
"""Bytes of drawn rows, which are not compressed, for one byte of the rows they are like; on the safe side."""
MEGA = 1_000_000


def check(loaded: LoadedProfile, progress: Progress | None = None) -> list[Problem]:
    """Every problem of the profile's tables, registers, earlier releases and synthetic persons.

    Nothing is learnt, drawn or attacked. Raises UsageError when the private folder cannot be made.
    """
    return tables_check.check(loaded, progress, more=partial(_more, loaded, progress or SILENT))


def _more(
    loaded: LoadedProfile, progress: Progress, readings: Mapping[str, Reading], folder: Path
) -> Iterator[Problem]:
    yield from register_problems(loaded, folder / "registers", progress)
    yield from _earlier(loaded)
    synth = loaded.profile.synth
    if synth is not None and synth.engine is SynthEngine.SCHEMA:
        yield from _schema(loaded, synth, folder)
    elif synth is not None:
        yield from _persons(loaded, synth, readings, folder)


def _earlier(loaded: LoadedProfile) -> Iterator[Problem]:
    """What would leave the comparison with an earlier release inconclusive, where it decides."""
    try:
        found = earlier_releases(loaded)
    except VitrailError as error:
        yield from_error(error)
        return
    for index, one in enumerate(found):
        unknown = loaded.profile.synth is not None and one.nature is None
        problem = one.problem or ("previous_nature_unknown" if unknown else None)
        if problem is not None:
            place = loaded.place(("risk", "previous", str(index)))
            yield Problem(problem.replace("_", "-"), place)


def _schema(loaded: LoadedProfile, synth: Synth, folder: Path) -> Iterator[Problem]:
    """Whether tables can be made from the schema, and fit the disk."""
    from release.synthesis import rehearse  # noqa: PLC0415 - for those who make tables from a schema

    try:
        rehearse(loaded, synth, folder)
    except VitrailError as error:
        yield from_error(error)


def _persons(
    loaded: LoadedProfile, synth: Synth, readings: Mapping[str, Reading], folder: Path
) -> Iterator[Problem]:
    """Whether there are persons enough to learn from and to attack, and room for those who are drawn."""
    paths = [one.path for one in readings.values() if one.path is not None]
    persons = _count(paths)
    if not persons or len(paths) < len(readings):
        return
    policy = effective_policy(loaded.profile)
    apart, floor = round(synth.holdout * persons), synth.floor or policy.persons_floor
    least = max(minimum_targets(limit, policy.confidence) for limit in policy.limits.values())
    if persons - apart < floor:
        facts = {"persons": persons - apart, "floor": floor}
        yield Problem("synth-too-few-persons", loaded.place(("synth",)), facts=facts, in_profile=True)
    elif apart < least:
        place, facts = loaded.place(("synth", "holdout")), {"persons": apart, "least": least}
        yield Problem("synth-holdout-small", place, Severity.WARNING, facts, in_profile=True)
    yield from disk_problem(paths, (synth.persons or persons) / persons, folder, loaded.place(("synth",)))


def disk_problem(paths: list[Path], ratio: float, folder: Path, place: Place = NOWHERE) -> Iterator[Problem]:
    """One when the disk of ``folder`` has no room for ``ratio`` times the persons of ``paths``."""
    held = sum(path.stat().st_size for path in paths)
    needed, free = int(GROWTH * held * ratio), shutil.disk_usage(folder).free
    if needed > free:
        facts = {"needed": -(-needed // MEGA), "free": free // MEGA}
        yield Problem("synth-disk", place, facts=facts, in_profile=True)


def _count(paths: list[Path]) -> int:
    """Distinct persons of the tables that hold the person's own columns; others lead to these."""
    found = [
        pc.unique(pq.read_table(path, columns=[PERSON]).column(PERSON)).cast(pa.string())
        for path in paths
        if PERSON in pq.read_schema(path).names
    ]
    return len(pc.unique(pa.concat_arrays(found)).drop_null()) if found else 0
