"""Where distinctive values were found, and which of those finds chance explains."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from risk.residuals.cells import Cells
from risk.residuals.chance import Exposure, more_than_chance
from risk.residuals.folding import Flags, Folded, Integers, fold_array, tokens
from risk.residuals.matching import Hits, NeedleIndex
from risk.residuals.needles import Alphabet, Form, Needles
from risk.residuals.result import Manner, Trace

_LOOKED_AT = 2_000
"""Finds of a batch whose surroundings are looked at, to tell a word from a part of one."""
_MANNERS = tuple(Manner)


@dataclass
class Found:
    """Values found in one place in one manner."""

    values: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    """Numbers of distinct hidden values."""
    occurrences: int = 0
    names: int = 0
    """Distinct words of hidden values."""

    def add(self, other: "Found") -> None:
        """Both together."""
        self.values = np.union1d(self.values, other.values)
        self.occurrences += other.occurrences
        self.names += other.names


@dataclass
class _Doubt:
    """Parts of longer texts that chance may have written, for needles of one sort."""

    cells: int = 0
    places: dict[tuple[str, Manner], Found] = field(default_factory=dict)


@dataclass(frozen=True)
class _Finds:
    """The finds of one batch; one entry each."""

    needle: Integers
    rows: Integers
    """Rows of the batch that hold the cell."""
    manner: Integers
    """Number in ``_MANNERS``."""
    sure: Flags
    """Whether chance is out of the question."""


class Ledger:
    """All finds of one search."""

    def __init__(
        self,
        needles: Needles,
        index: NeedleIndex,
        known: list[str],
        shared: pa.Array | None = None,
        invented: frozenset[str] = frozenset(),
    ) -> None:
        """``index``: that of the needles. ``known``: texts that documentation holds whatever the data.

        ``shared``: texts that enough persons share to be nobody's. ``invented``: places that hold made-up
        numbers, in which only a whole identifier is one.
        """
        self._invented = invented
        self._needles = needles
        self._index = index
        self._exposure = Exposure(needles)
        self._doubts: dict[tuple[int, int], _Doubt] = {}
        self.traces: dict[tuple[str, Manner], Found] = {}
        ours = self._index.find(fold_array(pa.array(known, pa.large_string()))).needle
        self._ours = np.unique(ours[needles.alphabet[ours] == Alphabet.LETTERS])
        self._shared = np.zeros(0, np.int64)
        if shared is not None and len(shared):
            self._shared = np.unique(self._index.find(fold_array(shared)).needle)

    def search(self, cells: Cells) -> None:
        """Search one batch and write down what was found."""
        folded = fold_array(cells.texts)
        hits = self._without_echo(self._index.find(folded))
        if cells.place in self._invented:
            hits = self._whole(folded, hits)
        else:
            self._exposure.add(folded)
        if len(self._shared):
            hits = hits.where(~np.isin(hits.needle, self._shared))
        if cells.document:
            hits = hits.where(~np.isin(hits.needle, self._ours))
        if len(hits.position):
            finds = self._finds(cells, folded, hits)
            self._note(cells.place, finds)
            self._doubt(cells.place, finds)

    def holds(self, place: str) -> bool:
        """Whether anything has been found in ``place``, be it by chance."""
        places = [*self.traces, *(found for doubt in self._doubts.values() for found in doubt.places)]
        return any(found == place for found, _ in places)

    def add(self, place: str, manner: Manner, found: Found) -> None:
        """Write down one more find."""
        self.traces.setdefault((place, manner), Found()).add(found)

    def settle(self) -> int:
        """Decide on what chance may have written; gives the number of cells that it explains."""
        expected, explained = self._exposure.expected(), 0
        for sort, doubt in self._doubts.items():
            if not more_than_chance(doubt.cells, expected.get(sort, 0.0)):
                explained += doubt.cells
                continue
            for (place, manner), found in doubt.places.items():
                self.add(place, manner, found)
        self._doubts.clear()
        return explained

    def values(self) -> int:
        """Distinct hidden values and words found."""
        numbers = np.concatenate([np.zeros(0, np.int64), *(found.values for found in self.traces.values())])
        return len(np.unique(numbers)) + sum(found.names for found in self.traces.values())

    def shown(self) -> tuple[Trace, ...]:
        """Every trace, in order."""
        return tuple(
            Trace(place, manner, len(found.values) + found.names, found.occurrences)
            for (place, manner), found in sorted(self.traces.items())
        )

    def _whole(self, folded: Folded, hits: Hits) -> Hits:
        """Those that are a whole cell, or a digest: numbers made up in a row hold others by their nature."""
        cell = folded.cells(hits.position)
        starts = hits.position == folded.starts[cell]
        whole = starts & (self._needles.lengths[hits.needle] == folded.lengths[cell])
        return hits.where(whole | (self._needles.form[hits.needle] == Form.DIGEST))

    def _without_echo(self, hits: Hits) -> Hits:
        """Without the end of an identifier that is found whole: the same number less its zeros."""
        plain = self._needles.form[hits.needle] == Form.PLAIN
        ends = hits.position + self._needles.lengths[hits.needle]
        return hits.where(plain | ~np.isin(ends, ends[plain]))

    def _finds(self, cells: Cells, folded: Folded, hits: Hits) -> _Finds:
        cell = folded.cells(hits.position)
        form, alphabet = self._needles.form[hits.needle], self._needles.alphabet[hits.needle]
        words = self._are_words(cells, folded, hits, cell)
        manner = np.select(
            [form == Form.DIGEST, form == Form.DISGUISED, words],
            [_number(Manner.DIGEST), _number(Manner.DISGUISED), _number(Manner.WHOLE)],
            _number(Manner.INSIDE),
        )
        sure = (form == Form.DIGEST) | (alphabet == Alphabet.LETTERS) | (words & (form == Form.PLAIN))
        return _Finds(hits.needle, _row_counts(cells)[cell], manner, sure)

    def _are_words(self, cells: Cells, folded: Folded, hits: Hits, cell: Integers) -> Flags:
        """Which finds are a whole cell, or a whole word of it."""
        lengths = self._needles.lengths[hits.needle]
        words: Flags = (hits.position == folded.starts[cell]) & (lengths == folded.lengths[cell])
        for number in np.flatnonzero(~words)[:_LOOKED_AT].tolist():
            text = self._needles.texts[int(hits.needle[number])].as_py()
            words[number] = text in tokens(cells.texts[int(cell[number])].as_py())
        return words

    def _note(self, place: str, finds: _Finds) -> None:
        for number in np.unique(finds.manner[finds.sure]).tolist():
            self.add(place, _MANNERS[number], self._found(finds, finds.sure & (finds.manner == number)))

    def _doubt(self, place: str, finds: _Finds) -> None:
        alphabet, lengths = self._needles.alphabet[finds.needle], self._needles.lengths[finds.needle]
        sorts = np.stack([alphabet, lengths, finds.manner], axis=1)
        for letters, length, number in np.unique(sorts[~finds.sure], axis=0).tolist():
            chosen = ~finds.sure & (sorts == [letters, length, number]).all(axis=1)
            doubt = self._doubts.setdefault((letters, length), _Doubt())
            doubt.cells += int(chosen.sum())
            doubt.places.setdefault((place, _MANNERS[number]), Found()).add(self._found(finds, chosen))

    def _found(self, finds: _Finds, chosen: Flags) -> Found:
        values = np.unique(self._needles.value[finds.needle[chosen]])
        return Found(values, int(finds.rows[chosen].sum()))


def _number(manner: Manner) -> int:
    return _MANNERS.index(manner)


def _row_counts(cells: Cells) -> Integers:
    """Rows in which each distinct text is."""
    return np.bincount(cells.rows[cells.rows >= 0], minlength=len(cells.texts))
