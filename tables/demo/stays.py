"""Hospital stays (PMSI MCO)."""

from dataclasses import dataclass

import numpy as np

from tables.check_digits import fictitious_finess
from tables.demo.codes import BIRTH, COMMUNES, DELIVERY, STAYS, Stay
from tables.demo.persons import FIRST_DAY, Days, Persons, Text, Whole

CATALOGUE: tuple[Stay, ...] = (*STAYS, BIRTH, DELIVERY)


@dataclass(frozen=True)
class Stays:
    """One entry a stay; in the order of hospitals and of their numbers."""

    person: Whole
    reason: Whole
    """Index in :data:`CATALOGUE`."""
    entry: Days
    exit: Days
    died: Whole
    """1 when the stay ends with the death of the person."""
    hospital: Text
    number: Text
    """RSA_NUM: ten digits, counted within the hospital."""
    local_number: Text


def draw_stays(rng: np.random.Generator, persons: Persons) -> Stays:
    """Births, deliveries, illnesses; a stay begins and ends within the person's life."""
    person, reason = _reasons(rng, persons)
    begin, end = persons.start[person], persons.end[person]
    entry = begin + (rng.random(len(person)) * ((end - begin).astype(np.int64) + 1)).astype(np.int64)
    entry = np.where(reason == CATALOGUE.index(BIRTH), begin, entry)
    mean = np.array([stay.days for stay in CATALOGUE])[reason]
    leave = np.minimum(entry + rng.poisson(mean), end)
    died = (leave == persons.death[person]).astype(np.int64)
    hospital = hospitals(rng, persons.commune[person])
    order = np.lexsort((entry, hospital))
    starts = np.flatnonzero(hospital[order][1:] != hospital[order][:-1]) + 1
    rank = np.arange(len(order)) - np.repeat([0, *starts], np.diff([0, *starts, len(order)]))
    return Stays(
        person=person[order],
        reason=reason[order],
        entry=entry[order],
        exit=leave[order],
        died=died[order],
        hospital=hospital[order],
        number=np.char.zfill((rank + 1).astype(str), 10),
        local_number=(10_000 + rng.permutation(90_000)[: len(order)]).astype(str),
    )


def _reasons(rng: np.random.Generator, persons: Persons) -> tuple[Whole, Whole]:
    """Who stays, and why."""
    age = persons.age
    newborn = np.flatnonzero(persons.birth >= FIRST_DAY)
    mother = np.flatnonzero((persons.sex == 2) & (age >= 20) & (age <= 40) & (rng.random(len(age)) < 0.06))
    counts = rng.poisson(np.where(age < 18, 0.02, 0.06 + age / 400))
    ill = np.repeat(np.arange(len(age)), counts)
    drawn = [_illness(rng, int(age[person])) for person in ill]
    births = np.full(len(newborn), CATALOGUE.index(BIRTH))
    deliveries = np.full(len(mother), CATALOGUE.index(DELIVERY))
    reason = np.concatenate([np.array(drawn, dtype=np.int64), births, deliveries])
    return np.concatenate([ill, newborn, mother]), reason


def _illness(rng: np.random.Generator, age: int) -> int:
    weights = np.array([stay.share * stay.oldest_share ** (age / 90) for stay in STAYS])
    return int(rng.choice(len(STAYS), p=weights / weights.sum()))


def hospitals(rng: np.random.Generator, commune: Whole) -> Text:
    """One of the two hospitals of the département of each commune."""
    departments = np.array([item.department for item in COMMUNES])[commune]
    number = rng.integers(1, 3, len(commune))
    known = {(d, n): fictitious_finess(d, n) for d in sorted(set(departments)) for n in (1, 2)}
    return np.array([known[key] for key in zip(departments, number.tolist(), strict=True)], dtype="U9")


def associated(rng: np.random.Generator, stays: Stays) -> tuple[Whole, Whole, Text]:
    """Associated diagnoses: index of the stay, position in it from 1, code; in that order."""
    rows = []
    for index, reason in enumerate(stays.reason.tolist()):
        codes = CATALOGUE[reason].associated
        kept = [code for code, draw in zip(codes, rng.random(len(codes)), strict=True) if draw < 0.5]
        rows += [(index, position, code) for position, code in enumerate(kept, start=1)]
    stay, position, code = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(stay, dtype=np.int64), np.array(position, dtype=np.int64), np.array(code, dtype="U6")
