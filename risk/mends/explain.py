"""Why a verdict is not accepted, and the changes to the profile that would make it so, by trying them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic, process_time

import numpy as np

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.loading import LoadedProfile
from risk.attackers.registry import load, names
from risk.findings import Decision, Finding
from risk.gate import Verdict
from risk.labels import Labels
from risk.mends.bench import Bench
from risk.mends.classes import Lattice, lattice, shapley
from risk.mends.columns import Columns
from risk.mends.loss import Losses
from risk.mends.model import Cause, Change, Explained, Mend, Refusal
from risk.mends.options import is_key
from risk.mends.redrawn import Redraw, Redrawing, governs
from risk.mends.search import (
    ON_CLASSES,
    SUPPRESSION,
    Budget,
    OutOfTrialsError,
    Search,
    columns_named,
    published_named,
)
from risk.mends.single import own_mends, single_class_mends, with_group
from risk.mends.way import Way, class_plans, confirmed
from risk.subject import Subject
from tables.duck import one_engine

SECONDS, REDRAWING = 30.0, 60.0
"""Time after which no further candidate is made: of the processor; of the clock for persons drawn again."""
ROWS = 20_000_000
"""Rows that all trials together may make again: fixes their number, whatever the machine."""
MOST, LEAST = 60, 4
PLANS = 2
"""Ways shown to a release that passes."""
SECRETS = ("classes_inference",)
RESIDUALS = "residuals"
"""It reads every byte, and what it found has one mend: it is made again at the end only."""


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
    blocking = [one for one in verdict.findings if _blocks(one)]
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
        return Refusal(tuple(_bare(subject, one, note) for one in blocking))
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
            _bare(trials.subject, one, None),
            governs=governs(one),
            mends=tuple(trials.mends.get(one.check, ())),
        )
        for one in trials.blocking
    )
    plans = tuple(sorted(trials.plans, key=lambda mend: mend.loss)[:PLANS])
    places = _places(trials.loaded, findings, plans)
    return Refusal(findings, plans, trials.trials, trials.cut, places=places)


def _elapsed(clock: Callable[[], float], start: float, seconds: float) -> float:
    """Part of ``seconds`` that is over."""
    return (clock() - start) / seconds


def _tried(search: Search, blocking: list[Finding]) -> Refusal:
    """What was found by trying."""
    causes, combined = _causes(search)
    mends = _class_mends(search, blocking)
    plans = _plans(search, blocking)
    mends |= _other_mends(search, blocking)
    findings = tuple(_explained(search, one, causes, combined, mends[one.check]) for one in blocking)
    places = _places(search.bench.loaded, findings, plans)
    return Refusal(findings, plans, search.budget.spent, search.budget.cut, places=places)


def unexplained(subject: Subject, verdict: Verdict) -> Refusal:
    """The refusal of which nothing more could be said."""
    return Refusal(tuple(_bare(subject, one, "failed") for one in verdict.findings if _blocks(one)))


def _blocks(finding: Finding) -> bool:
    return finding.gates and not finding.waived_by and finding.decision is not Decision.ACCEPTED


def _can_be_tried(subject: Subject) -> bool:
    real = subject.candidate.nature == "real" and subject.original is not None
    return real and bool(subject.candidate.tables)


def _search(bench: Bench, verdict: Verdict) -> Search:
    subject = bench.subject
    columns = Columns(bench, subject.view("original"))
    named = [name for one in verdict.findings if _blocks(one) for name in published_named(subject, one)]
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
                one.attacker for one in verdict.findings if _blocks(one) and one.attacker != RESIDUALS
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
            found[one.check] = _residual_mends(search, one)
        elif one.attacker not in ON_CLASSES:
            others.setdefault(one.attacker, {})[one.check] = own_columns(search, one)
    for attacker, checks in others.items():
        found |= own_mends(search, checks, attacker)
        for check, own in checks.items():
            found[check] = with_group(search, check, attacker, own, found[check])
    return found


def own_columns(search: Search, finding: Finding) -> list[str]:
    """Columns that a finding names and on which no class is built."""
    known = search.bench.subject.references.knowledge
    return [name for name in columns_named(search, finding) if name not in known]


def known_to(search: Search, finding: Finding) -> tuple[str, ...]:
    """Columns that the intruder of ``finding`` knew: those of a register, or of events besides what lasts."""
    knowledge = search.bench.subject.references.knowledge
    if finding.attacker == "register":
        used = finding.details.get("columns_used")
        return tuple(used.split(", ")) if isinstance(used, str) else knowledge
    if finding.attacker == "trajectory":
        return tuple(dict.fromkeys((*knowledge, *own_columns(search, finding))))
    return knowledge


def _explained(
    search: Search, finding: Finding, causes: tuple[Cause, ...], combined: int, mends: list[Mend]
) -> Explained:
    on_classes = finding.attacker in ON_CLASSES
    return Explained(
        check=finding.check,
        attacker=finding.attacker,
        decision=finding.decision.value,
        knowledge=known_to(search, finding),
        fell=fell(finding),
        persons=finding.targets,
        causes=causes if on_classes else (),
        combined=combined if on_classes else None,
        places=tuple(own_columns(search, finding)),
        mends=tuple(mends),
    )


def _bare(subject: Subject, finding: Finding, note: str | None) -> Explained:
    """A finding for which nothing can be tried."""
    return Explained(
        check=finding.check,
        attacker=finding.attacker,
        decision=finding.decision.value,
        knowledge=subject.references.knowledge,
        fell=fell(finding),
        persons=finding.targets,
        note=note,
    )


def fell(finding: Finding) -> int | None:
    """Persons for whom the attack succeeded, as far as the finding counts them."""
    details = finding.details
    for name in ("persons_below_k", "persons_below_l"):
        if isinstance(details.get(name), int):
            return int(details[name] or 0)
    if finding.attacker == "classes_inference" and finding.check.startswith("classes_inference:"):
        certain = details.get("certain_persons")
        if isinstance(certain, int) and float(details.get("certain") or 0) >= float(details.get("gain") or 0):
            return certain
    if finding.attacker == RESIDUALS or finding.estimate is None or not finding.targets:
        return None
    if finding.check.startswith("t_closeness"):
        return None
    rest = 1 - (finding.baseline or 0.0)
    return round(finding.estimate * rest * finding.targets)


def _causes(search: Search) -> tuple[tuple[Cause, ...], int]:
    """What each known column has to do with it, and how many persons fell by combination."""
    found = search.lattice
    count = len(found.ladders)
    levels = [0] * count
    fallen = _fallen(found, found.classes(range(count), levels))
    random = np.random.default_rng([search.bench.subject.profile.seed, 6])
    shares = shapley(found, random)
    alone = [_fallen(found, found.classes([place], levels)) for place in range(count)]
    missing = _missing(search, fallen)
    causes = [
        Cause(
            column=ladder.reference,
            share=float(shares[place]),
            without=_below(found, [other for other in range(count) if other != place]),
            rare=int(found.persons[fallen & alone[place]].sum()),
            missing=missing.get(ladder.reference, 0),
        )
        for place, ladder in enumerate(found.ladders)
    ]
    none_rare = fallen.copy()
    for one in alone:
        none_rare &= ~one
    ordered = sorted(causes, key=lambda cause: -cause.share)
    return tuple(ordered), int(found.persons[none_rare].sum())


def _fallen(found: Lattice, classes: Labels) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which combinations lie in classes of fewer than k."""
    sizes = np.bincount(classes.codes, weights=found.persons, minlength=classes.groups)
    return np.asarray(sizes[classes.codes] < found.k)


def _below(found: Lattice, places: list[int]) -> int:
    return int(found.persons[_fallen(found, found.classes(places, [0] * len(found.ladders)))].sum())


def _missing(search: Search, fallen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> dict[str, int]:
    """Column -> persons who fell and have no value there."""
    view, references = search.columns.view, search.bench.subject.references.knowledge
    if not references:
        return {}
    down = fallen[view.classes(references).codes]
    counted = {}
    for name in references:
        column = view.column(name)
        absent = np.asarray(column.is_null().combine_chunks()).astype(bool)
        counted[name] = int((absent & down).sum())
    return counted


def _residual_mends(search: Search, finding: Finding) -> list[Mend]:
    """All the columns that hold identifiers, each under a pseudonym or left out."""
    changes = _protected(search, finding)
    if not changes:
        return []
    try:
        found = search.attack(changes, [finding.attacker])
    except OutOfTrialsError:
        return []
    if found is None:
        return []
    mend = search.mend(changes, found, [finding.check])
    return [mend] if mend.passes else []


def _protected(search: Search, finding: Finding) -> list[Change]:
    profile = search.bench.loaded.profile
    changes = []
    for reference in columns_named(search, finding):
        table, column = profile.split(reference)
        name = "pseudonymize" if is_key(profile, table, column) else "drop"
        changes.append(search.columns.change(reference, {name: {}}))
    return changes


def _plans(search: Search, blocking: list[Finding]) -> tuple[Mend, ...]:
    """Ways to a release that passes, least loss first."""
    rest = [change for one in blocking if one.attacker == RESIDUALS for change in _protected(search, one)]
    starts: list[list[Change]] = [[]]
    if any(one.attacker in (*ON_CLASSES, *SECRETS) for one in blocking):
        starts = class_plans(search)[:1] if any(one.attacker in ON_CLASSES for one in blocking) else [[]]
    found: list[Mend] = []
    for secrets_too in (True, False):
        for start in starts:
            try:
                _go(search, _way(search, start, rest, secrets_too=secrets_too), found)
            except OutOfTrialsError:
                continue
    different: dict[str, Mend] = {}
    for mend in sorted(found, key=lambda mend: (not mend.whole, mend.loss)):
        if mend.changes:
            different.setdefault(str(sorted(mend.changes, key=str)), mend)
    return tuple(different.values())[:PLANS]


def _go(search: Search, way: Way, found: list[Mend]) -> None:
    """Add to ``found`` what ``way`` reaches: first spared, then made sure of."""
    mend = way.walk()
    if mend is None:
        return
    place = len(found)
    found.append(mend)
    spared = way.spared()
    better = [spared] if spared is not None and spared.loss < mend.loss else []
    for one in (*better, mend):
        if (sure := confirmed(search, one)) is not None:
            found[place] = sure
            return


def _way(search: Search, start: list[Change], rest: list[Change], *, secrets_too: bool) -> Way:
    options = {one.column: one.value for one in start if one.column is not None}
    others = [one for one in start if one.key == SUPPRESSION]
    return Way(search, dict(options), [*others, *rest], secrets_too, search.blocking)


def _places(
    loaded: LoadedProfile, findings: tuple[Explained, ...], plans: tuple[Mend, ...]
) -> Mapping[str, str]:
    """Where each key that a mend changes is written."""
    mends = [*(mend for one in findings for mend in one.mends), *plans]
    places = {}
    for change in (change for mend in mends for change in mend.changes):
        place = loaded.place(change.key)
        places[".".join(change.key)] = f"{place.file}:{place.line}" if place.line else str(place.file or "")
    return places
