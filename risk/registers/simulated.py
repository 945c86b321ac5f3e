"""A register derived from the source in release grain: the truth is then known."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.risk_register import RegisterSimulation
from risk.labels import encode
from risk.person_view import PersonView, build, columns_of
from risk.registers.exact import ABSENT, Facts
from risk.registers.grain import UNKNOWN, Codes, Equal
from risk.registers.reading import whole
from risk.subject import Subject, Which
from tables.candidate import PERSON


@dataclass(frozen=True)
class Simulated:
    """A register whose lines are persons of the source."""

    facts: Facts
    """Of the release."""
    truth: Codes = field(repr=False)
    """Person of the release of each line."""
    lines: Codes = field(repr=False)
    """Person of the source of each line."""


def simulated_columns(subject: Subject) -> tuple[str, ...]:
    """What the simulated register knows, as far as it is published."""
    wanted = subject.profile.risk.register_simulation.columns or subject.profile.risk.knowledge
    published = columns_of(subject.candidate)
    return tuple(name for name in wanted if name in published)


def simulate(
    subject: Subject,
    group: Which,
    columns: tuple[str, ...],
    settings: RegisterSimulation,
    random: np.random.Generator,
) -> Simulated:
    """A share ``coverage`` of the persons of ``group``; some values are missing, some somebody else's."""
    source, release = _view(subject, group, columns), _view(subject, "candidate", columns)
    lines = np.arange(source.persons)
    if settings.coverage < 1:
        count = min(source.persons, max(1, round(settings.coverage * source.persons)))
        lines = np.sort(random.choice(lines, count, replace=False))
    compared = []
    for name in columns:
        mine, theirs = whole(source.column(name)), whole(release.column(name))
        codes = encode(pa.concat_arrays([mine, theirs.cast(mine.type)])).codes
        register = codes[: source.persons][lines]
        if settings.wrong:
            register = np.where(
                random.random(len(lines)) < settings.wrong, random.permutation(register), register
            )
        if settings.missing:
            register = np.where(random.random(len(lines)) < settings.missing, UNKNOWN, register)
        compared.append(Equal(name, register, codes[source.persons :]))
    if not compared:
        nothing = np.zeros(len(lines), dtype=np.int64)
        compared = [Equal("", nothing, np.zeros(release.persons, dtype=np.int64))]
    facts = Facts(np.arange(release.persons), tuple(compared), np.ones(len(compared), dtype=bool))
    found = pc.index_in(
        whole(source.column(PERSON)).take(pa.array(lines)), value_set=whole(release.column(PERSON))
    )
    truth = np.asarray(found.fill_null(ABSENT).to_numpy(zero_copy_only=False), dtype=np.int64)
    return Simulated(facts, truth, lines)


def _view(subject: Subject, which: Which, columns: tuple[str, ...]) -> PersonView:
    """The shared view, or one made for columns that it lacks."""
    if set(columns) <= set(subject.references.everything):
        return subject.view(which)
    tables = getattr(subject, which)
    return build(tables, columns)
