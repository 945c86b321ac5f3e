"""What a profile says of the synthetic persons that it wants."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from profiles.synth_privacy import Dp
from profiles.transforms import Model
from profiles.yaml_text import Node

CORE = "core"
"""Name of the schema that vitrail ships: the core of the SNDS."""
FIRST_YEAR, LAST_YEAR = 2000, 2090
"""Of care: the oldest persons were born, and the last bills are paid, within what dates as text can say."""

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class SynthEngine(StrEnum):
    """What the tables are made from: real ones, or their description alone."""

    PATHWAY = "pathway"
    SCHEMA = "schema"
    SDV_GAUSSIAN_COPULA = "sdv-gaussian-copula"
    SDV_CTGAN = "sdv-ctgan"
    SDV_TVAE = "sdv-tvae"
    SDV_HMA = "sdv-hma"

    @property
    def is_single(self) -> bool:
        """Whether it is one of SDV's synthesizers of one table."""
        return self in (self.SDV_GAUSSIAN_COPULA, self.SDV_CTGAN, self.SDV_TVAE)


class Synthesizer(StrEnum):
    """What draws the person table: trees of our own, or SDV."""

    CART = "cart"
    GAUSSIAN_COPULA = "gaussian-copula"
    CTGAN = "ctgan"
    TVAE = "tvae"


class DayOrder(Model):
    """The day in ``before`` is never after the day in ``after``; both ``TABLE.COLUMN``."""

    before: str
    after: str


class Synth(Model):
    """How synthetic tables are made, by ``vitrail synth``."""

    engine: SynthEngine = SynthEngine.PATHWAY
    persons: int | None = Field(default=None, ge=1)
    """How many are made; from real tables, as many as in the source by default."""
    holdout: float = Field(default=0.2, gt=0, lt=1)
    """Share of the real persons that the fit never looks at, to judge what it made."""
    floor: int | None = Field(default=None, ge=2)
    """Real persons under which no value is learnt; default and minimum: that of the policy."""
    rules: tuple[DayOrder, ...] = ()
    """Days that ``pathway`` keeps in order, beside those that it finds itself."""
    synthesizer: Synthesizer = Synthesizer.CART
    """Of ``pathway``: what draws the person table."""
    epochs: int | None = Field(default=None, ge=1, le=10_000)
    """Of ``ctgan`` and ``tvae``: how often they go through the data; default: SDV's own."""
    dp: Dp | None = None
    """Of ``pathway``: one table with one row a person, drawn from noisy counts."""
    catalogue: str = Field(
        default=CORE,
        alias="schema",
        min_length=1,
        description="Of engine schema: core, or a folder that holds schemas and nomenclatures.",
    )
    scenarios: tuple[str, ...] | None = Field(default=None, min_length=1)
    """Of ``schema``: care pathways, by name or as YAML files; default: all that ship."""
    years: tuple[Year, ...] = (2018, 2019)
    """Of ``schema``: first and last year of care."""

    @field_validator("years")
    @classmethod
    def _first_and_last(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) != 2 or value[0] > value[1]:
            raise ValueError("synth-years")
        return value

    @property
    def period(self) -> tuple[int, int]:
        """First and last year of care."""
        return self.years[0], self.years[1]

    @property
    def scenario_files(self) -> Mapping[int, str]:
        """Position -> path, of the scenarios that are files of the profile's own."""
        return {
            index: name
            for index, name in enumerate(self.scenarios or ())
            if name.casefold().endswith((".yaml", ".yml"))
        }


def with_tables(data: Mapping[str, Node]) -> dict[str, Node]:
    """The tree of a profile, with no tables when it needs none: those made from a schema alone."""
    synth = data.get("synth")
    if "tables" in data or not isinstance(synth, dict) or synth.get("engine") != SynthEngine.SCHEMA:
        return dict(data)
    return {**data, "tables": {}}
