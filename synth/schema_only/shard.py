"""Makes the rows of every table for the persons of one shard, and the tables of reference once."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from synth.catalogue.facts import facts
from synth.schema_only.dates import date_role, dated
from synth.schema_only.identifiers import ESTABLISHMENTS, identifiers, nature, numbered
from synth.schema_only.plan import TablePlan, capacity
from synth.schema_only.population import Period, Population, age_code
from synth.schema_only.rows import Rows, Story, day_of, follow, within
from synth.schema_only.values import ARROW, Domains, drawn, taken
from synth.tables import Array, ColumnSpec, Link, random
from tables.candidate import PERSON

STAGE_ROWS, STAGE_REFERENCE = 100, 10_000
SHARE = 0.1
"""Of the rows of a driver that have one row in a table of which nothing more is known; the first has one."""


class Maker:
    """Makes tables one after the other, in the order of the plan."""

    def __init__(self, seed: int, domains: Domains, period: Period, references: Mapping[str, Rows]) -> None:
        self._seed, self._domains, self._period = seed, domains, period
        self._references = references

    def references(
        self, plans: tuple[TablePlan, ...], given: Mapping[str, Callable[[], Rows]]
    ) -> dict[str, pa.Table]:
        """The tables that no person is in; ``given`` knows the rows of some."""
        made: dict[str, pa.Table] = {}
        known: dict[str, Rows] = {}
        for number, plan in enumerate(plans):
            if plan.role == "reference":
                draw = random(self._seed, STAGE_REFERENCE + number)
                known_rows = given.get(plan.spec.name)
                rows = known_rows() if known_rows else Rows(self._room(plan))
                rows.rank = np.arange(rows.count)
                if plan.driver is not None:
                    rows.parent = rows.rank % known[plan.driver.parent].count
                known[plan.spec.name] = rows
                self._references = known
                made[plan.spec.name] = self._table(plan, rows, {}, None, draw)
        return made

    def _room(self, plan: TablePlan) -> int:
        """Rows of a table of reference: fewer where its key has fewer values."""
        room = 1
        key = [plan.spec.columns[name] for name in plan.numbered if name in plan.spec.primary_key]
        for column in key:
            room *= self._size(column)
        return min(room, ESTABLISHMENTS) if key else ESTABLISHMENTS

    def _size(self, column: ColumnSpec) -> int:
        codes = self._domains.codes(column)
        return capacity(column) if codes is None else len(codes)

    def known(self) -> Mapping[str, Rows]:
        """Rows of the tables of reference, for the shards."""
        return self._references

    def shard(
        self, plans: tuple[TablePlan, ...], people: Population, number: int, story: Story
    ) -> Iterator[tuple[str, pa.Table]]:
        """Every table of persons, for ``people``, one after the other."""
        known: dict[str, Rows] = {}
        for stage, plan in enumerate(plans):
            if plan.role == "reference":
                continue
            draw = random(self._seed, STAGE_ROWS + stage, number)
            rows = story(plan.spec.name, known) or self._default(plan, people, known, draw)
            known[plan.spec.name] = rows
            yield plan.spec.name, self._table(plan, rows, known, people, draw)

    def _default(
        self, plan: TablePlan, people: Population, known: Mapping[str, Rows], draw: np.random.Generator
    ) -> Rows:
        """One row a person for what persons make; one for a share of the driver's rows otherwise."""
        if plan.driver is None:
            everyone = np.arange(len(people))
            day = people.start + (draw.random(len(people)) * (people.end - people.start + 1)).astype(np.int64)
            end = np.minimum(day + draw.integers(0, 6, len(people)), people.end)
            return Rows(len(people), everyone, day, end, None, np.zeros(len(people), dtype=np.int64))
        driver = known[plan.driver.parent]
        keep = np.ones(driver.count, dtype=bool)
        if plan.spec.name in facts().deaths:
            keep = people.death[driver.person] >= 0
        elif not plan.whole:
            keep = draw.random(driver.count) < SHARE
            keep[:1] = True
        return follow(driver, np.flatnonzero(keep))

    def _table(
        self,
        plan: TablePlan,
        rows: Rows,
        known: Mapping[str, Rows],
        people: Population | None,
        draw: np.random.Generator,
    ) -> pa.Table:
        linked = {column for link in plan.spec.links for column in link.columns} & set(rows.given)
        values = {name: _typed(rows.given[name], plan.spec.columns[name]) for name in sorted(linked)}
        for link in (plan.driver, *plan.others):
            itself = link is not None and link.parent == plan.spec.name
            if link is not None and not itself and not set(link.columns) <= set(values):
                self._linked(
                    link, driving=link is plan.driver, rows=rows, known=known, values=values, draw=draw
                )
        self._keys(plan, rows, people, values)
        for link in plan.spec.links:
            if link.parent == plan.spec.name:
                values |= {
                    mine: values[one]
                    for mine, one in zip(link.columns, link.to, strict=True)
                    if one in values
                }
        for column in plan.spec.columns.values():
            if column.name not in values:
                values[column.name] = self._value(column, rows, people, draw)
        rows.kept = {name: values[name] for name in plan.kept}
        return _assembled(plan, rows, people, values)

    def _linked(
        self,
        link: Link,
        *,
        driving: bool,
        rows: Rows,
        known: Mapping[str, Rows],
        values: dict[str, pa.Array],
        draw: np.random.Generator,
    ) -> None:
        """The columns of ``link``: those of the driver's row, else of a row of the same person."""
        parent = known.get(link.parent) or self._references[link.parent]
        if driving and rows.parent is not None:
            at = rows.parent
        elif link.columns[0] in rows.refs:
            at = rows.refs[link.columns[0]]
        elif parent.person is None or rows.person is None:
            at = draw.integers(0, parent.count, rows.count)
        else:
            at = np.minimum(np.searchsorted(parent.person, rows.person), parent.count - 1)
        for column, target in zip(link.columns, link.to, strict=True):
            values.setdefault(column, parent.kept[target].take(pa.array(at)))

    def _keys(
        self, plan: TablePlan, rows: Rows, people: Population | None, values: dict[str, pa.Array]
    ) -> None:
        names = [name for name in plan.numbered if name not in values and name not in rows.given]
        columns = [plan.spec.columns[name] for name in names]
        rank = np.zeros(rows.count, dtype=np.int64) if rows.rank is None else rows.rank
        whole = rank
        if people is not None and rows.person is not None:
            whole = (people.first + rows.person) * plan.each + rank
        keyed = [one for one in columns if one.name in plan.spec.primary_key]
        spread = numbered(
            keyed, [self._size(one) for one in keyed], whole, [self._domains.codes(one) for one in keyed]
        )
        values.update(zip((one.name for one in keyed), spread, strict=True))
        for one in columns:
            if one.name not in values:
                values[one.name] = numbered([one], [capacity(one)], whole)[0]
        if plan.ordinal and plan.ordinal not in rows.given:
            values[plan.ordinal] = pa.array(within(rows.parent, rows.count) + 1)

    def _value(
        self, column: ColumnSpec, rows: Rows, people: Population | None, draw: np.random.Generator
    ) -> pa.Array:
        if not column.filled:
            return pa.nulls(rows.count, ARROW[column.kind])
        if column.name in rows.given:
            return self._domains.obeyed(column, _typed(rows.given[column.name], column))
        role = date_role(column)
        if role is not None:
            return self._date(column, role, rows, people, draw)
        if people is not None and rows.person is not None:
            known = _personal(column, rows, people)
            obeyed = None if known is None else self._domains.obeyed(column, _typed(known, column))
            if obeyed is not None and not obeyed.null_count:
                return obeyed
        return drawn(column, self._domains.codes(column), rows.count, draw)

    def _date(
        self, column: ColumnSpec, role: str, rows: Rows, people: Population | None, draw: np.random.Generator
    ) -> pa.Array:
        if people is None or rows.person is None or rows.day is None or rows.end is None:
            low, high = self._period.first, self._period.last
            back = 20_000 if role in ("birth", "relative") else 0
            return dated(column, draw.integers(low - back, high - back, rows.count))
        if role == "death":
            death = people.death[rows.person]
            return dated(column, np.maximum(death, 0), death < 0)
        return dated(column, day_of(role, rows, people))


def _personal(column: ColumnSpec, rows: Rows, people: Population) -> pa.Array | None:
    assert rows.person is not None  # noqa: S101 - the caller has looked
    if nature(column) == "person":
        return identifiers(column, "person", people.first + rows.person)
    if column.name.upper() == "BEN_AMA_COD" and rows.day is not None:
        return pa.array(age_code(people, rows.person, rows.day))
    if column.name == "age" and rows.day is not None:
        return pa.array(people.age(rows.person, rows.day))
    if column.name.upper() == "AGE_ANN" and rows.day is not None:
        age = people.age(rows.person, rows.day)
        return pa.array(np.clip(age, 1, 119), mask=age < 1)
    known = people.named(column.name)
    return None if known is None else known.take(pa.array(rows.person))


def _typed(values: pa.Array | Array, column: ColumnSpec) -> pa.Array:
    made = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values)
    wanted = ARROW[column.kind]
    if made.type == wanted or (pa.types.is_dictionary(made.type) and column.kind is Kind.TEXT):
        return made
    return pc.cast(pc.cast(made, made.type.value_type) if pa.types.is_dictionary(made.type) else made, wanted)


def _assembled(
    plan: TablePlan, rows: Rows, people: Population | None, values: dict[str, pa.Array]
) -> pa.Table:
    if people is not None and rows.person is not None:
        texts = pa.array([f"S{people.first + number:012d}" for number in range(len(people))])
        values[PERSON] = taken(texts, rows.person)
    else:
        values[PERSON] = pa.array([f"row:{number}" for number in range(rows.count)])
    names = [*plan.spec.columns, PERSON]
    return pa.Table.from_arrays([values[name] for name in names], names=names)
