"""What an intruder can compute of the cells that are not published, by linear programming.

The intruder knows every published value and the rules of the measure. The cell is protected when
two tables that agree with all of it differ there by the width asked. Any such table is a witness
for all cells at once, so a few programs that move many cells prove most of them; each cell that
remains gets its own minimum and maximum. The widths are those of the linear relaxation, as is
usual in disclosure control (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from anonymize.aggregated.grid import Numbers
from anonymize.aggregated.rules import Flags, Rules, Values

CLOSE = 1e-6
"""Relative error of a width that is forgiven: that of floating point."""
_ROUNDS = 40


class NotSolvedError(Exception):
    """The published values contradict each other, or the solver gave up."""


@dataclass(frozen=True)
class Problem:
    """The hidden cells of one measure as unknowns above :attr:`Rules.lower`, in the solver's unit."""

    equal: sparse.csr_array
    equal_to: Values
    below: sparse.csr_array
    below_to: Values
    largest: float
    """A bound that no width asked can reach, so that nothing is infinite."""
    unit: float
    """What one unit of the solver is worth."""

    @property
    def count(self) -> int:
        """Number of unknowns."""
        return int(self.equal.shape[1])

    def part(self, chosen: Numbers) -> "Problem":
        """The same problem on a set of unknowns that no rule links with the others."""
        rows, limits = (_touched(matrix[:, chosen]) for matrix in (self.equal, self.below))
        return Problem(
            self.equal[rows][:, chosen],
            self.equal_to[rows],
            self.below[limits][:, chosen],
            self.below_to[limits],
            self.largest,
            self.unit,
        )


@dataclass
class Intervals:
    """What is known so far of the values of each hidden cell, above the lower bound."""

    low: Values
    high: Values
    exact: Flags
    """Cells whose two ends are the true ones; the others are at least this wide."""

    @property
    def width(self) -> Values:
        """High minus low."""
        return self.high - self.low

    def meet(self, point: Values) -> None:
        """Take in one more table that agrees with what is published."""
        np.minimum(self.low, point, out=self.low)
        np.maximum(self.high, point, out=self.high)


def problem(rules: Rules, values: Values, hidden: Flags, largest: float) -> Problem:
    """The unknowns of ``values`` at ``hidden``; only the other values are looked at.

    ``largest``: in the unit of the values, beyond any width that is asked.
    """
    known = np.where(hidden, rules.lower, values)
    unit = max(1.0, largest / 1e7)
    sides = []
    for matrix in (rules.equal, rules.below):
        unknown = matrix[:, np.flatnonzero(hidden)]
        rows = _touched(unknown)
        sides.append((unknown[rows], -(matrix[rows] @ known) / unit))
        _agree(matrix, known, rows, largest, equal=matrix is rules.equal)
    (equal, equal_to), (below, below_to) = sides
    return Problem(equal, equal_to, below, below_to, largest / unit, unit)


def audit(
    rules: Rules,
    values: Values,
    hidden: Flags,
    required: Values,
    *,
    whole: bool = False,
    quick: bool = False,
) -> Intervals:
    """For each hidden cell, in order, an interval at least as wide as asked, or its exact one.

    ``required``: width asked of each hidden cell. ``whole``: exact intervals for all of them.
    ``quick``: no exact interval; a cell that is narrow may then be wide enough in truth.
    Raises NotSolvedError when no table agrees with the published values.
    """
    known = float(np.abs(values[~hidden]).sum()) + rules.lower * len(values)
    largest = 4.0 * (known + float(required.max(initial=1.0)))
    asked = problem(rules, values, hidden, largest)
    needed = required / asked.unit
    found = Intervals(
        np.full(asked.count, np.inf), np.full(asked.count, -np.inf), np.zeros(asked.count, bool)
    )
    if asked.count:
        found.meet(solve(asked, np.zeros(asked.count)))
        if not whole:
            _witnesses(asked, found, needed)
        if not quick:
            _exact(asked, found, needed, whole=whole)
    return Intervals(found.low * asked.unit, found.high * asked.unit, found.exact)


def solve(asked: Problem, cost: Values) -> Values:
    """A table of least ``cost``; NotSolvedError when there is none."""
    done = linprog(
        cost,
        A_eq=asked.equal if asked.equal.shape[0] else None,
        b_eq=asked.equal_to if asked.equal.shape[0] else None,
        A_ub=asked.below if asked.below.shape[0] else None,
        b_ub=asked.below_to if asked.below.shape[0] else None,
        bounds=(0, asked.largest),
        method="highs",
    )
    if done.x is None or done.status != 0:
        raise NotSolvedError
    return np.asarray(done.x, np.float64)


def _witnesses(asked: Problem, found: Intervals, needed: Values) -> None:
    """Move all cells that are not proven yet, together, down then up, as long as it helps."""
    random = np.random.default_rng([asked.count, 11])
    for turn in range(_ROUNDS):
        open_ = np.flatnonzero(found.width < needed * (1 - CLOSE))
        if not len(open_):
            return
        weight = random.lognormal(0, 1, len(open_)) / np.maximum(needed[open_], 1e-9)
        cost = np.zeros(asked.count)
        cost[open_] = weight
        point = solve(asked, cost) if turn % 4 == 0 else _rise(asked, open_, weight, found, needed)
        found.meet(point)
        left = int((found.width < needed * (1 - CLOSE)).sum())
        if turn > 4 and turn % 4 and left > 0.97 * len(open_):
            return


def _rise(asked: Problem, open_: Numbers, weight: Values, found: Intervals, needed: Values) -> Values:
    """A table where as many ``open_`` cells as possible rise by what is needed, and no reward is for more."""
    enough = found.low[open_] + needed[open_]
    doubled = Problem(
        sparse.csr_array(sparse.hstack([asked.equal, asked.equal[:, open_]])),
        asked.equal_to,
        sparse.csr_array(sparse.hstack([asked.below, asked.below[:, open_]])),
        asked.below_to,
        asked.largest,
        asked.unit,
    )
    cost = np.concatenate([np.zeros(asked.count), -weight])
    most = np.concatenate([np.full(asked.count, asked.largest), np.minimum(enough, asked.largest)])
    done = linprog(
        cost,
        A_eq=doubled.equal if doubled.equal.shape[0] else None,
        b_eq=doubled.equal_to if doubled.equal.shape[0] else None,
        A_ub=doubled.below if doubled.below.shape[0] else None,
        b_ub=doubled.below_to if doubled.below.shape[0] else None,
        bounds=np.column_stack([np.zeros(len(most)), most]),
        method="highs",
    )
    if done.x is None or done.status != 0:
        raise NotSolvedError
    point = np.array(done.x[: asked.count])
    point[open_] += done.x[asked.count :]
    return point


def _exact(asked: Problem, found: Intervals, needed: Values, *, whole: bool) -> None:
    """The least and the largest value of each cell that is not proven, in its own component."""
    _, component = connected_components(_links(asked), directed=False)
    component = component[: asked.count]
    open_ = np.ones(asked.count, bool) if whole else found.width < needed * (1 - CLOSE)
    for number in np.unique(component[open_]):
        mine = np.flatnonzero(component == number)
        part = asked.part(mine)
        for place, cell in enumerate(mine):
            if not whole and found.width[cell] >= needed[cell] * (1 - CLOSE):
                continue
            cost = np.zeros(len(mine))
            for sign in (1.0, -1.0):
                cost[place] = sign
                point = solve(part, cost)
                found.low[mine] = np.minimum(found.low[mine], point)
                found.high[mine] = np.maximum(found.high[mine], point)
            found.exact[cell] = True


def _links(asked: Problem) -> sparse.coo_array:
    """The graph of unknowns and rules."""
    rules = sparse.vstack([asked.equal, asked.below]).tocoo()
    size = asked.count + rules.shape[0]
    return sparse.coo_array((np.ones(rules.nnz), (rules.col, rules.row + asked.count)), shape=(size, size))


def _agree(matrix: sparse.csr_array, known: Values, rows: Numbers, largest: float, *, equal: bool) -> None:
    """The rules without unknown must hold as they stand."""
    excess = matrix @ known
    excess[rows] = 0
    worst = np.abs(excess) if equal else excess
    if worst.max(initial=0.0) > CLOSE * min(1e4, largest):
        raise NotSolvedError


def _touched(matrix: sparse.csr_array) -> Numbers:
    """Rows that have an unknown."""
    return np.flatnonzero(np.diff(matrix.tocsr().indptr))
