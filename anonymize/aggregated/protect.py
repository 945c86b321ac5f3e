"""Which cells an aggregated table hides, so that every one of them stays as uncertain as asked.

First the cells that single sums betray (``closure``). Then the audit: cells that it cannot prove
are given, one at a time, the cheapest change of the table that is wide enough and touches no cell
that stays published; what that change moves must be hidden too (the linear form of Fischetti and
Salazar, Management Science 47(7), 2001, doi:10.1287/mnsc.47.7.1008.9805). Each change is itself
the proof that its cell is protected, so this ends.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from anonymize.aggregated.audit import CLOSE, NotSolvedError, audit
from anonymize.aggregated.closure import close
from anonymize.aggregated.grid import Grid, Numbers
from anonymize.aggregated.measure import Measure
from anonymize.aggregated.rules import Flags, Values

_MOVED = 1e-7
"""Share of the width below which a change is floating point."""


def protect(grid: Grid, measures: Sequence[Measure], primary: Flags, cost: Values) -> Flags:
    """The cells to hide: ``primary`` and what must go with them.

    ``cost``: what is lost with each cell, above 0. Raises NotSolvedError when the solver gives up.
    """
    hidden = primary.copy()
    while True:
        hidden = close(grid, measures, hidden, cost)
        more = hidden.copy()
        for measure in measures:
            more |= _widened(measure, hidden | more, cost)
        if (more == hidden).all():
            return hidden
        hidden = more


def _widened(measure: Measure, hidden: Flags, cost: Values) -> Flags:
    """``hidden`` and the cells that its narrow cells need."""
    cells = np.flatnonzero(hidden)
    needed = measure.required[cells]
    found = audit(measure.rules, measure.values, hidden, needed, quick=True)
    true = measure.values[cells] - measure.rules.lower
    low, high = np.minimum(found.low, true), np.maximum(found.high, true)
    hidden = hidden.copy()
    for place in np.argsort(-needed, kind="stable"):
        if high[place] - low[place] >= needed[place] * (1 - CLOSE):
            continue
        rise = low[place] + needed[place] - true[place]
        change = cheapest_change(measure, hidden, cost, int(cells[place]), float(rise))
        hidden |= np.abs(change) > _MOVED * needed[place]
        np.minimum(low, true + change[cells], out=low)
        np.maximum(high, true + change[cells], out=high)
    return hidden


def cheapest_change(measure: Measure, hidden: Flags, cost: Values, cell: int, rise: float) -> Values:
    """The change of all cells that raises ``cell`` by ``rise``, keeps every rule and costs least.

    Only cells that are still published cost. NotSolvedError when there is none.
    """
    rules, unit = measure.rules, max(rise, 1e-9)
    fall = (measure.values - rules.lower) / unit
    count = len(hidden)
    free, shown = np.flatnonzero(hidden), np.flatnonzero(~hidden)
    # Unknowns: changes of hidden cells, then rises, then falls of the others.
    columns = sparse.csr_array(sparse.hstack([_unit(count, free), _unit(count, shown), -_unit(count, shown)]))
    price = np.concatenate([np.zeros(len(free)), cost[shown], cost[shown]])
    low = np.concatenate([-fall[free], np.zeros(2 * len(shown))])
    high = np.concatenate([np.full(len(free) + len(shown), np.inf), fall[shown]])
    if hidden[cell]:
        at = int(np.searchsorted(free, cell))
        low[at] = high[at] = 1.0
    equal, below = rules.equal @ columns, rules.below @ columns
    done = linprog(
        price,
        A_eq=equal if equal.shape[0] else None,
        b_eq=np.zeros(equal.shape[0]) if equal.shape[0] else None,
        A_ub=below if below.shape[0] else None,
        b_ub=-(rules.below @ measure.values) / unit if below.shape[0] else None,
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if done.x is None or done.status != 0:
        raise NotSolvedError
    return np.asarray(columns @ done.x, np.float64) * unit


def _unit(count: int, chosen: Numbers) -> sparse.csr_array:
    size = len(chosen)
    return sparse.csr_array((np.ones(size), (chosen, np.arange(size))), shape=(count, size))
