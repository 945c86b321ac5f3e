"""More hidden cells, so that no single sum gives a hidden cell away.

A first choice, made relation by relation: it is quick and nearly enough. Two relations together
can still betray a cell, hence the audit that follows (``anonymize.aggregated.protect``).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymize.aggregated.grid import Grid, Numbers
from anonymize.aggregated.measure import Measure
from anonymize.aggregated.rules import Flags, Values


def close(grid: Grid, measures: Sequence[Measure], hidden: Flags, cost: Values) -> Flags:
    """``hidden`` and the cells that must go with them, the cheapest first."""
    adding = [measure for measure in measures if measure.additive]
    search = _Search(grid, adding, hidden.copy(), cost)
    search.run()
    return search.hidden


@dataclass
class _Search:
    grid: Grid
    measures: Sequence[Measure]
    hidden: Flags
    cost: Values

    def __post_init__(self) -> None:
        matrix = self.grid.relations.matrix
        self._rows = matrix.tocsr()
        self._columns = matrix.tocsc()
        self._hidden_in = (abs(matrix) @ self.hidden.astype(float)).astype(np.int64)
        self._room = [measure.values - measure.rules.lower for measure in self.measures]

    def run(self) -> None:
        """Go through the relations that hold a hidden cell until all of them stand."""
        waiting = deque(np.flatnonzero(self._hidden_in).tolist())
        queued = set(waiting)
        while waiting:
            relation = waiting.popleft()
            queued.discard(relation)
            while (cell := self._next(relation)) is not None:
                for other in self._hide(cell):
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)

    def _hide(self, cell: int) -> list[int]:
        self.hidden[cell] = True
        relations = self._of(cell)
        self._hidden_in[relations] += 1
        found: list[int] = relations.tolist()
        return found

    def _of(self, cell: int) -> Numbers:
        start, end = self._columns.indptr[cell : cell + 2]
        found: Numbers = self._columns.indices[start:end]
        return found

    def _next(self, relation: int) -> int | None:
        """The cell to hide next so that ``relation`` stands; None when it does or nothing is left."""
        start, end = self._rows.indptr[relation : relation + 2]
        cells = self._rows.indices[start:end]
        gone = cells[self.hidden[cells]]
        others = cells[~self.hidden[cells]]
        if not len(gone) or not len(others):
            return None
        lacking = self._lacking(gone, total=int(self.grid.relations.parent[relation]))
        if len(gone) > 1 and not any(lacking):
            return None
        score = np.array([self._score(cell, lacking) for cell in others])
        return int(others[np.argmin(score)])

    def _lacking(self, gone: Numbers, total: int) -> list[float]:
        """For each measure, by how much the hidden cells fall short of what one of them needs."""
        if self.hidden[total]:
            return [0.0 for _ in self.measures]
        return [
            max(0.0, float(measure.required[gone].max() - room[gone].sum()))
            for measure, room in zip(self.measures, self._room, strict=True)
        ]

    def _score(self, cell: int, lacking: list[float]) -> float:
        """Cost of a cell; more when it opens relations of its own or does not fill the gap."""
        alone = int((self._hidden_in[self._of(cell)] == 0).sum())
        short = any(room[cell] < need for room, need in zip(self._room, lacking, strict=True))
        return float(self.cost[cell]) * (1 + alone) * (2 if short else 1)
