"""A count that a study would make, run on both sides: its SQL says who is in, by age and sex how many are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.errors import Place, UsageError
from synth.quality.measures import bins, person_cells
from synth.quality.sides import Cells, Flags, Ints, Nature, Outline, Side
from tables.candidate import PERSON
from tables.duck import connect, quote, scan


@dataclass(frozen=True)
class Cell:
    """Persons of one age and sex; a share is None where it would rest on too few of them."""

    age: str
    sex: str
    real: float | None
    synthetic: float | None
    persons: int
    """Real persons of the cell."""


@dataclass(frozen=True)
class Indicator:
    """One count on both sides."""

    name: str
    real: float | None
    synthetic: float | None
    """Share of all persons."""
    cells: tuple[Cell, ...]
    widest: float | None
    """Largest difference of the shares among the cells of more than 200 real persons."""


@dataclass(frozen=True)
class Found:
    """Whether each person of a side is in, by number."""

    real: Flags
    synthetic: Flags


def run(name: str, sql: str, paths: Mapping[str, Path], persons: pa.Array, folder: Path) -> Flags:
    """Which of ``persons`` the query returns in its first column, by ``__person``.

    Tables have their names as views. Raises UsageError ``quality-indicator`` when it cannot run.
    """
    with connect(folder) as con:
        for table, path in paths.items():
            con.execute(f"CREATE VIEW {quote(table)} AS SELECT * FROM {scan(path)}")
        try:
            column = con.sql(sql).to_arrow_table().column(0).combine_chunks()
            inside = pc.is_in(persons, value_set=column.cast(persons.type))
        except (duckdb.Error, pa.ArrowException, AttributeError, IndexError):
            raise UsageError("quality-indicator", Place(file=name), person=PERSON) from None
    return np.asarray(inside)


def indicator(outline: Outline, name: str, sides: tuple[Side, Side], found: Found, floor: int) -> Indicator:
    """Shares of both sides; those of few real persons are not told, nor what gives them back."""
    cells, theirs, size = person_cells(outline, *sides)
    real, synthetic = ((cells, found.real), (theirs, found.synthetic))
    (mine, inside), (other, drawn) = (_counts(*one, size) for one in (real, synthetic))
    hidden = _hidden(mine, inside, floor)
    labels = _labels(outline, sides, size)
    told = [
        Cell(
            *labels[at],
            None if hidden[at] else _share(inside[at], mine[at]),
            None if hidden[at] else _share(drawn[at], other[at]),
            int(mine[at]),
        )
        for at in range(size)
        if mine[at] >= floor
    ]
    large = [
        abs(cell.real - cell.synthetic)
        for cell in told
        if cell.real is not None and cell.synthetic is not None and cell.persons > 200
    ]
    everyone = int(found.real.sum())
    few = any(0 < count < floor for count in (everyone, len(found.real) - everyone))
    return Indicator(
        name,
        None if few else _share(everyone, len(found.real)),
        None if few else _share(int(found.synthetic.sum()), len(found.synthetic)),
        tuple(told),
        max(large, default=None),
    )


def _counts(cells: Ints, inside: Flags, size: int) -> tuple[Ints, Ints]:
    known = cells >= 0
    return np.bincount(cells[known], minlength=size), np.bincount(cells[known & inside], minlength=size)


def _hidden(persons: Ints, inside: Ints, floor: int) -> Flags:
    """Cells of few persons, few inside or few outside, and those without which these would be given back.

    One alone takes the smallest other with it, and so do several that are few together: what all
    persons are, less those of the cells that are told, would tell them.
    """
    few = [(count > 0) & (count < floor) for count in (persons, inside, persons - inside)]
    found: Flags = few[0] | few[1] | few[2]
    if found.sum() == 1:
        _hide_one_more(found, persons, persons)
    for counts in (inside, persons - inside):
        if 0 < counts[found].sum() < floor:
            _hide_one_more(found, persons, counts)
    return found


def _hide_one_more(found: Flags, persons: Ints, counts: Ints) -> None:
    """Hide the smallest cell that is told and has some of ``counts``, when there is one."""
    others = np.flatnonzero((counts > 0) & ~found)
    if len(others):
        found[others[np.argmin(persons[others])]] = True


def _share(count: int, persons: int) -> float | None:
    return round(float(count / persons), 6) if persons else None


def _labels(outline: Outline, sides: tuple[Side, Side], size: int) -> list[tuple[str, str]]:
    """Age and sex of each cell, as :func:`~synth.quality.measures.person_cells` numbers them."""
    table = outline.people
    parts: list[list[str]] = []
    for name in (outline.age, outline.sex):
        fact = outline.fact(table or "", name)
        if table is None or fact is None:
            parts.append([""])
            continue
        values = [side.sheets[table].columns[fact.column] for side in sides]
        mine, _, width = bins(fact, values[0], values[1])
        labels = ["?"] * width
        for at in np.unique(mine[mine > 0]):
            own = values[0][mine == at]
            if fact.nature is Nature.CODE:
                labels[at] = fact.labels[int(own[0]) - 1] if len(np.unique(own)) == 1 else "…"
            else:
                labels[at] = _rounded(values[0], mine, int(at))
        parts.append(labels)
    if len(parts[0]) * len(parts[1]) != size:
        return [("", "")] * size
    return [(age, sex) for age in parts[0] for sex in parts[1]]


def _rounded(values: Cells, group: Ints, at: int) -> str:
    """The numbers of a group, whole; those at both ends are left open, as they may be one person's."""
    own = values[group == at]
    low, high = f"{np.floor(own.min()):g}", f"{np.ceil(own.max()):g}"
    first, last = int(group[group > 0].min()), int(group.max())
    if first == last:
        return ""
    return f"≤ {high}" if at == first else f"≥ {low}" if at == last else f"{low} – {high}"
