"""Look for what should be gone: identifiers of the source in what would be published."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from risk.attackers.interface import Attacker, Detail, Nature
from risk.findings import Criterion, Decision, Finding
from risk.residuals.result import Manner, ResidualResult
from risk.residuals.search import search_candidate, search_release
from risk.residuals.shared import rare_values
from risk.subject import Subject

SHOWN = 10
"""Places named in a finding; the count says how many there are."""


class Residuals(Attacker):
    """The intruder reads the release with the list of the source's identifiers in hand.

    Knowledge: every value of the direct identifiers and of the person keys. Targets: all of them.
    Success: one value found anywhere, as it is, disguised, as a digest, or in its own person's row.

    Synthetic tables have no own rows. A text that at least the floor of the persons learnt from share in a
    column is nobody's, and may stand there whatever it looks like; one that fewer share, in the same
    column, and a number or a time of many digits that fewer have, beyond what the persons kept apart
    explain, are theirs. In columns of made-up numbers only a whole identifier is one.
    """

    name: ClassVar[str] = "residuals"
    criterion: ClassVar[Criterion] = Criterion.ALL

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - an identifier is a leak in both
        """Always: no waiver applies."""
        return True

    def applies(self, subject: Subject) -> bool:  # noqa: ARG002 - files are files
        """Always: totals too may hold an identifier."""
        return True

    def run(self, subject: Subject) -> list[Finding]:
        """One finding; inconclusive when the source is not there or something is not readable."""
        if subject.source is None:
            return [self.inconclusive(subject, self.name, "residual_no_source")]
        if subject.package is None:
            result = search_candidate(subject.source, subject.candidate, subject.original, subject.of_source)
        else:
            result = search_release(subject.source, subject.candidate, subject.original, subject.package)
        told = subject.candidate.synthetic
        if told is not None and subject.original is not None:
            rare = rare_values(subject.candidate, subject.original, subject.holdout, told.floor)
            result = replace(result, rare=tuple(rare))
        found = residual_finding(result, subject.profile.seed)
        if found.decision is Decision.ACCEPTED and subject.profile.unlisted_columns == "drop":
            # Columns that were never read may name the very persons that a published text names.
            return [self.inconclusive(subject, self.name, "residual_unlisted")]
        return [found]


def residual_finding(result: ResidualResult, seed: int) -> Finding:
    """The finding of a search of a candidate or of a release folder.

    The estimate is the share of hidden values that were found (at least one when only their own
    rows betray them); its bounds are the estimate, for every value was looked for everywhere.
    """
    share = _share(result)
    return Finding(
        check="residuals",
        attacker="residuals",
        criterion=Criterion.ALL,
        gates=True,
        decision=result.decision,
        estimate=share,
        lower=share,
        upper=share,
        threshold=0.0,
        attempted=result.searched,
        targets=result.searched,
        seed=seed,
        reasons=result.reasons if result.decision is not Decision.ACCEPTED else (),
        details=_details(result),
    )


def _share(result: ResidualResult) -> float:
    rare = sum(rare.values for rare in result.rare)
    found = max(result.found, *(own.values for own in result.own_rows), rare)
    return min(1.0, found / result.searched) if result.searched else float(bool(found))


def _details(result: ResidualResult) -> Mapping[str, Detail]:
    places = result.places
    more = [f"+{len(places) - SHOWN}"] if len(places) > SHOWN else []
    return {
        "values_searched": result.searched,
        "values_found": max(result.found, *(own.values for own in result.own_rows), 0),
        "places": len(places),
        "columns": ", ".join([*places[:SHOWN], *more]),
        "whole": result.count([Manner.WHOLE]),
        "inside": result.count([Manner.INSIDE]),
        "disguised": result.count([Manner.DISGUISED]),
        "digests": result.count([Manner.DIGEST]),
        "names": result.count([Manner.NAME]),
        "rare_values": sum(rare.values for rare in result.rare),
        "own_rows": sum(own.matches for own in result.own_rows),
        "own_rows_compared": result.linked,
        "explained_by_chance": result.chance,
        "unreadable": len(result.unreadable),
    }
