"""SQL on staged files: keys that repeat, keys that point nowhere, persons found by joins.

Every builder takes paths of ours and names of the profile, quoted; no value enters the text.
Nulls are left aside: they are counted while reading.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from profiles.key_chain import target_columns
from profiles.model import Profile
from profiles.person_path import person_path, root_person
from tables.duck import quote, scan

ROW = "file_row_number"


def repeated_keys(path: Path, columns: Sequence[str]) -> str:
    """One row: distinct keys that occur more than once."""
    keys = _names(columns)
    return (
        f"SELECT count(*) FROM (SELECT 1 FROM {scan(path)} WHERE {_present(columns)}"
        f" GROUP BY {keys} HAVING count(*) > 1)"
    )


def first_repeated(path: Path, columns: Sequence[str]) -> str:
    """One row: the number, from 0, of the first row whose key an earlier row has."""
    return (
        f"SELECT min({ROW}) FROM (SELECT {ROW}, row_number() OVER (PARTITION BY {_names(columns)}"
        f" ORDER BY {ROW}) AS place FROM {scan(path, row=True)} WHERE {_present(columns)}) WHERE place > 1"
    )


def orphans(child: Path, columns: Sequence[str], parent: Path, to: Sequence[str]) -> str:
    """One row: how many rows of ``child`` point at no row of ``parent``."""
    return f"SELECT count(*) {_orphan_rows(child, columns, parent, to)}"


def orphan_details(child: Path, columns: Sequence[str], parent: Path, to: Sequence[str]) -> str:
    """One row: distinct keys that point nowhere, and the number, from 0, of the first such row."""
    keys = ", ".join(f"c.{quote(column)}" for column in columns)
    return (
        f"SELECT count(*), min(first) FROM (SELECT min(c.{ROW}) AS first"
        f" {_orphan_rows(child, columns, parent, to)} GROUP BY {keys})"
    )


def root_keys(profile: Profile, table: str, paths: Mapping[str, Path]) -> str:
    """The person's key of each row of ``table``, from the root of its path, in the table's order."""
    _, person = root_person(profile, table)
    joins, here = [f"{scan(paths[table], row=True)} AS t0"], "t0"
    for number, key in enumerate(person_path(profile, table), 1):
        there = f"t{number}"
        pairs = zip(key.columns, target_columns(profile, key), strict=True)
        on = " AND ".join(f"{here}.{quote(own)} = {there}.{quote(to)}" for own, to in pairs)
        joins.append(f"LEFT JOIN {scan(paths[key.references])} AS {there} ON {on}")
        here = there
    wanted = ", ".join(f"{here}.{quote(column)} AS k{place}" for place, column in enumerate(person))
    return f"SELECT {wanted} FROM {' '.join(joins)} ORDER BY t0.{ROW}"


def _orphan_rows(child: Path, columns: Sequence[str], parent: Path, to: Sequence[str]) -> str:
    pairs = zip(columns, to, strict=True)
    on = " AND ".join(f"c.{quote(own)} = p.{quote(target)}" for own, target in pairs)
    return (
        f"FROM {scan(child, row=True)} AS c ANTI JOIN {scan(parent)} AS p ON {on}"
        f" WHERE {_present(columns, 'c.')}"
    )


def _names(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)


def _present(columns: Sequence[str], prefix: str = "") -> str:
    return " AND ".join(f"{prefix}{quote(column)} IS NOT NULL" for column in columns)
