"""Where a key column comes from: ``inherit`` followed along the foreign keys."""

from dataclasses import dataclass

from profiles.model import ForeignKey, Profile, Role
from profiles.transforms import Pseudonymize, Surrogate, Transforms


@dataclass(frozen=True)
class ColumnRef:
    """A column of a table."""

    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


class KeyCycleError(ValueError):
    """A chain of ``inherit`` that comes back to a column it has passed."""


class NoOriginError(LookupError):
    """An ``inherit`` on a column that no foreign key leads anywhere."""


def target_columns(profile: Profile, key: ForeignKey) -> tuple[str, ...]:
    """The columns that ``key`` points at: ``to``, else the primary key of the referenced table."""
    return key.to if key.to is not None else profile.tables[key.references].primary_key


def targets(profile: Profile, table: str, column: str) -> list[ColumnRef]:
    """The columns that ``column`` points at, one for each foreign key that holds it."""
    return [
        ColumnRef(key.references, target)
        for key in profile.tables[table].foreign_keys
        for own, target in zip(key.columns, target_columns(profile, key), strict=True)
        if own == column
    ]


def inherited(profile: Profile, table: str, column: str) -> list[ColumnRef]:
    """Where ``inherit`` looks: the columns pointed at, else the first of its own key that says what it does.

    A key of two parts, such as a number and a rank, is then treated alike in its home table too.
    """
    pointed = targets(profile, table, column)
    if pointed:
        return pointed
    spec = profile.tables[table]
    for key in (spec.primary_key, spec.person):
        if column in key:
            parts = [part for part in key if spec.columns[part].transform.inherit is None]
            return [ColumnRef(table, part) for part in parts[:1]]
    return []


def root_column(profile: Profile, table: str, column: str) -> tuple[str, str]:
    """The column whose transform applies: the column itself unless it says ``inherit``.

    Raises KeyCycleError or NoOriginError, which a loaded profile never does.
    """
    seen: set[tuple[str, str]] = set()
    while profile.tables[table].columns[column].transform.inherit is not None:
        if (table, column) in seen:
            raise KeyCycleError(f"{table}.{column}")
        seen.add((table, column))
        found = inherited(profile, table, column)
        if not found:
            raise NoOriginError(f"{table}.{column}")
        table, column = found[0].table, found[0].column
    return table, column


def effective_transform(profile: Profile, table: str, column: str) -> Transforms:
    """The transform that applies to the column, ``inherit`` replaced by what it inherits."""
    origin, name = root_column(profile, table, column)
    return profile.tables[origin].columns[name].transform


def key_columns(profile: Profile, table: str) -> set[str]:
    """Columns of ``table`` that identify a row or a person, or by which tables join."""
    spec = profile.tables[table]
    return {*spec.primary_key, *joining_columns(profile, table)}


def joining_columns(profile: Profile, table: str) -> set[str]:
    """The same without a primary key that no other table points at: one of codes or dates may be learnt."""
    spec = profile.tables[table]
    pointed = {
        name
        for other in profile.tables.values()
        for key in other.foreign_keys
        if key.references == table
        for name in target_columns(profile, key)
    }
    return {*spec.person, *pointed, *(name for key in spec.foreign_keys for name in key.columns)}


def is_dropped(profile: Profile, table: str, column: str) -> bool:
    """Whether the column is absent from the release."""
    return effective_transform(profile, table, column).drop is not None


def is_invented(profile: Profile, table: str, column: str) -> bool:
    """Whether synthetic persons get made-up numbers there: an identifier, or a key that points elsewhere."""
    spec = profile.tables[table]
    pointing = any(column in key.columns for key in spec.foreign_keys)
    identifies = spec.columns[column].role is Role.DIRECT or column in spec.person
    return profile.synth is not None and (identifies or pointing)


def named(transform: Transforms) -> Pseudonymize | Surrogate | None:
    """The step that gives an identifier another name, if there is one."""
    return transform.pseudonymize or transform.surrogate


def domain(profile: Profile, table: str, column: str) -> str:
    """Pseudonym domain of the column: the profile's word, else ``TABLE.COLUMN`` where its keys lead.

    A column that says ``pseudonymize`` and points at a pseudonymized column shares its domain, so
    that the join holds.
    """
    seen: set[tuple[str, str]] = set()
    while (table, column) not in seen:
        seen.add((table, column))
        table, column = root_column(profile, table, column)
        step = named(profile.tables[table].columns[column].transform)
        if step is not None and step.domain is not None:
            return step.domain
        followed = [
            target
            for target in (targets(profile, table, column) if step is not None else [])
            if type(named(effective_transform(profile, target.table, target.column))) is type(step)
        ]
        if followed:
            table, column = followed[0].table, followed[0].column
    return f"{table}.{column}"
