"""Each declared secret, guessed from the records of the candidate nearest to a person (anonymeter).

The intruder knows every column of the knowledge but the secret. Success and the stranger it is
compared with: ``risk.anonymeter_adapter.inference``. Precision is the share of right ones among the
guesses that a stranger would not have made, recall the share of the true carriers who are found: persons
whose secret is not what the stranger guesses.

A secret that is a set of codes is attacked code by code, "does this person have it?". On real tables the
worst code counts, of those carried by 5 to 95 % of the persons of the candidate. None is named.

On synthetic tables what counts is what a careful intruder finds, who speaks only of persons to whom a
synthetic one is unusually near (nearer than to nine holdout persons in ten): the share of the true carriers
whom they find, over all codes of the secret together, beyond that share of the control persons. One who
guesses of everybody is right for most by chance, and the noise of that alone would fill the limit at
2,000 targets; that intruder may refuse a release, at the confidence shared among the codes. Columns that
are sensitive without being declared secrets are guessed too; where numbers are too few to decide, they
inform.

Limits: on real tables rarer codes are left to ``classes_inference``; of a set, the 50 most common codes
are guessed (``guessed``). Fewer than 39 carriers are inconclusive.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.anonymeter_adapter.attacker import SampledAttacker
from risk.anonymeter_adapter.encoding import Column, Floats, Scale, column_of, encode_column
from risk.anonymeter_adapter.inference import Search, attack, precision_and_recall, recalled, search
from risk.anonymeter_adapter.outcome import Outcome
from risk.attackers.interface import Detail
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.person_view import PersonView
from risk.power import weakened
from risk.statistics import Interval, Rate, excess_risk
from risk.subject import Subject

RAREST = 0.05
"""Share of persons of real tables below which, or above 1 minus which, a code of a set is not attacked."""
MOST_CODES = 50
"""Codes of one set that are attacked, the most common first."""


class Inference(SampledAttacker):
    """Guess a secret."""

    name: ClassVar[str] = "inference"
    criterion: ClassVar[Criterion] = Criterion.INFERENCE

    def run(self, subject: Subject) -> list[Finding]:
        """One finding a secret; one inconclusive finding when no secret is declared."""
        if not subject.secrets_declared:
            return [self.inconclusive(subject, self.name, "secrets_undeclared")]
        declared = dict.fromkeys(subject.profile.risk.secrets)
        secrets = dict.fromkeys((*declared, *_sensitive(subject)))
        if unfit := self.unfit(subject):
            return [self.inconclusive(subject, f"{self.name}:{secret}", *unfit) for secret in secrets]
        searches: dict[tuple[str, ...], Search | None] = {}
        found = [(secret in declared, self._attack(subject, secret, searches)) for secret in secrets]
        return [finding if is_declared else weakened(finding) for is_declared, finding in found]

    def _attack(
        self, subject: Subject, secret: str, searches: dict[tuple[str, ...], Search | None]
    ) -> Finding:
        check = f"{self.name}:{secret}"
        if secret not in subject.references.secrets:
            return self._nothing(subject, check, {"published": False})
        known = tuple(item for item in subject.references.knowledge if item != secret)
        if known not in searches:
            searches[known] = self._search(subject, known)
        found, columns = searches[known], list(columns_of_secret(subject, secret))
        if found is None:
            problem = "too_few_columns" if subject.knowledge_declared else "knowledge_undeclared"
            return self.inconclusive(subject, check, problem)
        if not columns:
            return self._nothing(subject, check, {"published": True, "guessed": 0})
        outcomes = [attack(found, column) for column in columns]
        details: dict[str, Detail] = {"published": True, "guessed": len(columns)}
        told = self._counting(subject, found, outcomes)
        return self.judged(subject, check, told, details)

    def _counting(self, subject: Subject, found: Search, outcomes: list[Outcome]) -> Outcome:
        """The attack that decides: the careful intruder's, unless only a bold one's is refused."""
        together = self._together(found, outcomes)
        if together is None:
            return max(outcomes, key=lambda each: self._gain(subject, each))
        threshold = subject.threshold(self.criterion)
        shared = 1 - (1 - subject.policy.confidence) / len(outcomes)
        lowest = [excess_risk(each.attack, each.reference, shared).lower for each in outcomes]
        careful = excess_risk(together.attack, together.reference, subject.policy.confidence).lower
        if careful > threshold or max(lowest) <= threshold:
            return together
        return outcomes[int(np.argmax(lowest))]

    def _together(self, found: Search, outcomes: list[Outcome]) -> Outcome | None:
        """What a careful intruder finds; None without a control."""
        ours = [each.found for each in outcomes if each.found is not None]
        theirs = [each.control_found for each in outcomes if each.control_found is not None]
        if found.near is None or len(theirs) < len(outcomes):
            return None
        attacked = recalled([each.only(found.near[0]) for each in ours])
        return Outcome(
            attempted=attacked.targets,
            attack=attacked,
            baseline=Rate(0, attacked.targets),
            control=recalled([each.only(found.near[1]) for each in theirs]),
            problems=tuple(dict.fromkeys(code for each in outcomes for code in each.problems)),
            details=precision_and_recall(ours),
        )

    def _search(self, subject: Subject, known: tuple[str, ...]) -> Search | None:
        frames = self.frames(subject, known)
        return search(frames, self.asked(subject), self.random(subject)) if frames.columns else None

    def _gain(self, subject: Subject, outcome: Outcome) -> float:
        interval = self.risk(subject, outcome)
        return interval.estimate if interval else 0.0

    def _nothing(self, subject: Subject, check: str, details: dict[str, Detail]) -> Finding:
        """A secret that the candidate does not hold, or that is the same for everybody."""
        asked = self.asked(subject)
        evidence = Evidence(Interval.exact(0.0), subject.threshold(self.criterion), asked, asked)
        return self.finding(subject, check, evidence, details=details)


def _sensitive(subject: Subject) -> tuple[str, ...]:
    """What synthetic tables publish that is sensitive; in real ones ``classes_inference`` guesses it."""
    return subject.references.secrets if subject.candidate.nature == "synthetic" else ()


def columns_of_secret(subject: Subject, secret: str) -> Iterator[Column]:
    """What there is to guess of a secret: itself, or each code of a set; nothing if constant."""
    views = [subject.view("original"), subject.view("candidate")]
    if subject.has("holdout"):
        views.append(subject.view("holdout"))
    if views[1].is_set(secret):
        rarest = RAREST if subject.candidate.nature == "real" else 0.0
        yield from _codes(views, secret, rarest)
        return
    column = encode_column(secret, [column_of(view.frame, secret) for view in views])
    if len(np.unique(np.concatenate(column.parts()))) > 1:
        yield column


def _codes(views: list[PersonView], secret: str, rarest: float) -> Iterator[Column]:
    """For each code that a share of at least ``rarest``, and not all but less, of the candidate has: who."""
    carriers = [_carriers(view, secret) for view in views]
    counted = sorted(((len(rows), code) for code, rows in carriers[1].items()), reverse=True)
    persons = views[1].persons
    shares = [(count / persons, code) for count, code in counted if count < persons]
    frequent = [code for share, code in shares if rarest <= share <= 1 - rarest]
    for code in frequent[:MOST_CODES]:
        parts: list[Floats] = []
        for view, rows in zip(views, carriers, strict=True):
            part: Floats = np.zeros(view.persons)
            part[rows.get(code, [])] = 1.0
            parts.append(part)
        yield Column(secret, Scale.CATEGORY, *parts)


def _carriers(view: PersonView, secret: str) -> dict[str, list[int]]:
    """Code -> positions of the persons who have it."""
    lists = column_of(view.frame, secret)
    codes = pc.list_flatten(lists).cast(pa.string()).to_pylist()
    found: dict[str, list[int]] = {}
    for person, code in zip(pc.list_parent_indices(lists).to_pylist(), codes, strict=True):
        found.setdefault(str(code), []).append(person)
    return found
