"""The beneficiaries: who they are, where they live, what ails them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tables.demo.codes import AILMENTS, COMMUNES

Text = npt.NDArray[np.str_]
Days = npt.NDArray[np.datetime64]
Whole = npt.NDArray[np.int64]
Flag = npt.NDArray[np.bool_]

YEAR = 2023
FIRST_DAY, LAST_DAY = np.datetime64("2023-01-01"), np.datetime64("2023-12-31")

_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", dtype="S1")
_VERY_OLD = (1909, 1911, 1912)
_AGE_KNOTS, _AGE_LEVELS = (0.0, 0.2, 0.45, 0.7, 0.9, 0.985, 1.0), (0, 17, 38, 60, 76, 90, 104)


@dataclass(frozen=True)
class Persons:
    """One entry a beneficiary in every array."""

    nir: Text
    """17 characters; the two twins of a pair share it."""
    rank: Whole
    sex: Whole
    """1 man, 2 woman."""
    birth: Days
    death: Days
    """NaT for the living."""
    commune: Whole
    """Index in ``codes.COMMUNES``."""
    ailments: dict[str, Flag]

    @property
    def age(self) -> Whole:
        """Whole years lived at the end of the year, about."""
        return ((LAST_DAY - self.birth).astype(np.int64) / 365.25).astype(np.int64)

    @property
    def start(self) -> Days:
        """First day of the year on which care may happen: birth, for a newborn."""
        return np.maximum(self.birth, FIRST_DAY)

    @property
    def end(self) -> Days:
        """Last day of the year on which care may happen."""
        return np.where(np.isnat(self.death), LAST_DAY, self.death)


def draw_persons(rng: np.random.Generator, count: int) -> Persons:
    """``count`` beneficiaries; about one in a hundred has a twin under the same number."""
    twin = np.zeros(count, dtype=bool)
    twin[1:] = rng.random(count - 1) < 0.01
    twin[1:] &= ~twin[:-1]
    older = np.where(twin, np.arange(count) - 1, np.arange(count))
    birth = _births(rng, count)[older]
    ages = YEAR - birth.astype("datetime64[Y]").astype(np.int64) - 1970
    shares = np.array([commune.share for commune in COMMUNES])
    return Persons(
        nir=identifiers(rng, count)[older],
        rank=1 + twin.astype(np.int64),
        sex=rng.integers(1, 3, count)[older],
        birth=birth,
        death=_deaths(rng, birth, ages),
        commune=rng.choice(len(COMMUNES), count, p=shares / shares.sum())[older],
        ailments=_ailments(rng, ages),
    )


def identifiers(rng: np.random.Generator, count: int) -> Text:
    """Distinct texts of 17 capital letters and digits."""
    drawn = _ALPHABET[rng.integers(0, len(_ALPHABET), (count, 17))]
    texts: Text = drawn.view("S17").ravel().astype(str)
    return texts


def _births(rng: np.random.Generator, count: int) -> Days:
    ages = np.interp(rng.random(count), _AGE_KNOTS, _AGE_LEVELS)
    births = LAST_DAY - (ages * 365.25).astype(np.int64)
    oldest = _VERY_OLD[:count]
    births[: len(oldest)] = [np.datetime64(f"{year}-06-15") for year in oldest]
    return births


def _deaths(rng: np.random.Generator, birth: Days, ages: Whole) -> Days:
    dies = rng.random(len(birth)) < np.minimum(0.3, 0.0005 * np.exp(ages / 15))
    start = np.maximum(birth, FIRST_DAY)
    lived = (rng.random(len(birth)) * ((LAST_DAY - start).astype(np.int64) + 1)).astype(np.int64)
    return np.where(dies, start + lived, np.datetime64("NaT"))


def _ailments(rng: np.random.Generator, ages: Whole) -> dict[str, Flag]:
    flags: dict[str, Flag] = {}
    for ailment in AILMENTS:
        share = ailment.young + (ailment.old - ailment.young) * ages / 90
        flags[ailment.name] = rng.random(len(ages)) < share
    rare = np.zeros(len(ages), dtype=bool)
    rare[rng.integers(0, len(ages), 3)] = True
    return flags | {"rare": rare}
