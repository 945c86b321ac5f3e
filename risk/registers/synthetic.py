"""What linking a real person with synthetic rows teaches, against what it teaches of people kept aside."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from profiles.risk_register import RegisterSimulation
from risk.attackers.interface import Detail
from risk.decide import Evidence
from risk.findings import Finding
from risk.labels import combine, encode
from risk.person_view import PersonView
from risk.registers.facts import sides, true_persons
from risk.registers.grain import Codes
from risk.registers.probabilistic import Picker
from risk.registers.reading import ReadRegister, whole
from risk.registers.simulated import simulate, simulated_columns
from risk.statistics import Interval, Rate, excess_risk
from risk.subject import Subject, Which
from tables.candidate import PERSON

if TYPE_CHECKING:
    from risk.attackers.register import Register

GROUPS: tuple[Which, Which] = ("original", "holdout")
"""Those whose data were learnt, and those kept aside."""


@dataclass(frozen=True)
class _Lines:
    """Lines of a register whose persons are of one group."""

    lines: Codes = field(repr=False)
    persons: Codes = field(repr=False)
    """Place of each in the view of its group."""
    picker: Picker


def attacked(attacker: "Register", subject: Subject) -> list[Finding]:
    """One finding for the simulated register and one for each that is declared."""
    declared = [
        _finding(attacker, subject, f"{attacker.name}:{register.name}", register)
        for register in subject.registers
    ]
    return [_finding(attacker, subject, attacker.name, None), *declared]


def _finding(attacker: "Register", subject: Subject, check: str, register: ReadRegister | None) -> Finding:
    details: dict[str, Detail] = {"register": "simulated" if register is None else register.name}
    problem = _problem(subject, register)
    if problem is not None:
        return attacker.inconclusive(subject, check, problem, details=details)
    secrets = subject.references.secrets
    rates = {}
    for group in GROUPS:
        random = attacker.random(subject, f"{check}/{group}")
        made = _lines(subject, group, register, random)
        if made is None:
            return attacker.inconclusive(subject, check, "register_truth_unknown", details=details)
        rates[group] = _taught(subject, group, made, random)
    learnt, aside = rates["original"], rates["holdout"]
    details |= {
        "secrets": len(secrets),
        "success": learnt.estimate,
        "control_success": aside.estimate,
        "control_targets": aside.targets,
    }
    return attacker.finding(subject, check, _evidence(subject, learnt, aside), details=details)


def _problem(subject: Subject, register: ReadRegister | None) -> str | None:
    """The first reason why nothing can be said."""
    simulation = subject.profile.risk.register_simulation
    known = bool(simulation.columns) or subject.knowledge_declared
    reasons = {
        "no_original": not subject.has("original"),
        "no_holdout": not subject.has("holdout"),
        "secrets_undeclared": not subject.references.secrets,
        "knowledge_undeclared": register is None and not known,
        "register_key_repeated": register is not None and register.repeated > 0,
        "register_truth_unknown": register is not None and not register.truth,
        "too_few_targets": not subject.candidate.persons,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _lines(
    subject: Subject, group: Which, register: ReadRegister | None, random: np.random.Generator
) -> _Lines | None:
    """The persons of a group in the register; None when nobody knows who they are."""
    if register is None:
        return _simulated(subject, group, random)
    return _declared(subject, group, register, random)


def _simulated(subject: Subject, group: Which, random: np.random.Generator) -> _Lines:
    settings: RegisterSimulation = subject.profile.risk.register_simulation
    columns = simulated_columns(subject)
    made = simulate(subject, group, columns, settings, random)
    lines = _drawn(np.arange(len(made.lines)), subject, random)
    return _Lines(lines, made.lines[lines], Picker((made.facts,), len(made.lines), random))


def _declared(
    subject: Subject, group: Which, register: ReadRegister, random: np.random.Generator
) -> _Lines | None:
    both = sides(subject.candidate, register)
    truth = true_persons(subject, register, whole(subject.view(group).column(PERSON)))
    if truth is None:
        return None
    lines = _drawn(np.flatnonzero(truth >= 0), subject, random)
    return _Lines(lines, truth[lines], Picker(both.facts, register.rows, random))


def _drawn(lines: Codes, subject: Subject, random: np.random.Generator) -> Codes:
    limit = subject.profile.risk.targets
    if len(lines) <= limit:
        return lines
    return np.sort(random.choice(lines, limit, replace=False))


def _taught(subject: Subject, group: Which, made: _Lines, random: np.random.Generator) -> Rate:
    """How often one of the rows that fit best, picked at random, has all the secrets of the person."""
    mine, theirs = _secrets(subject.view(group), subject.view(), subject.references.secrets)
    right = 0
    for line, person in zip(made.lines.tolist(), made.persons.tolist(), strict=True):
        fit = made.picker.fitting(line)
        right += bool(theirs[fit[random.integers(len(fit))]] == mine[person])
    return Rate(right, len(made.lines))


def _secrets(
    source: PersonView, release: PersonView, secrets: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All the secrets of each person as one number, the same in both views."""
    columns = []
    for name in secrets:
        mine, theirs = whole(source.column(name)), whole(release.column(name))
        columns.append(encode(pa.concat_arrays([mine, theirs.cast(mine.type)])))
    codes = combine(columns).codes
    return codes[: source.persons], codes[source.persons :]


def _evidence(subject: Subject, learnt: Rate, aside: Rate) -> Evidence:
    confidence = subject.policy.confidence
    interval: Interval | None = None
    if learnt.targets and aside.targets:
        interval = excess_risk(learnt, aside, confidence)
    return Evidence(
        interval=interval,
        threshold=subject.policy.limits["linkability"],
        attempted=learnt.targets,
        targets=learnt.targets,
        confidence=confidence,
        minimum_share=subject.policy.minimum_share,
        baseline=aside.estimate,
        problems=() if aside.targets else ("no_holdout",),
    )
