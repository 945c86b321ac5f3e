"""The registers of a profile, read and typed before anything long begins. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.keys import SECRET_BYTES, Keys
from anonymize.plan import plan
from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.interface import Context, Transform
from anonymize.tabular.registry import BY_NAME
from profiles.errors import Place, SourceError
from profiles.loading import LoadedProfile
from profiles.model import Column, Kind, Role, Source, Table
from profiles.risk_register import Method, Register, RegisterMatch
from profiles.rules_register import qualified, register_name
from profiles.yaml_text import Key
from risk.labels import combine, encode
from tables.problems import raise_first
from tables.progress import SILENT, Progress
from tables.reading import open_table, read_table
from tables.typing import ARROW, converter


@dataclass(frozen=True)
class Matched:
    """A column of the data, and what the register knows of it."""

    reference: str
    """``TABLE.COLUMN`` of the data."""
    values: pa.Array = field(repr=False)
    """One value a person of the register, in the type of the source's column."""
    kind: Kind
    """Type of those values."""
    rule: RegisterMatch
    steps: tuple[Transform, ...] = field(repr=False)
    """What the release does with the column, step by step."""


@dataclass(frozen=True)
class ReadRegister:
    """A register in memory."""

    name: str
    method: Method
    rows: int
    matched: tuple[Matched, ...]
    truth: tuple[tuple[str, pa.Array], ...] = field(default=(), repr=False)
    """``TABLE.COLUMN`` of the source -> what the register has there, in the same type."""
    repeated: int = 0
    """Rows whose key is that of another row, or missing."""


Steps = tuple[Transform, ...]


def read_registers(
    loaded: LoadedProfile, folder: Path, progress: Progress | None = None
) -> tuple[ReadRegister, ...]:
    """Every register of the profile; ``folder`` is private and holds what is passing.

    Raises SourceError when a file cannot be read, lacks a column or holds a value that is not of its
    type; ProfileError when its path leaves the profile's folder.
    """
    registers = loaded.profile.risk.registers
    if not registers:
        return ()
    steps = _steps(loaded)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = SILENT if progress is None else progress
    return tuple(_read(loaded, index, steps, folder, told) for index in range(len(registers)))


def as_released(loaded: LoadedProfile, registers: tuple[ReadRegister, ...]) -> tuple[ReadRegister, ...]:
    """The same registers for another profile of the same data, which does other things to its columns."""
    if not registers:
        return ()
    steps = _steps(loaded)
    return tuple(
        replace(
            register,
            matched=tuple(replace(one, steps=steps.get(one.reference, ())) for one in register.matched),
        )
        for register in registers
    )


def _steps(loaded: LoadedProfile) -> Mapping[str, Steps]:
    """What the release does with each column that it publishes."""
    # Nothing that needs a key is done to a register: any key describes the steps.
    plans = plan(loaded, Keys(bytes(range(SECRET_BYTES)), loaded.profile.id))
    return {
        f"{name}.{column.name}": tuple(map(_without_key, column.steps))
        for name, table in plans.items()
        for column in table.columns
    }


def _without_key(step: Transform) -> Transform:
    """The same step, fit to be sent to another process."""
    step.context = replace(step.context, keys=None, resolve=Path)
    return step


@dataclass(frozen=True)
class Texts:
    """The texts of a register, and how its file writes typed values."""

    table: pa.Table
    canonical: frozenset[str]
    decimal: str
    place: Place

    def typed(self, column: str, spec: Column, *, lenient: bool = False) -> pa.Array:
        """One column as values; SourceError with the first record that is none, unless ``lenient``."""
        texts = whole(self.table.column(column))
        values = converter(spec, self.decimal, canonical=column in self.canonical)(texts)
        wrong = pc.and_(values.is_null(), texts.is_valid())
        if not lenient and pc.any(wrong).as_py():
            record = pc.index(wrong, pa.scalar(value=True)).as_py() + 1
            place = replace(self.place, column=column, record=record)
            form = spec.format or "YYYY-MM-DD"
            raise SourceError(f"value-{spec.type.value}", place, count=pc.sum(wrong).as_py(), format=form)
        return values


def whole(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The same values as one array."""
    if isinstance(values, pa.ChunkedArray):
        return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return values


def _read(
    loaded: LoadedProfile, index: int, steps: Mapping[str, Steps], folder: Path, progress: Progress
) -> ReadRegister:
    register, name = loaded.profile.risk.registers[index], register_name(loaded.profile, index)
    texts = register_texts(loaded, index, folder / f"{index}.parquet", progress)
    matched = []
    for written, rule in register.match.items():
        reference = qualified(loaded.profile, written)
        matched.append(match_column(loaded, texts, reference, rule, steps.get(reference, ())))
    truth = []
    for written, column in register.truth.items():
        reference = qualified(loaded.profile, written)
        table, owner = loaded.profile.split(reference)
        truth.append(
            (reference, texts.typed(column, loaded.profile.tables[table].columns[owner], lenient=True))
        )
    rows = texts.table.num_rows
    return ReadRegister(
        name, register.method, rows, tuple(matched), tuple(truth), repeated_keys(register, texts)
    )


def register_texts(loaded: LoadedProfile, index: int, target: Path, progress: Progress) -> Texts:
    """The columns that are named, as text."""
    register, name = loaded.profile.risk.registers[index], register_name(loaded.profile, index)
    wanted = [
        *register.key,
        *(rule.column for rule in register.match.values()),
        *register.truth.values(),
    ]
    table = Table(
        source=Source.model_validate(register.where.model_dump(exclude_unset=True)),
        columns={column: Column(role=Role.OTHER) for column in dict.fromkeys(wanted)},
    )
    alone = _alone(loaded, index, name, table)
    opened = open_table(alone, name)
    raise_first(opened.problems)
    raise_first(read_table(alone, opened, target, progress).problems)
    read = pq.read_table(target, columns=list(table.columns))
    target.unlink()
    canonical = frozenset(column for column in table.columns if opened.reader.canonical(column))
    return Texts(read, canonical, register.where.decimal, opened.reader.place)


def _alone(loaded: LoadedProfile, index: int, name: str, table: Table) -> LoadedProfile:
    """The profile as if the register were its only table: read by the same code, at its own place."""
    register = loaded.profile.risk.registers[index]
    profile = loaded.profile.model_copy(update={"tables": {name: table}, "unlisted_columns": "drop"})
    key: Key = ("risk", "registers", str(index), *register.path_key)
    path: Key = ("tables", name, "source", "path")
    anchors = {path: loaded.anchors[key]} if key in loaded.anchors else {}
    marks = {path: loaded.marks[key]} if key in loaded.marks else {}
    return replace(loaded, profile=profile, anchors=anchors, marks=marks, made={})


def repeated_keys(register: Register, texts: Texts) -> int:
    """Rows whose key does not name one person: it occurred before, or a part of it is missing."""
    if not register.key:
        return 0
    parts = [whole(texts.table.column(column)) for column in register.key]
    groups = combine([encode(part) for part in parts])
    empty = np.zeros(texts.table.num_rows, dtype=bool)
    for part in parts:
        empty |= part.is_null().to_numpy(zero_copy_only=False)
    return int(len(groups.codes) - groups.groups + (empty & (groups.sizes[groups.codes] == 1)).sum())


def match_column(
    loaded: LoadedProfile, texts: Texts, reference: str, rule: RegisterMatch, steps: Steps
) -> Matched:
    """A column of the register as values of ``reference``; SourceError at the first that is none."""
    table, column = loaded.profile.split(reference)
    spec = loaded.profile.tables[table].columns[column]
    if rule.grain == "release":
        return Matched(reference, texts.typed(rule.column, Column(role=Role.OTHER)), Kind.TEXT, rule, steps)
    kind = Kind(rule.type) if rule.type else spec.type
    form = rule.format if rule.type or rule.format else spec.format
    own = Column(role=Role.OTHER, type=kind, format=form)
    values = texts.typed(rule.column, own, lenient=rule.unreadable == "missing")
    for step, params in rule.transform.steps() if rule.transform is not None else ():
        context = Context(table, column, spec, reference, None, partial(loaded.resolve, key=()))
        made = BY_NAME[step](params, kind, context)
        values, kind = in_pieces(made, values), made.output_kind()
    return Matched(reference, bridged(values, kind, spec.type), spec.type, rule, steps)


def in_pieces(step: Transform, values: pa.Array) -> pa.Array:
    """``values`` after one step that looks at nothing else; null where the step knows no such value."""
    encoded = values.dictionary_encode()
    return _known(step, encoded.dictionary).take(encoded.indices)


def _known(step: Transform, values: pa.Array) -> pa.Array:
    """Halved until what the step refuses stands alone."""
    try:
        return step.apply(values, pa.nulls(len(values), pa.string()))
    except SourceError:
        if len(values) == 1:
            return pa.nulls(1, ARROW[step.output_kind()])
    half = len(values) // 2
    return pa.concat_arrays([_known(step, values[:half]), _known(step, values[half:])])


def bridged(values: pa.Array, kind: Kind, wanted: Kind) -> pa.Array:
    """Values of one kind as those of another: a date as its year, a number as its text."""
    if kind is wanted:
        return values
    if wanted is Kind.TEXT:
        return canonical_text(values)
    if kind in (Kind.DATE, Kind.DATETIME) and wanted is Kind.YEAR:
        return pc.year(values)
    if {kind, wanted} <= {Kind.DATE, Kind.DATETIME}:
        return values.cast(ARROW[wanted], safe=False)
    return converter(Column(role=Role.OTHER, type=wanted), canonical=True)(canonical_text(values))
