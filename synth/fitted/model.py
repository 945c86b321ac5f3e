"""What a fit leaves: domains, counts and trees, and no row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from profiles.model import Kind
from synth.fitted import storage
from synth.fitted.bounds import Bounds
from synth.fitted.columns import ColumnModel
from synth.fitted.derived import Derived
from synth.fitted.domains import Floats, Ints
from synth.fitted.entities import Entity
from synth.fitted.keys import Keys
from synth.fitted.moments import Moments
from synth.fitted.people import PersonColumn

FORMAT = 2


@dataclass(frozen=True)
class Lost:
    """What the floor cost a column."""

    column: str
    values: int
    """Distinct values that fewer persons than the floor have."""
    raised: int
    """Rows whose code became that of a wider class."""
    left_out: int
    """Rows whose value was not learnt."""
    rows: int


@dataclass(frozen=True)
class EventModel:
    """How the rows of an entity are drawn."""

    entity: Entity
    families: int
    """Families that are counted in the person table, the others' included."""
    anchor: str
    """The day from which the others are counted; '' when there is none."""
    bounds: Mapping[str, Bounds]
    moments: Moments | None
    columns: tuple[ColumnModel, ...]
    derived: tuple[Derived, ...]
    lookups: Mapping[str, Ints]
    """Group of each index, of the columns that serve as context."""
    sticky: Floats
    """Family -> share of events that repeat the code of the one before."""
    repeated: tuple[str, ...]
    """Columns that are repeated then."""


@dataclass(frozen=True)
class TableShape:
    """A table that is written."""

    name: str
    entity: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Model:
    """A fitted synthesizer."""

    profile: str
    """Identifier of the profile."""
    seed: int
    persons: int
    """Persons that the fit saw."""
    floor: int
    people: tuple[PersonColumn, ...]
    bounds: Mapping[str, Bounds]
    """Of the days of the person table."""
    years: tuple[str, ...]
    """Columns of the person table that are years."""
    counters: tuple[str, ...]
    """Columns of the person table that count days."""
    lookups: Mapping[str, Ints]
    events: tuple[EventModel, ...]
    tables: tuple[TableShape, ...]
    keys: Keys
    rows: Mapping[str, float]
    """Entity -> rows a person, on average."""
    lost: tuple[Lost, ...]
    format: int = FORMAT

    def save(self, folder: Path) -> None:
        """Write ``model.json`` and ``model.npz`` (arrays, no pickle) in ``folder``."""
        storage.save(self, folder)

    @staticmethod
    def load(folder: Path) -> "Model":
        """Read what :meth:`save` wrote. Raises UsageError ``synth-model-unreadable``."""
        found: Model = storage.load(folder, Model)
        return found
