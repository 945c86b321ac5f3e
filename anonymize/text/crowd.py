"""Names of everybody in the source: a letter also speaks of other patients."""

from collections.abc import Iterable, Iterator

from anonymize.text.folding import Folded
from anonymize.text.known import PARTICLES, TOKEN
from anonymize.text.rules_names import EPONYM, LOOK_BACK
from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_eponym, is_everyday, is_ordinary

SHORTEST, SHORTEST_LOWER = 4, 5
"""Letters of a name that a text writes with a capital, and without."""
MOST_WORDS = 4
"""A text of more words is no name."""


def crowd_of(values: Iterable[str]) -> frozenset[str]:
    """The words of names, folded; values with digits are no names."""
    found: set[str] = set()
    for value in values:
        words = TOKEN.findall(value)
        if len(words) <= MOST_WORDS and not any(map(str.isdigit, value)) and "@" not in value:
            found.update(word for word in words if len(word) >= SHORTEST and word not in PARTICLES)
    return frozenset(word for word in found if not is_ordinary(word))


def crowd_spans(text: str, folded: Folded, crowd: frozenset[str]) -> Iterator[Span]:
    """Every word of ``text`` that is a name of somebody."""
    for found in TOKEN.finditer(folded.text) if crowd else ():
        if found.group() in crowd:
            start, end = folded.source(*found.span())
            plain = len(found.group()) >= SHORTEST_LOWER and not is_everyday(found.group())
            if (plain or text[start].isupper()) and not _names_a_disease(text, start, found.group()):
                yield Span(start, end, Label.NAME)


def _names_a_disease(text: str, start: int, word: str) -> bool:
    return is_eponym(word) and EPONYM.search(text, max(0, start - LOOK_BACK), start) is not None
