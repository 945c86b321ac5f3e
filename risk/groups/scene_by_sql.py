"""Known events by SQL: an engine holds everybody's events and answers the queries of an attack.

The same numbers as ``risk.unicity`` gives in memory. Everybody's events stay with the engine, numbered
in the order in which this machine would number them; those of the targets come here, where choices
of known events are drawn; the choices go back as a table, to be joined with the events of everybody,
the rarest first. So the attack is spread over targets and persons alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from risk.groups.scene import groups_of, shared_knowledge
from risk.known_events import window
from risk.labels import Codes, Counts
from risk.person_events import Events, Kind, at_grain, moving_columns
from risk.person_view import table_paths
from risk.unicity import Queries, matches
from tables.candidate import PERSON, Candidate
from tables.duck import quote, scan

if TYPE_CHECKING:
    from risk.groups.by_sql import SqlGroups
    from risk.subject import Subject

APART = 56
"""Bits of the numbers of one table's rows; the kinds and groups of rows are told apart above them."""


@dataclass(frozen=True)
class Told(Events):
    """Events of some persons, with what the engine counts of each."""

    alike: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """The class of its person; counts only where classes are known."""
    seen: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Events of published persons that are like it (and of its class, where classes are known)."""


@dataclass(frozen=True)
class SqlScene:
    """A scene that an engine holds."""

    groups: "SqlGroups"
    relation: str
    """``grp, who, what, day, moves, class, seen, seen_alike``: the distinct events of every group."""
    number: int
    """Groups of persons: published ones, targets, controls."""
    target: int
    window: int
    classes: bool = True
    """Whether what lasts of a person is known too."""
    _told: dict[tuple[bytes, bool], pa.Table] = field(default_factory=dict, repr=False, compare=False)
    _owners: dict[bool, tuple[Codes, Counts]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_controls(self) -> bool:
        """Whether there are persons who were kept away from the fit."""
        return self.number > 2

    def owners(self, *, control: bool) -> tuple[Codes, Counts]:
        """Those who have an event, in the order of the persons, and how many each has."""
        if control not in self._owners:
            sql = (
                f"SELECT who, count(*) AS events FROM {self.relation} WHERE grp = {self._group(control)}"
                " GROUP BY who ORDER BY who"
            )
            with self.groups.asking() as engine:
                table = engine.table(sql)
            self._owners[control] = (_array(table, "who"), _array(table, "events"))
        return self._owners[control]

    def events(self, owners: Codes, *, control: bool) -> Told:
        """The events of some of :meth:`owners`, who are numbered anew in the order given."""
        key = (owners.tobytes(), control)
        if key not in self._told:
            self._told[key] = self._fetched(owners, control)
        table = self._told[key]
        what = _array(table, "what")
        return Told(
            persons=len(owners),
            who=_array(table, "place"),
            what=what,
            when=_array(table, "day"),
            moves=_array(table, "moves"),
            kinds=int(what.max(initial=0)) + 1,
            alike=_array(table, "class"),
            seen=_array(table, "seen_alike" if self.classes else "seen"),
        )

    def matches(self, events: Events, queries: Queries) -> Counts:
        """Published persons who have all events of each query."""
        return matches(self, events, queries)

    def without_classes(self) -> "SqlScene":
        """The same for one who knows events only."""
        return replace(self, classes=False)

    def frequencies(self, events: Events) -> Counts:
        """How many events of published persons are like each of ``events``."""
        return cast(Told, events).seen

    def holders(self, events: Events, columns: Codes, found: Counts) -> Counts:  # noqa: ARG002 - of the protocol
        """Persons who have all events of each query (rarest first)."""
        counts = np.zeros(len(columns), dtype=np.int64)
        if len(columns):
            with self.groups.asking() as engine:
                asked = self.groups.give(_asked(events, columns))
                table = engine.table(self._joined(asked, columns.shape[1]))
            counts[_array(table, "query")] = _array(table, "persons")
        return counts

    def _group(self, control: bool) -> int:
        return 2 if control and self.has_controls else self.target

    def _fetched(self, owners: Codes, control: bool) -> pa.Table:
        with self.groups.asking() as engine:
            given = self.groups.give(pa.table({"owner": owners, "place": np.arange(len(owners))}))
            return engine.table(
                f"SELECT t.place, e.what, e.day, e.moves, e.class, e.seen, e.seen_alike FROM {given} AS t"
                f" JOIN {self.relation} AS e ON e.who = t.owner WHERE e.grp = {self._group(control)}"
                " ORDER BY t.place, e.what, e.day"
            )

    def _joined(self, asked: str, known: int) -> str:
        """SQL of the persons of each query: those of its first event, at one offset, who have the others."""
        published = f"(SELECT who, what, day, class FROM {self.relation} WHERE grp = 0)"
        alike = " AND e.class = q.class" if self.classes else ""
        text = (
            f"SELECT q.*, e.who AS who, e.day - q.d0 AS moved FROM {asked} AS q JOIN {published} AS e"
            f" ON e.what = q.w0{alike} WHERE abs(e.day - q.d0) <= {int(self.window)}"
        )
        for place in range(1, known):
            text = (
                f"SELECT a.* FROM ({text}) AS a LEFT JOIN {published} AS e ON e.who = a.who AND"
                f" e.what = a.w{place} AND e.day = a.d{place} + a.m{place} * a.moved"
                f" WHERE a.w{place} IS NULL OR e.who IS NOT NULL"
            )
        return f"SELECT query, count(DISTINCT who) AS persons FROM ({text}) GROUP BY query ORDER BY query"


def _asked(events: Events, columns: Codes) -> pa.Table:
    """One row a query: number, day and move of each of its events, null where it has fewer."""
    made: dict[str, Any] = {"query": np.arange(len(columns))}
    made["class"] = cast(Told, events).alike[columns[:, 0]]
    for place, column in enumerate(columns.T):
        absent = column < 0
        for name, values in (("w", events.what), ("d", events.when), ("m", events.moves)):
            made[f"{name}{place}"] = pa.array(values[column], pa.int64(), mask=absent)
    return pa.table(made)


def sql_scene(groups: "SqlGroups", subject: "Subject", kinds: Sequence[Kind]) -> SqlScene:
    """The events of ``kinds`` of all groups, distinct, numbered, with the class of their person, kept."""
    names, target = groups_of(subject)
    tables = [getattr(subject, name) for name in names]
    for part in tables:
        for path in table_paths(part).values():
            groups.sql.know(path)
    events = " UNION ALL ".join(_kind_sql(groups, tables, kind, number) for number, kind in enumerate(kinds))
    persons = _persons_sql(groups, subject, kinds)
    text = (
        "SELECT DISTINCT e.grp, p.who, e.what, e.day, e.moves, p.class"
        f" FROM ({events}) AS e JOIN ({persons}) AS p ON p.grp = e.grp AND p.person = e.person"
    )
    seen = "sum(CASE WHEN grp = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY {})"
    text = (
        f"SELECT *, CAST({seen.format('what')} AS BIGINT) AS seen,"
        f" CAST({seen.format('what, class')} AS BIGINT) AS seen_alike FROM ({text})"
    )
    return SqlScene(groups, groups.keep(text), len(names), target, window(subject, kinds))


def _persons_sql(groups: "SqlGroups", subject: "Subject", kinds: Sequence[Kind]) -> str:
    """SQL of every person of every group: number, in the order of their group, and class over what lasts."""
    names, _ = groups_of(subject)
    shared = shared_knowledge(subject, kinds)
    parts = []
    for number, name in enumerate(names):
        found = groups.gathered(subject, name)
        columns = "".join(f", {found.columns[one]} AS k{place}" for place, one in enumerate(shared))
        parts.append(f"SELECT {number} AS grp, person, n AS who{columns} FROM {found.relation}")
    keys = ", ".join(f"k{place}" for place in range(len(shared)))
    first = f"min(who + {1 << APART} * grp) OVER (PARTITION BY {keys})" if shared else "CAST(0 AS BIGINT)"
    return f"SELECT grp, person, who, {first} AS class FROM ({' UNION ALL '.join(parts)})"


def _kind_sql(groups: "SqlGroups", tables: Sequence[Candidate], kind: Kind, number: int) -> str:
    """SQL of the events of one kind: group, person, what happened, and the day of a shifted date.

    ``what`` is the number of the first row like it, rows being in the order of group, person and values.
    """
    profile = tables[0].profile
    moving = list(moving_columns(profile, kind))
    types = {one.name: one.type for one in pq.read_schema(table_paths(tables[0])[kind.table])}
    shown = [
        f"{at_grain(name, types[name], 'published' if name in moving else kind.grain)} AS v{place}"
        for place, name in enumerate(kind.columns)
    ]
    said = " OR ".join(f"{quote(name)} IS NOT NULL" for name in kind.columns)
    rows = " UNION ALL ".join(
        f"SELECT DISTINCT {group} AS grp, {PERSON} AS person, {', '.join(shown)}"
        f" FROM {scan(table_paths(part)[kind.table])} WHERE {said}"
        for group, part in enumerate(tables)
    )
    order = ", ".join(f"v{place} NULLS LAST" for place in range(len(shown)))
    kept = groups.keep(f"SELECT * FROM ({rows}) ORDER BY grp, person, {order}", "n")
    values = {name: f"v{place}" for place, name in enumerate(kind.columns)}
    still = [value for name, value in values.items() if name not in moving]
    stamps = [f"CAST({values[name]} AS TIMESTAMP)" for name in moving]
    origin = f"coalesce({', '.join(stamps)})" if stamps else ""
    keys = still + [f"{_day(one)} - {_day(origin)}" for one in stamps] + [_hour(one) for one in stamps]
    day = f"coalesce({_day(origin)}, 0)" if stamps else "CAST(0 AS BIGINT)"
    moves = f"CASE WHEN {origin} IS NULL THEN 0 ELSE 1 END" if stamps else "0"
    first = f"min(n) OVER (PARTITION BY {', '.join(keys)})"
    return (
        f"SELECT grp, person, {first} + {number << APART} AS what, {day} AS day,"
        f" CAST({moves} AS BIGINT) AS moves FROM {kept}"
    )


def _day(stamp: str) -> str:
    return f"CAST((CAST({stamp} AS DATE) - DATE '1970-01-01') AS BIGINT)"


def _hour(stamp: str) -> str:
    """What a shift of days leaves of a time."""
    return f"({stamp} - date_trunc('day', {stamp}))"


def _array(table: pa.Table, name: str) -> Codes:
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)
