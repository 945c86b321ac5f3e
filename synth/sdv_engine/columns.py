"""Columns above the floor as SDV sees them, and what it draws as our domains have it.

SDV sees no name and no code: ``c0``, ``c1``… hold ``v3`` for the third code of a domain, and numbers
that may come out, or their ranks between 0 and 1. What it draws goes back to the nearest value of the
domain, so that nothing rare comes out of its smoothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.fitted.domains import LOST, Domain, Encoded, Floats, Ints

STAGE = 64
"""Of the random numbers: shared with no other draw."""


@dataclass(frozen=True)
class Opaque:
    """Columns under names of no meaning."""

    domains: Mapping[str, Domain]
    """Name of the column in the profile -> what may come out of it."""
    names: Mapping[str, str]
    """Name in the profile -> name that SDV sees; columns with one value have none."""
    values: Mapping[str, npt.NDArray[Any]]
    """Name that SDV sees -> its values."""
    constant: Mapping[str, int]
    """Name in the profile -> the only index of a column that SDV does not see."""
    shares: Mapping[str, Floats]
    """Name in the profile -> share of the values up to each cell, of numbers that SDV sees as ranks."""

    @property
    def metadata(self) -> dict[str, dict[str, str]]:
        """The columns in the terms of SDV's metadata."""
        return {
            seen: {"sdtype": "categorical" if len(self.domains[name].labels) else "numerical"}
            for name, seen in self.names.items()
        }


def opaque(columns: Mapping[str, Encoded], seed: int, *, ranked: bool = False) -> Opaque:
    """Encoded columns as SDV may see them; values that are not learnt are drawn from those that are.

    ``ranked``: numbers as ranks. The margins that SDV fits to counts with many zeros are far off; those of
    ranks are flat.
    """
    rng = np.random.default_rng([seed, STAGE])
    names: dict[str, str] = {}
    values: dict[str, npt.NDArray[Any]] = {}
    constant: dict[str, int] = {}
    shares: dict[str, Floats] = {}
    for name, encoded in columns.items():
        index = settled(encoded.index, rng)
        if len(index) == 0 or index.min() == index.max():
            constant[name] = int(index[0]) if len(index) else 0
            continue
        seen = f"c{len(names)}"
        names[name] = seen
        domain = encoded.domain
        if len(domain.labels):
            values[seen] = _codes(index, domain)
        elif ranked:
            counts = np.bincount(index[index > 0], minlength=domain.size)[1:]
            shares[name] = counts.cumsum() / max(counts.sum(), 1)
            values[seen] = _ranks(index, shares[name], rng)
        else:
            values[seen] = domain.numbers(index, rng)
    return Opaque({name: one.domain for name, one in columns.items()}, names, values, constant, shares)


def settled(index: Ints, rng: np.random.Generator) -> Ints:
    """The index with each value that is not learnt replaced by one that is, in their proportions."""
    known = index[index != LOST]
    if not len(known):
        return np.zeros_like(index)
    found = index.copy()
    found[index == LOST] = rng.choice(known, int((index == LOST).sum()))
    return found


def _codes(index: Ints, domain: Domain) -> npt.NDArray[np.object_]:
    words = np.array([None, *(f"v{place}" for place in range(1, domain.size))], dtype=object)
    found: npt.NDArray[np.object_] = words[index]
    return found


def _ranks(index: Ints, shares: Floats, rng: np.random.Generator) -> Floats:
    first = np.concatenate([[0.0], shares[:-1]])
    cell = np.maximum(index - 1, 0)
    ranks = first[cell] + rng.random(len(index)) * (shares - first)[cell]
    return np.where(index > 0, ranks, np.nan)


@dataclass(frozen=True)
class Back:
    """Drawn columns: the index of each value in its domain and, of numbers, the value."""

    index: dict[str, Ints]
    numbers: dict[str, Floats]


def back(held: Opaque, drawn: Mapping[str, npt.NDArray[Any]], rows: int, seed: int) -> Back:
    """What SDV drew, by its own names of columns, as values of our domains."""
    rng = np.random.default_rng([seed, STAGE, 1])
    found = Back({}, {})
    for name, domain in held.domains.items():
        if name in held.constant:
            index = np.full(rows, held.constant[name], np.int64)
            numbers = domain.numbers(index, rng)
        elif len(domain.labels):
            index, numbers = _index(drawn[held.names[name]]), np.full(rows, np.nan)
        elif name in held.shares:
            index = _cells(np.asarray(drawn[held.names[name]], dtype=float), held.shares[name])
            numbers = domain.numbers(index, rng)
        else:
            index, numbers = _nearest(domain, np.asarray(drawn[held.names[name]], dtype=float))
        found.index[name], found.numbers[name] = index, numbers
    return found


def _cells(ranks: Floats, shares: Floats) -> Ints:
    cell = np.searchsorted(shares, np.nan_to_num(ranks), side="left")
    found: Ints = np.where(np.isnan(ranks), 0, 1 + np.minimum(cell, len(shares) - 1)).astype(np.int64)
    return found


def _index(codes: npt.NDArray[Any]) -> Ints:
    return np.array([int(code[1:]) if isinstance(code, str) else 0 for code in codes], dtype=np.int64)


def _nearest(domain: Domain, values: Floats) -> tuple[Ints, Floats]:
    order = np.argsort(domain.values, kind="stable")
    known = domain.values[order]
    cell = np.repeat(np.arange(len(domain.starts) - 1), np.diff(domain.starts))[order]
    middles = (known[1:] + known[:-1]) / 2
    place = np.searchsorted(middles, np.nan_to_num(values))
    missing = np.isnan(values)
    index = np.where(missing, 0, 1 + cell[place]).astype(np.int64)
    return index, np.where(missing, np.nan, known[place])
