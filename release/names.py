"""File names that every system accepts, made from the names of the tables."""

import re
import unicodedata
from collections.abc import Iterable

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_LONGEST = 100


def safe_name(name: str) -> str:
    """``name`` in ASCII letters, digits, ``_``, ``-`` and ``.``, never empty, hidden or reserved."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", plain)[:_LONGEST].strip(".-")
    reserved = plain.split(".")[0].lower() in _RESERVED
    return f"_{plain}" if reserved or not plain else plain


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """One safe name for each name, in the same order.

    Two of them differ by more than their case, since some file systems and Data Package names
    ignore it.
    """
    taken: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        base = candidate = safe_name(name)
        number = 2
        while candidate.lower() in used:
            candidate = f"{base}-{number}"
            number += 1
        used.add(candidate.lower())
        taken[name] = candidate
    return taken
