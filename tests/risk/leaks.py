"""Synthetic persons with a known share of copies: for tests of the attacks on synthetic tables.

``people`` draws from one population, so that two draws differ by chance alone; ``leaking`` puts copies
of fitted persons, whole, among independent draws.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from risk.subject import Subject
from tests.risk.factories import Columns, candidate, subject

ROLES = {
    "P": {
        "age": "quasi",
        "sex": "quasi",
        "town": "quasi",
        "ill": "sensitive",
        "weight": "quasi",
        "cost": "other",
    },
    "E": {"code": "sensitive", "day": "other", "boxes": "other"},
}
RISK = {"knowledge": ["P.age", "P.sex", "P.town"], "secrets": ["P.ill", "E.code"], "targets": 1000}


@dataclass(frozen=True)
class People:
    """Columns of persons and of their events; ``owner`` says whose each event is."""

    persons: dict[str, np.ndarray]
    events: dict[str, np.ndarray]
    owner: np.ndarray

    @property
    def count(self) -> int:
        return len(next(iter(self.persons.values())))

    def take(self, chosen: np.ndarray) -> "People":
        """Some of the persons, in that order, with their events."""
        rows = [np.flatnonzero(self.owner == person) for person in chosen]
        every = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        persons = {name: values[chosen] for name, values in self.persons.items()}
        return People(persons, {name: values[every] for name, values in self.events.items()}, owner)

    def __add__(self, other: "People") -> "People":
        persons = {
            name: np.concatenate([values, other.persons[name]]) for name, values in self.persons.items()
        }
        events = {name: np.concatenate([values, other.events[name]]) for name, values in self.events.items()}
        return People(persons, events, np.concatenate([self.owner, other.owner + self.count]))

    def tables(self) -> dict[str, Columns]:
        """As a candidate holds them."""
        events = {name: values.tolist() for name, values in self.events.items()}
        return {
            "P": {name: values.tolist() for name, values in self.persons.items()},
            "E": {"__person": [f"p{person:06d}" for person in self.owner], **events},
        }


def people(count: int, *seed: int) -> People:
    """Persons whose illness goes with age and makes more and other events."""
    random = np.random.default_rng(seed)
    age = np.clip(random.normal(55, 18, count), 0, 100).round().astype(int)
    ill = random.random(count) < 1 / (1 + np.exp(-(age - 70) / 8))
    sex = random.choice(["1", "2"], count)
    towns = 1 / np.arange(1, 61)
    events = random.poisson(1 + 2 * ill)
    owner = np.repeat(np.arange(count), events)
    codes = np.minimum(random.zipf(1.4, len(owner)), 200) + 5 * ill[owner]
    return People(
        {
            "age": age,
            "sex": sex,
            "town": random.choice([f"t{number:02d}" for number in range(60)], count, p=towns / towns.sum()),
            "ill": np.where(ill, "yes", "no"),
            "weight": random.normal(70 + 8 * (sex == "1"), 12, count).round(1),
            "cost": np.exp(random.normal(6 + ill, 1.2, count)).round(),
        },
        {
            "code": np.array([f"c{code:03d}" for code in codes]),
            "day": np.datetime64("2020-01-01") + random.integers(0, 700, len(owner)),
            "boxes": random.integers(1, 6, len(owner)),
        },
        owner,
    )


def leaking(share: float, fitted: People, made: int, *seed: int) -> People:
    """``made`` synthetic persons, of whom ``share`` are fitted persons, whole."""
    random = np.random.default_rng([7, *seed])
    copied = random.permutation(fitted.count)[: round(share * made)]
    return people(made - len(copied), 9, *seed) + fitted.take(copied)


def attacked(path: Path, made: People, fitted: People | None, apart: People | None, **risk: Any) -> Subject:
    """A subject with these synthetic, fitted and holdout persons."""
    (path / "candidate").mkdir(parents=True)
    base = subject(path / "candidate", made.tables(), ROLES, "synthetic", risk=RISK | risk)
    parts = {}
    for name, part in (("original", fitted), ("holdout", apart)):
        if part is not None:
            (path / name).mkdir()
            parts[name] = candidate(path / name, base.profile, part.tables())
    return replace(base, **parts)
