"""Trials: changes made, attacked again and remembered, as long as there are trials left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from risk.findings import Decision, Finding
from risk.mends.bench import Bench, UnfitError, name_of
from risk.mends.classes import Lattice
from risk.mends.columns import Columns
from risk.mends.loss import Losses
from risk.mends.model import Change, Effect, Mend
from risk.subject import Subject

SUPPRESSION = ("anonymity", "suppression")
SHARES = (0.01, 0.02, 0.05, 0.1)
"""Shares of persons left out that are tried."""
ON_CLASSES = ("classes", "population")
"""Attackers whose finding names no column: it is a matter of all that is known."""
RESIDUALS = "residuals"
"""It reads every byte, and what it found has one mend: it is made again at the end only."""


class OutOfTrialsError(Exception):
    """No trial is left, or no time."""


@dataclass
class Budget:
    """How many candidates may still be made."""

    trials: int
    elapsed: Callable[[], float]
    """Part of the time that is over: late from 1 on."""
    spent: int = 0
    cut: bool = False

    def take(self, *, made: bool, share: float = 1.0) -> None:
        """One trial, unless its candidate is ``made``; OutOfTrialsError when there is none left.

        ``share``: part of the trials and of the time that may be used for it.
        """
        elapsed = self.elapsed()
        self.cut = self.cut or elapsed > 1
        if elapsed > share or (not made and self.spent >= share * self.trials):
            raise OutOfTrialsError
        self.spent += not made


@dataclass
class Search:
    """What is tried, and on what."""

    bench: Bench
    columns: Columns
    losses: Losses
    lattice: Lattice
    before: Mapping[str, Finding]
    """The findings of the assessment, by check."""
    attackers: tuple[str, ...]
    """All attackers that gate there."""
    blocking: tuple[str, ...]
    """Those that stand in the way."""
    waived: frozenset[str]
    budget: Budget
    _tried: dict[str, dict[str, list[Finding]] | None] = field(default_factory=dict, init=False)
    """Changes -> attacker -> what it found; None where the changes make no profile that can be run."""
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Without a change, all is known."""
        nothing = name_of([])
        self._known[nothing] = self.bench.subject.references.knowledge
        found: dict[str, list[Finding]] = {}
        for finding in self.before.values():
            found.setdefault(finding.attacker, []).append(finding)
        self._tried[nothing] = found

    def attack(
        self, changes: Sequence[Change], attackers: Sequence[str], share: float = 1.0
    ) -> dict[str, Finding] | None:
        """What they find with the changes, by check; None when the changes make no profile that can be run.

        ``share``: as :meth:`Budget.take` has it.
        """
        name = name_of(changes)
        found = self._tried.setdefault(name, {})
        if found is None:
            return None
        left = [one for one in attackers if one not in found]
        if left:
            self.budget.take(made=self.bench.holds(changes), share=share)
            try:
                found |= self.bench.attack(changes, left)
            except UnfitError:
                self._tried[name] = None
                return None
            self._known[name] = self.bench.made(changes).references.knowledge
        return {finding.check: finding for one in attackers for finding in found[one]}

    def known(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """What an intruder knows of what was attacked: a column may come to last once it is coarse."""
        return self._known.get(name_of(changes), ())

    def mend(self, changes: Sequence[Change], found: Mapping[str, Finding], checks: Sequence[str]) -> Mend:
        """The outcome of a trial on ``checks``."""
        effects = tuple(
            Effect(
                check,
                self.before[check].estimate if check in self.before else None,
                found[check].estimate if check in found else None,
                decision_after(found, check).value,
            )
            for check in checks
        )
        left = max((int(one.details.get("persons_left_out") or 0) for one in found.values()), default=0)
        passes = all(effect.decision == Decision.ACCEPTED for effect in effects)
        return Mend(tuple(changes), effects, self.added(changes, left), passes, left_out=left)

    def added(self, changes: Sequence[Change], left_out: int) -> float:
        """The loss that the changes add."""
        options = {one.column: one.value for one in changes if one.column and one.key[-1] == "transform"}
        persons = max(1, self.columns.persons)
        now = self.bench.subject.candidate.suppressed_persons / persons
        wanted = {name: option for name, option in options.items() if name in self.losses.references}
        return self.losses.total(wanted, left_out / persons) - self.losses.total({}, now)

    def failing(self, found: Mapping[str, Finding]) -> list[Finding]:
        """What would still stand in the way."""
        return [
            one
            for one in found.values()
            if one.gates and one.decision is not Decision.ACCEPTED and one.check not in self.waived
        ]


def decision_after(found: Mapping[str, Finding], check: str) -> Decision:
    """What a trial says of ``check``: accepted when there is nothing left to attack.

    An attack that failed or ran out of time has one finding, under its own name, for all of its checks.
    """
    one = found.get(check) or found.get(check.partition(":")[0])
    return Decision.ACCEPTED if one is None else one.decision


def together(tried: Mapping[str, list[Change]]) -> list[Change]:
    """All changes at once; of a list that several of them shorten, what is left by all."""
    merged: dict[tuple[str, ...], Change] = {}
    for change in (change for changes in tried.values() for change in changes):
        before = merged.get(change.key)
        if before is not None and change.key[0] == "risk":
            change = Change(change.key, [name for name in change.value if name in before.value])  # noqa: PLW2901
        merged[change.key] = change
    return list(merged.values())


def columns_named(search: Search, finding: Finding) -> list[str]:
    """Published columns that a finding names, and those of which a loss is counted."""
    counted = set(search.losses.references)
    published = set(published_named(search.bench.subject, finding))
    return [word for word in _words(finding) if word in counted or word in published]


def published_named(subject: Subject, finding: Finding) -> list[str]:
    """Published columns that a finding names, in its name or in its details."""
    published = {
        f"{table.name}.{column.name}"
        for table in subject.candidate.tables.values()
        for column in table.columns
    }
    return [word for word in _words(finding) if word in published]


def _words(finding: Finding) -> list[str]:
    words = [finding.check.partition(":")[2]]
    for value in finding.details.values():
        if isinstance(value, str):
            words += value.split(", ")
    return list(dict.fromkeys(words))
