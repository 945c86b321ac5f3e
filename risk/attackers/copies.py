"""Synthetic persons that are real persons, verbatim or nearly (inference).

Definition. The intruder meets a synthetic person and asks: is this somebody? They know nothing but the
release. Success: the synthetic person is a fitted person, on every column and every event
(``risk.traits``).

``copies``: share of the synthetic persons that are whole copies of fitted persons, beyond what
persons kept away from the fit show (``risk.copying``). Records shared by k real persons or more are
no copies.

``copies_alone``: the same copies, as persons. Whoever is copied is told whole, so the limit is 0:
refused when more are copied than chance explains at 0.999, or when even one is copied who is so
unlike all other real persons, or has such numbers, that chance would not do it once in 200 releases
(``risk.coincidence``).

``copies_values``: share of the persons with a value of their own (a code or an exact number that no other
real person has) whose value the candidate shows, beyond the holdout's (``risk.values_shown``). It may
only refuse.

``copies_events``: share of the persons with a pair of consecutive events of their own (no other real person
has these two, so many days apart) whose pair the candidate shows, beyond the holdout's
(``risk.sequences``). It may only refuse.

``copies_rare``: near copies of the rare, by person. Targets: the persons who have no other real person within
a tolerance on every column (2 % of the width of numbers, more in their tails; equal categories). Success: a
synthetic person is within that tolerance (``risk.near_copies``). Compared with the holdout's rare persons, it
may only refuse; the limit is 0 where even one is so unlike all other real persons that chance would not do it
once in 200 releases.

``copies_near``: share of the fitted persons nearer to a synthetic person than nearly all holdout
persons are (their 2 % quantile), beyond the holdout's own share, for ``risk.targets`` persons of each.
Distances may refuse a release and never let it pass (Yao et al. 2025, arXiv 2505.01524: a
distance to the closest record misses leaks): this finding gates only when it refuses.

Statistics. Fitted and holdout persons are exchangeable unless they were copied, whatever their
numbers. Bounds: exact Poisson, MOVER. Cost: linear in persons; one search of nearest neighbours for
the targets. Limits: copies that were changed on many columns are seen by ``membership`` if at all;
columns that are made up (keys, pseudonyms) are not compared; one whole copy of somebody who is like others
and has no exact numbers is not told from chance; on few columns, one near copy of one rare
person is not told from chance, only many are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from risk.anonymeter_adapter.linkability import draw
from risk.attackers.interface import Detail
from risk.attackers.synthetic import SyntheticOnly, unfit_without_holdout
from risk.coincidence import copies_beyond_chance
from risk.copying import Copies as WholeCopies
from risk.copying import isolated, isolated_copies, whole_copies
from risk.decide import Evidence
from risk.embedding import Points, embed
from risk.findings import Criterion, Finding
from risk.gathering import points, traits
from risk.near_copies import near_copies_of_rare
from risk.nearest import nearest
from risk.sequences import own_pairs_shown
from risk.statistics import Interval, Rate, excess_risk
from risk.subject import Subject
from risk.values_shown import own_values_shown

NEAR = 0.02
"""Share of the holdout that is as near to a synthetic person as what is called near."""


class Copies(SyntheticOnly):
    """Find real persons among the synthetic ones."""

    name: ClassVar[str] = "copies"
    criterion: ClassVar[Criterion] = Criterion.INFERENCE

    def run(self, subject: Subject) -> list[Finding]:
        """Whole copies, as a share and as persons, and near ones."""
        if unfit := unfit_without_holdout(subject):
            return [self.inconclusive(subject, self.name, *unfit)]
        found = traits(subject)
        details: dict[str, Detail] = {
            "columns_compared": len(found.names),
            "columns_left_out": len(found.left_out),
            "control_persons": found.sizes[2],
        }
        copied = whole_copies(found.records, subject.policy.k, subject.policy.confidence)
        random = self.random(subject, "alone")
        alone = isolated_copies(found.records, points(subject), random)
        impossible = copies_beyond_chance(found, random)
        return [
            self._share(subject, copied, details),
            self._persons(subject, copied, (alone, impossible), details),
            self._near(subject, points(subject), details),
            self._rare(subject, details),
            self._values(subject, details),
            *self._events(subject, details),
        ]

    def _share(self, subject: Subject, copied: WholeCopies, details: Mapping[str, Detail]) -> Finding:
        evidence = Evidence(
            interval=copied.share,
            threshold=subject.threshold(self.criterion),
            attempted=copied.persons,
            targets=copied.persons,
            confidence=subject.policy.confidence,
            minimum_share=subject.policy.minimum_share,
        )
        counts = {"matched": copied.matched, "by_chance": copied.by_chance, "shared_by": copied.shared_by}
        return self.finding(subject, self.name, evidence, details={**details, **counts})

    def _persons(
        self, subject: Subject, copied: WholeCopies, told: tuple[int, int], details: Mapping[str, Detail]
    ) -> Finding:
        alone, impossible = told
        persons = max(copied.unexplained, alone, impossible)
        evidence = Evidence(
            interval=Interval.exact(persons / copied.persons),
            threshold=0.0,
            attempted=copied.persons,
            targets=copied.persons,
            refused_as="persons_copied",
        )
        counts = {"copied": persons, "isolated": alone, "matched": copied.matched}
        return self.finding(subject, f"{self.name}_alone", evidence, details={**details, **counts})

    def _near(self, subject: Subject, places: Points, details: Mapping[str, Detail]) -> Finding:
        asked = subject.profile.risk.targets
        attack, control, limit = near_copies(places, asked, self.random(subject, "near"))
        return self._refusing(subject, "near", attack, control, {**details, "distance": limit})

    def _rare(self, subject: Subject, details: Mapping[str, Detail]) -> Finding:
        """Near copies of rare persons: a share beyond the holdout's, or one whom chance does not explain."""
        found, random = traits(subject), self.random(subject, "rare")
        near = near_copies_of_rare(found, random)
        described = replace(found, sets=(), marks=())
        places = embed(described, subject.profile.seed) if found.sets else points(subject)
        alone = isolated(near.held, near.alike, places, found.sizes[1], random) if found.columns else 0
        counts: dict[str, Detail] = {**details, "near": near.attack.successes, "isolated": alone}
        if not alone:
            return self._refusing(subject, "rare", near.attack, near.control, counts)
        evidence = Evidence(
            interval=Interval.exact(alone / near.attack.targets),
            threshold=0.0,
            attempted=near.attack.targets,
            targets=near.attack.targets,
            refused_as="persons_nearly_copied",
        )
        return self.finding(subject, f"{self.name}_rare", evidence, details=counts)

    def _values(self, subject: Subject, details: Mapping[str, Detail]) -> Finding:
        attack, control = own_values_shown(traits(subject))
        return self._refusing(subject, "values", attack, control, details)

    def _events(self, subject: Subject, details: Mapping[str, Detail]) -> Iterator[Finding]:
        if (shown := own_pairs_shown(subject)) is not None:
            yield self._refusing(subject, "events", *shown, details)

    def _refusing(
        self, subject: Subject, part: str, attack: Rate, control: Rate, details: Mapping[str, Detail]
    ) -> Finding:
        """A finding that takes part in the verdict only when it refuses."""
        interval = excess_risk(attack, control, subject.policy.confidence)
        threshold = subject.threshold(self.criterion)
        evidence = Evidence(
            interval=interval,
            threshold=threshold,
            attempted=attack.targets,
            targets=attack.targets,
            confidence=subject.policy.confidence,
            baseline=control.estimate,
            beats_baseline=attack.estimate > control.estimate,
        )
        gates = self.gates(subject.candidate.nature) and interval.lower > threshold
        counts = {"success": attack.estimate, "control_success": control.estimate}
        return self.finding(
            subject, f"{self.name}_{part}", evidence, gates=gates, details={**details, **counts}
        )


def near_copies(places: Points, asked: int, random: np.random.Generator) -> tuple[Rate, Rate, float]:
    """Fitted and holdout persons that are near to a synthetic one, and the distance called near."""
    if places.control is None:
        raise ValueError("no control")
    fitted = places.original[draw(len(places.original), asked, random)]
    apart = places.control[draw(len(places.control), asked, random)]
    ours, theirs = (np.sqrt(nearest(part, places.candidate)[0][:, 0]) for part in (fitted, apart))
    limit = float(np.quantile(theirs, NEAR, method="lower"))
    return (
        Rate(int((ours <= limit).sum()), len(ours)),
        Rate(int((theirs <= limit).sum()), len(theirs)),
        limit,
    )
