"""Why a verdict is not accepted, and the changes to the profile that would make it so, by trying them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic, process_time

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.loading import LoadedProfile
from risk.attackers.registry import load, names
from risk.findings import Finding
from risk.gate import Verdict
from risk.mends.bench import Bench
from risk.mends.causes import causes
from risk.mends.classes import lattice
from risk.mends.columns import Columns
from risk.mends.described import bare, blocks, explained, own_columns
from risk.mends.loss import Losses
from risk.mends.model import Explained, Mend, Refusal
from risk.mends.plans import PLANS, ROW_ORDER, order_mends, plans, residual_mends
from risk.mends.redrawn import Redraw, Redrawing, governs
from risk.mends.search import ON_CLASSES, RESIDUALS, Budget, Search, published_named
from risk.mends.single import own_mends, single_class_mends, with_group
from risk.subject import Subject
from tables.duck import one_engine

SECONDS, REDRAWING = 30.0, 60.0
"""Time after which no further candidate is made: of the processor; of the clock for persons drawn again."""
ROWS = 20_000_000
"""Rows that all trials together may make again: fixes their number, whatever the machine."""
MOST, LEAST = 60, 4


def explain_refusal(
    loaded: LoadedProfile,
    subject: Subject,
    anonymized: Anonymized,
    keys: Keys | None,
    *,
    verdict: Verdict,
    folder: Path,
    clock: Callable[[], float] = process_time,
    redraw: Redraw | None = None,
) -> Refusal | None:
    """What stands in the way of ``verdict``; None when nothing does.

    ``folder``: a private folder for the candidates that are made and attacked again. What the profile
    and the data are is the same for the same inputs, and so is the answer, unless the time of
    ``risk.timeout.mends`` ends first. ``redraw``: learns and draws synthetic persons again.
    """
    blocking = [one for one in verdict.findings if blocks(one)]
    if not blocking:
        return None
    asked = loaded.profile.risk.timeout.mends
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if subject.candidate.nature == "synthetic" and redraw is not None and subject.source is not None:
        seconds = asked or REDRAWING
        end = monotonic() + seconds
        trials = Redrawing(
            loaded,
            subject,
            verdict.findings,
            tuple(blocking),
            gate(subject, verdict),
            redraw,
            folder,
            left=lambda: end - monotonic(),
        )
        return replace(_redrawn(trials), seconds=seconds)
    if subject.source is None or not _can_be_tried(subject):
        note = "synthetic" if subject.candidate.nature == "synthetic" else "totals"
        return Refusal(tuple(bare(subject, one, note) for one in blocking))
    seconds = asked or SECONDS
    staged = subject.source.drawn or subject.source
    with one_engine(folder):
        elapsed = partial(_elapsed, clock, clock(), seconds)
        bench = Bench(loaded, subject, staged, anonymized, keys, folder, elapsed)
        return replace(_tried(_search(bench, verdict), blocking), seconds=seconds)


def _redrawn(trials: Redrawing) -> Refusal:
    """The same for synthetic persons, by drawing them again."""
    trials.run()
    findings = tuple(
        replace(
            bare(trials.subject, one, None),
            governs=governs(one),
            mends=tuple(trials.mends.get(one.check, ())),
        )
        for one in trials.blocking
    )
    ways = tuple(sorted(trials.plans, key=lambda mend: mend.loss)[:PLANS])
    places = _places(trials.loaded, findings, ways)
    return Refusal(findings, ways, trials.trials, trials.cut, places=places)


def _elapsed(clock: Callable[[], float], start: float, seconds: float) -> float:
    """Part of ``seconds`` that is over."""
    return (clock() - start) / seconds


def _tried(search: Search, blocking: list[Finding]) -> Refusal:
    """What was found by trying."""
    why, combined = causes(search)
    mends = _class_mends(search, blocking)
    ways = plans(search, blocking)
    mends |= _other_mends(search, blocking)
    findings = tuple(explained(search, one, why, combined, mends[one.check]) for one in blocking)
    places = _places(search.bench.loaded, findings, ways)
    return Refusal(findings, ways, search.budget.spent, search.budget.cut, places=places)


def unexplained(subject: Subject, verdict: Verdict) -> Refusal:
    """The refusal of which nothing more could be said."""
    return Refusal(tuple(bare(subject, one, "failed") for one in verdict.findings if blocks(one)))


def _can_be_tried(subject: Subject) -> bool:
    real = subject.candidate.nature == "real" and subject.original is not None
    return real and bool(subject.candidate.tables)


def _search(bench: Bench, verdict: Verdict) -> Search:
    subject = bench.subject
    columns = Columns(bench, subject.view("original"))
    named = [name for one in verdict.findings if blocks(one) for name in published_named(subject, one)]
    losses = Losses(bench, columns, tuple(dict.fromkeys((*subject.references.everything, *named))))
    rows = sum(table.rows for table in subject.candidate.tables.values())
    budget = Budget(max(LEAST, min(MOST, ROWS // max(1, rows))), bench.elapsed)
    return Search(
        bench=bench,
        columns=columns,
        losses=losses,
        lattice=lattice(columns, losses, subject.references.knowledge, subject.policy.k),
        before={one.check: one for one in verdict.findings},
        attackers=gate(subject, verdict),
        blocking=tuple(
            dict.fromkeys(
                one.attacker for one in verdict.findings if blocks(one) and one.attacker != RESIDUALS
            )
        ),
        waived=frozenset(one.check for one in verdict.findings if one.waived_by),
        budget=budget,
    )


def gate(subject: Subject, verdict: Verdict) -> tuple[str, ...]:
    """All attackers that may decide: one that only informed may refuse once something else has changed."""
    nature = subject.candidate.nature
    gated = {one.attacker for one in verdict.findings if one.gates}
    return tuple(name for name in names() if name in gated or load(name).gates(nature))


def _class_mends(search: Search, blocking: list[Finding]) -> dict[str, list[Mend]]:
    """By check, the single changes after which it passes, for findings on the known columns alone."""
    return {
        one.check: single_class_mends(search, one.check, one.attacker) if one.attacker in ON_CLASSES else []
        for one in blocking
    }


def _other_mends(search: Search, blocking: list[Finding]) -> dict[str, list[Mend]]:
    """The same for the other findings."""
    found: dict[str, list[Mend]] = {}
    others: dict[str, dict[str, list[str]]] = {}
    for one in blocking:
        if one.attacker == RESIDUALS:
            found[one.check] = residual_mends(search, one)
        elif one.check.startswith(ROW_ORDER):
            found[one.check] = order_mends(search, one)
        elif one.attacker not in ON_CLASSES:
            others.setdefault(one.attacker, {})[one.check] = own_columns(search, one)
    for attacker, checks in others.items():
        found |= own_mends(search, checks, attacker)
        for check, own in checks.items():
            found[check] = with_group(search, check, attacker, own, found[check])
    return found


def _places(
    loaded: LoadedProfile, findings: tuple[Explained, ...], ways: tuple[Mend, ...]
) -> Mapping[str, str]:
    """Where each key that a mend changes is written."""
    mends = [*(mend for one in findings for mend in one.mends), *ways]
    places = {}
    for change in (change for mend in mends for change in mend.changes):
        place = loaded.place(change.key)
        places[".".join(change.key)] = f"{place.file}:{place.line}" if place.line else str(place.file or "")
    return places
