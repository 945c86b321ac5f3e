"""What a profile says of the tables of totals that it publishes in place of rows."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from profiles.bilingual import Bilingual
from profiles.transforms import Model


class Dimension(Model):
    """A column by whose values an aggregated table counts; a bare column is enough."""

    column: str
    """``TABLE.COLUMN``, of the table itself or of one with one row a person."""
    hierarchy: str | None = None
    """A hierarchy that vitrail ships, or a ``;``-separated file, level 0 first."""
    levels: tuple[str, ...] = ()
    """Levels of the hierarchy that are published, each with its totals, the coarsest first."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.hierarchy is None) != (not self.levels):
            raise ValueError("aggregate-levels")
        return self


class Measure(Model):
    """What each cell says: ``persons``, ``rows``, or the sum of a column."""

    count: Literal["persons", "rows"] | None = None
    sum: str | None = None
    """``TABLE.COLUMN`` of the table that is aggregated."""
    decimals: int = Field(default=2, ge=0, le=4)
    """Decimals of a sum."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"count": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.count is None) == (self.sum is None):
            raise ValueError("aggregate-measure")
        return self


class Already(Model):
    """How to read a table that holds totals: one row a cell, margins included."""

    persons: str
    """``TABLE.COLUMN``: people behind each row."""
    total: str = Field(default="TOTAL", min_length=1)
    """What stands in a dimension for all its values."""
    overlaps: tuple[str, ...] = ()
    """Dimensions of which a person may have several values: people do not add up along them."""


class Aggregate(Model):
    """A table of totals, published in place of the tables themselves."""

    table: str
    """The table whose rows are counted."""
    already: Already | None = None
    """The table is one of totals; None: its rows are counted."""
    dimensions: dict[str, Dimension] = Field(min_length=1, max_length=6)
    measures: dict[str, Measure] = Field(min_length=1)
    floor: int | None = Field(default=None, ge=2)
    """Persons under which a cell is hidden; default and minimum: that of the policy."""
    dominance: float = Field(default=0.85, gt=0, le=0.85)
    """Share of a sum above which one person hides the cell."""
    protection: float = Field(default=0.2, ge=0.1, le=1)
    """Least width, as a share of the value, of what an intruder can compute of a hidden cell."""
    label: Bilingual | None = None
    description: Bilingual | None = None
    why: Bilingual | None = None
