"""``python -m benchmarks.aggregates``: hiding and auditing tables of totals, made up, as Markdown.

Each table has persons, rows and a sum. ``hidden for itself``: fewer than 11 persons. The audit is
the attacker's: it proves or refutes every hidden cell of all three measures.
"""

import time
from dataclasses import dataclass

import numpy as np

from anonymize.aggregated.audit import CLOSE, audit
from anonymize.aggregated.grid import Grid
from anonymize.aggregated.measure import Asked, Measure, primary_cells, width_of_count, width_of_sum
from anonymize.aggregated.protect import protect
from anonymize.aggregated.rules import Flags, Values, additive


@dataclass(frozen=True)
class Case:
    """A table: members of each dimension, groups between them and the total (0: none), mean persons."""

    name: str
    sizes: tuple[int, ...]
    groups: tuple[int, ...]
    mean: float


CASES = (
    Case("2 dimensions", (140, 140), (0, 0), 60),
    Case("2 dimensions, régions over départements", (96, 180), (13, 0), 60),
    Case("3 dimensions", (17, 17, 16), (0, 0, 0), 100),
    Case("3 dimensions, régions over départements", (40, 12, 8), (8, 0, 0), 60),
)


def main() -> None:
    """Measure and print; about two minutes on two cores."""
    print(
        "| table | cells | hidden for themselves | hidden in all | choosing, s | audit, s | not protected |"
    )
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        grid, measures, primary, cost = made_up(case)
        start = time.perf_counter()
        hidden = protect(grid, measures, primary, cost)
        chosen = time.perf_counter() - start
        broken, audited = betrayed(measures, hidden)
        naive, _ = betrayed(measures, primary)
        print(
            f"| {case.name} | {grid.count} | {primary.sum()} | {hidden.sum()} | {chosen:.1f} | {audited:.1f}"
            f" | {broken} ({naive} when small cells only are hidden) |",
            flush=True,
        )


def betrayed(measures: list[Measure], hidden: Flags) -> tuple[int, float]:
    """Hidden cells that are known too well in some measure, and the seconds that it takes to know."""
    start = time.perf_counter()
    found = np.zeros(int(hidden.sum()), bool)
    for measure in measures:
        needed = measure.required[hidden]
        found |= audit(measure.rules, measure.values, hidden, needed).width < needed * (1 - CLOSE)
    return int(found.sum()), time.perf_counter() - start


def made_up(case: Case) -> tuple[Grid, list[Measure], Flags, Values]:
    """The same table for the same case."""
    random = np.random.default_rng([11, *case.sizes])
    parents = [_tree(size, groups) for size, groups in zip(case.sizes, case.groups, strict=True)]
    expected = np.array(1.0)
    for size in case.sizes:
        expected = np.multiply.outer(expected, random.lognormal(0, 1, size))
    counts = random.poisson(expected / expected.mean() * case.mean)
    places = np.argwhere(counts)
    persons = counts[tuple(places.T)].astype(float)
    rows = persons + random.poisson(2 * persons)
    amount = np.round(rows * random.gamma(2, 15, len(rows)) * 100)
    nodes = places + [len(tree) - size for tree, size in zip(parents, case.sizes, strict=True)]
    cells, data = _totals(nodes, np.column_stack([persons, rows, amount]), parents)
    grid = Grid(tuple(parents), cells)
    asked = Asked()
    persons, rows, amount = data.T
    primary = primary_cells(persons, np.zeros((0, len(persons))), asked)
    counting = additive(grid, 1.0)
    measures = [
        Measure("persons", persons, counting, True, width_of_count(persons, primary, asked)),
        Measure("rows", rows, counting, True, width_of_count(rows, primary, asked)),
        Measure("sum", amount, additive(grid, 0.0), True, width_of_sum(amount, persons, primary, asked)),
    ]
    return grid, measures, primary, np.sqrt(persons)


def _tree(size: int, groups: int) -> np.ndarray:
    if not groups:
        return np.zeros(size + 1, np.int64)
    return np.concatenate([np.zeros(groups + 1, np.int64), 1 + np.arange(size) % groups])


def _totals(nodes: np.ndarray, data: np.ndarray, parents: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All cells with their totals, dimension after dimension."""
    for axis, tree in enumerate(parents):
        level, levels = nodes, [nodes]
        while level[:, axis].any():
            level = level.copy()
            level[:, axis] = tree[level[:, axis]]
            levels.append(level)
        every = np.concatenate(levels)
        nodes, row = np.unique(every, axis=0, return_inverse=True)
        summed = np.zeros((len(nodes), data.shape[1]))
        np.add.at(summed, row.ravel(), np.concatenate([data] * len(levels)))
        data = summed
    return nodes, data


if __name__ == "__main__":
    main()
