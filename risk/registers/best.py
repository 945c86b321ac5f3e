"""Who fits a line best, without a score for everybody: branch and bound over a tree of values.

Persons who are alike on all that is compared are one group. Groups stand in a tree, one column a level, the
column with most values first. What a line's score can still become below a node is at most the weights
of full agreement on the columns left (Land & Doig 1960): nodes that stay below a fit already found are not
opened, and who must agree on one of the first columns is looked up by its values. The search is exact,
ties included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from risk.labels import Codes

Shares = npt.NDArray[np.float64]
TIE = 1e-9
"""Scores that differ by no more are equal."""
BEAM = 64
"""Nodes of each level followed first, to have a good fit to compare with."""


class Scale(Protocol):
    """What agreement and disagreement on one column say, for rows that stand one a node."""

    def of_pairs(self, line: int, rows: Codes) -> Shares | float:
        """Weight of ``line`` with each of ``rows``."""

    def most(self, line: int) -> float:
        """The highest weight that ``line`` has with any row."""

    def otherwise(self, line: int) -> float:
        """The highest weight that ``line`` has with a row that does not agree."""

    def code(self, line: int) -> int | None:
        """What agrees with ``line``, when that is one of the codes of the column."""


OnRows = Callable[[Codes], Scale]


@dataclass(frozen=True)
class _Level:
    """The nodes of one column of the tree."""

    scale: Scale
    starts: Codes
    """Node of the level above -> its first child here, and one more at the end."""
    parents: Codes
    """Node -> the node of the level above."""
    codes: Codes
    """Sorted codes of the nodes."""
    by_code: Codes
    """Nodes in the order of ``codes``."""

    def below(self, nodes: Codes, scores: Shares) -> tuple[Codes, Shares]:
        """All children of ``nodes``, each with the score of its parent."""
        first, count = self.starts[nodes], self.starts[nodes + 1] - self.starts[nodes]
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(first, count) + within, np.repeat(scores, count)

    def holding(self, code: int) -> Codes:
        """The nodes that have the code."""
        first, last = np.searchsorted(self.codes, [code, code + 1])
        found: Codes = self.by_code[first:last]
        return found


class Tree:
    """Groups of persons by value, column after column."""

    def __init__(self, columns: Sequence[tuple[Codes, OnRows]]) -> None:
        """``columns``: codes of the groups, which differ on one of them, and weights on some groups."""
        ordered = sorted(columns, key=lambda each: -len(np.unique(each[0])))
        self._order = np.lexsort([codes for codes, _ in ordered][::-1])
        self._levels: list[_Level] = []
        above = np.zeros(1, dtype=np.int64)
        new = np.zeros(len(self._order), dtype=np.bool_)
        new[:1] = True
        for codes, on_rows in ordered:
            inside = codes[self._order]
            new[1:] |= inside[1:] != inside[:-1]
            mine = np.flatnonzero(new)
            by_code = np.argsort(inside[mine], kind="stable")
            self._levels.append(
                _Level(
                    on_rows(self._order[mine]),
                    np.append(np.searchsorted(mine, above), len(mine)),
                    np.searchsorted(above, mine, side="right") - 1,
                    inside[mine][by_code],
                    by_code,
                )
            )
            above = mine

    def best(self, line: int) -> Codes:
        """The groups that fit ``line`` best, in order."""
        nodes, scores = self._all(line, self._floor(line))
        return np.sort(self._order[nodes[scores >= scores.max() - TIE]])

    def _floor(self, line: int) -> float:
        """The score of somebody who fits well."""
        nodes, scores = np.zeros(1, dtype=np.int64), np.zeros(1)
        for level in self._levels:
            nodes, scores = level.below(nodes, scores)
            scores = scores + level.scale.of_pairs(line, nodes)
            if len(scores) > BEAM:
                kept = np.argpartition(scores, len(scores) - BEAM)[-BEAM:]
                nodes, scores = nodes[kept], scores[kept]
        return float(scores.max()) - TIE

    def _all(self, line: int, floor: float) -> tuple[Codes, Shares]:
        """All groups, as places in order, with scores of at least ``floor``."""
        left = np.append(np.cumsum([level.scale.most(line) for level in self._levels][::-1])[::-1], 0.0)
        nodes, scores = np.zeros(0, dtype=np.int64), np.zeros(0)
        # The most that somebody reaches who agreed on nothing so far: they are looked up when they first do.
        strangers = 0.0
        for depth, level in enumerate(self._levels):
            # Rounding of sums in another order must not lose a group.
            least = floor - left[depth + 1] - TIE
            found, before = level.below(nodes, scores)
            after = before + level.scale.of_pairs(line, found)
            if strangers + left[depth] >= floor - TIE:
                strangers += level.scale.otherwise(line)
                last = depth + 1 == len(self._levels) and strangers >= least
                more = self._met(depth, line, nodes, everybody=last)
                if level.scale.code(line) is None:
                    strangers = -np.inf
                found, after = np.append(found, more), np.append(after, self._reached(depth, line, more))
            kept = np.flatnonzero(after >= least)
            kept = kept[np.argsort(found[kept])]
            nodes, scores = found[kept], after[kept]
        return nodes, scores

    def _met(self, depth: int, line: int, nodes: Codes, *, everybody: bool) -> Codes:
        """Nodes of a level that agree with the line, or all, but for the children of ``nodes``."""
        level = self._levels[depth]
        code = None if everybody else level.scale.code(line)
        found = np.arange(len(level.parents)) if code is None else level.holding(code)
        if not len(nodes):
            return found
        parents = level.parents[found]
        place = np.minimum(np.searchsorted(nodes, parents), len(nodes) - 1)
        met: Codes = found[nodes[place] != parents]
        return met

    def _reached(self, depth: int, line: int, nodes: Codes) -> Shares:
        """The scores of nodes of a level."""
        total = np.zeros(len(nodes))
        for level in self._levels[depth::-1]:
            total += level.scale.of_pairs(line, nodes)
            nodes = level.parents[nodes]
        return total
