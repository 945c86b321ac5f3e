"""How well the redactor does on made-up letters, as ``python -m benchmarks.redaction`` measured it.

The letters are written in words that the rules were not written with; nobody has measured it on
the letters of a given hospital.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Measured:
    """The figures of one way to redact."""

    letters: int
    """Letters that were redacted."""
    direct: float
    """Share of the person's own identifiers of which nothing was left."""
    others: float
    """The same of the names of relatives and carers."""
    precision: float
    """Share of the replaced words that belong to an identifier."""
    recall: Mapping[str, float]
    """Share of the identifiers of which nothing was left, by kind."""


@cache
def measured(entities: str) -> Measured:
    """The figures of ``rules`` or ``ner``."""
    file = resources.files("anonymize.text") / "data" / "measured.toml"
    return Measured(**tomllib.loads(file.read_text(encoding="utf-8"))[entities])
