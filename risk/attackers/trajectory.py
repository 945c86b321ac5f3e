"""Known events: who else has these few events of a person?

*Definition.* Unicity: the share of persons whom p of their own events, drawn at random, leave alone
among those who are published.

*What the intruder knows.* p events (p = 1 to 4; the policy's number, 4, decides), as they are
published: what, where, when. By default the columns declared ``role: quasi`` that change from event
to event, else those of ``risk.trajectory.events``. And all that lasts: the knowledge on which the
classes are built. A shifted date is known but for the secret offset of the person, so that only the
time between two events helps.

*Success.* On real tables, exactly one published person has these events: the target. On synthetic
tables, p events of a real person are those of exactly one synthetic person, more often than p events
of a person who was kept away from the fit.

*Statistics.* The person is the unit: the success of a person is the share of the choices of p of
their events that succeed (every choice up to ten, else ten drawn). Exact when everybody and every
choice was tried, else Wilson's bounds on persons, which are wide for shares. On synthetic tables,
excess risk over the persons kept away. Only persons with an event are attacked, with the events that
they have when they are fewer.

*Cost.* An inverted index; a query looks at the persons of its rarest event. 200,000 persons with
560,000 events: seconds.

*Reference.* de Montjoye, Hidalgo, Verleysen & Blondel 2013, Scientific Reports 3, 1376,
doi:10.1038/srep01376.

*Limits.* Events are drawn at random, not chosen to hurt. An intruder who knows a date to a week is
stronger than the month and weaker than the day. Columns of events that nobody declared are attacked
for information (``trajectory_undeclared``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import ClassVar

import numpy as np

from profiles.catalogue import Lang
from profiles.policy_file import is_reason
from risk.attackers.interface import Attacker, Detail, Nature
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.groups.scene import Scene
from risk.known_events import attacked, grains, unseen
from risk.person_events import Kind
from risk.statistics import Interval, Rate, excess_risk
from risk.subject import Subject
from risk.unicity import by_person, choose, exhaustive

MOST = 4
"""Known events of the curve."""
EVERYBODY = 20_000
"""Persons up to whom all are attacked."""
INFORMING = 500
"""Persons attacked where the result only informs."""


@dataclass(frozen=True)
class Measured:
    """Persons whom known events leave alone."""

    alone: float
    """Sum over persons of the share of their choices of events that leave them alone."""
    few: float
    """The same with fewer than k persons left."""
    targets: int
    exact: bool

    @property
    def share(self) -> float:
        """Of the persons attacked."""
        return self.alone / self.targets if self.targets else 0.0

    def interval(self, confidence: float) -> Interval:
        """By person; a share counts as a whole success for the upper bound, as none for the lower."""
        if self.exact:
            return Interval.exact(self.share)
        most, least = self.rate(up=True), self.rate(up=False)
        return Interval(self.share, least.lower(confidence), most.upper(confidence))

    def rate(self, *, up: bool) -> Rate:
        """As a number of persons, rounded."""
        number = ceil(self.alone - 1e-9) if up else floor(self.alone + 1e-9)
        return Rate(min(self.targets, number), self.targets)


class Trajectory(Attacker):
    """Share of persons whom a few known events leave alone."""

    name: ClassVar[str] = "trajectory"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT
    counts_groups: ClassVar[bool] = True

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - on both
        """Always."""
        return True

    def applies(self, subject: Subject) -> bool:
        """Whether some event is published that could be known."""
        known = _attacked(subject) or (not subject.is_trial and _unseen(subject))
        return super().applies(subject) and bool(known)

    def run(self, subject: Subject) -> list[Finding]:
        """One finding a table of events, one over all of them, and one for what nobody declared."""
        kinds = _attacked(subject)
        found = [self._judged(subject, check, [kind]) for check, kind in _named(self.name, kinds)]
        if len(kinds) > 1:
            found.append(self._judged(subject, self.name, kinds))
        if subject.is_trial:
            return found
        more = _named(f"{self.name}_undeclared", _unseen(subject))
        return found + [self._undeclared(subject, check, kind) for check, kind in more]

    def _judged(self, subject: Subject, check: str, kinds: Sequence[Kind]) -> Finding:
        synthetic = subject.candidate.nature == "synthetic"
        if synthetic and not (subject.has("original") and subject.has("holdout")):
            missing = "no_holdout" if subject.has("original") else "no_original"
            return self.inconclusive(subject, check, missing, details=_described(subject, kinds))
        scene = _scene(subject, kinds)
        known = subject.policy.known_events
        measured = self._measure(subject, scene, known, EVERYBODY)
        details = dict(_described(subject, kinds))
        if not subject.is_trial:
            details |= self._numbers(subject, scene, measured)
        control = None
        if synthetic:
            control = self._measure(subject, scene, known, EVERYBODY, control=True)
            details |= {"success": measured.share, "control_success": control.share}
        for grain, coarse in () if subject.is_trial else grains(subject, kinds):
            share = self._measure(subject, _scene(subject, coarse), known, INFORMING).share
            details[f"unicity_{grain}"] = share
        return self.finding(subject, check, _evidence(subject, measured, control), details=details)

    def _undeclared(self, subject: Subject, check: str, kind: Kind) -> Finding:
        """What one would reach who knew events by columns that nobody declared; it informs."""
        known, scene = subject.policy.known_events, _scene(subject, [kind])
        measured = self._measure(subject, scene, known, INFORMING)
        control = None
        if scene.has_controls:
            control = self._measure(subject, scene, known, INFORMING, control=True)
        evidence = _evidence(subject, measured, control)
        details = {**_described(subject, [kind]), "unicity_below_k": _share(measured.few, measured)}
        return self.finding(subject, check, evidence, gates=False, details=details)

    def _numbers(self, subject: Subject, scene: Scene, measured: Measured) -> dict[str, Detail]:
        """The curve: known events 1 to 4, alone and with what lasts of a person."""
        found: dict[str, Detail] = {"unicity_below_k": _share(measured.few, measured)}
        if scene.has_controls:
            return found
        for known in range(1, MOST + 1):
            without = self._measure(subject, scene.without_classes(), known, INFORMING)
            found[f"unicity_{known}"] = without.share
            found[f"unicity_known_{known}"] = self._measure(subject, scene, known, INFORMING).share
        return found

    def _measure(
        self, subject: Subject, scene: Scene, known: int, most: int, *, control: bool = False
    ) -> Measured:
        """Attack everybody when they are at most ``most`` or as many as the profile asks for."""
        owners, sizes = scene.owners(control=control)
        # The same persons and the same events for every number of them, so that curves compare.
        random = self.random(subject, f"{'control' if control else 'targets'}")
        many = len(owners)
        asked = many if many <= most else max(min(many, subject.profile.risk.targets), 1)
        if most == INFORMING:
            asked = min(asked, INFORMING)
        chosen = owners if asked == many else random.permutation(owners)[:asked]
        events = scene.events(chosen, control=control)
        queries = choose(events, np.arange(len(chosen)), known, random)
        counts = scene.matches(events, queries)
        who, alone = by_person(counts, queries.target, 2)
        _, few = by_person(counts, queries.target, subject.policy.k)
        whole = len(who) == many and len(counts) == len(queries.target)
        exact = whole and exhaustive(sizes, known)
        return Measured(float(alone.sum()), float(few.sum()), len(who), exact)


def _attacked(subject: Subject) -> list[Kind]:
    return subject.shared("known events", attacked)


def _unseen(subject: Subject) -> list[Kind]:
    return subject.shared("events that nobody declared", lambda one: unseen(one, _attacked(one)))


def _scene(subject: Subject, kinds: Sequence[Kind]) -> Scene:
    return subject.groups.scene(subject, kinds)


def _evidence(subject: Subject, measured: Measured, control: Measured | None) -> Evidence:
    confidence = subject.policy.confidence
    exact = measured.exact and control is None
    if control is None:
        interval = measured.interval(confidence)
    else:
        interval = excess_risk(measured.rate(up=True), control.rate(up=False), confidence)
    return Evidence(
        interval=interval if measured.targets else None,
        threshold=subject.threshold(Criterion.SINGLING_OUT),
        attempted=measured.targets,
        targets=measured.targets,
        confidence=None if exact else confidence,
        minimum_share=subject.policy.minimum_share,
        baseline=None if control is None else control.share,
        refused_as="known_events",
    )


def _named(start: str, kinds: Sequence[Kind]) -> list[tuple[str, Kind]]:
    """A check for each kind: its table, and its rank where a table has several."""
    seen: Counter[str] = Counter()
    found = []
    for kind in kinds:
        seen[kind.table] += 1
        rank = f":{seen[kind.table]}" if seen[kind.table] > 1 else ""
        found.append((f"{start}:{kind.table}{rank}", kind))
    return found


def _described(subject: Subject, kinds: Sequence[Kind]) -> Mapping[str, Detail]:
    trajectory = subject.profile.risk.trajectory
    chosen = trajectory.why if trajectory.events and is_reason(trajectory.why) else None
    return {
        "known_events": subject.policy.known_events,
        "event_columns": ", ".join(f"{kind.table}.{name}" for kind in kinds for name in kind.columns),
        "events_chosen_because": chosen.get(Lang.FR) if chosen is not None else None,
        "k_wanted": subject.policy.k,
    }


def _share(number: float, measured: Measured) -> float:
    return number / measured.targets if measured.targets else 0.0
