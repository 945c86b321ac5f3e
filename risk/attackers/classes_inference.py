"""What the class of a person tells of their secrets (prosecutor, real tables).

For each published secret, declared so or in a column declared sensitive, three findings, all exact
(everybody is attacked):

* ``classes_inference:<column>``: gain over a stranger and certain secrets (``risk.guessing``),
  on the whole secret, on each code, and on "has some code of fewer persons than the floor"; the
  worst counts. Limit: the policy's for inference. For a code, what persons outside the class tell
  is no gain (``risk.neighbours``).
* ``l_diversity:<column>``: share of persons whose class is less varied than ``anonymity.l`` asks for
  (distinct, entropy or recursive l, on the values as published); limit 0. Distinct and entropy l
  are always reported.
* ``t_closeness:<column>``: largest distance between the secrets of a class and everybody's; limit
  ``anonymity.t``. Ordered distance for numbers and dates, equal distance else; for sets of codes,
  the worst code, those of fewer persons than the floor together.

Without ``anonymity.l`` or ``anonymity.t`` for the column, the last two inform and do not gate.

A declared secret that is the same for everybody is inconclusive: to be in the data tells it.

Limits: the guesser knows nothing but the class (no model over all columns: see ``inference``); a
number with more than twenty distinct values is guessed to its tenth; the secret itself is left out
of the classes when it is also a quasi-identifier.
"""

from dataclasses import asdict
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from profiles.key_chain import effective_transform
from profiles.model import Diversity
from risk.attackers.interface import Attacker, Detail, Nature
from risk.class_metrics import (
    CLOSE,
    Floats,
    Truths,
    breaks_recursive,
    distinct_l,
    entropy_l,
    equal_distance,
    ordered_distance,
)
from risk.decide import Evidence
from risk.findings import Criterion, Decision, Finding
from risk.groups.counted import CountedView
from risk.guessing import certain_classes, code_distance, guess
from risk.labels import Counts, Labels, encode
from risk.neighbours import likenesses
from risk.person_view import secrets_of, wanted
from risk.secrets_seen import Secret, see
from risk.statistics import Interval
from risk.subject import Subject
from tables.duck import connect, quote, scan

ANY_TWO = Diversity(distinct=2)
"""What is counted, for information, when nothing is asked."""


class ClassesInference(Attacker):
    """Gain over prior, l-diversity and t-closeness of each secret within the classes."""

    name: ClassVar[str] = "classes_inference"
    criterion: ClassVar[Criterion] = Criterion.INFERENCE
    counts_groups: ClassVar[bool] = True

    def gates(self, nature: Nature) -> bool:
        """On real tables only."""
        return nature == "real"

    def run(self, subject: Subject) -> list[Finding]:
        """Three findings a secret; one inconclusive finding when no secret is declared."""
        found = []
        if not subject.secrets_declared:
            found.append(self.inconclusive(subject, self.name, "secrets_undeclared"))
        for reference in wanted(subject.profile):
            if reference in subject.references.secrets:
                found.extend(self._attack(subject, reference))
            else:
                found.append(self._unpublished(subject, reference))
        return found

    def _attack(self, subject: Subject, reference: str) -> list[Finding]:
        if not subject.persons:
            return [self.inconclusive(subject, f"{self.name}:{reference}", "too_few_targets")]
        known = [item for item in subject.references.knowledge if item != reference]
        view = subject.groups.counted(subject, [*known, reference])
        classes, secret = view.classes(known), see(view, reference)
        findings = [
            self._diversity(subject, reference, classes, secret),
            self._closeness(subject, reference, classes, secret),
        ]
        if reference in secrets_of(subject.profile):
            likes = [view.classes(shared) for shared in likenesses(known)]
            found = self._gain(subject, reference, classes, secret, likes)
            if found.decision is Decision.ACCEPTED and _is_constant(subject, reference, view):
                found = self.inconclusive(subject, found.check, "secret_constant", details=found.details)
            findings.insert(0, found)
        return findings

    def _gain(
        self, subject: Subject, reference: str, classes: Labels, secret: Secret, likes: list[Labels]
    ) -> Finding:
        policy = subject.policy
        result = guess(
            classes,
            secret.whole,
            secret.marks.with_rare(policy.persons_floor),
            policy.k,
            random=self.random(subject, reference),
            likes=likes,
        )
        threshold = subject.threshold(self.criterion)
        evidence = self._exact(
            subject,
            result.risk,
            threshold,
            "secret_certain" if result.certain > threshold else "secret_guessed",
            baseline=result.baseline,
            beats_baseline=result.beats_chance or result.certain > threshold,
        )
        details: dict[str, Detail] = {"published": True, **asdict(result)}
        return self.finding(subject, f"{self.name}:{reference}", evidence, details=details)

    def _diversity(self, subject: Subject, reference: str, classes: Labels, secret: Secret) -> Finding:
        anonymity = subject.profile.anonymity
        asked = anonymity.l.get(reference) if anonymity else None
        distinct, entropy = _distinct(classes, secret), _entropy(classes, secret)
        below = int(classes.sizes[_alike(asked or ANY_TWO, classes, secret)].sum())
        share = below / len(classes.codes)
        details: dict[str, Detail] = {
            "l": int(distinct.min()),
            "l_kind": asked.kind if asked else None,
            "l_wanted": asked.l if asked else None,
            "c_wanted": asked.c if asked else None,
            "entropy_l": float(entropy.min()),
            "persons_below_l": below,
        }
        limit = None if asked is None else 0.0
        return self._bounded(subject, f"l_diversity:{reference}", share, limit, details)

    def _closeness(self, subject: Subject, reference: str, classes: Labels, secret: Secret) -> Finding:
        anonymity = subject.profile.anonymity
        asked = anonymity.t.get(reference) if anonymity else None
        distance = round(_distance(classes, secret, subject.policy.persons_floor), 12)
        details: dict[str, Detail] = {"t": distance, "t_wanted": asked, "ordered": secret.ranked is not None}
        return self._bounded(subject, f"t_closeness:{reference}", distance, asked, details)

    def _bounded(
        self, subject: Subject, check: str, value: float, limit: float | None, details: dict[str, Detail]
    ) -> Finding:
        """A finding that gates when its bound is declared, and informs when it is not."""
        reason = "secrets_too_alike" if check.startswith("l_") else "class_too_far"
        evidence = self._exact(subject, value, limit, reason)
        gates = limit is not None and self.gates(subject.candidate.nature)
        return self.finding(subject, check, evidence, gates=gates, details=details)

    def _unpublished(self, subject: Subject, reference: str) -> Finding:
        evidence = self._exact(subject, 0.0, subject.threshold(self.criterion), "above_threshold")
        return self.finding(subject, f"{self.name}:{reference}", evidence, details={"published": False})

    def _exact(
        self,
        subject: Subject,
        value: float,
        limit: float | None,
        refused_as: str,
        baseline: float | None = None,
        *,
        beats_baseline: bool = True,
    ) -> Evidence:
        """Evidence counted over every person of the candidate."""
        problems = [] if subject.knowledge_declared else ["knowledge_undeclared"]
        if limit is None:
            problems.append("no_limit_declared")
        persons = subject.persons
        return Evidence(
            interval=Interval.exact(value),
            threshold=limit,
            attempted=persons,
            targets=persons,
            minimum_share=subject.policy.minimum_share,
            baseline=baseline,
            beats_baseline=beats_baseline,
            refused_as=refused_as,
            problems=tuple(problems),
        )


def _is_constant(subject: Subject, reference: str, view: CountedView) -> bool:
    """Whether a declared secret is one and the same for everybody, in the source already.

    Who is in the data is then enough to know it, and no guess can be measured.
    """
    profile, (table, column) = subject.profile, subject.profile.split(reference)
    made_so = effective_transform(profile, table, column).constant is not None
    if reference not in profile.risk.secrets or made_so or view.codes(reference).groups > 1:
        return False
    values = view.column(reference)
    if view.is_set(reference):
        values = pa.chunked_array([pc.list_flatten(part) for part in values.chunks])
    if values.null_count == len(values):
        return False
    if subject.source is None:
        return True
    with connect(subject.source.folder) as con:
        rows = scan(subject.source.tables[table].path)
        distinct = con.execute(f"SELECT count(DISTINCT {quote(column)}) FROM {rows}").fetchall()
    return bool(distinct[0][0] == 1)


def _alike(asked: Diversity, classes: Labels, secret: Secret) -> Truths:
    """Which classes are less varied than asked; those whose members share an unusual code always are."""
    if asked.recursive is not None:
        limits = asked.recursive
        found = breaks_recursive(classes, secret.exact, limits.c, limits.l) | _shared(classes, secret)
    elif asked.kind == "entropy":
        found = _entropy(classes, secret) < asked.l - CLOSE
    else:
        found = _distinct(classes, secret) < asked.l
    return np.asarray(found, dtype=np.bool_)


def _distinct(classes: Labels, secret: Secret) -> Counts:
    """Distinct secrets of each class; 1 when all its members share an unusual code."""
    return np.where(_shared(classes, secret), 1, distinct_l(classes, secret.exact))


def _entropy(classes: Labels, secret: Secret) -> Floats:
    """Effective number of secrets of each class; 1 when all its members share an unusual code."""
    return np.where(_shared(classes, secret), 1.0, entropy_l(classes, secret.exact))


def _shared(classes: Labels, secret: Secret) -> Truths:
    if not secret.is_set:
        return np.zeros(classes.groups, dtype=np.bool_)
    return certain_classes(classes, secret.marks)


def _distance(classes: Labels, secret: Secret, floor: int) -> float:
    """Largest distance between a class and everybody."""
    if secret.is_set:
        return code_distance(classes, secret.marks.pooled(floor))
    if secret.ranked is None:
        return float(equal_distance(classes, secret.whole).max())
    return ordered_with_missing(classes, secret.ranked)


def ordered_with_missing(classes: Labels, ranked: Labels) -> float:
    """Ordered distance among those who have a value, or the gap in how many have none if larger.

    Li 2007 says nothing of missing values: they have no rank, but having none can tell a lot.
    """
    known = ranked.codes >= 0
    lacking = equal_distance(classes, encode(pa.array(known)))
    held = encode(pa.array(classes.codes[known]))
    among = ordered_distance(held, Labels(ranked.codes[known], ranked.groups))
    return float(max(lacking.max(initial=0.0), among.max(initial=0.0)))
