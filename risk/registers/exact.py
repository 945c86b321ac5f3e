"""Blocked exact linkage: who agrees with a line of a register on all that it knows.

A line that lacks a value is compared on the others. One to one: of the persons who agree with a line,
and of the lines that agree with the person at least as closely, one is right, so a true link is made
with probability 1 / max(persons who agree, lines that agree). Where all that is compared is equality
this is exactly the chance of a random assignment within each block; with ranges it is the O-estimate
of Lakshmanan, Ng and Ramesh (SIGMOD 2005), taken on the side where the choice is wider.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from risk.labels import Labels, combine
from risk.registers.grain import UNKNOWN, AnyOf, Codes, Comparison, Equal, Within

Shares = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
ABSENT, UNTOLD = -1, -2
"""True person of a line that is not in the release, and of one of which nobody knows."""


@dataclass(frozen=True)
class Facts:
    """Rows that say something of persons: one a person, or one an event."""

    persons: Codes = field(repr=False)
    """Number of the person of each row."""
    compared: tuple[Comparison, ...]
    """The release's side has one value a row."""
    own: Mask = field(repr=False)
    """Which of ``compared`` are of the events themselves; the others say something of the person."""


@dataclass(frozen=True)
class Linked:
    """What linking gave, for the lines that were tried."""

    lines: Codes = field(repr=False)
    chances: Shares = field(repr=False)
    """Of each, the probability of the true link; where nobody knows it, as if it were among those found."""
    candidates: Codes = field(repr=False)
    """Of each, the persons who agree with it."""
    unique: int
    """Lines that agree with one person who agrees with no other."""
    links: float
    """Links that are made, right or wrong, of those lines and of the others that were counted."""


def taken(compared: Comparison, rows: Codes) -> Comparison:
    """The same comparison with the release's rows ``rows``."""
    if isinstance(compared, Within):
        return replace(
            compared, release_low=compared.release_low[rows], release_high=compared.release_high[rows]
        )
    return replace(compared, release=compared.release[rows])


def is_known(compared: Comparison) -> Mask:
    """Lines of the register that have a value."""
    if isinstance(compared, Within):
        there: Mask = ~np.isnan(compared.register_low)
        return there
    known: Mask = compared.register != UNKNOWN
    return known


def patterns(facts: Sequence[Facts]) -> Codes:
    """Of each line, one bit for each comparison of ``facts[0]``, ``facts[1]``… that it has a value for.

    A comparison that stands in several of them has one bit.
    """
    bits: dict[str, Mask] = {one.reference: is_known(one) for each in facts for one in each.compared}
    found = np.zeros(len(next(iter(bits.values()))), dtype=np.int64)
    for place, known in enumerate(bits.values()):
        found |= known.astype(np.int64) << place
    return found


@dataclass(frozen=True)
class _Pattern:
    """The lines that know the same columns."""

    lines: Codes
    size: int
    """Columns that they know."""
    used: tuple[tuple[Facts, tuple[Comparison, ...]], ...]
    """What they are compared with, on which columns."""


def _patterns(facts: Sequence[Facts]) -> Iterator[_Pattern]:
    masks = patterns(facts)
    for mask in np.unique(masks):
        lines = np.flatnonzero(masks == mask)
        first = lines[:1]
        used = []
        for each in facts:
            known = [bool(is_known(one)[first][0]) for one in each.compared]
            compared = tuple(one for one, has in zip(each.compared, known, strict=True) if has)
            if any(has and own for has, own in zip(known, each.own, strict=True)):
                used.append((each, compared))
        if not used:
            each = facts[0]
            used = [(each, tuple(one for one in each.compared if is_known(one)[first][0]))]
        yield _Pattern(lines, int(mask).bit_count(), tuple(used))


def link(
    facts: Sequence[Facts], persons: int, truth: Codes, limit: int, random: np.random.Generator
) -> Linked:
    """Link the lines of a register, one to one.

    ``facts``: the first says what lasts of each person. ``persons``: how many there are. ``truth``: the
    true person of each line, :data:`ABSENT` or :data:`UNTOLD`. ``limit``: lines that are tried, drawn by
    ``random``, when they cannot be counted in blocks.
    """
    found = list(_patterns(facts))
    if all(_is_countable(pattern) for pattern in found):
        return _counted(found, persons, truth)
    wanted = np.flatnonzero(truth != ABSENT)
    if len(wanted) > limit:
        wanted = np.sort(random.choice(wanted, limit, replace=False))
    return _searched(found, truth, wanted)


def _is_countable(pattern: _Pattern) -> bool:
    return len(pattern.used) == 1 and all(isinstance(one, Equal) for one in pattern.used[0][1])


@dataclass(frozen=True)
class _Blocks:
    """Lines and rows with the same codes."""

    register: Codes
    """Block of each line of the pattern; -1: no row can agree."""
    release: Codes
    """Block of each row; -1: the row lacks a value."""
    count: int


def _blocks(lines: Codes, rows: int, compared: Sequence[Comparison]) -> _Blocks:
    columns, wrong = [], np.zeros(len(lines) + rows, dtype=bool)
    for one in compared:
        if isinstance(one, Equal):
            codes = np.concatenate([one.register[lines], one.release])
            wrong |= codes < 0
            clean = np.where(codes < 0, 0, codes)
            columns.append(Labels(clean, int(clean.max(initial=0)) + 1))
    if not columns:
        columns = [Labels(np.zeros(len(lines) + rows, dtype=np.int64), 1)]
    groups = combine(columns)
    codes = np.where(wrong, -1, groups.codes)
    return _Blocks(codes[: len(lines)], codes[len(lines) :], groups.groups)


def _counted(found: Sequence[_Pattern], persons: int, truth: Codes) -> Linked:
    """Every line, by the sizes of the blocks."""
    agreeing = np.zeros(len(truth), dtype=np.int64)
    alike = np.zeros(len(truth), dtype=np.int64)
    right = np.zeros(len(truth), dtype=bool)
    claims: dict[int, Codes] = {}
    for pattern in found:
        each, compared = pattern.used[0]
        blocks = _blocks(pattern.lines, len(each.persons), compared)
        known = blocks.release >= 0
        pairs = np.unique(blocks.release[known] * persons + each.persons[known])
        block, person = np.divmod(pairs, persons)
        sizes = np.bincount(block, minlength=blocks.count)
        mine = blocks.register
        lines = np.bincount(mine[mine >= 0], minlength=blocks.count)
        agreeing[pattern.lines] = np.where(mine >= 0, sizes[mine], 0)
        alike[pattern.lines] = np.where(mine >= 0, lines[mine], 0)
        wanted = truth[pattern.lines]
        right[pattern.lines] = (mine >= 0) & (wanted >= 0) & _among(pairs, mine * persons + wanted)
        claim = claims.setdefault(pattern.size, np.zeros(persons, dtype=np.int64))
        np.add.at(claim, person, lines[block])
    for pattern in found:
        told = pattern.lines[truth[pattern.lines] >= 0]
        rivals = sum(claim for size, claim in claims.items() if size >= pattern.size)
        alike[told] = np.asarray(rivals)[truth[told]]
    tried = np.flatnonzero(truth != ABSENT)
    chances = np.where(right | ((truth == UNTOLD) & (agreeing > 0)), 1.0, 0.0)
    chances = chances / np.maximum(1, np.maximum(agreeing, alike))
    unique = int(((agreeing == 1) & (alike == 1)).sum())
    links = (agreeing / np.maximum(1, np.maximum(agreeing, alike))).sum()
    return Linked(tried, chances[tried], agreeing[tried], unique, float(links))


def _among(pairs: Codes, wanted: Codes) -> Mask:
    if not len(pairs):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    found: Mask = pairs[place] == wanted
    return found


@dataclass(frozen=True)
class _Index:
    """Lines and rows of one table of facts, by block."""

    facts: Facts
    compared: tuple[Comparison, ...]
    lines: Codes
    blocks: _Blocks
    rows_by_block: Codes
    lines_by_block: Codes
    rows_by_person: Codes

    @classmethod
    def of(cls, pattern: _Pattern, facts: Facts, compared: tuple[Comparison, ...]) -> "_Index":
        blocks = _blocks(pattern.lines, len(facts.persons), compared)
        return cls(
            facts,
            tuple(one for one in compared if not isinstance(one, Equal)),
            pattern.lines,
            blocks,
            np.argsort(blocks.release, kind="stable"),
            np.argsort(blocks.register, kind="stable"),
            np.argsort(facts.persons, kind="stable"),
        )

    def persons_of(self, place: int) -> Codes:
        """Persons who agree with the line at ``place`` of the pattern."""
        block = self.blocks.register[place]
        if block < 0:
            return np.zeros(0, dtype=np.int64)
        rows = _slice(self.rows_by_block, self.blocks.release, block)
        keep = np.ones(len(rows), dtype=bool)
        for one in self.compared:
            keep &= agreement(one, self.lines[place : place + 1], rows)
        found: Codes = np.unique(self.facts.persons[rows[keep]])
        return found

    def lines_of(self, person: int) -> Codes:
        """Lines of the pattern that agree with ``person``."""
        found = [np.zeros(0, dtype=np.int64)]
        for row in _slice(self.rows_by_person, self.facts.persons, person):
            block = self.blocks.release[row]
            if block < 0:
                continue
            places = _slice(self.lines_by_block, self.blocks.register, block)
            keep = np.ones(len(places), dtype=bool)
            for one in self.compared:
                keep &= agreement(one, self.lines[places], np.array([row]))
            found.append(places[keep])
        return np.unique(np.concatenate(found))


def _slice(order: Codes, codes: Codes, wanted: int) -> Codes:
    """Those of ``order``, which sorts ``codes``, whose code is ``wanted``."""
    first = np.searchsorted(codes, wanted, side="left", sorter=order)
    last = np.searchsorted(codes, wanted, side="right", sorter=order)
    found: Codes = order[first:last]
    return found


def agreement(compared: Comparison, lines: Codes | slice, rows: Codes | slice) -> Mask:
    """Whether lines and rows agree, pair by pair; one of the two may be single."""
    if isinstance(compared, Within):
        low, high = compared.register_low[lines], compared.register_high[lines]
        met: Mask = (compared.release_low[rows] <= high) & (compared.release_high[rows] >= low)
        return met
    mine, theirs = compared.register[lines], compared.release[rows]
    if isinstance(compared, AnyOf):
        fit: Mask = compared.fits[mine, theirs] & (theirs >= 0)
        return fit
    same: Mask = (mine == theirs) & (mine >= 0)
    return same


def _searched(found: Sequence[_Pattern], truth: Codes, wanted: Codes) -> Linked:
    """The lines ``wanted`` only, each against everybody."""
    indexes = [tuple(_Index.of(pattern, *used) for used in pattern.used) for pattern in found]
    pattern_of = np.zeros(len(truth), dtype=np.int64)
    place_of = np.zeros(len(truth), dtype=np.int64)
    for number, pattern in enumerate(found):
        pattern_of[pattern.lines] = number
        place_of[pattern.lines] = np.arange(len(pattern.lines))
    chances, candidates, unique = np.zeros(len(wanted)), np.zeros(len(wanted), dtype=np.int64), 0
    for at, line in enumerate(wanted):
        number = int(pattern_of[line])
        agreeing = _everywhere([index.persons_of(int(place_of[line])) for index in indexes[number]])
        candidates[at] = len(agreeing)
        told = truth[line] >= 0
        if not len(agreeing) or (told and not np.isin(truth[line], agreeing)):
            continue
        person = int(truth[line]) if told else int(agreeing[0])
        rivals = sum(
            len(_everywhere([index.lines_of(person) for index in other]))
            for other, pattern in zip(indexes, found, strict=True)
            if pattern.size >= found[number].size
        )
        unique += len(agreeing) == rivals == 1
        chances[at] = 1.0 / max(len(agreeing), rivals if told or len(agreeing) == 1 else 1)
    return Linked(wanted, chances, candidates, unique, float((candidates > 0).sum()))


def _everywhere(found: list[Codes]) -> Codes:
    """Those who are in all of the lists."""
    common: Codes = found[0]
    for other in found[1:]:
        common = np.intersect1d(common, other, assume_unique=True)
    return common
