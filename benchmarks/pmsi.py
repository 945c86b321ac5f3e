"""Hospital stays as in the PMSI, made up: age, sex, postcode, hospital and month point at nearly everybody.

D. Blum told the Assemblée nationale that 89 % of the people who were in hospital can be found from
four fields (age, sex, postcode, hospital), and all of those with two stays. Here the number of
people a postcode is chosen so that the four fields leave about 89 % alone, whatever the size: the
figures say what an attack finds, and nothing about France.

``python -m benchmarks.pmsi FOLDER [PERSONS]`` writes ``sejours.csv`` and two profiles: ``tel-quel.yaml``
publishes the four fields as they are, ``ouvert.yaml`` extends the base ``pmsi-ouvert`` that vitrail ships.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pv

Column = npt.NDArray[Any]
FOUR = ("AGE_ANN", "COD_SEX", "BDI_COD", "ETA_NUM")
"""Blum's four fields."""
DEPARTEMENTS = (
    "01", "06", "13", "14", "21", "22", "29", "31", "33", "34", "35", "38", "42", "44", "45", "49",
    "50", "54", "56", "57", "59", "60", "62", "63", "64", "67", "68", "69", "72", "74", "75", "76",
    "77", "78", "80", "83", "84", "86", "91", "92", "93", "94", "95",
)  # fmt: skip
DIAGNOSES = (
    "I500", "I639", "J189", "J440", "S720", "S525", "O800", "O820", "Z511", "N390", "K802", "K409",
    "K359", "M170", "M161", "H259", "C509", "C61", "C189", "E109", "E115", "F329", "G20", "A419",
)  # fmt: skip
GROUPS = (
    "05M09", "01M30", "04M05", "04M17", "08C47", "08C49", "14Z14", "14C08", "17M06", "11M04", "07C13",
    "06C12", "06C09", "08C24", "08C48", "02C05", "09C05", "12C11", "06C04", "10M02", "10M03", "19M06",
    "01M22", "18M07",
)  # fmt: skip
PERSONS_BY_POSTCODE = 100
HOSPITALS_BY_DEPARTEMENT = 6
MORE_STAYS = (0.72, 0.16, 0.07, 0.03, 0.02)
"""Share of the persons with 1, 2, 3, 4 and 5 stays in the year."""


@dataclass(frozen=True)
class Persons:
    """One entry a person; what the register attack links on."""

    number: Column
    sex: Column
    born: Column
    """Date of birth."""
    postcode: Column
    stays: Column
    """Number of stays."""


def simulate(persons: int = 20_000, seed: int = 2008) -> tuple[Persons, dict[str, Column]]:
    """People and their stays of one year, one row a stay; the same arguments give the same stays."""
    random = np.random.default_rng([seed, persons])
    people = _people(persons, random)
    who = np.repeat(np.arange(persons), people.stays)
    return people, _stays(people, who, random)


def _people(persons: int, random: np.random.Generator) -> Persons:
    places = max(len(DEPARTEMENTS), persons // PERSONS_BY_POSTCODE)
    postcodes = np.char.add(
        np.array(DEPARTEMENTS)[np.arange(places) % len(DEPARTEMENTS)],
        np.char.zfill((np.arange(places) // len(DEPARTEMENTS) % 1000).astype(str), 3),
    )
    # Old people and young parents are in hospital more often than others.
    old, young = random.normal(66, 15, persons), random.uniform(0, 60, persons)
    ages = np.where(random.random(persons) < 0.6, old, young)
    lived = (np.clip(ages, 0, 100) * 365.25).astype(np.int64) + random.integers(0, 365, persons)
    return Persons(
        number=np.char.add("A", np.char.zfill((random.permutation(persons) * 7919).astype(str), 16)),
        sex=np.where(random.random(persons) < 0.53, "2", "1"),
        born=np.datetime64("2023-12-31") - lived,
        postcode=postcodes[random.integers(0, places, persons)],
        stays=1 + random.choice(len(MORE_STAYS), persons, p=MORE_STAYS),
    )


def _stays(people: Persons, who: Column, random: np.random.Generator) -> dict[str, Column]:
    number = len(who)
    entry = np.datetime64("2023-01-01") + random.integers(0, 365, number)
    nights = random.geometric(0.22, number) - 1
    # Each person has a usual hospital, near in four cases out of five, and leaves it one time in four.
    usual = random.geometric(0.45, len(people.sex)) % HOSPITALS_BY_DEPARTEMENT
    other = random.integers(0, HOSPITALS_BY_DEPARTEMENT, number)
    nearest = np.where(random.random(number) < 0.75, usual[who], other)
    home = people.postcode[who].astype("U2")
    away = np.array(DEPARTEMENTS)[random.integers(0, len(DEPARTEMENTS), number)]
    where = np.where(random.random(number) < 0.8, home, away)
    disease = random.integers(0, len(DIAGNOSES), number)
    years = (entry - people.born[who]).astype(np.int64) // 365.25
    return {
        "NIR_ANO_17": people.number[who],
        "AGE_ANN": years.astype(np.int64).astype(str),
        "COD_SEX": people.sex[who],
        "BDI_COD": people.postcode[who],
        "ETA_NUM": np.char.add(np.char.add(where, "07800"), np.char.zfill(nearest.astype(str), 2)),
        "ENT_DAT": entry.astype(str),
        "SOR_MOI": (entry + nights).astype("datetime64[M]").astype(str),
        "SEJ_NBJ": nights.astype(str),
        "DGN_PAL": np.array(DIAGNOSES)[disease],
        "GRG_GHM": np.array(GROUPS)[disease],
    }


AS_IT_IS = """\
version: 1
id: pmsi-tel-quel
title: Séjours à l'hôpital, publiés sans précaution
seed: 2008
secret: ${VITRAIL_KEY}
tables:
  sejours:
    source: {path: sejours.csv}
    person: [NIR_ANO_17]
    columns:
      NIR_ANO_17: {role: direct, transform: pseudonymize}
      AGE_ANN: {role: quasi, type: integer}
      COD_SEX: {role: quasi}
      BDI_COD: {role: quasi}
      ETA_NUM: {role: quasi}
      ENT_DAT: {role: quasi, type: date, transform: drop}
      SOR_MOI: {role: quasi, transform: drop}
      SEJ_NBJ: {role: other, type: integer, transform: drop}
      DGN_PAL: {role: sensitive, transform: {generalize: {hierarchy: cim10, level: categorie}}}
      GRG_GHM: {role: other, transform: drop}
export: {to: publication}
risk:
  knowledge: [sejours.AGE_ANN, sejours.COD_SEX, sejours.BDI_COD]
  secrets: [sejours.DGN_PAL]
"""


OPEN = """\
extends: pmsi-ouvert
version: 1
id: pmsi-ouvert
title: Séjours à l'hôpital, jeu ouvert
seed: 2008
secret: ${VITRAIL_KEY}
tables:
  sejours:
    source: {path: sejours.csv}
"""


def write(folder: Path, persons: int = 20_000, seed: int = 2008) -> Persons:
    """Write ``sejours.csv`` and the two profiles; gives the people behind the stays."""
    folder.mkdir(parents=True, exist_ok=True)
    people, stays = simulate(persons, seed)
    pv.write_csv(pa.table({name: pa.array(values) for name, values in stays.items()}), folder / "sejours.csv")
    (folder / "tel-quel.yaml").write_text(AS_IT_IS, encoding="utf-8")
    (folder / "ouvert.yaml").write_text(OPEN, encoding="utf-8")
    return people


def alone(columns: dict[str, Column], names: tuple[str, ...] = FOUR) -> tuple[float, float]:
    """Share of the persons whom ``names`` of all their stays leave alone: of all, of those with two stays."""
    rows = np.array(["\x1f".join(row) for row in zip(*(columns[name] for name in names), strict=True)])
    person = np.unique(columns["NIR_ANO_17"], return_inverse=True)[1]
    order = np.lexsort((rows, person))
    first = np.searchsorted(person[order], np.arange(person.max() + 1))
    whole = np.array(["\x1e".join(sorted(set(part))) for part in np.split(rows[order], first[1:])])
    _, kind, size = np.unique(whole, return_inverse=True, return_counts=True)
    single = size[kind] == 1
    several = np.bincount(person) > 1
    return float(single.mean()), float(single[several].mean())


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
