"""Diabetes in the manner of the pathology map, on one or two copies of the same tables.

``python top_diabete.py --year 2019 REAL [SYNTHETIC]``: each folder holds ``TABLE.parquet`` or ``TABLE.csv``.
The share of persons is given by age and sex, side by side; a cell that rests on fewer persons than the
floor is hidden. ``--sql`` prints the query, to read or to give to another tool.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from views import Columns, MissingError, views

FLOOR = 11
"""Persons under which a figure is not shown."""
AGES = (0, 15, 35, 45, 55, 65, 75, 85)
SEXES = {"1": "hommes", "2": "femmes"}
ENOUGH = 200
"""Real persons that a cell has more of when its deviation is judged."""
Cell = tuple[str, str]
"""Sex, and the first age of the class."""


@dataclass(frozen=True)
class Count:
    """Of a cell: persons found by the algorithm, and persons in all."""

    found: int
    persons: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.found / self.persons if self.persons else 0.0

    def shown(self, floor: int) -> bool:
        """Whether neither the ill nor the others are few (none at all may be told)."""
        both = (self.found, self.persons - self.found)
        return self.persons >= floor and all(count == 0 or count >= floor for count in both)


Counts = Mapping[Cell, Count]


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A base in memory where each file of the folder is a view of its name."""
    quiet = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    con = duckdb.connect(config=quiet)
    readers = {".parquet": "read_parquet('{}')", ".csv": "read_csv('{}', all_varchar = true)"}
    for file in sorted(folder.iterdir()):
        if file.suffix in readers:
            source = readers[file.suffix].format(str(file).replace("'", "''"))
            con.execute(f'CREATE OR REPLACE VIEW "{file.stem}" AS SELECT * FROM {source}')
    return con


def columns(con: duckdb.DuckDBPyConnection) -> Columns:
    """The tables and their columns."""
    found: dict[str, set[str]] = {}
    sql = "SELECT table_name, column_name FROM information_schema.columns ORDER BY ALL"
    for table, column in con.execute(sql).fetchall():
        found.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in found.items()}


def query(tables: Columns, year: int, end: str) -> str:
    """The views, the algorithm, then ``end``: a SELECT on ``found(person, rule)``."""
    algorithm = (Path(__file__).parent / "top_diabete.sql").read_text(encoding="utf-8")
    return "WITH " + ",\n".join(views(tables, year)) + ",\n" + algorithm + end


def find(con: duckdb.DuckDBPyConnection, year: int) -> dict[str, set[str]]:
    """Person -> the rules that found her: ``stay``, ``complication``, ``ald``, ``drugs``."""
    end = "SELECT person, rule FROM found ORDER BY ALL"
    found: dict[str, set[str]] = {}
    for person, rule in con.execute(query(columns(con), year, end)).fetchall():
        found.setdefault(person, set()).add(rule)
    return found


def count(con: duckdb.DuckDBPyConnection, year: int) -> dict[Cell, Count]:
    """The count of each cell, among those who had not died before the window."""
    classes = " ".join(f"WHEN age >= {age} THEN {age}" for age in reversed(AGES))
    end = f"""SELECT sex, CASE {classes} ELSE 0 END AS class, count(*) FILTER (ill), count(*) FROM (
        SELECT sex, n - birth AS age, person IN (SELECT person FROM found) AS ill
        FROM persons, years WHERE coalesce(year(death) >= n - 1, true)
    ) GROUP BY ALL ORDER BY ALL"""
    rows = con.execute(query(columns(con), year, end)).fetchall()
    return {(sex, str(age)): Count(found, persons) for sex, age, found, persons in rows}


def total(cells: Counts) -> Count:
    """All cells together."""
    return Count(sum(one.found for one in cells.values()), sum(one.persons for one in cells.values()))


def hidden(cells: Counts, floor: int) -> set[Cell]:
    """Cells to hide; one alone would be told by the total, so the smallest other goes with it."""
    found = {name for name, one in cells.items() if not one.shown(floor)}
    if len(found) == 1 and len(cells) > 1:
        others = [name for name in cells if name not in found]
        found.add(min(others, key=lambda name: (cells[name].persons, name)))
    return found


def table(sets: Mapping[str, Counts], floor: int) -> str:
    """Markdown in French: one line a class of age and sex, one column a set."""
    secret = {name: hidden(cells, floor) for name, cells in sets.items()}
    lines = ["| âge | sexe | " + " | ".join(sets) + " |", "|---" * (2 + len(sets)) + "|"]
    for place, age in enumerate(AGES):
        label = f"{age} et plus" if place == len(AGES) - 1 else f"{age} à {AGES[place + 1] - 1}"
        for sex, people in SEXES.items():
            cell = (sex, str(age))
            shown = [
                "–" if cell in secret[name] or cell not in cells else _percent(cells[cell])
                for name, cells in sets.items()
            ]
            lines.append(f"| {label} | {people} | " + " | ".join(shown) + " |")
    everyone = " | ".join(_percent(total(cells)) for cells in sets.values())
    return "\n".join([*lines, f"| ensemble | | {everyone} |"])


def _percent(one: Count) -> str:
    return f"{100 * one.share:.1f}".replace(".", ",") + " %"


def deviations(real: Counts, made: Counts) -> tuple[float, float]:
    """In points: that of all persons, and the largest of the cells of more than ``ENOUGH`` real persons."""
    large = [name for name, one in real.items() if one.persons > ENOUGH]
    widest = max((abs(real[name].share - made.get(name, Count(0, 0)).share) for name in large), default=0.0)
    return 100 * abs(total(real).share - total(made).share), 100 * widest


def main() -> int:
    """Read the folders and print the table; 2 when a table that is needed is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DOSSIER", help="réel, puis synthétique")
    parser.add_argument("--year", type=int, required=True, help="dernière année de la fenêtre de deux ans")
    parser.add_argument("--floor", type=int, default=FLOOR, help="plancher de personnes")
    parser.add_argument("--sql", action="store_true", help="imprimer la requête, sans rien compter")
    given = parser.parse_args()
    try:
        if given.sql:
            known = columns(connect(given.folders[0]))
            print(query(known, given.year, "SELECT DISTINCT person FROM found"))
            return 0
        sets = {folder.name: count(connect(folder), given.year) for folder in given.folders}
    except MissingError as missing:
        print(f"il manque {missing}", file=sys.stderr)
        return 2
    print(table(sets, given.floor))
    if len(sets) == 2:
        overall, widest = deviations(*sets.values())
        print(f"\nécart d'ensemble : {overall:.2f} point ; le plus grand d'une case : {widest:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
