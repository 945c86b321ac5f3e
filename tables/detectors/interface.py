"""The shape of a detector: a column and a sample of it in, a severity or nothing out."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from profiles.model import Column, Role
from tables.problems import Severity

SAMPLE = 10_000
"""Values of a column that detectors look at: the first that are not null."""


@dataclass(frozen=True)
class Sample:
    """A column as a detector sees it."""

    column: str
    spec: Column
    values: Sequence[str]
    """Texts of the source, at most :data:`SAMPLE`."""

    @cached_property
    def words(self) -> str:
        """The name with its words apart: ``DateNaissance``, ``date-naissance`` -> ``_DATE_NAISSANCE_``."""
        apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain(self.column))
        return "_" + re.sub(r"[^A-Z0-9]+", "_", apart.upper()).strip("_") + "_"

    def named(self, pattern: str) -> bool:
        """Whether whole words of the name match ``pattern``, e.g. ``NOM|PRENOM``."""
        return re.search(f"_({pattern})_", self.words) is not None

    def share(self, test: Callable[[str], bool]) -> float:
        """Share of the values that pass ``test``, 0 when there is none."""
        return self.count(test) / len(self.values) if self.values else 0.0

    def count(self, test: Callable[[str], bool]) -> int:
        """How many values pass ``test``."""
        return sum(times for value, times in self._distinct.items() if test(value))

    def distinct(self, test: Callable[[str], bool]) -> int:
        """How many different values pass ``test``."""
        return sum(1 for value in self._distinct if test(value))

    @cached_property
    def _distinct(self) -> Counter[str]:
        return Counter(self.values)


class Detector(ABC):
    """One sign of an identifier."""

    code: ClassVar[str]
    """The problem's code, whose text says what the column looks like."""
    accepts: ClassVar[frozenset[Role]] = frozenset({Role.DIRECT})
    """Roles that make it right to hold such values."""

    @abstractmethod
    def judge(self, sample: Sample) -> Severity | None:
        """ERROR when certain, WARNING when a person should look, None when there is no sign."""


def plain(text: str) -> str:
    """``text`` without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn key of the others (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
