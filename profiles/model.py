"""What a profile says, as types. Loading and its errors are in :mod:`profiles.loading`."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator

from profiles.aggregate_model import Aggregate as Aggregate  # noqa: PLC0414 - part of the model
from profiles.aggregate_model import Already as Already  # noqa: PLC0414 - part of the model
from profiles.aggregate_model import Dimension as Dimension  # noqa: PLC0414 - part of the model
from profiles.aggregate_model import Measure as Measure  # noqa: PLC0414 - part of the model
from profiles.bilingual import Bilingual as Bilingual  # noqa: PLC0414 - part of the model
from profiles.dicom_model import Dicom
from profiles.policy_model import Policy
from profiles.risk_model import Risk as Risk  # noqa: PLC0414 - part of the model
from profiles.risk_model import Waiver as Waiver  # noqa: PLC0414 - part of the model
from profiles.synth_model import Synth
from profiles.transforms import IsoDate, Model, Transforms

Slug = r"^[a-z0-9][a-z0-9._-]*$"


class Role(StrEnum):
    """What a column tells about a person, before any transform."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    OTHER = "other"


class Kind(StrEnum):
    """The logical type of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    YEAR = "year"
    BOOLEAN = "boolean"


class Source(Model):
    """Where a table is read and how its bytes are to be understood."""

    path: str | None = None
    """A file, a folder of Parquet, or a pattern such as ``dossier/ER_PRS_F_*.csv``."""
    database: SecretStr | None = None
    """Address of a PostgreSQL database, always ``${VARIABLE}``: it may hold a password."""
    table: str | None = None
    """Table of the database, ``name`` or ``schema.name``."""
    query: str | None = None
    """One SELECT, in place of ``table``."""
    sheet: str | None = None
    """Sheet of an Excel file that has several."""
    format: Literal["csv", "parquet", "sas", "excel", "dicom"] | None = None
    """Default: by the file's suffix; ``dicom`` is for the table of series, which vitrail adds itself."""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"
    decimal: Literal[".", ","] = "."
    quote: str = Field(default='"', min_length=1, max_length=1)
    obtain: Bilingual | None = None
    """How to get the file, shown when it is missing."""

    @property
    def name(self) -> str | None:
        """What messages call it: the path, or the table of the database."""
        return self.path if self.database is None else self.table

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.database is None):
            raise ValueError("source-place")
        if self.database is not None and (self.table is None) == (self.query is None):
            raise ValueError("source-table-or-query")
        if self.database is None and (self.table is not None or self.query is not None):
            raise ValueError("source-table-without-database")
        return self


class ForeignKey(Model):
    """Columns that point at a row of another table."""

    columns: tuple[str, ...] = Field(min_length=1)
    references: str
    to: tuple[str, ...] | None = None
    """Columns pointed at; default: the primary key of the referenced table."""
    optional: bool = False
    """Whether the columns may be null."""


class Column(Model):
    """One column: what it is, then what happens to it."""

    role: Role
    type: Kind = Kind.TEXT
    format: str | None = None
    """strptime format of a date; default: ISO 8601."""
    values: dict[str, Bilingual] | None = None
    """The only values allowed in the source, with their meaning."""
    nomenclature: str | None = None
    transform: Transforms = Field(default_factory=lambda: Transforms.model_validate("keep"))
    label: Bilingual | None = None
    unit: Bilingual | None = None
    origin: Bilingual | None = None
    limits: Bilingual | None = None
    why: Bilingual | None = None

    @field_validator("values", mode="before")
    @classmethod
    def _list_of_values(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        if not all(isinstance(item, str) for item in value):
            raise ValueError("values-list")
        return {item: item for item in value}


class Order(StrEnum):
    """The order of the rows that are published."""

    PSEUDONYM = "pseudonym"
    INPUT = "input"


class Table(Model):
    """One table: source, keys, path to the person, columns."""

    source: Source
    primary_key: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    """Columns that name the person; else the first foreign key that leads to one does."""
    foreign_keys: tuple[ForeignKey, ...] = ()
    columns: dict[str, Column] = Field(min_length=1)
    order: Order = Order.PSEUDONYM
    label: Bilingual | None = None
    description: Bilingual | None = None
    origin: Bilingual | None = None
    limits: Bilingual | None = None
    why: Bilingual | None = None


Level = Annotated[int, Field(ge=0)]
LevelRange = tuple[Level, Level]


class Recursive(Model):
    """The most frequent value is less than ``c`` times as frequent as all from the ``l``-th on."""

    c: float = Field(gt=0)
    l: int = Field(ge=2)  # noqa: E741 - the field's standard name


class Diversity(Model):
    """How varied a secret must be in every class; a bare number is ``distinct``."""

    distinct: int | None = Field(default=None, ge=2)
    """Different values."""
    entropy: float | None = Field(default=None, gt=1)
    """Effective number of values: the exponential of their entropy."""
    recursive: Recursive | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"distinct": value}

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.distinct, self.entropy, self.recursive].count(None) != 2:
            raise ValueError("diversity-one")
        return self

    @property
    def kind(self) -> Literal["distinct", "entropy", "recursive"]:
        """Which of the three is asked for."""
        return "distinct" if self.distinct else "entropy" if self.entropy else "recursive"

    @property
    def l(self) -> float:  # noqa: E743 - the number's standard name
        """The number of values asked for."""
        return self.distinct or self.entropy or (self.recursive.l if self.recursive else 0)

    @property
    def c(self) -> float | None:
        """The factor c of ``recursive``."""
        return self.recursive.c if self.recursive else None


class Anonymity(Model):
    """What the equivalence classes must reach."""

    k: int = Field(default=11, ge=2)
    l: dict[str, Diversity] = Field(default_factory=dict)  # noqa: E741 - the field's standard name
    """Published ``TABLE.COLUMN`` -> how varied it must be in every class."""
    t: dict[str, float] = Field(default_factory=dict)
    suppression: float = Field(default=0.0, ge=0, le=1)
    """Share of persons that may be left out so that the others reach k."""
    missing: Literal["own-value", "wildcard"] = "own-value"
    """How a missing value is read when those who look alike are counted: apart, or as any value."""
    method: Literal["local", "global"] = "local"
    """Of the search: each class gets its own values, or each column one level for everybody."""
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """Searched ``TABLE.COLUMN`` -> how much its loss counts, 1 by default."""
    levels: dict[str, Level | LevelRange] = Field(default_factory=dict)
    """Searched ``TABLE.COLUMN`` -> its level, or the finest and the coarsest allowed; 0 is the value."""
    time_budget: float = Field(default=60, gt=0)
    """Seconds after which the search gives the best that it has found."""
    why: Bilingual | None = None


class Producer(Model):
    """Who publishes."""

    name: str
    contact: str | None = None


class Export(Model):
    """The public folder and what its documentation says."""

    to: str
    licence: tuple[str, ...] = ("etalab-2.0",)
    producer: Producer | None = None
    frequency: str | None = None
    issued: IsoDate | None = None
    context: Bilingual | None = None
    method: Bilingual | None = None
    quality: Bilingual | None = None
    limits: Bilingual | None = None
    keywords: tuple[str, ...] = ()
    parquet: bool = False
    """Whether a Parquet copy lies beside each CSV."""

    @field_validator("licence", mode="before")
    @classmethod
    def _one_licence(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class SecretReference(Model):
    """Where the secret is found; the profile never holds the secret itself."""

    variable: str | None = None
    message: str | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.variable is None) == (self.file is None):
            raise ValueError("secret-reference")
        return self


class Engine(StrEnum):
    """What does the heavy work: this machine, or an existing Spark."""

    LOCAL = "local"
    SPARK = "spark"


class SparkSettings(Model):
    """Which Spark, and how long it may take to answer."""

    master: str | None = Field(default=None, min_length=1)
    """``local[2]``, ``spark://host:7077``, ``yarn``…; default: that of Spark's own configuration."""
    timeout: float = Field(default=60, gt=0, le=3600)
    """Seconds in which Spark must have started and run something."""


class Profile(Model):
    """A whole profile."""

    version: Literal[1]
    id: str = Field(pattern=Slug, max_length=100)
    title: Bilingual
    description: Bilingual | None = None
    seed: int = Field(ge=0, lt=2**63)
    secret: SecretReference | None = None
    policy: str = "open-data"
    unlisted_columns: Literal["error", "drop"] = "error"
    engine: Engine = Engine.LOCAL
    spark: SparkSettings = SparkSettings()
    tables: dict[str, Table]
    """At least one, unless tables are made from a schema alone (``synth``)."""
    sample: float | None = Field(default=None, gt=0, lt=1)
    """Share of the persons that is published, drawn by the key before anything else."""
    anonymity: Anonymity | None = None
    aggregate: dict[str, Aggregate] = Field(default_factory=dict)
    risk: Risk = Risk()
    waivers: tuple[Waiver, ...] = ()
    dicom: Dicom | None = None
    synth: Synth | None = None
    export: Export | None = None
    why: Bilingual | None = None
    _own_policy: Policy | None = PrivateAttr(default=None)

    @property
    def own_policy(self) -> Policy | None:
        """What the file that ``policy`` names says; None when it names a shipped one."""
        return self._own_policy

    def with_policy(self, policy: Policy) -> Self:
        """The same profile, with what the file that ``policy`` names says."""
        copied = self.model_copy()
        copied._own_policy = policy  # noqa: SLF001 - its own
        return copied

    @field_validator("version", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdigit() else value

    def split(self, reference: str) -> tuple[str, str]:
        """``TABLE.COLUMN`` as its two parts; both may hold dots. KeyError when there is none."""
        for table, spec in self.tables.items():
            column = reference[len(table) + 1 :]
            if reference.startswith(table + ".") and column in spec.columns:
                return table, column
        raise KeyError(reference)
