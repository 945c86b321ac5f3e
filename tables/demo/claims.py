"""Care outside of hospital: consultations, and the drugs that follow them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tables.check_digits import fictitious_cip13
from tables.demo.codes import COMMUNES, GENERALIST, PHARMACY, SPECIALIST, SPECIALITIES, TREATMENTS
from tables.demo.persons import Days, Flag, Persons, Text, Whole

GENERAL_MEDICINE = SPECIALITIES[0][0]

Money = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Visits:
    """One entry a consultation."""

    person: Whole
    day: Days
    speciality: Text
    practitioner: Text
    price: Money


@dataclass(frozen=True)
class Drugs:
    """One entry a drug dispensed; those of one visit follow each other."""

    visit: Whole
    """Index of the consultation that prescribed it."""
    day: Days
    treatment: Whole
    """Index in ``codes.TREATMENTS``."""
    cip13: Text
    boxes: Whole


def draw_visits(rng: np.random.Generator, persons: Persons) -> Visits:
    """Two to seven consultations a year by age, between birth and death."""
    counts = rng.poisson(2 + persons.age / 20)
    person = np.repeat(np.arange(len(counts)), counts)
    room = (persons.end - persons.start).astype(np.int64)[person] + 1
    day = persons.start[person] + (rng.random(len(person)) * room).astype(np.int64)
    order = np.lexsort((day, person))
    codes, shares = zip(*SPECIALITIES, strict=True)
    speciality = rng.choice(codes, len(person), p=np.array(shares) / sum(shares))
    general = speciality == GENERAL_MEDICINE
    return Visits(
        person=person,
        day=day[order],
        speciality=speciality,
        practitioner=_practitioners(rng, persons, person, speciality),
        price=np.where(general, 26.5, 30.0 + 5 * rng.integers(0, 8, len(person))),
    )


def natures(visits: Visits) -> Text:
    """PRS_NAT_REF of each consultation."""
    return np.where(visits.speciality == GENERAL_MEDICINE, GENERALIST, SPECIALIST)


def _practitioners(rng: np.random.Generator, persons: Persons, person: Whole, speciality: Text) -> Text:
    """Nine digits: département, kind, a number of the speciality's few practitioners there."""
    departments = np.array([commune.department[1:] for commune in COMMUNES])[persons.commune[person]]
    number = np.char.zfill(rng.integers(1, 30, len(person)).astype(str), 3)
    return np.char.add(np.char.add(departments, "19"), np.char.add(speciality, number))


def draw_drugs(rng: np.random.Generator, persons: Persons, visits: Visits) -> Drugs:
    """What each consultation prescribes for the person's ailments, dispensed within five days."""
    drawn = [
        _dispensed(rng, persons.ailments[ailment][visits.person], ailment)
        for ailment in dict.fromkeys(treatment.ailment for treatment in TREATMENTS)
    ]
    visit = np.concatenate([visits for visits, _ in drawn])
    treatment = np.concatenate([treatments for _, treatments in drawn])
    order = np.lexsort((treatment, visit))
    visit, treatment = visit[order], treatment[order]
    delay = rng.integers(0, 6, len(visits.day))[visit]
    last = persons.end[visits.person[visit]]
    return Drugs(
        visit=visit,
        day=np.minimum(visits.day[visit] + delay, last),
        treatment=treatment,
        cip13=_presentations(rng, treatment),
        boxes=1 + rng.binomial(3, 0.2, len(visit)),
    )


def _dispensed(rng: np.random.Generator, concerned: Flag, ailment: str) -> tuple[Whole, Whole]:
    """Consultations that prescribe for ``ailment``, and the treatment that each prescribes."""
    visit = np.flatnonzero(concerned & (rng.random(len(concerned)) < (0.4 if ailment == "common" else 0.8)))
    choices = [index for index, treatment in enumerate(TREATMENTS) if treatment.ailment == ailment]
    shares = np.array([TREATMENTS[index].share for index in choices])
    return visit, rng.choice(choices, len(visit), p=shares / shares.sum())


def _presentations(rng: np.random.Generator, treatment: Whole) -> Text:
    """A CIP13 among those of each treatment."""
    counts = np.array([item.presentations for item in TREATMENTS])
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    known = np.array([fictitious_cip13(number) for number in range(counts.sum())])
    chosen: Text = known[first[treatment] + (rng.random(len(treatment)) * counts[treatment]).astype(np.int64)]
    return chosen


def prices(drugs: Drugs) -> Money:
    """What the boxes of each dispensed drug cost, in euros."""
    unit = np.array([treatment.price for treatment in TREATMENTS])
    return np.round(unit[drugs.treatment] * drugs.boxes, 2)


def drug_nature(drugs: Drugs) -> Text:
    """PRS_NAT_REF of each dispensed drug."""
    return np.full(len(drugs.visit), PHARMACY)
