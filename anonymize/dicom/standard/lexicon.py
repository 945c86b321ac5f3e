"""Words of techniques, organs, makers and machines: what a text about an image may be made of.

``words.txt``, ``terms.txt`` and ``dcm_codes.txt`` are generated; the others are written by hand for this
project, and a word that is missing goes there. None is a given name or a surname that is at all frequent.
"""

import re
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
GENERATED = DATA / "words.txt"
TERMS = DATA / "terms.txt"
CODES = DATA / "dcm_codes.txt"
WORD = re.compile(r"[a-z0-9]+")


@cache
def words() -> frozenset[str]:
    """Words of any technical text: lower case, without accents."""
    return read("words.txt") | read("techniques.txt")


@cache
def terms() -> frozenset[str]:
    """Defined terms of attributes of VR CS; a space is written ``~`` in the table."""
    return frozenset(term.replace("~", " ") for term in TERMS.read_text("ascii").split())


@cache
def codes() -> tuple[frozenset[str], tuple[range, ...]]:
    """Codes of the scheme DCM: those that are words, and the ranges of the others."""
    entries = CODES.read_text("ascii").split()
    pairs = (entry.split("-") for entry in entries if "-" in entry)
    ranges = tuple(range(int(low), int(high) + 1) for low, high in pairs)
    return frozenset(entry for entry in entries if "-" not in entry), ranges


@cache
def makers() -> frozenset[str]:
    """Words of names of manufacturers."""
    return read("makers.txt")


@cache
def machines() -> frozenset[str]:
    """Words of names of machines and of their software, with those of their makers."""
    return read("machines.txt") | makers()


@cache
def peoples() -> frozenset[str]:
    """Words of broad ethnic groups."""
    return read("peoples.txt")


def read(name: str) -> frozenset[str]:
    """Words of a table of ``data``; lines that start with ``#`` are remarks."""
    lines = (DATA / name).read_text("ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in WORD.findall(line))
