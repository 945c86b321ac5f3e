"""From a schema to a folder of Parquet: shards of persons, drawn in one process or several."""

import multiprocessing
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import ProfileError
from profiles.model import Kind
from synth.schema_only.care import Care, care_of
from synth.schema_only.checks import check, check_disk
from synth.schema_only.nomenclatures import PAIR
from synth.schema_only.official import YEARS
from synth.schema_only.plan import TablePlan, plan
from synth.schema_only.population import Period, places, population
from synth.schema_only.shard import Maker
from synth.schema_only.values import Domains
from synth.schema_only.writing import Writers, write_provenance
from synth.tables import Repair, SchemaSpec
from tables.candidate import PERSON

SHARD = 2_000
"""Persons drawn together: 160 columns of their claims fit in a few hundred megabytes."""
EXPECTED = {"ER_PRS_F": 60, "NS_PRS_F": 60, "EB_PRS_F": 60, "T_MCOaaB": 0.5}
"""Rows a person, about, of the tables that care fills."""


@dataclass(frozen=True)
class Generated:
    """What was made."""

    folder: Path
    tables: Mapping[str, Path]
    """One Parquet file a table, with :data:`tables.candidate.PERSON` beside its columns."""
    rows: Mapping[str, int]
    persons: int
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class Setup:
    """All that a process needs to make any shard."""

    plans: tuple[TablePlan, ...]
    nomenclatures: Mapping[str, tuple[str, ...]]
    seed: int
    persons: int
    period: Period
    care: Care

    def shards(self) -> int:
        """How many there are."""
        return -(-self.persons // SHARD)


def generate(
    schema: SchemaSpec,
    persons: int,
    seed: int,
    folder: Path,
    *,
    scenarios: Sequence[str | Path] | None = None,
    processes: int = 1,
    years: tuple[int, int] = YEARS,
    aggregates: Sequence[Path] = (),
) -> Generated:
    """Writes one Parquet file a table of ``schema`` into the new or empty ``folder``.

    Args:
        schema: From :func:`~synth.schema_only.official.read_schema` or
            :func:`~synth.catalogue.core.core_schema`.
        persons: How many; at least one.
        seed: Same seed, schema and persons: same rows, whatever ``processes``.
        folder: Private; at the end it holds ``TABLE.parquet`` and ``provenance.json``.
        scenarios: Names of shipped ones or paths of YAML files; None: all that ship.
        processes: Shards are drawn in as many; memory grows with it, not with ``persons``.
        years: First and last year of care.
        aggregates: Tables of counts that the steward has (columns ``code`` and ``count``): the odds of codes.

    Raises:
        ProfileError: ``synth-persons``, ``synth-key-space``, ``synth-scenario``, and those of
            :func:`synth.schema_only.checks.check`.
        UsageError: ``synth-disk``.
        SourceError: ``synth-aggregate``.
    """
    plans, care = rehearse_generation(schema, persons, folder, scenarios, aggregates)
    folder.mkdir(parents=True, exist_ok=True)
    setup = Setup(plans, schema.nomenclatures, seed, persons, Period.of(years), care)
    rows = (
        _alone(setup, folder)
        if processes == 1 or setup.shards() == 1
        else _together(setup, folder, processes)
    )
    paths = {one.spec.name: folder / f"{one.spec.name}.parquet" for one in plans}
    write_provenance(folder, seed=seed, persons=persons, years=years, scenarios=care.names())
    return Generated(folder, paths, {name: rows[name] for name in paths}, persons, schema.repairs)


def rehearse_generation(
    schema: SchemaSpec,
    persons: int,
    folder: Path,
    scenarios: Sequence[str | Path] | None = None,
    aggregates: Sequence[Path] = (),
) -> tuple[tuple[TablePlan, ...], Care]:
    """What :func:`generate` decides before it makes anything: the same arguments and errors."""
    if persons < 1:
        raise ProfileError("synth-persons", persons=persons)
    check(schema)
    plans = plan(schema, persons)
    care = care_of(schema, scenarios, aggregates)
    check_disk(folder, cells(plans, persons))
    return plans, care


def cells(plans: tuple[TablePlan, ...], persons: int) -> int:
    """About how many values there will be: rows of each table by its place, times its columns."""
    rows: dict[str, float] = {}
    for one in plans:
        name = one.spec.name
        if one.role == "reference":
            rows[name] = 40
        elif name in EXPECTED:
            rows[name] = EXPECTED[name] * persons
        else:
            rows[name] = persons if one.driver is None else rows[one.driver.parent] * 0.5
    return int(sum(rows[one.spec.name] * (len(one.spec.columns) + 1) for one in plans))


def _alone(setup: Setup, folder: Path) -> dict[str, int]:
    maker, made = _maker(setup)
    with Writers(setup.plans, folder) as writers:
        for name, table in made.items():
            writers.write(name, table)
        for number in range(setup.shards()):
            for name, table in _tables(setup, maker, number):
                writers.write(name, table)
        return writers.rows


def _together(setup: Setup, folder: Path, processes: int) -> dict[str, int]:
    """Each process writes parts; then each file is put together from its parts, in order."""
    parts = folder / ".parts"
    shutil.rmtree(parts, ignore_errors=True)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_hold, initargs=(setup,)) as pool:
        list(pool.map(partial(_part, parts), range(setup.shards())))
        counted = dict(pool.map(partial(_joined, parts, folder), range(len(setup.plans))))
    shutil.rmtree(parts)
    return counted


_held: list[Setup] = []
"""The set-up of this process: sent once, since the code lists are large."""


def _hold(setup: Setup) -> None:
    _held[:] = [setup]


def _part(parts: Path, number: int) -> None:
    (setup,) = _held
    maker, made = _maker(setup)
    into = parts / f"{number:06d}"
    into.mkdir(parents=True)
    with Writers(setup.plans, into) as writers:
        for name, table in made.items() if number == 0 else ():
            writers.write(name, table)
        for name, table in _tables(setup, maker, number):
            writers.write(name, table)


def _joined(parts: Path, folder: Path, position: int) -> tuple[str, int]:
    (setup,) = _held
    plan_of = setup.plans[position]
    name = plan_of.spec.name
    texts = [column.name for column in plan_of.spec.columns.values() if column.kind is Kind.TEXT]
    with Writers((plan_of,), folder) as writers:
        for number in range(setup.shards()):
            source = parts / f"{number:06d}" / f"{name}.parquet"
            with pq.ParquetFile(source, read_dictionary=[*texts, PERSON]) as part:
                for group in range(part.num_row_groups):
                    writers.write(name, part.read_row_group(group))
        return name, writers.rows[name]


def _maker(setup: Setup) -> tuple[Maker, dict[str, pa.Table]]:
    maker = Maker(setup.seed, Domains(setup.nomenclatures), setup.period, {})
    made = maker.references(setup.plans, setup.care.reference)
    return maker, made


def _tables(setup: Setup, maker: Maker, number: int) -> Iterator[tuple[str, pa.Table]]:
    first = number * SHARD
    count = min(SHARD, setup.persons - first)
    pairs = setup.nomenclatures.get("IR_GEO_V" + PAIR, ())
    people = population(setup.seed, number, first, count, period=setup.period, places=places(pairs))
    story = setup.care.story(setup.seed, number, people)
    yield from maker.shard(setup.plans, people, number, story)
