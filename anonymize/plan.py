"""What will happen to each column, once ``inherit``, domains and files are resolved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from anonymize.keys import SECRET_BYTES, Keys
from anonymize.tabular.drop import Drop
from anonymize.tabular.interface import Context, Transform
from anonymize.tabular.registry import BY_NAME
from anonymize.tabular.waiting import Waiting
from profiles.errors import ProfileError
from profiles.key_chain import domain, effective_transform, root_column
from profiles.loading import LoadedProfile
from profiles.model import Bilingual, Column, Kind, Profile, Role
from profiles.person_path import person_path
from tables.candidate import OutputColumn


@dataclass(frozen=True)
class Pass:
    """The steps of a column that run while its table is read once."""

    ending: Waiting | None
    """The step that waited for this pass; None in the first one."""
    steps: tuple[Transform, ...]
    """Steps on rows, then the first time of the step that waits for the next pass."""


@dataclass(frozen=True)
class ColumnPlan:
    """The steps of one column, in the order in which they run."""

    name: str
    spec: Column
    steps: tuple[Transform, ...]
    required: bool
    """Whether the source never holds a null there."""

    @property
    def published(self) -> bool:
        """Whether the column is in the release."""
        return not any(isinstance(step, Drop) for step in self.steps)

    @property
    def kind(self) -> Kind:
        """Logical type of what is published."""
        return self.steps[-1].output_kind()

    @cached_property
    def passes(self) -> tuple[Pass, ...]:
        """The steps, cut after each one that waits until every row has come so far."""
        ends = [place for place, step in enumerate(self.steps, start=1) if isinstance(step, Waiting)]
        cuts = [0, *ends, len(self.steps)]
        waiting = [None, *(step for step in self.steps if isinstance(step, Waiting))]
        return tuple(
            Pass(ending, self.steps[start:end])
            for ending, start, end in zip(waiting, cuts[:-1], cuts[1:], strict=True)
        )

    def output(self) -> OutputColumn:
        """The column as it will be published."""
        values: Mapping[str, Bilingual] | None = self.spec.values
        for step in self.steps:
            values = step.output_values(values)
        return OutputColumn(
            name=self.name,
            kind=self.kind,
            role=self.spec.role,
            transforms=tuple(step.explain() for step in self.steps),
            values=values,
            required=self.required and not any(step.may_blank() for step in self.steps),
        )


@dataclass(frozen=True)
class TablePlan:
    """The published columns of one table, in the order of the profile."""

    name: str
    columns: tuple[ColumnPlan, ...]

    person_is_published: bool
    """Whether the rows of one person can be told from the others in the release."""

    @property
    def passes(self) -> int:
        """How often the table is read."""
        return max((len(column.passes) for column in self.columns), default=1)


def plan(loaded: LoadedProfile, keys: Keys | None) -> dict[str, TablePlan]:
    """The plan of every table.

    Raises ProfileError when a step does not suit the values it gets, when persons would have two
    offsets, or when a step needs keys and there are none.
    """
    plans = {name: _plan_table(loaded, name, keys) for name in loaded.profile.tables}
    _check_one_offset(loaded)
    return plans


def describe(loaded: LoadedProfile) -> Callable[[str, str], tuple[Bilingual, ...]]:
    """What each step of a column does, in words: the function that ``profiles.explain`` asks for.

    Nothing is transformed, so the secret is not needed: a throwaway key stands in for it.
    """
    keys = Keys(bytes(range(SECRET_BYTES)), loaded.profile.id)

    def words(table: str, column: str) -> tuple[Bilingual, ...]:
        return tuple(step.explain() for step in _plan_column(loaded, table, column, keys).steps)

    return words


def _plan_table(loaded: LoadedProfile, table: str, keys: Keys | None) -> TablePlan:
    spec = loaded.profile.tables[table]
    columns = [_plan_column(loaded, table, name, keys) for name in spec.columns]
    published = tuple(column for column in columns if column.published)
    return TablePlan(table, published, _tells_persons(loaded.profile, table))


def _tells_persons(profile: Profile, table: str) -> bool:
    """Whether every column that leads to the person is published so that values stay distinct."""
    leading: list[tuple[str, str]] = []
    for key in person_path(profile, table):
        leading += [(table, column) for column in key.columns]
        table = key.references
    person = [(table, column) for column in profile.tables[table].person]
    fates = [effective_transform(profile, *column) for column in (*leading, *person)]
    return bool(person) and all(fate.keep or fate.pseudonymize or fate.surrogate for fate in fates)


def _plan_column(loaded: LoadedProfile, table: str, name: str, keys: Keys | None) -> ColumnPlan:
    profile = loaded.profile
    spec, root = profile.tables[table].columns[name], root_column(profile, table, name)
    written = ("tables", root[0], "columns", root[1], "transform")
    climbing = "search" if profile.tables[root[0]].columns[root[1]].transform.search else "generalize"
    context = Context(
        table=table,
        column=name,
        spec=spec,
        domain=domain(profile, table, name),
        keys=keys,
        resolve=partial(loaded.resolve, key=(*written, climbing, "hierarchy")),
        seed=profile.seed,
        identifiers=_identifiers(profile),
    )
    origins = dict.fromkeys([(table, name), root])
    kind, steps = spec.type, []
    for owner, column in origins:
        for step, params in profile.tables[owner].columns[column].transform.steps():
            try:
                steps.append(BY_NAME[step](params, kind, context))
            except ProfileError as error:
                error.place = loaded.place((*written, step))
                raise
            kind = steps[-1].output_kind()
    return ColumnPlan(name, spec, tuple(steps), _never_null(profile, table, name))


def _identifiers(profile: Profile) -> tuple[tuple[str, str], ...]:
    return tuple(
        (table, name)
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if column.role is Role.DIRECT or name in spec.person
    )


def _never_null(profile: Profile, table: str, column: str) -> bool:
    spec = profile.tables[table]
    firm = [key.columns for key in spec.foreign_keys if not key.optional]
    return any(column in columns for columns in (spec.primary_key, spec.person, *firm))


def _check_one_offset(loaded: LoadedProfile) -> None:
    """All the dates of a person move together, so every shift has the same bound."""
    first: int | None = None
    for table, spec in loaded.profile.tables.items():
        for name, column in spec.columns.items():
            shift = column.transform.shift
            if shift is None:
                continue
            if first is not None and shift.days != first:
                place = loaded.place(("tables", table, "columns", name, "transform", "shift"))
                raise ProfileError("anonymize-shift-days", place, days=shift.days, other=first)
            first = shift.days
