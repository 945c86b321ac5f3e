"""A source of forty persons in two tables, and the candidate that a careful profile makes of it."""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.model import Bilingual, Kind, Profile, Role
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged, StagedTable

COUNT = 40
SURNAMES = (
    "Abadie", "Berthelot", "Cazeneuve", "Delacroix", "Escoffier",
    "Fontanel", "Grandjean", "Hautecoeur", "Imbert", "Jaubert",
    "Kerbrat", "Lamarque", "Montagnac", "Nougaret", "Ollivier",
    "Pradines", "Quemener", "Rambaud", "Sabatier", "Taillefer",
    "Urvoy", "Vaillant", "Wateau", "Xaintrailles", "Yvernault",
    "Zeller", "Aubertin", "Bonnafous", "Castelnau", "Duquesne",
    "Estrade", "Foucault", "Garrigue", "Hennebique", "Izoard",
    "Jouvenel", "Kergoat", "Labrousse", "Malaterre", "Noirot",
)  # fmt: skip
NOTES = ("suivi habituel", "rien à signaler", "à revoir dans un mois")

PROFILE: dict[str, Any] = {
    "version": 1,
    "id": "restes",
    "title": "Jeu d'essai",
    "seed": 1,
    "tables": {
        "personnes": {
            "source": {"path": "personnes.csv"},
            "primary_key": ["nir"],
            "person": ["nir"],
            "columns": {
                "nir": {"role": "direct", "transform": "pseudonymize"},
                "nom": {"role": "direct", "transform": "drop"},
                "naissance": {"role": "direct", "type": "date", "transform": "drop"},
                "dossier": {"role": "direct", "type": "integer", "transform": "drop"},
                "sexe": {"role": "quasi", "values": ["1", "2"]},
                "note": {"role": "other"},
            },
        },
        "visites": {
            "source": {"path": "visites.csv"},
            "foreign_keys": [{"columns": ["nir"], "references": "personnes"}],
            "columns": {
                "nir": {"role": "direct", "transform": "inherit"},
                "jours": {"role": "other", "type": "integer"},
                "libelle": {"role": "other"},
            },
        },
    },
}

Columns = dict[str, list[Any]]


def nir(person: int) -> str:
    """Fifteen characters, a letter first."""
    return f"Q{person * 7_919_317 % 10**12:012d}{person % 89:02d}"


def surname(person: int) -> str:
    return SURNAMES[person]


def birth(person: int) -> date:
    return date(1940, 1, 1) + timedelta(days=person * 523)


def file_number(person: int) -> int:
    """Five digits, no two near each other."""
    return 10_000 + person * 1_471


def pseudonym(text: str) -> str:
    digest = hmac.new(b"a key", text.encode(), hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=")


def source() -> dict[str, Columns]:
    """The two tables of the source."""
    everybody = range(COUNT)
    twice = [person for person in everybody for _ in range(2)]
    return {
        "personnes": {
            "nir": [nir(person) for person in everybody],
            "nom": [surname(person) for person in everybody],
            "naissance": [birth(person) for person in everybody],
            "dossier": [file_number(person) for person in everybody],
            "sexe": [str(1 + person % 2) for person in everybody],
            "note": [NOTES[person % 3] for person in everybody],
        },
        "visites": {
            "nir": [nir(person) for person in twice],
            "jours": [(row * 37) % 11 for row in range(len(twice))],
            "libelle": [NOTES[row % 3] for row in range(len(twice))],
        },
    }


def published() -> dict[str, Columns]:
    """The candidate's two tables, in the order of the source."""
    tables = source()
    for table in tables.values():
        table["nir"] = [pseudonym(value) for value in table["nir"]]
    for dropped in ("nom", "naissance", "dossier"):
        del tables["personnes"][dropped]
    return tables


@dataclass(frozen=True)
class World:
    """Source, candidate before and after persons are left out."""

    staged: Staged
    original: Candidate
    candidate: Candidate


def profile(**tables: dict[str, Any]) -> Profile:
    """The profile; ``tables`` replace those of the same name."""
    return Profile.model_validate({**PROFILE, "tables": {**PROFILE["tables"], **tables}})


def world(
    folder: Path,
    tables: dict[str, Columns] | None = None,
    *,
    hidden: dict[str, Columns] | None = None,
    spec: Profile | None = None,
    nature: Literal["real", "synthetic"] = "real",
) -> World:
    """Write ``hidden`` (the source) and ``tables`` (the candidate) below ``folder``."""
    spec = spec or profile()
    hidden = hidden or source()
    persons = {name: columns["nir"] for name, columns in hidden.items()}
    staged = {
        name: StagedTable(name, _write(folder / "staged", name, columns, persons[name]), len(persons[name]))
        for name, columns in hidden.items()
    }
    folder.joinpath("candidate").mkdir(parents=True, exist_ok=True)
    found = {}
    for name, columns in (tables or published()).items():
        keys = [pseudonym("person" + person) for person in persons[name]]
        path = _write(folder / "candidate", name, columns, keys)
        outputs = tuple(_output(spec, name, column, path) for column in columns)
        found[name] = CandidateTable(name, path, len(keys), outputs)
    count = len({*next(iter(persons.values()))})
    candidate = Candidate(spec, folder / "candidate", found, nature=nature, persons=count)
    return World(Staged(spec, folder / "staged", staged), candidate, candidate)


def without_first_person(world_: World) -> World:
    """The same world, its first person left out of the candidate."""
    folder = world_.candidate.folder / "fewer"
    gone = pseudonym("person" + nir(0))
    tables = {}
    for name, table in world_.candidate.tables.items():
        rows = pq.read_table(table.path)
        kept = rows.filter([person != gone for person in rows[PERSON].to_pylist()])
        folder.mkdir(exist_ok=True)
        pq.write_table(kept, folder / f"{name}.parquet")
        tables[name] = replace(table, path=folder / f"{name}.parquet", rows=kept.num_rows)
    return replace(world_, candidate=replace(world_.candidate, folder=folder, tables=tables))


def _write(folder: Path, name: str, columns: Columns, persons: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table({**columns, PERSON: persons}), path)
    return path


_KINDS = {"int64": Kind.INTEGER, "double": Kind.NUMBER, "date32[day]": Kind.DATE}


def _output(spec: Profile, table: str, column: str, path: Path) -> OutputColumn:
    known = spec.tables[table].columns.get(column)
    kind = _KINDS.get(str(pq.read_schema(path).field(column).type), Kind.TEXT)
    values = {value: Bilingual() for value in known.values} if known and known.values else None
    return OutputColumn(column, kind, known.role if known else Role.OTHER, values=values)
