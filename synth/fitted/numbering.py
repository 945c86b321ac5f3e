"""The drawn rows as Arrow tables: keys filled in whole, values in the types of the profile."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.model import Kind
from synth.fitted.counting import runs
from synth.fitted.domains import Floats, Ints
from synth.fitted.drawing import Part
from synth.fitted.frames import CLOCK, DAY, PRESENT
from synth.fitted.keys import MARK, How, KeyColumn
from synth.fitted.model import Model, TableShape
from synth.tables import SHARD
from tables.candidate import PERSON

TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.YEAR: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.BOOLEAN: pa.bool_(),
}


@dataclass(frozen=True)
class _Made:
    """A table of the shard being filled."""

    rows: Ints
    """Row of the entity, of each row."""
    row_of: Ints
    """Row of each row of the entity, -1 when there is none."""
    columns: dict[str, pa.Array]


def schema_of(shape: TableShape) -> pa.Schema:
    """The schema of a table that is written, ``__person`` last."""
    fields = [pa.field(name, TYPES[kind]) for name, kind in zip(shape.columns, shape.kinds, strict=True)]
    return pa.schema([*fields, pa.field(PERSON, pa.string())])


def room(model: Model, entity: str) -> int:
    """Numbers set apart for the rows of an entity in each shard: four times what is expected, and more."""
    return int(10 ** np.ceil(np.log10(4 * model.rows[entity] * SHARD + 1000)))


def tables_of(model: Model, parts: Mapping[str, Part], shard: int) -> dict[str, pa.Table]:
    """Every table of the shard, in the profile's columns and types."""
    made: dict[str, _Made] = {}
    shapes = {shape.name: shape for shape in model.tables}
    order = {name: place for place, name in enumerate(parts)}
    waiting = sorted(shapes, key=lambda name: order[shapes[name].entity])
    for name in waiting:
        made[name] = _learnt(model, shapes[name], parts[shapes[name].entity])
    while waiting:
        ready = [name for name in waiting if not _needs(model, name) & set(waiting) - {name}]
        for name in ready or waiting:
            _fill(model, shapes, name, made, parts, shard)
        waiting = [name for name in waiting if name not in (ready or waiting)]
    for item in model.keys.columns:
        if item.how is How.REFERENCE:
            _refer(shapes, item, made, parts)
    for name, shape in shapes.items():
        persons = parts[shape.entity].person[made[name].rows] + shard * SHARD
        made[name].columns[PERSON] = person_texts(persons)
    return {
        name: pa.table(
            [made[name].columns[field.name].cast(field.type) for field in schema_of(shape)],
            schema=schema_of(shape),
        )
        for name, shape in shapes.items()
    }


def _needs(model: Model, table: str) -> set[str]:
    return {item.source for item in model.keys.columns if item.table == table and item.how is How.PARENT}


def _learnt(model: Model, shape: TableShape, part: Part) -> _Made:
    size = part.scene.size
    rows = np.arange(size)
    present = part.scene.pool.get(shape.name + PRESENT)
    if present is not None:
        rows = np.flatnonzero(present.index == 2)
    row_of = np.full(size, -1)
    row_of[rows] = np.arange(len(rows))
    taken = {item.column for item in model.keys.columns if item.table == shape.name}
    columns = {
        column: _values(part, f"{shape.name}.{column}", kind, rows)
        for column, kind in zip(shape.columns, shape.kinds, strict=True)
        if column not in taken
    }
    return _Made(rows, row_of, columns)


def _values(part: Part, name: str, kind: Kind, rows: Ints) -> pa.Array:
    if name in part.scene.texts:
        texts = part.scene.texts[name].at(rows).texts
        return pc.equal(texts, "true") if kind is Kind.BOOLEAN else texts.cast(TYPES[kind])
    numbers = part.scene.numbers[name][rows]
    if kind is Kind.DATETIME:
        numbers = (
            numbers * DAY
            + np.nan_to_num(part.scene.numbers.get(name + CLOCK, np.zeros(part.scene.size))[rows]) * 1e6
        )
    return typed(numbers, kind)


def typed(numbers: Floats, kind: Kind) -> pa.Array:
    """Numbers, days or microseconds in the Arrow type of the kind, NaN as null."""
    missing = np.isnan(numbers)
    if kind is Kind.NUMBER:
        return pa.array(numbers, mask=missing)
    whole = pa.array(np.rint(np.nan_to_num(numbers)).astype(np.int64), mask=missing)
    if kind is Kind.DATE:
        return whole.cast(pa.int32()).cast(pa.date32())
    return whole.cast(TYPES[kind]) if kind is not Kind.TEXT else whole.cast(pa.string())


def _fill(
    model: Model,
    shapes: Mapping[str, TableShape],
    table: str,
    made: dict[str, _Made],
    parts: Mapping[str, Part],
    shard: int,
) -> None:
    own, part = made[table], parts[shapes[table].entity]
    number = shard * room(model, shapes[table].entity) + np.arange(len(own.rows))
    if len(own.rows) > room(model, shapes[table].entity):
        raise OverflowError("more rows in a shard than numbers set apart for them")
    for item in (one for one in model.keys.columns if one.table == table):
        if item.how is How.PERSON:
            own.columns[item.column] = _person_key(item, part.person[own.rows] + shard * SHARD)
        elif item.how is How.SERIAL:
            own.columns[item.column] = numbered(item, number)
        elif item.how is How.RANK:
            own.columns[item.column] = pa.array(
                item.first + runs(part.parent[own.rows])[1] if len(own.rows) else own.rows
            )
        elif item.how is How.PARENT:
            above = made[item.source]
            same = shapes[item.source].entity == shapes[table].entity
            target = own.rows if same else part.parent[own.rows]
            own.columns[item.column] = above.columns[item.to].take(pa.array(above.row_of[target]))


def _person_key(item: KeyColumn, person: Ints) -> pa.Array:
    return numbered(item, person if item.to == "0" else person * 0 + 1, short=item.to != "0")


def numbered(item: KeyColumn, number: Ints, *, short: bool = False) -> pa.Array:
    """Whole numbers above every real one; texts that begin with a letter of ours, as wide as real ones."""
    if item.kind in (Kind.INTEGER, Kind.NUMBER):
        return pa.array(number if short else 10 ** max(item.width, 1) + number)
    if item.kind is not Kind.TEXT:
        return pa.nulls(len(number), TYPES[item.kind])
    return _text(number, 1 if short else item.width, item.mark)


def person_texts(number: Ints) -> pa.Array:
    """``__person`` of synthetic persons, by their numbers."""
    return _text(number, 12)


def _text(number: Ints, width: int, mark: str = MARK) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), max(width - len(mark), 1), "0")
    return pc.binary_join_element_wise(mark, digits, "") if width > 1 else pa.array(number).cast(pa.string())


def _refer(
    shapes: Mapping[str, TableShape],
    item: KeyColumn,
    made: dict[str, _Made],
    parts: Mapping[str, Part],
) -> None:
    """Point at a row of the same person, the same for all columns of the key; at none when there is none.

    A row of a table that points at its own (a mother among persons) points at none rather than at itself.
    """
    own, above = made[item.table], made[item.source]
    mine = parts[shapes[item.table].entity].person[own.rows]
    theirs = parts[shapes[item.source].entity].person[above.rows]
    order = np.argsort(theirs, kind="stable")
    first = np.searchsorted(theirs[order], mine, side="left")
    count = np.searchsorted(theirs[order], mine, side="right") - first
    spread = np.modf(np.arange(len(mine)) * 0.6180339887498949)[0]
    at = first + np.minimum((spread * count).astype(np.int64), np.maximum(count - 1, 0))
    empty = (count == 0) & (item.filled < 1)
    if len(order):
        at = np.minimum(at, len(order) - 1)
        there = np.modf(np.arange(len(mine)) * 0.7548776662466927)[0] < item.filled
        empty |= ~there
        if item.source == item.table and item.filled < 1:
            empty |= order[at] == np.arange(len(mine))
        own.columns[item.column] = above.columns[item.to].take(pa.array(order[at], mask=empty))
    else:
        own.columns[item.column] = pa.nulls(len(mine), above.columns[item.to].type)
