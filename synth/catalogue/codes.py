"""Codes of care that ship, with cost and whom they suit (``data/items.csv``, ``data/stays.csv``)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tables.check_digits import fictitious_cip13


@dataclass(frozen=True)
class Item:
    """Something that is claimed: a visit, a box, an act, an analysis, a device."""

    table: str
    """Table of detail, empty when the claim says it all."""
    code: str
    """A drug has the number of its fictitious CIP13."""
    nature: int
    price: float
    rate: int
    """Percent that is reimbursed."""
    executant: int
    prescribers: tuple[int, ...]
    """Specialties that may prescribe it."""
    sex: int | None
    ages: tuple[int, int]
    atc: str
    large: int
    """Months that one box lasts."""

    @property
    def cip13(self) -> str:
        """Of a drug: well formed, and of no real one."""
        return fictitious_cip13(int(self.code))


@dataclass(frozen=True)
class StayKind:
    """A reason to be in hospital."""

    name: str
    ghm: str
    """Five characters, completed by the level; six for what has no level."""
    ghs: int
    """Of the lowest level; the next levels follow."""
    principal: tuple[str, ...]
    associated: tuple[str, ...]
    acts: tuple[str, ...]
    sex: int | None
    ages: tuple[int, int]
    nights: tuple[int, int]


@cache
def items() -> tuple[Item, ...]:
    """Every item that ships."""
    return tuple(
        Item(
            row["table"],
            row["code"],
            int(row["nature"]),
            float(row["price"]),
            int(row["rate"]),
            int(row["executant"]),
            tuple(int(code) for code in row["prescribers"].split("|")),
            int(row["sex"]) if row["sex"] else None,
            (int(row["from"]), int(row["to"])),
            row["atc"],
            int(row["large"] or 1),
        )
        for row in _rows("items.csv")
    )


@cache
def stays() -> tuple[StayKind, ...]:
    """Every kind of stay that ships."""
    return tuple(
        StayKind(
            row["name"],
            row["ghm"],
            int(row["ghs"]),
            _codes(row["principal"]),
            _codes(row["associated"]),
            _codes(row["acts"]),
            int(row["sex"]) if row["sex"] else None,
            (int(row["from"]), int(row["to"])),
            (int(row["shortest"]), int(row["longest"])),
        )
        for row in _rows("stays.csv")
    )


@cache
def specialties() -> tuple[int, ...]:
    """Of all who prescribe or carry out."""
    return tuple(sorted({code for item in items() for code in (item.executant, *item.prescribers)}))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split("|") if code)


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    text = (resources.files("synth.catalogue") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";")
