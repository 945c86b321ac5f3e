"""The source as it would be published, were its persons real: what a synthesizer learns and is attacked on.

Row transforms run on every person, in the order of the source. Identifiers are not made pseudonyms:
a synthesizer replaces them by invented numbers, so no secret is needed for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.keys import Keys
from anonymize.pipeline import transform
from anonymize.plan import TablePlan, plan
from profiles.errors import ProfileError
from profiles.key_chain import effective_transform, is_dropped, is_invented, key_columns, named
from profiles.loading import LoadedProfile
from profiles.model import Bilingual, Column, Kind, Profile, Role, Table
from profiles.transforms import Transforms
from release.context import Run, keys_of
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged, StagedTable
from tables.engine import read_batches, write_batches

Change = Callable[[str, str, Column], Column | None]
KEEP = Transforms.model_validate("keep")
KEYLESS = "anonymize-no-secret"
"""Error of a plan that needs keys."""
DAYS = Bilingual(fr="jours", en="days")


@dataclass(frozen=True)
class GrainPlan:
    """What will be done to each column, known before anything is read."""

    loaded: LoadedProfile
    """The profile with its identifiers kept."""
    plans: Mapping[str, TablePlan]
    keys: Keys | None
    hidden: Mapping[str, frozenset[str]]
    """Table -> keys that join its rows and are not published."""
    learnt: Profile
    """The profile of the grain: types after the transforms, and no transform."""


@dataclass(frozen=True)
class Grain:
    """Every person of the source, in the grain of the release; private."""

    candidate: Candidate
    """Its columns are those that are published; its files hold the hidden keys besides."""
    staged: Staged
    """The same files, as a synthesizer reads them."""
    hidden: Mapping[str, frozenset[str]]


def plan_grain(run: Run) -> GrainPlan:
    """Resolve every transform; ProfileError for what a synthesizer cannot keep, or a secret that lacks."""
    loaded = replace(run.loaded, profile=_with_plain_keys(run.loaded.profile))
    try:
        plans, keys = plan(loaded, None), None
    except ProfileError as error:
        if error.code != KEYLESS:
            raise
        keys = keys_of(run)
        plans = plan(loaded, keys)
    profile = run.loaded.profile
    hidden = {
        table: frozenset(name for name in key_columns(profile, table) if is_dropped(profile, table, name))
        for table in profile.tables
    }
    found = GrainPlan(loaded, plans, keys, hidden, _learnt(loaded.profile, plans))
    _check_rules(run.loaded, found.learnt)
    return found


def make_grain(run: Run, planned: GrainPlan, staged: Staged, folder: Path) -> Grain:
    """Transform every table of the staged source into the private ``folder``."""
    made = transform(planned.loaded, staged, planned.keys, folder, run.progress)
    tables = {
        name: replace(
            table, columns=tuple(one for one in table.columns if one.name not in planned.hidden[name])
        )
        for name, table in made.tables.items()
    }
    files = {name: StagedTable(name, table.path, table.rows) for name, table in tables.items()}
    return Grain(
        replace(made, profile=run.loaded.profile, tables=tables),
        Staged(planned.learnt, made.folder, files),
        planned.hidden,
    )


def part_of(grain: Grain, persons: pa.Array, folder: Path) -> Candidate:
    """The rows of some ``persons`` (texts of ``__person``), in their order, in the private ``folder``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = {}
    for name, table in grain.candidate.tables.items():
        names, whole = [column.name for column in table.columns], pq.read_schema(table.path)
        schema = pa.schema([whole.field(one) for one in [*names, PERSON]])
        rows = (
            batch.filter(pc.is_in(batch.column(PERSON), value_set=persons)).select([*names, PERSON])
            for batch in read_batches(table.path)
        )
        target = folder / table.path.name
        tables[name] = CandidateTable(name, target, write_batches(rows, schema, target), table.columns)
    return replace(grain.candidate, folder=folder, tables=tables, persons=len(persons), notes={})


def outputs(planned: GrainPlan, table: str, invented: frozenset[str]) -> tuple[OutputColumn, ...]:
    """The published columns of a synthetic table; ``invented``: those filled with made-up numbers."""
    from anonymize.tabular.words import words  # noqa: PLC0415 - only here

    number, drawn = words("synth.treatment.number"), words("synth.treatment.drawn")
    found = []
    for column in planned.plans[table].columns:
        if column.name in planned.hidden[table]:
            continue
        output = column.output()
        steps = tuple(step.explain() for step in column.steps if step.name not in ("keep", "inherit"))
        if column.name in invented:
            output = replace(output, transforms=(number,), values=None, invented=True)
        else:
            output = replace(output, transforms=(*steps, drawn))
        found.append(replace(output, required=False))
    return tuple(found)


def _with_plain_keys(profile: Profile) -> Profile:
    """Identifiers as they are, and keys that are not published too: they still tell what belongs together."""
    return _with_columns(profile, lambda table, name, column: _plain(profile, table, name, column))


def _plain(profile: Profile, table: str, name: str, column: Column) -> Column:
    dropped = column.transform.drop is not None and name in key_columns(profile, table)
    renamed = named(column.transform) is not None and is_invented(profile, table, name)
    return column.model_copy(update={"transform": KEEP}) if dropped or renamed else column


def _learnt(profile: Profile, plans: Mapping[str, TablePlan]) -> Profile:
    """The profile of the grain: the columns that are left, in their types of then."""
    left = {(table, one.name): one for table, each in plans.items() for one in each.columns}

    def learnt(table: str, name: str, column: Column) -> Column | None:
        done = left.get((table, name))
        if done is None:
            return None
        steps = effective_transform(profile, table, name)
        constant = steps.constant is not None and column.role is Role.DIRECT
        counted = steps.interval_since is not None and done.kind is Kind.INTEGER
        return column.model_copy(
            update={
                "transform": KEEP,
                "type": done.kind,
                "format": None,
                "values": done.output().values,
                "role": Role.OTHER if constant else column.role,
                "unit": DAYS if counted else column.unit,
            }
        )

    return _with_columns(profile, learnt)


def _with_columns(profile: Profile, change: Change) -> Profile:
    tables: dict[str, Table] = {}
    for table, spec in profile.tables.items():
        changed = {name: change(table, name, column) for name, column in spec.columns.items()}
        columns = {name: column for name, column in changed.items() if column is not None}
        tables[table] = spec.model_copy(update={"columns": columns})
    return profile.model_copy(update={"tables": tables})


def _check_rules(loaded: LoadedProfile, learnt: Profile) -> None:
    """An order of days is kept between columns that are still days once transformed."""
    rules = loaded.profile.synth.rules if loaded.profile.synth is not None else ()
    for index, rule in enumerate(rules):
        for end in ("before", "after"):
            table, column = loaded.profile.split(getattr(rule, end))
            left = learnt.tables[table].columns.get(column)
            if left is None or left.type is not loaded.profile.tables[table].columns[column].type:
                place = loaded.place(("synth", "rules", str(index), end))
                raise ProfileError("synth-rule-transformed", place)
