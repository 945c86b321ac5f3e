"""Parameters of every column transform, as a profile writes them.

``transform:`` takes a word (``keep``) or a mapping of words to parameters. When several are
given they run in the order of :data:`ORDER`, whatever the order in the file. The kernels that
do the work are in ``anonymize.tabular``, one file each, under the same names.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Model(BaseModel):
    """Base of everything read from a profile: closed, immutable, silent about its input."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


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


class Shift(Model):
    """Move a person's dates by one secret offset, the same for all of them."""

    days: int = Field(default=365, ge=1, le=36500)
    """The offset is drawn in ±days, never 0."""


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
    inherit: Annotated[Plain, BeforeValidator(_empty_mapping)] | None = None
    map: Map | None = None
    shift: Annotated[Shift, BeforeValidator(_empty_mapping)] | None = None
    truncate: Truncate | None = None
    clip: Annotated[Clip, BeforeValidator(_clip_pair)] | None = None
    round: Round | None = None
    bin: Bin | None = None
    generalize: Generalize | None = None
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
    "inherit",
    "map",
    "shift",
    "truncate",
    "clip",
    "round",
    "bin",
    "generalize",
    "suppress_rare",
)
"""The order in which the steps of one column run."""

ALONE = {"keep", "drop", "constant", "pseudonymize", "inherit"}
"""Steps that go with no other."""
