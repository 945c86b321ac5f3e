"""A register of named people is linked with the release: who is found again?

Definition: correlation in the sense of the G29 (opinion WP216), as re-identification from another file
(Sweeney 2002; El Emam & Dankar 2008). The intruder has a register that names people and shares columns
with the data: a file that the profile declares (``risk.registers``), and always one that is derived from
the source itself on the declared knowledge (``risk.register_simulation``: everybody and no error unless the
profile says less).

Knowledge: the register, and the documentation of the release. What was done to a column is done to the
register too; a date that a secret offset moved is sought within that offset, and days between two dates
that moved together are compared exactly; a column that is dropped or pseudonymized is of no use.

Success: the person of a line is linked with the line, one to one. Two linkages are tried and the better
one counts: blocked exact linkage, and probabilistic linkage (Fellegi & Sunter 1969; Winkler 1990) where
values may be missing or wrong. Among equals the intruder picks at random, and what is counted is the
expected number of true links: of n persons who agree with m lines, each true link is made with probability
1 / max(n, m). The unit is the person. Where nobody knows which links are true, every line that has a
candidate is counted as if its person were among them: an upper estimate.

On synthetic tables no row is a person. A person of the source is linked with the synthetic rows that fit
best, and the attack succeeds when the one that is picked has the person's secrets, all of them; what counts
is by how much that is more frequent for the persons whose data were learnt than for those kept aside.

Statistics: exact when everybody is in the register and tried; otherwise Wilson bounds on the expected
successes, which vary less than successes do. The limit 0.09 is 1/11 with two decimals (EMA/90915/2016),
hence a measure that was counted is compared with 1/k where that is what the limit rounds.

Cost: sorting, by pattern of known values; ranges and weights are tried on ``risk.targets`` lines against
everybody. Limits: an intruder who knows the secret offset, or a register that was not declared and knows
other columns than the declared knowledge, is not covered.
"""

from math import ceil, floor
from typing import ClassVar

import numpy as np

from risk.attackers.interface import Attacker, Detail, Nature
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.registers import exact, probabilistic
from risk.registers.exact import ABSENT, UNTOLD, Facts, Linked
from risk.registers.facts import AMBIGUOUS, sides, true_persons
from risk.registers.grain import Codes
from risk.registers.reading import ReadRegister
from risk.registers.simulated import simulate, simulated_columns
from risk.statistics import Interval, Rate
from risk.subject import Subject

DECIMALS = 12


class Register(Attacker):
    """Re-link named people with the release."""

    name: ClassVar[str] = "register"
    criterion: ClassVar[Criterion] = Criterion.LINKABILITY

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - on tables of any nature
        """On real and on synthetic tables."""
        return True

    def run(self, subject: Subject) -> list[Finding]:
        """One finding for the simulated register, ``register``, and one for each that is declared."""
        if subject.candidate.nature == "synthetic":
            from risk.registers.synthetic import attacked  # noqa: PLC0415 - for synthetic tables only

            return attacked(self, subject)
        declared = [self._declared(subject, one) for one in subject.registers]
        return [self._simulated(subject), *declared]

    def _simulated(self, subject: Subject) -> Finding:
        settings = subject.profile.risk.register_simulation
        columns = simulated_columns(subject)
        if not subject.has("original"):
            return self.inconclusive(subject, self.name, "no_original")
        if not (settings.columns or subject.knowledge_declared):
            return self.inconclusive(subject, self.name, "knowledge_undeclared")
        made = simulate(subject, "original", columns, settings, self.random(subject, "simulated"))
        perfect = not (settings.missing or settings.wrong)
        linked = self._linked(subject, (made.facts,), made.truth, "exact" if perfect else "both")
        details: dict[str, Detail] = {
            "register": "simulated",
            "register_persons": len(made.truth),
            "coverage": settings.coverage,
            "values_missing": settings.missing,
            "values_wrong": settings.wrong,
            "columns_used": ", ".join(columns) or None,
        }
        everybody = perfect and settings.coverage == 1
        return self._judged(subject, self.name, linked, made.truth, details, exact=everybody)

    def _declared(self, subject: Subject, register: ReadRegister) -> Finding:
        check = f"{self.name}:{register.name}"
        details: dict[str, Detail] = {"register": register.name, "register_lines": register.rows}
        if register.repeated:
            details["repeated_keys"] = register.repeated
            return self.inconclusive(subject, check, "register_key_repeated", details=details)
        both = sides(subject.candidate, register)
        told = true_persons(subject, register, both.persons)
        truth = np.full(register.rows, UNTOLD, dtype=np.int64) if told is None else told
        details |= {
            "columns_used": ", ".join(both.used) or None,
            "columns_unused": ", ".join(both.unused) or None,
            "truth_known": told is not None,
            "ambiguous_lines": int((truth == AMBIGUOUS).sum()),
        }
        linked = self._linked(
            subject, both.facts, np.where(truth == AMBIGUOUS, ABSENT, truth), register.method
        )
        return self._judged(subject, check, linked, truth, details, exact=False)

    def _linked(
        self, subject: Subject, facts: tuple[Facts, ...], truth: Codes, method: str
    ) -> dict[str, Linked]:
        """The linkages that are tried, by name."""
        persons, limit = len(facts[0].persons), subject.profile.risk.targets
        found: dict[str, Linked] = {}
        if persons == 0 or not len(truth):
            return found
        if method != "probabilistic":
            found["exact"] = exact.link(facts, persons, truth, limit, self.random(subject, "exact"))
        if method != "exact":
            found["probabilistic"] = probabilistic.link(
                facts, persons, truth, limit, self.random(subject, "weights")
            )
        return found

    def _judged(
        self,
        subject: Subject,
        check: str,
        linked: dict[str, Linked],
        truth: Codes,
        details: dict[str, Detail],
        *,
        exact: bool,
    ) -> Finding:
        scored = {name: _scored(one, truth) for name, one in linked.items()}
        details["persons"] = subject.candidate.persons
        if not scored:
            return self.inconclusive(subject, check, "too_few_targets", details=details)
        best = max(scored, key=lambda name: scored[name][0] / max(1, scored[name][1]))
        right, tried = scored[best]
        for name, (successes, targets) in scored.items():
            details[f"share_{name}"] = successes / targets if targets else 0.0
        details |= _described(linked[best], best, right)
        whole = exact or _is_everybody(truth, subject.candidate.persons, tried)
        confidence = subject.policy.confidence
        evidence = Evidence(
            interval=_interval(right, tried, confidence, exact=whole),
            threshold=counted_limit(subject.threshold(self.criterion), subject.policy.k),
            attempted=tried + int((truth == AMBIGUOUS).sum()),
            targets=tried,
            confidence=None if whole else confidence,
            minimum_share=subject.policy.minimum_share,
            refused_as="register_links",
        )
        return self.finding(subject, check, evidence, details=details)


def counted_limit(threshold: float, k: int) -> float:
    """1/k where ``threshold`` is 1/k with two decimals, else ``threshold``: 0.09 is one person among 11."""
    return 1 / k if round(1 / k, 2) == threshold else threshold


def _scored(linked: Linked, truth: Codes) -> tuple[float, int]:
    """Expected true links and persons tried; a person of several lines counts once, by the best of them."""
    true = truth[linked.lines]
    told = true >= 0
    if not told.any():
        fit = linked.candidates > 0
        return float(linked.chances.sum()), int(fit.sum() or len(fit))
    persons, number = np.unique(true[told], return_inverse=True)
    chances = np.zeros(len(persons))
    np.maximum.at(chances, number, linked.chances[told])
    return float(chances.sum()), len(persons)


def _is_everybody(truth: Codes, persons: int, tried: int) -> bool:
    """Whether each person of the release is in the register and was tried."""
    return bool(tried) and tried == persons == len(np.unique(truth[truth >= 0]))


def _interval(right: float, tried: int, confidence: float, *, exact: bool) -> Interval | None:
    """Bounds of the share of true links; the counts are rounded away from each other."""
    if not tried:
        return None
    if exact:
        # Sums of many fractions end a hair above what they are.
        return Interval.exact(min(1.0, round(right / tried, DECIMALS)))
    low, high = Rate(floor(right + 1e-9), tried), Rate(min(tried, ceil(right - 1e-9)), tried)
    return Interval(min(1.0, right / tried), low.lower(confidence), high.upper(confidence))


def _described(linked: Linked, method: str, right: float) -> dict[str, Detail]:
    found: dict[str, Detail] = {
        "method": method,
        "links_expected": round(right, 3),
        "links_unique": linked.unique,
        "median_candidates": float(np.median(linked.candidates)) if len(linked.candidates) else None,
    }
    if linked.links:
        found["precision"] = min(1.0, right / linked.links)
    return found
