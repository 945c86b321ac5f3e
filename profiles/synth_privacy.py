"""What a profile says of differential privacy: how much may be told of a person, and of which values."""

from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from profiles.bilingual import Bilingual
from profiles.transforms import Model

MOST_CELLS = 1_000
"""Classes of one column: more would drown in the noise."""


class Mechanism(StrEnum):
    """How it is chosen which columns are counted together."""

    AIM = "aim"
    MST = "mst"


class DpRange(Model):
    """The classes of a column that counts or dates, declared and not read in the data."""

    low: float | date = Field(alias="from")
    """First value; smaller ones are counted with it."""
    high: float | date = Field(alias="to")
    """Last value; larger ones are counted with it."""
    width: float = Field(gt=0)
    """Of a class: in the column's unit; of dates, in days."""

    @field_validator("low", "high", mode="before")
    @classmethod
    def _number_or_day(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return value

    @model_validator(mode="after")
    def _in_order(self) -> "DpRange":
        if isinstance(self.low, date) != isinstance(self.high, date):
            raise ValueError("dp-range-kinds")
        if self.span < 0:
            raise ValueError("dp-range-order")
        if self.span / self.width >= MOST_CELLS:
            raise ValueError("dp-range-cells")
        return self

    @property
    def is_dates(self) -> bool:
        """Whether the range is of days."""
        return isinstance(self.low, date)

    @property
    def bounds(self) -> tuple[float, float]:
        """First and last value; of dates, in days since 1970."""
        low, high = (
            float((end - date(1970, 1, 1)).days) if isinstance(end, date) else end
            for end in (self.low, self.high)
        )
        return low, high

    @property
    def span(self) -> float:
        """From the first to the last value."""
        low, high = self.bounds
        return high - low

    @property
    def cells(self) -> int:
        """Number of classes."""
        return int(self.span // self.width) + 1


class Dp(Model):
    """Differential privacy of the person table: (ε, δ), for one person added or removed."""

    epsilon: float = Field(gt=0, le=20)
    """The logarithm of how much likelier any result may be with a person than without."""
    delta: float = Field(gt=0, le=0.001)
    """The chance with which that may fail; well under one over the number of persons."""
    total_epsilon: float | None = Field(default=None, gt=0)
    """The most that all releases of the same data may spend together, this one included; None: no limit."""
    mechanism: Mechanism = Mechanism.AIM
    ranges: dict[str, DpRange] = Field(default_factory=dict)
    """``TABLE.COLUMN`` -> the classes of a number, a year or a date."""
    why: Bilingual | None = None

    @model_validator(mode="after")
    def _within_the_total(self) -> "Dp":
        if self.total_epsilon is not None and self.epsilon > self.total_epsilon:
            raise ValueError("dp-total-below")
        return self
