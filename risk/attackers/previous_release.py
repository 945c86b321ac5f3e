"""What an earlier release of the same data adds: differencing, and joining what both say.

Definition: the intruder kept an earlier release (``risk.previous``) and compares it with the new one. What
one has and the other has not is about the persons who came or left in between; where pseudonyms are the
same, or where a record is alone of its kind in both, the two records of a person make one that says more
(intersection attack).

Knowledge: both releases, the declared knowledge, and that a person came or left, or stayed.

Success, ``previous_release``: a person about whom the two releases tell more than the new one alone is told
from all others but fewer than k. Came or left: the records with the same known features that only one of the
two releases has are fewer than k. Stayed, under the same pseudonym or the same record: fewer than k persons
share the known features of both releases, where they differ, where one has features that the other has not,
or where others came and left; or fewer than k of them have a record that changed, by an event or a value.
Numbers grouped by bounds of their own in each release: fewer than k persons are between a bound of the one
and a bound of the other. Tables of totals: two published cells of the same name differ by fewer persons than
the floor.

Success, ``previous_secrets``: those k or more persons who came, left or stayed share a secret, nine in ten
of them, though their class does not tell it; or their secrets are guessed beyond what
their class, other persons and chance tell.

Statistics: exact, over the persons whom the comparison concerns; nobody concerned is no risk. The limit is
0, as for ``classes``: whoever is told from all others is told for certain, however many came with them, and
so is whoever came with k others of the same secret. Guesses that are no certainty have the limit for
inference. Shared pseudonyms are counted in the report.

Who stayed: without shared pseudonyms a record that both releases have is taken for one person's. Where
numbers of equal records differ between the releases as those of strangers do, groups are thinned by the
persons who may have come in place of others. A column that changed for everybody, as
an age does, is left aside when the records cancel without it.

Synthetic tables: nobody came or left. Earlier releases of invented persons are more draws from the source:
``previous_copies`` and ``previous_membership`` make those two attacks on all draws together, and say the
worst. Of an earlier release of real persons an intruder knows what it says of everybody, so
``previous_inference`` guesses the secrets again from all columns that it shares, as exactly as this release
would say them; it may only refuse. An earlier release that does not say whether its persons are real allows
no conclusion. Beside a release of real persons, an earlier one of invented ones informs.

Cost: a few sorts for each column of a record. References: Denning & Schlörer 1983 (trackers); Fung et al.
2008, Anonymity for continuous data publishing; Ganta, Kasiviswanathan & Smith 2008 (composition). Limits:
intervals are brought to the bounds that both releases respect, codes of two levels of a hierarchy are not
compared; of columns that changed for those who stayed, one is left aside; values that moved by noise, swaps
or offsets under another key are left aside; records that are nearly alike join nobody; several earlier
releases are each compared with the new one, so that who is in the first, not in the second and again in
this one is not told from those who came; what few persons between two bounds have is counted, not what they
share; cells of totals have no secrets. Persons kept away from this synthesizer may have been learnt from by
an earlier one: the attacks on all draws then see less, and those on the last one decide as ever.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pyarrow as pa

from risk.attackers.interface import Attacker, Detail, Nature
from risk.attackers.registry import attacker
from risk.decide import Evidence
from risk.findings import Criterion, Decision, Finding
from risk.neighbours import likenesses
from risk.person_view import wanted
from risk.previous.differencing import between_bounds, differences
from risk.previous.draws import knowing, said_before, together
from risk.previous.earlier import Earlier
from risk.previous.newcomers import Told, tell
from risk.previous.released import NEW, Difference
from risk.previous.totals import difference_of_totals
from risk.previous.two_releases import TwoReleases, two_releases
from risk.secrets_seen import see
from risk.statistics import Interval
from risk.subject import Subject

SECRETS, KNOWN = "previous_secrets", "previous_inference"
DRAWS = "previous_copies", "previous_membership"


class PreviousRelease(Attacker):
    """Compare the release with earlier ones."""

    name: ClassVar[str] = "previous_release"
    criterion: ClassVar[Criterion] = Criterion.LINKABILITY

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - on tables of any nature
        """On real tables and on synthetic ones, each in its way."""
        return True

    def applies(self, subject: Subject) -> bool:
        """Where the profile names an earlier release, of rows or of totals."""
        return bool(subject.profile.risk.previous)

    def run(self, subject: Subject) -> list[Finding]:
        """One or two findings an earlier release, ``previous_release:<number>`` and ``previous_secrets``."""
        if not subject.previous:
            return [self.inconclusive(subject, self.name, "previous_unreadable")]
        if subject.candidate.nature == "synthetic":
            return [*self._invented(subject)]
        return [finding for earlier in subject.previous for finding in self._one(subject, earlier)]

    def _invented(self, subject: Subject) -> Iterator[Finding]:
        """What earlier releases add to invented persons: more draws, and what they say of real people."""
        draws = [one for one in subject.previous if one.problem is None and one.nature == "synthetic"]
        for earlier in subject.previous:
            check = f"{self.name}:{earlier.number}"
            problem = earlier.problem or (None if earlier.nature else "previous_nature_unknown")
            if problem is not None:
                yield self.inconclusive(subject, check, problem)
            elif earlier.nature == "real":
                try:
                    yield self._known_before(subject, earlier)
                except (OSError, pa.ArrowInvalid, UnicodeDecodeError):
                    yield self.inconclusive(subject, check, "previous_unreadable")
        if draws:
            try:
                yield from self._drawn_before(subject, draws)
            except (OSError, pa.ArrowInvalid, UnicodeDecodeError):
                yield self.inconclusive(subject, DRAWS[0], "previous_unreadable")

    def _known_before(self, subject: Subject, earlier: Earlier) -> Finding:
        """Secrets guessed by who knows of everybody what an earlier release of real persons says."""
        more = [one for one in said_before(subject, earlier) if one not in subject.references.knowledge]
        details: dict[str, Detail] = {"columns_added": len(more), "sums_verified": earlier.summed}
        check = f"{KNOWN}:{earlier.number}"
        found = attacker("inference").run(knowing(subject, more)) if more else []
        if not found:
            persons = max(1, subject.candidate.persons)
            nothing = Evidence(Interval.exact(0.0), subject.threshold(Criterion.INFERENCE), persons, persons)
            return replace(
                self.finding(subject, check, nothing, details=details), criterion=Criterion.INFERENCE
            )
        return _renamed(_worst(found), self.name, check, details, refuses_only=True)

    def _drawn_before(self, subject: Subject, draws: list[Earlier]) -> Iterator[Finding]:
        """Who was learnt from, by all draws together."""
        with together(subject, draws) as union:
            if union is None:
                yield self.inconclusive(subject, DRAWS[0], "previous_nothing_shared")
                return
            details: dict[str, Detail] = {"draws": len(draws) + 1, "persons": union.candidate.persons}
            for name, check in zip(("copies", "membership"), DRAWS, strict=True):
                yield _renamed(_worst(attacker(name).run(union)), self.name, check, details)

    def _one(self, subject: Subject, earlier: Earlier) -> list[Finding]:
        check = f"{self.name}:{earlier.number}"
        if earlier.problem is not None:
            return [self.inconclusive(subject, check, earlier.problem)]
        if earlier.nature == "synthetic":
            # Nobody of it came or left; what it tells of people was measured before it was published.
            return [replace(self.inconclusive(subject, check, "previous_invented"), gates=False)]
        try:
            if subject.candidate.aggregated:
                totals = difference_of_totals(subject, earlier)
                return [
                    self._unshared(subject, check)
                    if totals is None
                    else self._judged(subject, earlier, totals)
                ]
            both = two_releases(subject, earlier)
        except (OSError, pa.ArrowInvalid, UnicodeDecodeError):
            return [self.inconclusive(subject, check, "previous_unreadable")]
        if both is None:
            return [self._unshared(subject, check)]
        found = differences(both.new, both.old, both.known, both.stable, subject.policy.k)
        found = between_bounds(found, (both.new, both.old), both.known, both.intervals, subject.policy.k)
        return [self._judged(subject, earlier, found), *self._secrets(subject, earlier, both, found)]

    def _unshared(self, subject: Subject, check: str) -> Finding:
        return self.inconclusive(subject, check, "previous_nothing_shared")

    def _secrets(
        self, subject: Subject, earlier: Earlier, both: TwoReleases, found: Difference
    ) -> list[Finding]:
        """The worst secret, where some secret is published and somebody is concerned."""
        told = dict(_guessed(subject, both, found, self.random(subject, str(earlier.number))))
        if not told:
            return []
        worst = max(told, key=lambda item: (told[item].share, told[item].gain))
        one, certain = told[worst], any(each.told for each in told.values())
        evidence = Evidence(
            interval=Interval.exact(one.share if certain else one.gain),
            threshold=0.0 if certain else subject.threshold(Criterion.INFERENCE),
            attempted=max(1, one.persons),
            targets=max(1, one.persons),
            refused_as="previous_secret_shared" if certain else "previous_secret_guessed",
            problems=() if subject.knowledge_declared else ("knowledge_undeclared",),
        )
        details: dict[str, Detail] = {
            "persons_concerned": one.persons,
            "persons_told": one.told,
            "gain": one.gain,
            "column": worst,
            "secrets": len(told),
            "k": subject.policy.k,
        }
        finding = self.finding(subject, f"{SECRETS}:{earlier.number}", evidence, details=details)
        return [replace(finding, criterion=Criterion.INFERENCE)]

    def _judged(self, subject: Subject, earlier: Earlier, found: Difference) -> Finding:
        check = f"{self.name}:{earlier.number}"
        persons = max(1, subject.candidate.persons)
        share = found.isolated / found.concerned if found.concerned else 0.0
        details: dict[str, Detail] = {
            "persons": subject.candidate.persons,
            "persons_concerned": found.concerned,
            "persons_isolated": found.isolated,
            "persons_came": found.came,
            "persons_left": found.left,
            "same_pseudonyms": found.same_pseudonyms,
            "linked_records": found.linked,
            "k": subject.policy.k,
            "sums_verified": earlier.summed,
        }
        evidence = Evidence(
            interval=Interval.exact(share),
            threshold=0.0,
            attempted=found.concerned or persons,
            targets=found.concerned or persons,
            minimum_share=subject.policy.minimum_share,
            refused_as="previous_isolates",
        )
        return self.finding(subject, check, evidence, details=details)


def _worst(findings: list[Finding]) -> Finding:
    """What decides of several findings: the worst of those that gate."""
    return max(findings, key=lambda one: (one.gates, list(Decision).index(one.decision), one.lower or 0.0))


def _renamed(
    finding: Finding, name: str, check: str, details: dict[str, Detail], *, refuses_only: bool = False
) -> Finding:
    """A finding of another attack as one of this one."""
    gates = finding.gates and (finding.decision is Decision.REFUSED or not refuses_only)
    found: dict[str, Detail] = {**finding.details, **details, "worst": finding.check}
    return replace(finding, attacker=name, check=check, gates=gates, details=found)


def _guessed(
    subject: Subject, both: TwoReleases, found: Difference, random: np.random.Generator
) -> Iterator[tuple[str, Told]]:
    """Each secret that either release says, and what the groups of the comparison tell of it at worst."""
    likes = [subject.view().classes(shared) for shared in likenesses(subject.references.knowledge)]
    limits = subject.policy.k, subject.policy.persons_floor
    for item in wanted(subject.profile):
        sides = [view if item in view.references else None for view in (subject.view(), both.earlier)]
        tried = [
            tell(see(view, item), group, limits, random=random, likes=likes if group.side == NEW else ())
            for group in found.groups
            if (view := sides[group.side]) is not None
        ]
        if tried:
            yield item, max(tried, key=lambda each: (each.told, each.gain))
