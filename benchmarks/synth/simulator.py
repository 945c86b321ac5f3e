"""An SNDS-like source with a known structure: six tables, made up from nothing but a seed.

Age and sex act on everything; chronic treatments persist with gaps of about 28 days; antibiotics
are dispensed in winter; some drugs and diagnoses are carried by one to five persons; diabetics
have ALD 8, deliveries of A10 and stays for E10-E14. The CIP13 of a drug says its ATC class.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Column = npt.NDArray[Any]
Tables = dict[str, dict[str, Column]]
START, DAYS = np.datetime64("2022-01-01"), 730
KEY = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
)  # fmt: skip
CHRONIC = ("C09AA05", "C07AB07", "C10AA05", "A10BA02", "A10BB09", "A10AE04", "N06AB10", "R03AK06", "B01AC06")
ACUTE = ("J01CA04", "N02BE01", "M01AE01", "R05CB01", "A02BC01", "D07AC01", "H02AB06", "S01AA01", "N05BA12")
DIAGNOSES = ("K409", "I500", "J189", "S720", "O800", "Z511", "I639", "N390", "K802", "M170", "H259", "C509")
RARE = 60


@dataclass
class Rows:
    """Events being gathered: one array a column, in parts."""

    parts: dict[str, list[Column]] = field(default_factory=dict)

    def add(self, **columns: Column) -> None:
        """One more part; all its arrays have one length."""
        for name, values in columns.items():
            self.parts.setdefault(name, []).append(values)

    def column(self, name: str) -> Column:
        """All parts of a column."""
        return np.concatenate(self.parts[name])


@dataclass(frozen=True)
class People:
    """One entry a person."""

    sex: Ints
    age: Ints
    end: Ints
    """Last day lived in the window, from 0."""
    dead: npt.NDArray[np.bool_]
    diabetic: npt.NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.sex)


def simulate(persons: int, seed: int = 1) -> Tables:
    """Six tables, about twenty claims a person; column arrays by table, ``__person`` included."""
    rng = np.random.default_rng([seed, persons])
    age = np.clip(rng.gamma(6, 7.5, persons), 0, 100).astype(np.int64)
    dead = rng.random(persons) < 0.0015 + 0.12 * (age / 100) ** 4
    end = np.where(dead, rng.integers(0, DAYS, persons), DAYS - 1)
    diabetic = rng.random(persons) < np.clip((age - 35) / 250, 0.003, 0.2)
    people = People(rng.integers(1, 3, persons), age, end, dead, diabetic)
    claims = _claims(rng, people)
    tables = {"IR_BEN_R": _beneficiaries(rng, people), "IR_IMB_R": _long_illness(rng, people)}
    tables |= _dcir(rng, people, claims) | _pmsi(rng, people)
    return tables


def identifiers(person: Ints) -> dict[str, Column]:
    """The two columns that name a person, and ``__person``."""
    nir = np.char.add("1Q", np.char.zfill((person * 7919 % 10**11).astype(str), 15))
    rank = (1 + person % 2).astype(str)
    together = np.char.add(np.char.add(nir, "\x1f"), rank)
    return {"BEN_NIR_PSA": nir, "BEN_RNG_GEM": rank, "__person": together}


def _beneficiaries(rng: np.random.Generator, people: People) -> dict[str, Column]:
    departments = np.array(["075", "013", "069", "059", "033", "031", "044", "067", "02A", "048"])
    share = np.array([22, 18, 16, 15, 10, 8, 6, 4, 0.8, 0.2]) / 100
    death = (START + people.end).astype("datetime64[D]")
    death[~people.dead] = np.datetime64("NaT")
    own = identifiers(np.arange(people.size))
    return own | {
        "BEN_SEX_COD": people.sex.astype(str),
        "BEN_NAI_ANN": 2022 - people.age,
        "BEN_RES_DPT": rng.choice(departments, people.size, p=share),
        "BEN_DCD_DTE": death,
    }


def _long_illness(rng: np.random.Generator, people: People) -> dict[str, Column]:
    heart = rng.random(people.size) < np.clip((people.age - 45) / 300, 0, 0.2)
    person = np.concatenate(
        [np.flatnonzero(people.diabetic & (rng.random(people.size) < 0.85)), np.flatnonzero(heart)]
    )
    first = int((people.diabetic).sum())
    number = np.where(people.diabetic[person] & (np.arange(len(person)) < first), "8", "5")
    number[np.flatnonzero(number == "8")[int((number == "8").sum()) :]] = "5"
    code = np.where(number == "8", rng.choice(["E11", "E10", "E14"], len(person), p=[0.8, 0.15, 0.05]), "I50")
    start = START - rng.integers(0, 1500, len(person))
    length = rng.choice([1826, 3652], len(person))
    return identifiers(person) | {
        "IMB_ALD_NUM": number,
        "MED_MTF_COD": code,
        "IMB_ALD_DTD": start.astype("datetime64[D]"),
        "IMB_ALD_DTF": (start + length).astype("datetime64[D]"),
    }


def _claims(rng: np.random.Generator, people: People) -> Rows:
    """Person, day, ATC (empty for a consultation) and rank of the presentation of every claim."""
    rows = Rows()
    for place, atc in enumerate(CHRONIC):
        old = np.clip((people.age - 30) / 180, 0.004, 0.35) * (0.5 if place > 5 else 1)
        taking = (
            (people.diabetic & (rng.random(people.size) < 0.55))
            if atc[:3] == "A10"
            else rng.random(people.size) < old
        )
        _treatment(rng, rows, people, np.flatnonzero(taking), atc)
    for place, atc in enumerate(ACUTE):
        count = rng.poisson(rng.gamma(0.6, 1.1, people.size) * (1.4 if place < 2 else 0.7))
        who = np.repeat(np.arange(people.size), count)
        winter = (rng.normal(15, 45, len(who)) + 365 * rng.integers(0, 3, len(who))).astype(np.int64)
        flat = rng.integers(0, DAYS, len(who))
        _add(rows, people, who, np.where((place in (0, 3)) & (rng.random(len(who)) < 0.7), winter, flat), atc)
    visits = rng.poisson(2 + people.age / 18)
    who = np.repeat(np.arange(people.size), visits)
    _add(rows, people, who, rng.integers(0, DAYS, len(who)), "")
    for number in range(RARE):
        who = rng.choice(people.size, 1 + number % 5, replace=False)
        _add(rows, people, np.repeat(who, 3), rng.integers(0, DAYS, 3 * len(who)), f"L04A{number:02d}")
    return rows


def _treatment(rng: np.random.Generator, rows: Rows, people: People, who: Ints, atc: str) -> None:
    """Deliveries about every 28 days from a first one, for as long as the person persists."""
    start = np.where(
        rng.random(len(who)) < 0.7, rng.integers(0, 40, len(who)), rng.integers(0, DAYS, len(who))
    )
    length = np.where(rng.random(len(who)) < 0.6, 27, 1 + rng.geometric(0.12, len(who)))
    gaps = np.clip(np.rint(rng.normal(28, 4, (len(who), 28))), 14, 60).astype(np.int64)
    days = start[:, None] + np.concatenate(
        [np.zeros((len(who), 1), np.int64), gaps.cumsum(1)[:, :-1]], axis=1
    )
    kept = np.arange(28)[None, :] < length[:, None]
    own = np.broadcast_to(who[:, None], days.shape)
    brand = np.broadcast_to(np.minimum(rng.geometric(0.45, len(who)) - 1, 7)[:, None], days.shape)
    _add(rows, people, own[kept], days[kept], atc, brand[kept])


def _add(  # noqa: PLR0917 - what an event is
    rows: Rows, people: People, who: Ints, day: Ints, atc: str, brand: Ints | None = None
) -> None:
    kept = (day >= 0) & (day <= people.end[who])
    if brand is None:
        brand = (who * 31 + day) % 5
    rows.add(person=who[kept], day=day[kept], atc=np.full(int(kept.sum()), atc, "U7"), brand=brand[kept])


def cip13(atc: Column, brand: Ints) -> Column:
    """A made-up CIP13 for each class and presentation."""
    known, place = np.unique(atc, return_inverse=True)
    base = np.array(
        [sum((index + 7) * ord(letter) for index, letter in enumerate(name)) * 97 % 99991 for name in known]
    )
    return np.char.add("34009", np.char.zfill((base[place] * 100 + brand).astype(str), 8))


def _dcir(rng: np.random.Generator, people: People, claims: Rows) -> Tables:
    person, day, atc, brand = (claims.column(name) for name in ("person", "day", "atc", "brand"))
    order = np.lexsort((atc, day, person))
    person, day, atc, brand = person[order], day[order], atc[order], brand[order]
    drug = atc != ""
    size = len(person)
    soin = START + day
    treated = soin + rng.integers(1, 40, size)
    flow = (treated.astype("datetime64[M]") + 1).astype("datetime64[D]")
    keys: dict[str, Column] = dict(
        zip(
            KEY,
            (flow, treated.astype("datetime64[D]"), np.full(size, "1"), rng.integers(1, 30, size).astype(str),
             np.full(size, "0"), np.char.add("01C", rng.integers(100, 140, size).astype(str)),
             np.arange(size) // 7, 1 + np.arange(size) % 7, np.full(size, "0")),
            strict=True,
        )
    )  # fmt: skip
    special = rng.random(size) < 0.25
    rate = np.where((people.diabetic[person]) & drug, "100", np.where(drug, "65", "70"))
    unit = np.round(1.5 + (np.char.str_len(atc) > 0) * (brand + 1) * 2.35, 2)
    boxes = 1 + rng.binomial(3, 0.15, size)
    paid = np.where(
        drug, np.round(unit * boxes, 2), np.where(special, np.round(rng.gamma(20, 2.5, size), 2), 26.5)
    )
    claim = keys | identifiers(person) | {
        "EXE_SOI_DTD": soin.astype("datetime64[D]"),
        "PRS_NAT_REF": np.where(drug, "3313", np.where(special, "1112", "1111")),
        "PSE_SPE_COD": np.where(special, rng.choice(["03", "07", "15", "30"], size), "01"),
        "PRS_PAI_MNT": paid,
        "PRS_REM_TAU": rate,
    }  # fmt: skip
    pharmacy = {name: values[drug] for name, values in (keys | {"__person": claim["__person"]}).items()} | {
        "PHA_PRS_C13": cip13(atc[drug], brand[drug]),
        "PHA_ATC_C07": atc[drug],
        "PHA_ACT_QSN": boxes[drug],
        "PHA_ACT_PRU": unit[drug],
    }
    return {"ER_PRS_F": claim, "ER_PHA_F": pharmacy}


def _pmsi(rng: np.random.Generator, people: People) -> Tables:
    person = np.repeat(
        np.arange(people.size), rng.poisson(0.12 + (people.age / 100) ** 2 + 0.4 * people.diabetic)
    )
    day = (rng.random(len(person)) * (people.end[person] + 1)).astype(np.int64)
    order = np.lexsort((day, person))
    person, day = person[order], day[order]
    size = len(person)
    share = np.array([10, 12, 11, 9, 8, 10, 7, 9, 8, 8, 5, 3]) / 100
    code = rng.choice(DIAGNOSES, size, p=share)
    birth = (people.sex[person] == 1) | (people.age[person] < 15) | (people.age[person] > 50)
    code = np.where((code == "O800") & birth, "R074", code)
    sugar = people.diabetic[person] & (rng.random(size) < 0.3)
    code = np.where(sugar, rng.choice(["E112", "E115", "E106", "E119"], size), code)
    odd = rng.random(size) < 0.02
    code = np.where(odd, np.char.add("Q", np.char.zfill(rng.integers(100, 890, size).astype(str), 3)), code)
    length = np.minimum(rng.geometric(0.25, size) - 1, people.end[person] - day)
    died = people.dead[person] & (day + length == people.end[person])
    entry = START + day
    hospital = np.char.add("7500", np.char.zfill(rng.integers(1, 25, size).astype(str), 5))
    number = np.char.zfill(np.arange(size).astype(str), 10)
    stays = {"ETA_NUM": hospital, "RSA_NUM": number} | identifiers(person) | {
        "DGN_PAL": code,
        "EXE_SOI_DTD": entry.astype("datetime64[D]"),
        "EXE_SOI_DTF": (entry + length).astype("datetime64[D]"),
        "SEJ_NBJ": length,
        "AGE_ANN": entry.astype("datetime64[Y]").astype(np.int64) + 1970 - 2022 + people.age[person],
        "COD_SEX": people.sex[person].astype(str),
        "SOR_MOD": np.where(died, "9", rng.choice(["8", "7", "6"], size, p=[0.9, 0.06, 0.04])),
    }  # fmt: skip
    return {"T_MCOaaB": stays, "T_MCOaaD": _associated(rng, people, person, stays)}


def _associated(
    rng: np.random.Generator, people: People, person: Ints, stays: dict[str, Column]
) -> dict[str, Column]:
    sugar = people.diabetic[person]
    stay = np.repeat(np.arange(len(person)), rng.poisson(1 + 1.2 * sugar + people.age[person] / 80))
    rank = np.arange(len(stay)) - np.searchsorted(stay, stay)
    common = rng.choice(
        ["I10", "E780", "Z922", "N183", "I489", "F329"], len(stay), p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.1]
    )
    code = np.where(sugar[stay] & (rng.random(len(stay)) < 0.4), "E119", common)
    return {name: stays[name][stay] for name in ("ETA_NUM", "RSA_NUM", "__person")} | {
        "DGN_ASS_NUM": 1 + rank,
        "ASS_DGN": code,
    }
