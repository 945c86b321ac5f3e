"""The way to a release that passes: one change after the other, until nothing refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from risk.findings import Finding
from risk.mends.columns import Option
from risk.mends.model import Change, Mend
from risk.mends.options import DROP
from risk.mends.search import (
    ON_CLASSES,
    SHARES,
    SUPPRESSION,
    OutOfTrialsError,
    Search,
    columns_named,
    together,
)

ROUNDS = 40
"""Steps of the way to a release that passes."""


def class_plans(search: Search) -> list[list[Change]]:
    """Sets of changes after which few enough persons are in small classes, least loss first.

    The persons left out are those that the profile allows already, or each share that is tried.
    """
    anonymity = search.bench.loaded.profile.anonymity
    now = anonymity.suppression if anonymity else 0.0
    found: list[tuple[float, list[Change]]] = []
    for share in (now, *(one for one in SHARES if one > now)):
        levels = search.lattice.descend(int(share * search.lattice.total + 1e-9))
        if levels is None:
            continue
        changes = search.columns.changes(search.lattice.options(levels))
        below = search.lattice.below(levels)
        if below and share > now:
            changes.append(Change(SUPPRESSION, share))
        found.append((search.added(changes, below), changes))
    ordered = sorted(found, key=lambda one: one[0])
    return [changes for _, changes in ordered]


@dataclass
class Way:
    """The way to a release that passes: what is changed so far."""

    search: Search
    options: dict[str, Option]
    rest: list[Change]
    secrets_too: bool
    """Whether a secret may lose detail; else only what is known of a person does."""
    steps: dict[str, int] = field(default_factory=dict, init=False)

    def changes(self) -> list[Change]:
        """All of it."""
        return together({"": [*self.search.columns.changes(self.options), *self.rest]})

    def walk(self) -> Mend | None:
        """One step for each finding in the way, until there is none; None when no step is left.

        Only the attacks that refused are made again; :func:`confirmed` makes the others.
        """
        attackers = self.search.blocking
        for _ in range(ROUNDS):
            found = self.search.attack(self.changes(), attackers)
            if found is None:
                return None
            failing = self.search.failing(found)
            if not failing:
                return self._end(found)
            steps = [self._step(finding) for finding in failing]
            if not any(steps):
                return None
        return None

    def spared(self) -> Mend | None:
        """The same once each change that was not needed after all is taken back, the dearest first."""
        attackers = self.search.blocking
        for name in sorted(self.options, key=lambda one: -self.search.losses.of(one, self.options[one])):
            kept = self.options.pop(name)
            try:
                without = self.search.attack(self.changes(), attackers) if self._is_worth_it(name) else None
            except OutOfTrialsError:
                without = None
            if without is None or self.search.failing(without):
                self.options[name] = kept
        found = self.search.attack(self.changes(), attackers)
        return None if found is None else self._end(found)

    def _is_worth_it(self, name: str) -> bool:
        """Whether the column may do without: one on which classes are built was found so by the descent."""
        lattice = self.search.lattice
        if name not in self.known:
            return True
        levels = [
            ladder.options.index(option)
            if (option := self.options.get(ladder.reference)) in ladder.options
            else 0
            for ladder in lattice.ladders
        ]
        return lattice.below(levels) <= self._allowed()

    def _allowed(self) -> int:
        shares = [float(one.value) for one in self.rest if one.key == SUPPRESSION]
        anonymity = self.search.bench.loaded.profile.anonymity
        now = anonymity.suppression if anonymity else 0.0
        return int(max([now, *shares]) * self.search.lattice.total + 1e-9)

    def _end(self, found: Mapping[str, Finding]) -> Mend:
        checks = [
            check
            for check, one in self.search.before.items()
            if one.gates and one.attacker in self.search.blocking
        ]
        return self.search.mend(self.changes(), found, checks)

    def _step(self, finding: Finding) -> bool:
        """Coarser options for the finding; whether there were any."""
        own = [] if finding.attacker in ON_CLASSES else columns_named(self.search, finding)
        own = [name for name in own if name not in self.known]
        moved = [name for name in own if self._coarser(name)] if self.secrets_too else []
        if moved:
            return True
        known = dict.fromkeys((*self.known, *(n for n in self.search.bench.known if n in self.options)))
        open_ = [name for name in known if self._next(name) is not None]
        return bool(open_) and self._coarser(min(open_, key=self._cost))

    @property
    def known(self) -> tuple[str, ...]:
        """Columns on which classes are built."""
        return tuple(ladder.reference for ladder in self.search.lattice.ladders)

    def _cost(self, reference: str) -> float:
        losses = self.search.losses
        return losses.weight(reference) * (
            losses.of(reference, self._next(reference)) - losses.of(reference, self.options.get(reference))
        )

    def _coarser(self, reference: str) -> bool:
        following = self._next(reference)
        if following is None:
            return False
        self.options[reference] = following
        self.steps[reference] = self.steps.get(reference, 0) + 1
        return True

    def _next(self, reference: str) -> Option:
        """The next option, further and further away: 1, 2, 4… options on, so that few trials are needed."""
        floor = self.search.bench.subject.policy.persons_floor
        nested = self.search.columns.nested(reference)
        rare = [] if reference in self.known else self.search.columns.others(reference, floor)
        chain = [*rare, *nested]
        now = self.options.get(reference)
        if now == DROP or not chain:
            return None
        at = chain.index(now) if now in chain else -1
        return chain[min(len(chain) - 1, at + 2 ** self.steps.get(reference, 0))]


def confirmed(search: Search, mend: Mend) -> Mend | None:
    """The mend after all attacks that gate; None when one of them refuses it."""
    found = search.attack(mend.changes, search.attackers)
    if found is None or search.failing(found):
        return None
    checks = [check for check, one in search.before.items() if one.gates]
    return replace(search.mend(mend.changes, found, checks), passes=True, whole=True)
