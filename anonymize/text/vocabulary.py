"""Words that are names, words that are not, and words that may be either."""

import re
from functools import cache, lru_cache
from importlib import resources

from anonymize.text.folding import fold
from tables.detectors.names import frequent_names


@cache
def _words(name: str) -> frozenset[str]:
    file = resources.files("anonymize.text") / "data" / f"{name}.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word).text for line in lines if not line.startswith("#") for word in line.split())


@cache
def _frequent() -> frozenset[str]:
    return frozenset(fold(name).text for name in frequent_names()) | _words("noms")


@lru_cache(maxsize=65536)
def is_frequent(word: str) -> bool:
    """Whether the word, or the first part of a hyphenated one, is a frequent given name or surname."""
    folded = fold(word).text
    return folded in _frequent() or folded.partition("-")[0] in _frequent()


@lru_cache(maxsize=65536)
def is_ambiguous(word: str) -> bool:
    """Whether the word is also one of everyday language or of medicine, so that it needs a cue."""
    return fold(word).text in _words("ambigus") or is_eponym(word)


@lru_cache(maxsize=65536)
def is_eponym(word: str) -> bool:
    """Whether the word names a disease, a sign, a species or a great town."""
    return fold(word).text in _words("eponymes")


@lru_cache(maxsize=65536)
def is_medical(word: str) -> bool:
    """Whether the word is listed as a drug, a disease or a service, or ends as hardly any name does."""
    folded = fold(word).text
    return folded in _words("medecine") or (len(folded) > 6 and folded.endswith(tuple(_words("fins"))))


@lru_cache(maxsize=65536)
def is_ordinary(word: str) -> bool:
    """Whether the word, its particle apart, is never a name: words of letters, headings, abbreviations."""
    folded = fold(word).text
    if folded in _words("ordinaires"):
        return True
    bare = re.sub(r"^(?:[dlnsjcm]'|qu'|(?:de la|de|du|des|le|la) )", "", folded)
    return bare != folded and bare in _words("ordinaires")


@lru_cache(maxsize=65536)
def is_function_word(word: str) -> bool:
    """Whether no sentence can do without the word: even the person's own name needs its capital then."""
    return fold(word).text in _words("outils")


@lru_cache(maxsize=65536)
def is_everyday(word: str) -> bool:
    """Whether the word, in lower case, may well be no name at all."""
    return fold(word).text in _words("courants") or is_ordinary(word)
