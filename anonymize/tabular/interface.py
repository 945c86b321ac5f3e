"""The shape of a column transform."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from anonymize.keys import Keys
from profiles.model import Bilingual, Column, Kind
from profiles.transforms import Model


@dataclass(frozen=True)
class Context:
    """What a transform may know besides the values: its column, its keys, its folder."""

    table: str
    column: str
    spec: Column
    domain: str
    """Pseudonym domain: ``TABLE.COLUMN`` at the root of the foreign keys, or the profile's word."""
    keys: Keys | None
    """None when the profile needs no key."""
    folder: Path
    """The profile's folder, to which hierarchy files are relative."""


class Transform(ABC):
    """One step on one column: array in, array of the same length out; null stays null."""

    name: ClassVar[str]
    needs_key: ClassVar[bool] = False

    def __init__(self, params: Model, kind: Kind, context: Context) -> None:
        self.params = params
        self.kind = kind
        """Logical type of the values that come in."""
        self.context = context

    @abstractmethod
    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """Transform one batch. ``persons``: utf8, the source person of each row."""

    def output_kind(self) -> Kind:
        """Logical type of the values that come out."""
        return self.kind

    @abstractmethod
    def explain(self) -> Bilingual:
        """What happens to a value, in words for a steward."""
