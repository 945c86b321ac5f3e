"""The persons of one shard: birth, sex, residence, death, and the window in which they may have care."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synth.schema_only.values import taken
from synth.tables import Array, random

STAGE = 1
DELAY = 62
"""Days between the last care and death, at least: what is paid and published comes before death."""
AGES = (0, 1, 15, 25, 35, 45, 55, 65, 75, 85, 95, 106)
WEIGHTS = (0.011, 0.165, 0.118, 0.118, 0.126, 0.131, 0.131, 0.112, 0.057, 0.027, 0.004)
"""Share of each age band, close to the French population (INSEE, population by age, 1 January 2019)."""
MORTALITY = (4e-5, 0.093)
"""Gompertz: yearly risk of death at birth, and its growth a year; about 1 % a year overall."""
MAP = re.compile(r"^(top|sup)_[A-Z]")
MAPPED = {
    "diabetes": re.compile(r"FDiabet|FRVDiab"),
    "stroke": re.compile(r"CvAVC_(aig|cat)|sup_Cv_cat|sup_Cvaig"),
    "breast-cancer": re.compile(r"CanSeiF_(act|cat)"),
    "maternity": re.compile(r"Matern"),
    "kidney-failure": re.compile(r"IRCT|Dialy"),
}
"""Columns of the pathology map (``top_…``, ``sup_…``) and the scenario that they tell."""
DEPARTMENTS = tuple(f"{number:03d}" for number in range(1, 96) if number != 20)


@dataclass(frozen=True)
class Period:
    """First and last day of care, in days since 1970."""

    first: int
    last: int

    @classmethod
    def of(cls, years_of_care: tuple[int, int]) -> "Period":
        """From the first day of the first year to the last day of the last."""
        first, last = (np.datetime64(f"{year}-01-01") for year in (years_of_care[0], years_of_care[1] + 1))
        return cls(int(first.astype(np.int64)), int(last.astype(np.int64)) - 1)


@dataclass(frozen=True)
class Population:
    """Arrays with one value a person."""

    first: int
    """Number of the first person, over all shards."""
    birth: Array
    sex: Array
    """1 male, 2 female."""
    death: Array
    """Day, or -1."""
    start: Array
    """First day on which care is possible."""
    end: Array
    place: Array
    """Position in :attr:`places`."""
    places: tuple[tuple[str, str], ...]
    """Department and commune."""
    conditions: dict[str, Array]
    """Name of a scenario -> whether a person has it. Filled by :mod:`synth.schema_only.care`."""

    def __len__(self) -> int:
        return len(self.birth)

    def age(self, persons: Array, days: Array) -> Array:
        """Whole years on ``days``."""
        age: Array = ((days - self.birth[persons]) / 365.25).astype(np.int64)
        return age

    def named(self, column: str) -> pa.Array | None:
        """One value a person of a column that is known by its name, else None."""
        name = column.upper()
        if MAP.match(column):
            return self._mapped(column)
        if name in ("BEN_SEX_COD", "COD_SEX", "BEN_SEX"):
            return pa.array(self.sex)
        name = "BEN_RES_DPT" if name == "DPT" else name
        if name in ("BEN_RES_DPT", "BEN_RES_COM", "BDI_DEP", "BDI_COD"):
            return self._residence(name)
        if name in ("BEN_RNG_GEM", "RNG_NAI"):
            return pa.array(np.where((np.arange(len(self)) + self.first) % 83 == 82, 2, 1))
        if name in ("BEN_IDT_TOP", "BEN_TOP_CNS"):
            return pa.array(np.ones(len(self), dtype=np.int64))
        return None

    def _mapped(self, column: str) -> pa.Array:
        has = np.zeros(len(self), dtype=np.int64)
        for condition, pattern in MAPPED.items():
            if pattern.search(column) and condition in self.conditions:
                has |= self.conditions[condition]
        return pa.array(has)

    def _residence(self, name: str) -> pa.Array:
        texts = {
            "BEN_RES_DPT": [department for department, _ in self.places],
            "BEN_RES_COM": [commune for _, commune in self.places],
            "BDI_DEP": [department[-2:] for department, _ in self.places],
            "BDI_COD": [department[-2:] + commune for department, commune in self.places],
        }
        return taken(pa.array(texts[name]), self.place)


def population(
    seed: int, shard: int, first: int, count: int, *, period: Period, places: tuple[tuple[str, str], ...]
) -> Population:
    """``count`` persons, the first of them number ``first``; the same for the same seed and shard."""
    draw = random(seed, STAGE, shard)
    band = draw.choice(len(WEIGHTS), count, p=np.array(WEIGHTS) / sum(WEIGHTS))
    low, high = np.array(AGES[:-1])[band], np.array(AGES[1:])[band]
    age = low + draw.random(count) * (high - low)
    birth = (period.last - 60 - age * 365.25).astype(np.int64)
    sex = np.where(draw.random(count) < 0.484 + 0.03 * (age < 30) - 0.12 * (age > 80), 1, 2)
    risk = MORTALITY[0] * np.exp(MORTALITY[1] * age) * (period.last - period.first) / 365.25
    dead = (draw.random(count) < np.minimum(risk, 0.6)) & (birth < period.first - 365)
    dead |= np.arange(count) == (np.argmin(birth) if count > 1 else -1)
    dead &= birth < period.first - 365
    span = period.last - period.first - 200
    death = np.where(dead, period.first + 150 + (draw.random(count) * max(span, 1)).astype(np.int64), -1)
    start = np.maximum(period.first, birth + 3)
    end = np.where(dead, np.minimum(period.last, death - DELAY), period.last)
    place = draw.integers(0, len(places), count)
    return Population(first, birth, sex, death, start, end, place, places, {})


def places(pairs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Department and commune of ``DEP|COM`` pairs, a thousand at most; fictitious communes without pairs."""
    split = [pair.partition("|") for pair in pairs]
    known = [(dep, com) for dep, _, com in split if dep in DEPARTMENTS and len(com) == 3]
    if not known:
        return tuple((department, "999") for department in DEPARTMENTS)
    return tuple(known[:: -(-len(known) // 1_000)])


def age_code(population_: Population, persons: Array, days: Array) -> Array:
    """Age in years from two, else 1000 and the months: the code of BEN_AMA_COD."""
    age = np.minimum(population_.age(persons, days), 119)
    months = np.clip((days - population_.birth[persons]) // 31, 0, 23)
    return np.where(age >= 2, age, 1000 + months)
