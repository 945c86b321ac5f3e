"""A small candidate: 24 persons, their stays with a composite key, their acts, and their wards."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.loading import LoadedProfile, load_profile
from profiles.model import Bilingual, Kind
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn

CANARY = "CANARI-7f3a"
PERSONS = 24

PROFILE = """
version: 1
id: essai-publication
title: {fr: "Séjours d'essai", en: "Test stays"}
description: {fr: "Un petit jeu.", en: "A small set."}
seed: 7
tables:
  PATIENTS:
    source: {path: patients.csv}
    primary_key: [ID]
    person: [ID]
    origin: {fr: "Registre d'essai.", en: "Test register."}
    label: {fr: "Les patients", en: "Patients"}
    columns:
      ID: {role: direct, transform: pseudonymize, label: {fr: "numéro", en: "number"}}
      SEX: {role: quasi, values: {1: homme, 2: femme}}
      BORN: {role: quasi, type: year}
      ALIVE: {role: other, type: boolean}
      NAME: {role: direct, transform: drop}
  STAYS:
    source: {path: stays.csv}
    primary_key: [ID, NUM]
    foreign_keys: [{columns: [ID], references: PATIENTS}]
    columns:
      ID: {role: direct, transform: inherit}
      NUM: {role: other, type: integer}
      START: {role: quasi, type: date, transform: shift}
      AT: {role: other, type: datetime}
      COST: {role: sensitive, type: number, unit: euros}
      NOTE: {role: other}
  ACTS:
    source: {path: acts.csv}
    primary_key: [ACT]
    foreign_keys:
      - {columns: [ID], references: PATIENTS}
      - {columns: [STAY, NUM], references: STAYS, optional: true}
      - {columns: [PREVIOUS], references: ACTS, optional: true}
    columns:
      ACT: {role: other, type: integer}
      ID: {role: direct, transform: inherit}
      STAY: {role: direct, transform: inherit}
      NUM: {role: other, type: integer}
      PREVIOUS: {role: other, type: integer}
      CODE: {role: sensitive}
risk:
  knowledge: [PATIENTS.SEX]
  secrets: [ACTS.CODE]
anonymity: {k: 11}
export:
  to: publication
  licence: [etalab-2.0, cc-by-4.0]
  producer: {name: "CHU d'exemple", contact: dpo@example.org}
  frequency: annual
  issued: "2024-01-31"
secret: ${VITRAIL_KEY?absente}
"""

Rows = Mapping[str, Sequence[object]]


def loaded_profile(folder: Path, text: str = PROFILE) -> LoadedProfile:
    path = folder / "profil.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path, {"VITRAIL_KEY": CANARY * 4})


def column(loaded: LoadedProfile, table: str, name: str) -> OutputColumn:
    spec = loaded.profile.tables[table].columns[name]
    words = tuple(Bilingual(fr=f"étape {step}", en=f"step {step}") for step, _ in spec.transform.steps())
    return OutputColumn(name, spec.type, spec.role, words, spec.values)


def candidate_of(loaded: LoadedProfile, folder: Path, tables: Mapping[str, pa.Table]) -> Candidate:
    """A candidate whose tables hold ``__person`` and published columns."""
    folder.mkdir(exist_ok=True)
    made = {}
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path)
        columns = tuple(column(loaded, name, item) for item in table.column_names if item != PERSON)
        made[name] = CandidateTable(name, path, table.num_rows, columns)
    persons = {person for table in tables.values() for person in table[PERSON].to_pylist()}
    return Candidate(loaded.profile, folder, made, persons=len(persons), suppressed_persons=3, key_id="k-1")


def small_candidate(loaded: LoadedProfile, folder: Path) -> Candidate:
    return candidate_of(loaded, folder, {"PATIENTS": patients(), "STAYS": stays(), "ACTS": acts()})


def private(person: int) -> str:
    """What ``__person`` holds: it must never leave."""
    return f"{CANARY}-{person:03d}"


def public(person: int) -> str:
    return f"p{person:03d}"


def patients() -> pa.Table:
    everyone = range(PERSONS)
    return pa.table(
        {
            PERSON: [private(n) for n in everyone],
            "ID": [public(n) for n in everyone],
            "SEX": [str(1 + n % 2) for n in everyone],
            "BORN": pa.array([1940 + n for n in everyone], pa.int64()),
            "ALIVE": [None if n == 0 else n % 3 == 0 for n in everyone],
        }
    )


def stays() -> pa.Table:
    everyone = [(n, stay) for n in range(PERSONS) for stay in (1, 2)]
    start = datetime.fromisoformat("2020-01-01T08:00")
    return pa.table(
        {
            PERSON: [private(n) for n, _ in everyone],
            "ID": [public(n) for n, _ in everyone],
            "NUM": pa.array([stay for _, stay in everyone], pa.int64()),
            "START": [date(2020, 1, 1) + timedelta(n - 1 + stay % 2) for n, stay in everyone],
            "AT": pa.array([start + timedelta(hours=n) for n, _ in everyone], pa.timestamp("us")),
            "COST": [None if n % 5 == 0 else n / 4 for n, _ in everyone],
            "NOTE": ['dit "oui", puis\r\nnon' if n % 2 else "=1+1" for n, _ in everyone],
        }
    )


def acts() -> pa.Table:
    everyone = range(PERSONS)
    orphan = PERSONS - 1
    return pa.table(
        {
            PERSON: [private(n) for n in everyone],
            "ACT": pa.array(list(everyone), pa.int64()),
            "ID": [public(n) for n in everyone],
            "STAY": [None if n == orphan else public(n) for n in everyone],
            "NUM": pa.array([None if n == orphan else 1 for n in everyone], pa.int64()),
            "PREVIOUS": pa.array([None if n == 0 else n - 1 for n in everyone], pa.int64()),
            "CODE": ["A01" if n < 12 else f"B{n}" for n in everyone],
        }
    )


def text_column(name: str = "X", kind: Kind = Kind.TEXT) -> OutputColumn:
    from profiles.model import Role

    return OutputColumn(name, kind, Role.OTHER)
