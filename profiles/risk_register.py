"""Files that name people and share columns with the data: what an intruder would link a release with."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from profiles.bilingual import Bilingual
from profiles.transforms import Model, Transforms

Method = Literal["exact", "probabilistic", "both"]


class RegisterSource(Model):
    """Where a register is read and how its bytes are to be understood; the same words as for a table."""

    path: str = Field(min_length=1)
    format: Literal["csv", "parquet", "sas", "excel"] | None = None
    sheet: str | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"
    decimal: Literal[".", ","] = "."
    quote: str = Field(default='"', min_length=1, max_length=1)
    obtain: Bilingual | None = None
    """How to get the file, shown when it is missing."""


class RegisterMatch(Model):
    """How a column of the register is compared with one of the data; a bare column is enough."""

    column: str = Field(min_length=1)
    """Column of the register."""
    type: Literal["text", "integer", "number", "date", "datetime", "year", "boolean"] | None = None
    """Type of the register's column; default: that of the column of the data."""
    format: str | None = None
    """strptime format of a date; default: ISO 8601."""
    unreadable: Literal["error", "missing"] = "error"
    """What becomes of a value that is not of the type, such as a birth on the month 00."""
    transform: Transforms | None = None
    """What brings a value of the register to one of the source: ``map``, ``truncate``, ``generalize``…"""
    grain: Literal["source", "release"] = "source"
    """``release``: the register holds values as they are published, nothing more is done to them."""
    tolerance: float | None = Field(default=None, ge=0)
    """Largest difference of dates or numbers that still agree; default: what the release moved them by."""
    unit: Literal["days", "months", "years"] | None = None
    """Of a tolerance on dates; default: days."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _unit_of_something(self) -> Self:
        if self.unit is not None and self.tolerance is None:
            raise ValueError("register-unit-alone")
        return self

    @property
    def days(self) -> float | None:
        """The tolerance; on dates in days, months and years being taken at their longest."""
        factor = {"months": 31, "years": 366}.get(self.unit or "days", 1)
        return None if self.tolerance is None else self.tolerance * factor


class Register(Model):
    """A file of named people, which an attack tries to re-link with what would be published."""

    name: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)
    """How reports call it; default: its number in the list."""
    path: str | None = None
    """The file, when there is nothing to say of its bytes; else ``source``."""
    source: RegisterSource | None = None
    key: tuple[str, ...] = ()
    """Columns that name one person each; none: each row is a person."""
    match: dict[str, RegisterMatch] = Field(min_length=1)
    """``TABLE.COLUMN`` of the data -> what the register knows of it."""
    truth: dict[str, str] = Field(default_factory=dict)
    """``TABLE.COLUMN`` of an identifier in the source -> the register's column that holds it too."""
    method: Method = "both"
    why: Bilingual | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.source is None):
            raise ValueError("register-place")
        return self

    @property
    def where(self) -> RegisterSource:
        """Where it is read."""
        return self.source if self.source is not None else RegisterSource(path=self.path or "")

    @property
    def path_key(self) -> tuple[str, ...]:
        """Where the profile writes the path, within the register."""
        return ("path",) if self.source is None else ("source", "path")


class RegisterSimulation(Model):
    """A register made from the source itself, whose true links are therefore known."""

    coverage: float = Field(default=1.0, gt=0, le=1)
    """Share of the persons who are in it."""
    missing: float = Field(default=0.0, ge=0, lt=1)
    """Share of its values that are missing."""
    wrong: float = Field(default=0.0, ge=0, lt=1)
    """Share of its values that are those of somebody else."""
    columns: tuple[str, ...] = ()
    """``TABLE.COLUMN``, what it knows; default: the declared knowledge."""
    why: Bilingual | None = None
