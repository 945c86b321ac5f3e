"""Names of everybody in the source: a letter also speaks of other patients."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from anonymize.text.folding import Folded
from anonymize.text.known import GAP, PARTICLES, TOKEN
from anonymize.text.rules_names import EPONYM, LOOK_BACK
from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_eponym, is_everyday, is_ordinary

SHORTEST, SHORTEST_LOWER = 4, 5
"""Letters of a name that a text writes with a capital, and without."""
MOST_WORDS = 4
"""A text of more words is no name."""
SHARED = 11
"""A word in so many e-mail addresses is a provider, not a name."""
USUAL = 22
"""A word that the texts of so many persons write in lower case is a word, be it a name too. The search
for residual identifiers takes a name in the texts of fewer than 11 for a leak."""


@dataclass(frozen=True)
class Crowd:
    """Words of the names of everybody, folded."""

    words: frozenset[str] = frozenset()
    glued: frozenset[str] = frozenset()
    """Names of several words, as one: the words alone may mean nothing (``Le Gall``)."""
    usual: frozenset[str] = frozenset()
    """Words, and pairs of words as one, that the texts at hand write too often to be names."""

    def is_doubtful(self, word: str) -> bool:
        """Whether a name is a word of everyday language as well."""
        return is_everyday(word) or len(word) < SHORTEST_LOWER


NOBODY = Crowd()


def crowd_of(values: Iterable[str]) -> Crowd:
    """The words of names and of e-mail addresses, folded; other values with digits are no names."""
    words: set[str] = set()
    glued: set[str] = set()
    mails: Counter[str] = Counter()
    for value in values:
        parts = TOKEN.findall(value)
        if len(parts) > MOST_WORDS + 1 or any(map(str.isdigit, value)):
            continue
        long = {part for part in parts if len(part) >= SHORTEST and part not in PARTICLES}
        if "@" in value:
            mails.update(long)
        elif len(parts) <= MOST_WORDS:
            words |= long
            glued |= {"".join(parts)} if len(parts) > 1 else set()
    words |= {word for word, count in mails.items() if count < SHARED and len(word) >= SHORTEST_LOWER}
    kept = (word for word in words if not is_ordinary(word))
    return Crowd(frozenset(kept), frozenset(name for name in glued if len(name) >= SHORTEST_LOWER))


def doubtful_words(folded: str, crowd: Crowd) -> set[str]:
    """The words and pairs of words of a folded text that may be names of the crowd, or may be words."""
    parts = TOKEN.findall(folded)
    found = {part for part in parts if part in crowd.words and crowd.is_doubtful(part)}
    pairs = (one + other for one, other in pairwise(parts))
    return found | {pair for pair in pairs if pair in crowd.words}


def crowd_spans(text: str, folded: Folded, crowd: Crowd) -> Iterator[Span]:
    """Every word of ``text`` that is a name of somebody."""
    if not crowd.words:
        return
    tokens = [(found.group(), *found.span()) for found in TOKEN.finditer(folded.text)]
    for place, (word, begin, stop) in enumerate(tokens):
        start, end = folded.source(begin, stop)
        name = word in crowd.glued or (word in crowd.words and _is_name(text[start], word, crowd))
        if name and not _names_a_disease(text, start, word):
            yield Span(start, end, Label.NAME)
        yield from _in_pieces(text, folded, tokens[place : place + MOST_WORDS], crowd)


def _is_name(first: str, word: str, crowd: Crowd) -> bool:
    if first.isupper() or not crowd.is_doubtful(word):
        return True
    return len(word) >= SHORTEST_LOWER and word not in crowd.usual


def _in_pieces(
    text: str, folded: Folded, tokens: Sequence[tuple[str, int, int]], crowd: Crowd
) -> Iterator[Span]:
    """``le gall``; ``La Croix`` for Lacroix, unless the texts often write ``la croix``."""
    compact, (_, first, before) = tokens[0][0], tokens[0]
    for count, (word, begin, stop) in enumerate(tokens[1:], start=2):
        compact += word
        if begin - before > GAP:
            return
        before = stop
        start, end = folded.source(first, stop)
        capital = text[folded.source(begin, stop)[0]].isupper()
        split = count == 2 and compact in crowd.words and (capital or compact not in crowd.usual)
        if compact in crowd.glued or (split and len(compact) >= SHORTEST_LOWER):
            yield Span(start, end, Label.NAME)


def _names_a_disease(text: str, start: int, word: str) -> bool:
    return is_eponym(word) and EPONYM.search(text, max(0, start - LOOK_BACK), start) is not None
