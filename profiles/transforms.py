"""Parameters of every column transform, as a profile writes them.

``transform:`` takes a word (``keep``) or a mapping of words to parameters. When several are
given they run in the order of :data:`ORDER`, whatever the order in the file. The kernels that
do the work are in ``anonymize.tabular``, one file each, under the same names.
"""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Model(BaseModel):
    """Base of everything read from a profile: closed, immutable, silent about its input."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


def _iso_date(value: Any) -> Any:
    # pydantic would read a bare number as seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("not-iso-date")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]


def _empty_mapping(value: Any) -> Any:
    """``keep:`` or ``keep: ''`` means: no parameter."""
    return {} if value in ("", None) else value


class Plain(Model):
    """No parameter."""


class Constant(Model):
    """Replace every value by one."""

    value: str


class Pseudonymize(Model):
    """Replace an identifier by a keyed pseudonym."""

    domain: str | None = None
    """Same domain and same value give the same pseudonym; default: the column that keys follow."""


class Surrogate(Model):
    """Replace an identifier by a number from 1, in an order that only the key knows."""

    domain: str | None = None
    """Same domain and same value give the same number; default: the column that keys follow."""


class Shift(Model):
    """Move a person's dates by one secret offset, the same for all of them."""

    days: int = Field(default=365, ge=1, le=36500)
    """The offset is drawn in ±days, never 0."""


class AgeAt(Model):
    """Replace a date of birth by the age in whole years on another date."""

    date: IsoDate | None = None
    column: str | None = None
    """A date of the same row, as it is in the source."""

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if (self.date is None) == (self.column is None):
            raise ValueError("age-at-date")
        return self


class IntervalSince(Model):
    """Replace a date by the days since the person's first event."""

    first: tuple[str, ...] = ()
    """``TABLE.COLUMN`` of the dates among which the first one counts; default: this column."""


class Truncate(Model):
    """Cut a date to its day, month, quarter or year."""

    to: Literal["day", "month", "quarter", "year"]


class Bin(Model):
    """Replace a number by the interval it falls in."""

    width: float | None = Field(default=None, gt=0)
    origin: float = 0
    edges: tuple[float, ...] | None = None
    top: float | None = None
    """Values at or above are one class."""
    bottom: float | None = None
    """Values below are one class."""

    @model_validator(mode="after")
    def _one_grid(self) -> Self:
        if (self.width is None) == (self.edges is None):
            raise ValueError("bin-grid")
        if self.edges is not None and list(self.edges) != sorted(set(self.edges)):
            raise ValueError("bin-edges")
        if self.top is not None and self.bottom is not None and self.bottom >= self.top:
            raise ValueError("bin-limits")
        return self


class Round(Model):
    """Round a number to a multiple, halves away from zero."""

    to: float = Field(gt=0)


def _clip_pair(value: Any) -> Any:
    return {"low": value[0], "high": value[1]} if isinstance(value, list) and len(value) == 2 else value


class Clip(Model):
    """Bring a number back between two limits."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _some_limit(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("clip-empty")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("clip-limits")
        return self


class Tail(Model):
    """Bring the highest or lowest values back to the one that enough persons reach."""

    top_share: float | None = Field(default=None, gt=0, lt=0.5)
    """Least share of persons at the highest value that is published."""
    bottom_share: float | None = Field(default=None, gt=0, lt=0.5)
    """Least share of persons at the lowest value that is published."""
    persons: int = Field(default=11, ge=2)
    """Least number of persons at either end."""

    @model_validator(mode="after")
    def _some_end(self) -> Self:
        if self.top_share is None and self.bottom_share is None:
            raise ValueError("tail-empty")
        return self


class Microaggregate(Model):
    """Replace numbers by the mean of a group of persons who are alike."""

    persons: int = Field(default=11, ge=2)
    """Distinct persons in a group, at least."""
    together: tuple[str, ...] = ()
    """Other columns of the table, with the same step, that form the groups with this one."""


class Noise(Model):
    """Add a random number, the same for the same value of the same person."""

    scale: float = Field(gt=0)
    """Laplace: its scale b (standard deviation b * sqrt(2)); Gaussian: the standard deviation."""
    distribution: Literal["laplace", "gaussian"] = "laplace"
    low: float | None = None
    high: float | None = None
    bounds: Literal["reflect", "clip"] = "reflect"
    """What is beyond ``low`` or ``high`` is folded back inside, or brought to the bound."""
    decimals: int | None = Field(default=None, ge=0, le=12)
    """Decimals that are kept; default: down to a thousandth of the scale."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("noise-limits")
        return self


class Swap(Model):
    """Exchange the values of a column between rows of the same group."""

    within: tuple[str, ...] = ()
    """Columns of the table, as published, that are equal in a group; none: the whole table."""


class Map(Model):
    """Replace listed values by others."""

    values: dict[str, str]
    otherwise: Literal["error", "keep", "null"] | dict[Literal["constant"], str] = "error"


class Generalize(Model):
    """Replace a code by a coarser one: its first characters, or a level of a hierarchy."""

    prefix: int | None = Field(default=None, ge=1)
    hierarchy: str | None = None
    """A hierarchy that vitrail ships, or a ``;``-separated file, level 0 first."""
    level: str | int | None = None
    """Number of the level (0 is the value itself) or its name in a shipped hierarchy."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.prefix is None) == (self.hierarchy is None):
            raise ValueError("generalize-way")
        if (self.hierarchy is None) != (self.level is None):
            raise ValueError("generalize-level")
        return self


class Search(Model):
    """Leave the level of detail to the search for the best generalization; exactly one way to climb."""

    hierarchy: str | None = None
    """A hierarchy that vitrail ships, or a ``;``-separated file, level 0 first."""
    prefix: tuple[int, ...] | None = Field(default=None, min_length=1)
    """Numbers of first characters kept, ever fewer."""
    widths: tuple[float, ...] | None = Field(default=None, min_length=1)
    """Widths of intervals from 0, each a multiple of the one before."""
    dates: tuple[Literal["month", "quarter", "year"], ...] | None = Field(default=None, min_length=1)
    """Periods, ever longer."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.hierarchy, self.prefix, self.widths, self.dates)) != 1:
            raise ValueError("search-way")
        return self

    @model_validator(mode="after")
    def _ever_coarser(self) -> Self:
        sizes, widths = self.prefix or (), self.widths or ()
        periods = [("month", "quarter", "year").index(period) for period in self.dates or ()]
        nested = all(fine > coarse for fine, coarse in pairwise(sizes)) and min(sizes, default=1) >= 1
        nested &= all(fine < coarse for fine, coarse in pairwise(periods))
        nested &= min(widths, default=1) > 0
        nested = nested and all(
            fine < coarse and Decimal(repr(coarse)) % Decimal(repr(fine)) == 0
            for fine, coarse in pairwise(widths)
        )
        if not nested:
            raise ValueError("search-order")
        return self


LANGUAGES = ("fr",)
"""Languages whose texts can be redacted."""


class Redact(Model):
    """Take out of a free text what points at a person."""

    entities: Literal["rules", "ner"] = "rules"
    """``ner``: a statistical model looks too (extra ``text``)."""
    known: tuple[str, ...] | None = None
    """``TABLE.COLUMN`` whose values for the same person are looked for; default: all direct identifiers."""
    language: str = "fr"
    replace: Literal["label", "mask"] = "label"
    """``[NOM]``, ``[DATE]``… or the same mark for all."""


class SuppressRare(Model):
    """Replace values carried by fewer than ``persons`` distinct persons."""

    persons: int = Field(default=11, ge=2)
    replacement: str | None = None
    """Null when absent; then the value is missing."""


class Transforms(Model):
    """What happens to a column; at least one step."""

    keep: Annotated[Plain, BeforeValidator(_empty_mapping)] | None = None
    drop: Annotated[Plain, BeforeValidator(_empty_mapping)] | None = None
    constant: Constant | None = None
    pseudonymize: Annotated[Pseudonymize, BeforeValidator(_empty_mapping)] | None = None
    surrogate: Annotated[Surrogate, BeforeValidator(_empty_mapping)] | None = None
    inherit: Annotated[Plain, BeforeValidator(_empty_mapping)] | None = None
    map: Map | None = None
    shift: Annotated[Shift, BeforeValidator(_empty_mapping)] | None = None
    age_at: AgeAt | None = None
    interval_since: Annotated[IntervalSince, BeforeValidator(_empty_mapping)] | None = None
    truncate: Truncate | None = None
    clip: Annotated[Clip, BeforeValidator(_clip_pair)] | None = None
    tail: Tail | None = None
    microaggregate: Annotated[Microaggregate, BeforeValidator(_empty_mapping)] | None = None
    noise: Noise | None = None
    round: Round | None = None
    bin: Bin | None = None
    generalize: Generalize | None = None
    search: Search | None = None
    redact: Annotated[Redact, BeforeValidator(_empty_mapping)] | None = None
    swap: Annotated[Swap, BeforeValidator(_empty_mapping)] | None = None
    suppress_rare: Annotated[SuppressRare, BeforeValidator(_empty_mapping)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        return {value: {}} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = [name for name, _ in self.steps()]
        if not names:
            raise ValueError("transform-empty")
        if len(names) > 1 and set(names) & ALONE:
            raise ValueError("transform-alone")
        return self

    def steps(self) -> list[tuple[str, Model]]:
        """The steps in the order in which they run: name and parameters."""
        return [(name, getattr(self, name)) for name in ORDER if getattr(self, name) is not None]


ORDER = (
    "keep",
    "drop",
    "constant",
    "pseudonymize",
    "surrogate",
    "inherit",
    "map",
    "shift",
    "age_at",
    "interval_since",
    "truncate",
    "clip",
    "tail",
    "microaggregate",
    "noise",
    "round",
    "bin",
    "generalize",
    "search",
    "redact",
    "swap",
    "suppress_rare",
)
"""The order in which the steps of one column run."""

ALONE = {"keep", "drop", "constant", "pseudonymize", "surrogate", "inherit", "redact", "search"}
"""Steps that go with no other."""
