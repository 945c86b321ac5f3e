"""The nearest valid word, for "did you mean"."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, valid: Iterable[str]) -> str:
    """The valid word closest to ``word``, whatever the case; empty when none is close."""
    by_fold: dict[str, str] = {}
    for item in valid:
        by_fold.setdefault(item.casefold(), item)
    found = get_close_matches(word[:200].casefold(), list(by_fold), n=1, cutoff=0.55)
    return by_fold[found[0]] if found else ""
