"""Who is linked with whom by weights (``risk.registers.weights``): each is the other's best.

A line and a person are linked when the person is the line's best and no line that wants the person too fits
better: one to one, as in a greedy assignment by weight. Lines that say the same, and persons of whom the
same is said, are looked at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from risk.labels import Labels, combine, encode
from risk.registers.best import TIE, Tree
from risk.registers.exact import ABSENT, Facts, Linked, Shares
from risk.registers.grain import Codes, Comparison, Within
from risk.registers.weights import Weights, weights

MOST_CLOSER = 30
"""Different lines that fit a person better of which is asked whether they take the person: the best."""


@dataclass(frozen=True)
class _Side:
    """Lines, or persons, of which many are the same."""

    number: Codes
    """Of each, the group of its like."""
    first: Codes
    """One of each group."""
    sizes: Codes


def _side(columns: list[Labels], count: int) -> _Side:
    groups = combine(columns) if columns else Labels(np.zeros(count, dtype=np.int64), min(1, count))
    first = np.zeros(groups.groups, dtype=np.int64)
    first[groups.codes[::-1]] = np.arange(count)[::-1]
    return _Side(groups.codes, first, groups.sizes)


def _labels(values: npt.NDArray[np.generic]) -> Labels:
    return encode(pa.array(values))


def _columns(compared: Sequence[Comparison], side: str) -> list[Labels]:
    found = []
    for one in compared:
        names = [f"{side}_low", f"{side}_high"] if isinstance(one, Within) else [side]
        found += [_labels(getattr(one, name)) for name in names]
    return found


def _release_codes(compared: Comparison) -> Codes:
    """What tells rows of the release apart."""
    if isinstance(compared, Within):
        return combine(_columns([compared], "release")).codes
    return compared.release


def link(
    facts: Sequence[Facts], persons: int, truth: Codes, limit: int, random: np.random.Generator
) -> Linked:
    """Link at most ``limit`` lines of a register with persons of the release, each being the other's best."""
    own = [_own(each) if place else each for place, each in enumerate(facts)]
    scales = [weights(each, random) for each in own]
    wanted = np.flatnonzero(truth != ABSENT)
    if len(wanted) > limit:
        wanted = np.sort(random.choice(wanted, limit, replace=False))
    work = _Work(own, scales, persons, len(truth))
    chances, candidates, unique = np.zeros(len(wanted)), np.zeros(len(wanted), dtype=np.int64), 0
    made = 0.0
    for at, line in enumerate(wanted):
        best, ties = work.best_persons(int(line))
        candidates[at] = ties
        person = int(truth[line]) if truth[line] >= 0 else best
        right = work.is_best(int(line), person)
        claim = work.claim(int(line), person if right else best)
        made += claim.free
        if right and claim.free:
            unique += claim.rivals == ties == 1 and claim.free == 1
            chances[at] = claim.free / max(work.available(int(line)), claim.rivals)
    return Linked(wanted, chances, candidates, unique, made)


class Picker:
    """Who fits the lines of a register best, whoever they are."""

    def __init__(self, facts: Sequence[Facts], lines: int, random: np.random.Generator) -> None:
        own = [_own(each) if place else each for place, each in enumerate(facts)]
        scales = [weights(each, random) for each in own]
        self._work = _Work(own, scales, len(facts[0].persons), lines)
        self._order = np.argsort(self._work.units.number, kind="stable")

    def fitting(self, line: int) -> Codes:
        """The persons of the release that fit ``line`` best, at least one."""
        groups = self._work.best(line)
        numbers, order = self._work.units.number, self._order
        first = np.searchsorted(numbers, groups, side="left", sorter=order)
        last = np.searchsorted(numbers, groups, side="right", sorter=order)
        return np.concatenate([order[start:end] for start, end in zip(first, last, strict=True)])


def _own(facts: Facts) -> Facts:
    """Facts on the events alone: what lasts of a person is compared once."""
    compared = tuple(one for one, own in zip(facts.compared, facts.own, strict=True) if own)
    return Facts(facts.persons, compared, np.ones(len(compared), dtype=bool))


@dataclass(frozen=True)
class Claim:
    """How a line stands among those that want the same person."""

    rivals: int
    """Lines that fit the person as well, itself included."""
    free: float
    """Probability that no line that fits better takes the person."""
    whole: bool = True
    """Whether all of these lines were asked; else ``free`` is at least the truth."""


@dataclass(frozen=True)
class _Order:
    """The rows of events, person by person."""

    rows: Codes
    starts: Codes
    """Place in ``rows`` of the first row of each person who has some."""
    persons: Codes
    """Those persons."""

    @classmethod
    def of(cls, persons: Codes) -> "_Order":
        """The order of rows whose persons are these."""
        rows = np.argsort(persons, kind="stable")
        found, starts = np.unique(persons[rows], return_index=True)
        return cls(rows, starts, found)

    def of_person(self, person: int) -> Codes:
        """The rows of one person."""
        place = int(np.searchsorted(self.persons, person))
        if place == len(self.persons) or self.persons[place] != person:
            return self.rows[:0]
        end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.rows)
        found: Codes = self.rows[self.starts[place] : end]
        return found


class _Work:
    """Scores of one line against all persons, and of one person against all lines."""

    def __init__(
        self, facts: Sequence[Facts], scales: Sequence[tuple[Weights, ...]], persons: int, lines: int
    ) -> None:
        self.events = [(each, scale) for each, scale in zip(facts[1:], scales[1:], strict=True)]
        self.base, self.scale = facts[0], scales[0]
        compared = [] if self.events else list(self.base.compared)
        alone = [Labels(np.arange(persons), persons)] if self.events else []
        self.units = _side(alone + _columns(compared, "release"), persons)
        every = [one for each in facts for one in each.compared]
        self.lines = _side(_columns(every, "register"), lines)
        self.orders = [_Order.of(each.persons) for each, _ in self.events]
        first, only = self.units.first, self.lines.first
        self.to_persons = [weight.on_rows(first) for weight in self.scale]
        self.to_lines = [weight.on_lines(only) for weight in self.scale]
        parts = list(zip(self.events, self.orders, strict=True))
        self.to_events = [[one.on_rows(order.rows) for one in scale] for (_, scale), order in parts]
        self.from_events = [[one.on_lines(only) for one in scale] for _, scale in self.events]
        self.tree = self._tree() if not self.events and self.scale else None
        self._line, self._best = -1, np.zeros(0, dtype=np.int64)

    def _tree(self) -> Tree:
        """The groups of persons, when all that is compared lasts."""
        return Tree([(_release_codes(weight.compared), weight.on_rows) for weight in self.to_persons])

    def best(self, line: int) -> Codes:
        """The groups of persons that fit best, in order."""
        if line != self._line:
            found = self._best_of_all(line) if self.tree is None else self.tree.best(line)
            self._line, self._best = line, found
        return self._best

    def _best_of_all(self, line: int) -> Codes:
        total = np.zeros(len(self.units.first))
        for weight in self.to_persons:
            total += weight.of_line(line)
        for scale, order in zip(self.to_events, self.orders, strict=True):
            total += self._best_event(scale, order, line)
        return np.flatnonzero(total >= total.max() - TIE)

    def _best_event(self, scale: list[Weights], order: "_Order", line: int) -> Shares:
        """Of every person, the event that fits best; a person without any fits as a stranger would."""
        rows = np.zeros(len(order.rows))
        for weight in scale:
            rows += weight.of_line(line)
        best = np.full(
            len(self.units.first), sum(float(one.differed[line] * one.lines[line]) for one in scale)
        )
        if len(rows):
            best[order.persons] = np.maximum.reduceat(rows, order.starts)
        return best

    def best_persons(self, line: int) -> tuple[int, int]:
        """One of the persons who fit best, and how many do."""
        groups = self.best(line)
        return int(self.units.first[groups[0]]), int(self.units.sizes[groups].sum())

    def available(self, line: int) -> float:
        """How many of the persons who fit best no line takes that fits them better; at least one."""
        groups = self.best(line)
        sizes = self.units.sizes[groups]
        if not 1 < len(groups) <= MOST_CLOSER:
            return float(sizes.sum())
        firsts = self.units.first[groups].tolist()
        claims = [self.claim(line, person) for person in firsts]
        # Who is taken, for all that is known, leaves the line fewer to choose from.
        return max(1.0, float(sizes @ np.array([one.free * one.whole for one in claims])))

    def is_best(self, line: int, person: int) -> bool:
        """Whether nobody fits ``line`` better than ``person``."""
        groups, mine = self.best(line), self.units.number[person]
        place = int(np.searchsorted(groups, mine))
        return place < len(groups) and bool(groups[place] == mine)

    def claim(self, line: int, person: int) -> "Claim":
        """What ``line`` can hope for: a line that fits ``person`` better takes them, if it wants them."""
        total = np.zeros(len(self.lines.first))
        for weight in self.to_lines:
            total += weight.of_row(person)
        for scale, order in zip(self.from_events, self.orders, strict=True):
            total += self._best_of_person(scale, order.of_person(person))
        mine = total[self.lines.number[line]]
        closer = np.flatnonzero(total > mine + TIE)
        # The rest are taken to want others: the risk may look larger than it is, never smaller.
        asked = closer[np.argsort(-total[closer], kind="stable")][:MOST_CLOSER]
        free = 1.0
        for group in asked.tolist():
            other = int(self.lines.first[group])
            if self.is_best(other, person):
                takers = int(self.lines.sizes[group])
                free *= max(0.0, 1 - takers / max(takers, self.best_persons(other)[1]))
            if free == 0:
                break
        rivals = int(self.lines.sizes[np.abs(total - mine) <= TIE].sum())
        return Claim(rivals, free, len(asked) == len(closer))

    def _best_of_person(self, scale: list[Weights], rows: Codes) -> Shares:
        """Of every group of lines, how well the best of these events fits."""
        size = len(self.lines.first)
        best = np.full(size, -np.inf)
        for row in rows.tolist():
            one = np.zeros(size)
            for weight in scale:
                one += weight.of_row(row)
            best = np.maximum(best, one)
        if not len(rows):
            best = np.zeros(size)
            for weight in scale:
                best += weight.stranger()
        return best
