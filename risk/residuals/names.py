"""Surnames and other words of hidden values in texts that somebody wrote, in anybody's rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.catalogue import catalogue
from profiles.model import Kind, Profile, Role
from risk.residuals.cells import Cells, leaves
from risk.residuals.folding import Integers, tokens
from risk.residuals.hidden import MANY_PERSONS, HiddenValues
from risk.residuals.needles import OF_LETTERS

LETTERS = 5
"""A word of fewer letters is met everywhere."""
CIVILITIES = 4
"""A column of so few values holds no names."""
_OWN_TEXTS = (("release", "templates"), ("release", ""), ("risk.report", ""), ("profiles", "policies"))
_READ = (".py", ".html", ".md", ".txt", ".yaml", ".j2", ".toml")


@dataclass(frozen=True)
class Names:
    """Words that only a hidden value should hold."""

    words: frozenset[str]
    """Folded, of letters only."""

    def in_text(self, text: str) -> set[str]:
        """Names among the words of ``text``, or made by two neighbours (``Le Gall``)."""
        parts = tokens(text)
        pairs = (first + second for first, second in pairwise(parts))
        return set(self.words.intersection(parts)) | set(self.words.intersection(pairs))


def names_of(hidden: Iterable[HiddenValues]) -> Names:
    """The words of direct identifiers without digits: whole, and each part of two to four."""
    words: set[str] = set()
    for item in hidden:
        named = item.column.kind is Kind.TEXT and item.column.role is Role.DIRECT
        if named and len(item.values) and not (item.is_common and len(item.values) <= CIVILITIES):
            letters = item.values.filter(pc.invert(pc.match_substring_regex(item.values, "[0-9]")))
            for value in letters.to_pylist():
                words.update(_words(value))
    return Names(frozenset(words))


def _words(value: str) -> list[str]:
    parts = tokens(value)
    if len(parts) > CIVILITIES or not all(part.isalpha() for part in parts):
        return []
    whole = "".join(parts)
    # A longer whole is distinctive: it is looked for everywhere, not only in free text.
    found = [whole] if len(whole) < OF_LETTERS else []
    found += parts if len(parts) > 1 else []
    return [word for word in found if len(word) >= LETTERS]


@dataclass
class Met:
    """Names met in one place."""

    persons: dict[str, set[str]] = field(default_factory=dict)
    """Word -> persons in whose rows it is; not all of them once they are many."""
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, names: Names, cells: Cells) -> None:
        """Count the names in one batch."""
        if not names.words:
            return
        found = {number: names.in_text(text) for number, text in enumerate(cells.texts.to_pylist())}
        found = {number: words for number, words in found.items() if words}
        if found:
            order = np.argsort(cells.rows, kind="stable")
            ends = np.searchsorted(cells.rows, np.arange(len(cells.texts) + 1), sorter=order)
            for number, words in found.items():
                self._count(words, order[ends[number] : ends[number + 1]], cells.persons)

    def _count(self, words: set[str], rows: Integers, persons: pa.Array | None) -> None:
        for word in words:
            self.rows[word] = self.rows.get(word, 0) + len(rows)
            known = self.persons.setdefault(word, set())
            if persons is not None and len(known) < MANY_PERSONS:
                known.update(persons.take(pa.array(rows)).unique()[:MANY_PERSONS].to_pylist())

    def rare(self) -> set[str]:
        """Names in the rows of few persons (of few rows when persons are not known): no common word."""
        return {
            word
            for word, rows in self.rows.items()
            if (len(self.persons[word]) if self.persons[word] else rows) < MANY_PERSONS
        }


def known_texts(profile: Profile) -> list[str]:
    """Texts that documentation holds whatever the data: those of the profile and our own."""
    own = [one for entry in catalogue().values() for one in entry.values()]
    return [*leaves(profile.model_dump(mode="json")), *own, *_own_texts()]


def _own_texts() -> Iterable[str]:
    for package, folder in _OWN_TEXTS:
        try:
            place = resources.files(package) / folder if folder else resources.files(package)
        except ModuleNotFoundError:
            continue
        if place.is_dir():
            for item in place.iterdir():
                if item.is_file() and item.name.endswith(_READ):
                    yield item.read_text(encoding="utf-8")
