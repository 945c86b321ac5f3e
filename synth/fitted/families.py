"""Families of codes: what kinds of care a person has, and how often."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.fitted.codes import SHORTEST, hierarchical
from synth.fitted.counting import coded, distinct, distinct_persons, rows_of
from synth.fitted.domains import Encoded, Floats, Ints
from synth.fitted.frames import PRESENT, Frame, Nature

NONE = "\x1fnone"


@dataclass(frozen=True)
class Grouping:
    """The column whose codes tell the family of an event, and the finer one that goes with it."""

    base: str = ""
    lead: str = ""
    labels: pa.Array | None = None
    """The family code of each row."""


def find_grouping(
    frame: Frame, parents: Mapping[str, Mapping[str, str]], allowed: Sequence[str], telling: Sequence[str]
) -> Grouping:
    """The most varied column of codes among ``allowed``, and what tells its families.

    That is a declared group, a wider column, its beginning, or itself. Columns in ``telling``
    and hierarchical codes count double.
    """
    codes = {
        name: pc.fill_null(frame.columns[name].texts, NONE)
        for name in allowed
        if frame.columns[name].nature is Nature.CODE and not name.endswith(PRESENT)
    }
    index = {name: _indices(texts) for name, texts in codes.items()}
    spread = {name: _entropy(one) for name, one in index.items()}
    usable = [name for name in sorted(codes) if spread[name] > 0.1 and _repeated(index[name])]
    if not usable:
        return Grouping()
    base = max(
        usable, key=lambda name: spread[name] * (2 if name in telling or _hierarchical(codes[name]) else 1)
    )
    if base in parents:
        return Grouping(
            "", base, pa.array([parents[base].get(code, NONE) for code in codes[base].to_pylist()])
        )
    wider = [
        name
        for name in usable
        if 0.4 * spread[base] <= spread[name] < spread[base] and _tells(index[base], index[name])
    ]
    finer = [name for name in usable if spread[name] > spread[base] and _tells(index[name], index[base])]
    if finer:
        return Grouping(base, max(finer, key=lambda name: spread[name]), codes[base])
    if wider:
        wide = max(wider, key=lambda name: spread[name])
        return Grouping(wide, base, codes[wide])
    if len(codes[base].unique()) > 40 and _hierarchical(codes[base]):
        return Grouping(base, base, pc.utf8_slice_codeunits(codes[base], 0, 3))
    return Grouping(base, base, codes[base])


def _hierarchical(codes: pa.Array) -> bool:
    texts = np.array(codes.unique().to_pylist(), dtype=str)
    return hierarchical(texts[texts != NONE])


def select(labels: pa.Array, person: Ints, persons: int, floor: int, most: int) -> Ints:
    """The family of each row: 1 and up for those that differ most between persons, 0 for the others.

    Score: variance over mean of the count by person, above one, times the square root of the persons
    who have the family.
    """
    index = _indices(labels)
    size = int(index.max()) + 1 if len(index) else 0
    having = distinct_persons(index, person, size)
    cells, cell = coded(index * persons + person)
    squares = np.bincount(cells // persons, np.bincount(cell).astype(float) ** 2, size) / persons
    mean = np.bincount(index, minlength=size) / persons
    dispersion = (squares - mean**2) / np.maximum(mean, 1e-12)
    score = (np.maximum(dispersion - 1, 0) + 0.1) * np.sqrt(having)
    score[having < floor] = -1
    order = np.argsort(-score, kind="stable")[:most]
    number = np.zeros(size, np.int64)
    # What is not of the lead's table at all comes first: the rows of that table are then told by one count.
    nothing = np.flatnonzero(np.array(pc.dictionary_encode(labels).dictionary.to_pylist()) == NONE)
    chosen = order[score[order] > 0]
    chosen = np.concatenate([nothing[having[nothing] >= floor], chosen[~np.isin(chosen, nothing)]])
    number[chosen] = 1 + np.arange(len(chosen))
    return number[index] if len(index) else index


def counts_of(family: Ints, person: Ints, persons: int) -> dict[int, Floats]:
    """For each family from 1, then for the others (0), the events of each person; none without families."""
    rows = rows_of(family, int(family.max(initial=0)) + 1)
    numbers = [*range(1, len(rows)), 0] if len(rows) > 1 else []
    return {one: np.bincount(person[rows[one]], minlength=persons).astype(float) for one in numbers}


def groups_of(labels: pa.Array | None, family: Ints) -> dict[int, int]:
    """The group of each family that shares its wider class with another, when codes are hierarchical.

    The three antidiabetics of a source, each a family, are one group: whether a person takes any is told
    before which.
    """
    if labels is None:
        return {}
    number, place = coded(family)
    any_row = np.empty(len(number), np.int64)
    any_row[place] = np.arange(len(family))
    codes = np.array(labels.take(pa.array(any_row)).to_pylist(), dtype=str)
    kept = (number > 0) & (codes != NONE)
    if not hierarchical(codes[kept]):
        return {}
    wide = codes[kept].astype(f"U{SHORTEST}")
    _, group, count = np.unique(wide, return_inverse=True, return_counts=True)
    return {int(one): int(own) for one, own in zip(number[kept], group, strict=True) if count[own] > 1}


def in_order(
    families: Mapping[str, Mapping[int, Floats]], columns: Mapping[str, Encoded]
) -> Iterator[tuple[str, int]]:
    """Entity and family, in the order in which they are drawn: those that go best with anything else first.

    What is drawn last takes up what the others left of the events of a person, and with it the errors of
    the others; so that is left to families which go with nothing. The first of each entity stays first, its
    others (0) last. ``columns``: those of the person table.
    """
    counts = [(name, one) for name, own in families.items() for one in own]
    having = [(families[name][one] > 0).astype(float) for name, one in counts]
    known = [one.domain.centres[np.maximum(one.index, 0)] for one in columns.values()]
    strength = np.zeros(len(counts))
    if len(counts) > 1:
        table = np.column_stack([*having, *known])
        table -= table.mean(0)
        table /= np.maximum(np.sqrt((table**2).sum(0)), 1e-12)
        found = np.abs(table.T[: len(counts)] @ table)
        np.fill_diagonal(found, 0)
        strength = found.max(1)
    for name, own in families.items():
        place = {one: strength[counts.index((name, one))] for one in own}
        first = next(iter(own), 0)
        yield from ((name, one) for one in sorted(own, key=lambda one: (one != first, one == 0, -place[one])))


def _indices(texts: pa.Array) -> Ints:
    return np.asarray(pc.dictionary_encode(texts).indices).astype(np.int64)


def _entropy(index: Ints) -> float:
    share = np.bincount(index) / max(len(index), 1)
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())


def _repeated(index: Ints) -> bool:
    return bool((int(index.max(initial=0)) + 1) * 4 < len(index))


def _tells(index: Ints, other: Ints) -> bool:
    """Whether each value of ``index`` goes with one value of ``other``."""
    pairs = distinct(index * (int(other.max()) + 1) + other)
    return len(pairs) <= 1.01 * (int(index.max()) + 1)
