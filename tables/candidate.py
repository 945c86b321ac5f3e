"""The two states of a set of tables between the source and a release, both in a private folder.

Every file is Parquet. Beside the columns of the profile it has :data:`PERSON`, the person of the
row as text: the source's own key in a staged table, a keyed pseudonym in a candidate. Nothing
outside the private folder ever holds that column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from profiles.model import Bilingual, Kind, Profile, Role
from tables.images import Images
from tables.sampled import Sampled
from tables.searched import Searched
from tables.synthetic import Synthetic

PERSON = "__person"
STATUS, PUBLISHED, SUPPRESSED = "status", "published", "suppressed"
"""Column of an aggregated table that says whether a cell is shown, and its two values."""
PERSONS, PRIMARY, TRUE = "__persons", "__primary", "__true_"
"""Private columns of an aggregated table: persons of a cell, whether it is hidden for itself, and
the prefix of the true values of each measure."""


@dataclass(frozen=True)
class StagedTable:
    """A source table, read, typed and checked; rows in the order of the source."""

    name: str
    path: Path
    rows: int


@dataclass(frozen=True)
class Staged:
    """All source tables of a profile, typed as the profile says."""

    profile: Profile
    folder: Path
    tables: Mapping[str, StagedTable]
    sampled: Sampled | None = None
    """When only a share of the persons is in these tables."""
    nulled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Table and column -> references emptied because they pointed at persons who were not drawn."""
    drawn: "Staged | None" = None
    """The sample of these tables of which the candidate is made; None: it is made of all of them."""


@dataclass(frozen=True)
class OutputColumn:
    """A column as it will be published."""

    name: str
    kind: Kind
    role: Role
    """Role of the source column."""
    transforms: tuple[Bilingual, ...] = ()
    """What was done, step by step, in words."""
    values: Mapping[str, Bilingual] | None = None
    """The only values that can occur, when the transform leaves such a list."""
    required: bool = False
    invented: bool = False
    """Whether it holds made-up numbers, of which nothing was learnt."""


@dataclass(frozen=True)
class CandidateTable:
    """A table that we propose to publish."""

    name: str
    path: Path
    rows: int
    columns: tuple[OutputColumn, ...]
    """Published columns in the order of the profile (dropped ones are absent)."""


@dataclass(frozen=True)
class AggregatedTable:
    """A table of totals that we propose to publish."""

    name: str
    path: Path
    rows: int
    """Cells, totals included."""
    columns: tuple[OutputColumn, ...]
    """Dimensions, measures and :data:`STATUS`; the file holds private columns besides."""
    exclusive: tuple[bool, ...]
    """Dimension -> whether each person has one member of it only."""
    suppressed: int
    """Cells that are not shown."""
    persons: int | None = None
    """People of a table that held totals already, when its grand total is published."""


@dataclass(frozen=True)
class Candidate:
    """What we propose to publish, and what was left out to get there."""

    profile: Profile
    folder: Path
    tables: Mapping[str, CandidateTable]
    nature: Literal["real", "synthetic"] = "real"
    persons: int = 0
    """Distinct persons that remain."""
    suppressed_persons: int = 0
    key_id: str | None = None
    """Fingerprint of the key that made the pseudonyms."""
    aggregated: Mapping[str, AggregatedTable] = field(default_factory=dict)
    """Tables of totals; when there are some, they are all that is published."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """Counts for the report, e.g. values suppressed per ``TABLE.COLUMN``."""
    searched: Searched | None = None
    """What the search for the best generalization chose, when a column asks for it."""
    sampled: Sampled | None = None
    """The sample that was drawn, when the profile asks for one."""
    images: Images | None = None
    """Images of the same persons, described by the table of series."""
    synthetic: Synthetic | None = None
    """How its persons were invented, when :attr:`nature` is ``synthetic``."""
