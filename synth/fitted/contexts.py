"""Which columns tell most about another: chosen by mutual information beyond chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.fitted.counting import coded, ordered, runs
from synth.fitted.domains import Encoded, Ints, coarse

SAMPLE, EACH = 12_000, 4
"""Rows that the choice looks at, in all and of one person (fewer for codes that persons repeat)."""
GAIN = 0.004
"""Nats that a context must bring."""
DEPTH = 3


@dataclass(frozen=True)
class Context:
    """A column as a context: its index a row, and the group of each index."""

    index: npt.NDArray[np.signedinteger[Any]]
    lookup: Ints

    @property
    def groups(self) -> Ints:
        """The group of each row."""
        found: Ints = self.lookup[np.maximum(self.index, 0)]
        return found

    def at(self, rows: Ints) -> "Context":
        """The same for other rows."""
        return Context(self.index[rows], self.lookup)


def context_of(encoded: Encoded) -> Context:
    """A fitted column as a context, in as few bytes as its indices need."""
    small = np.int16 if encoded.domain.size < 1 << 15 else np.int32
    return Context(encoded.index.astype(small), coarse(encoded.index, encoded.domain))


def choose(
    value: Ints,
    pool: Mapping[str, Context],
    there: Ints,
    person: Ints,
    forced: Sequence[str],
    seed: int,
    each: int = EACH,
) -> tuple[str, ...]:
    """Names of at most three contexts for ``value`` (-1: not learnt), ``forced`` first.

    ``there``: the row of the pool of each value.

    What a context tells is compared with what it tells of values shuffled within the contexts that are
    chosen already; only a few rows of each person are looked at, so that one person's habits are not
    taken for a rule.
    """
    rng = np.random.default_rng([seed, 11])
    rows = _sample(np.flatnonzero(value >= 0), person, rng, each)
    if not len(rows) or value[rows].min() == value[rows].max():
        return tuple(forced)
    target = coded(value[rows])[1]
    groups = {name: _dense(context.at(there[rows]).groups) for name, context in pool.items()}
    chosen = list(forced)
    key = np.zeros(len(rows), np.int64)
    for name in chosen:
        key = _pair(key, groups[name])
    candidates = [name for name in pool if name not in chosen and groups[name].max() > 0]
    while len(chosen) < DEPTH and candidates:
        order = ordered(rng.random(len(rows)), key)
        shuffled = np.empty_like(target)
        shuffled[ordered(key)] = target[order]
        gains = sorted((-_gain(key, groups[name], target, shuffled), name) for name in candidates)
        if -gains[0][0] < GAIN:
            break
        best = gains[0][1]
        chosen.append(best)
        key = _pair(key, groups[best])
        candidates = [name for gain, name in gains[1:10] if -gain > GAIN / 4]
    return tuple(chosen)


def _sample(rows: Ints, person: Ints, rng: np.random.Generator, each: int) -> Ints:
    if len(rows) > 8 * SAMPLE:
        drawn = rng.random(int(person.max()) + 1) < 8 * SAMPLE / len(rows)
        rows = rows[drawn[person[rows]]]
    order = rows[ordered(rng.random(len(rows)), person[rows])]
    few = order[runs(person[order])[1] < each]
    return np.sort(rng.choice(few, SAMPLE, replace=False)) if len(few) > SAMPLE else np.sort(few)


def _gain(key: Ints, groups: Ints, target: Ints, shuffled: Ints) -> float:
    """Nats that ``groups`` add, less what they would add by chance and the noise of that."""
    both = coded(_pair(key, groups))[1] * (int(target.max()) + 1)
    cells, others = (np.bincount(coded(both + one)[1]) for one in (target, shuffled))
    size = len(key)
    told = float((cells * np.log(cells)).sum() - (others * np.log(others)).sum()) / size
    return told - 3 * float(np.sqrt(len(others) / 2)) / size


def _dense(groups: Ints) -> Ints:
    return coded(groups)[1]


def _pair(key: Ints, groups: Ints) -> Ints:
    return key * (int(groups.max(initial=0)) + 1) + groups


def keys(names: Sequence[str], pool: Mapping[str, Context], size: int) -> list[Ints]:
    """One key a row for all of ``names``, for all but the last, and so on down to none."""
    found = [np.zeros(size, np.int64)]
    for name in names:
        context = pool[name]
        found.append(found[-1] * (int(context.lookup.max(initial=0)) + 2) + context.groups)
    return found[::-1]
