"""The way to a release that passes: one change after the other, until nothing refuses."""

from collections.abc import Mapping, Sequence
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
from risk.power import every_criterion

ROUNDS = 40
"""Steps of the way to a release that passes."""
RECODED = "recoded"
"""What it finds is no matter of what is known: only its own columns can mend it."""
SPARING = 0.6
"""Part of the trials and of the time after which nothing more is taken back."""


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
    """The way to candidates that pass: what is changed so far."""

    search: Search
    options: dict[str, Option]
    rest: list[Change]
    secrets_too: bool
    """Whether a secret may lose detail; else only what is known of a person does."""
    attackers: tuple[str, ...]
    """Those that are made again; :func:`confirmed` makes the others."""
    check: str | None = None
    """The one finding that has to pass; None: all of these attackers."""
    only: tuple[str, ...] | None = None
    """Columns that alone may lose detail, all together; None: whatever the findings ask for."""
    steps: dict[str, int] = field(default_factory=dict, init=False)
    _refused_last: str = field(default="", init=False)
    _share: float = field(default=1.0, init=False)

    def changes(self) -> list[Change]:
        """All of it."""
        chosen = {name: option for name, option in self.options.items() if option is not None}
        return together({"": [*self.search.columns.changes(chosen), *self.rest]})

    def walk(self) -> Mend | None:
        """One step for each finding in the way, until there is none; None when no step is left."""
        for _ in range(ROUNDS):
            found, failing = self._attacked()
            if found is None:
                return None
            if not failing:
                return self._end(found)
            if self.only is not None:
                moved = [self._coarser(name) for name in self.only]
            else:
                moved = [self._step(finding) for finding in failing]
            if not any(moved):
                return None
        return None

    def _attacked(self) -> tuple[dict[str, Finding] | None, list[Finding]]:
        """What is found with the changes, up to the first attacker that refuses; and what it refuses."""
        changes, found = self.changes(), dict[str, Finding]()
        # Whoever refused last does so again, most often: the others need not be asked.
        for name in sorted(self.attackers, key=lambda one: one != self._refused_last):
            more = self.search.attack(changes, [name], self._share)
            if more is None:
                return None, []
            found |= more
            if failing := self._failing(more):
                self._refused_last = name
                return found, failing
        return found, []

    def spared(self) -> Mend | None:
        """The same once each change, the dearest first, is taken back as far as nothing fails for it.

        Part of the trials is left for :func:`confirmed`.
        """
        self._share = SPARING
        losses = self.search.losses
        for name in sorted(self.options, key=lambda one: -losses.of(one, self.options[one])):
            now = losses.of(name, self.options[name])
            finer = [None, *(one for one in self._chain(name) if losses.of(name, one) < now)]
            self._spare(name, finer)
        self._share = 1.0
        found, _ = self._attacked()
        return None if found is None else self._end(found)

    def _spare(self, name: str, finer: Sequence[Option]) -> None:
        """The finest of ``finer`` and what the column has now; finer than one that fails, all do."""
        first, end = 0, len(finer)
        if self._passes(name, finer[0]):
            end = 0
        first = min(1, end)
        while first < end:
            middle = (first + end) // 2
            if self._passes(name, finer[middle]):
                end = middle
            else:
                first = middle + 1
        if end < len(finer):
            self.options[name] = finer[end]

    def _passes(self, name: str, option: Option) -> bool:
        kept = self.options[name]
        self.options[name] = option
        try:
            found, failing = self._attacked() if self._is_worth_it(name) else (None, [])
        except OutOfTrialsError:
            found, failing = None, []
        self.options[name] = kept
        return found is not None and not failing

    def _failing(self, found: Mapping[str, Finding]) -> list[Finding]:
        failing = self.search.failing(found)
        return [one for one in failing if self.check in (None, one.check, one.attacker)]

    def _is_worth_it(self, name: str) -> bool:
        """Whether the column may have this: one on which classes are built was found so by the descent."""
        lattice = self.search.lattice
        if name not in self.known or self.check is not None:
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
        if self.check is not None:
            return self.search.mend(self.changes(), found, [self.check])
        before = self.search.before.items()
        checks = [check for check, one in before if one.gates and one.attacker in self.attackers]
        return self.search.mend(self.changes(), found, checks)

    def _step(self, finding: Finding) -> bool:
        """Coarser options for the finding; whether there were any."""
        own = [] if finding.attacker in ON_CLASSES else columns_named(self.search, finding)
        own = [name for name in own if name not in self.known]
        moved = [name for name in own if self._coarser(name)] if self.secrets_too else []
        if moved:
            return True
        if finding.attacker == RECODED:
            return False
        known = dict.fromkeys(
            (*self.known, *(name for name in self.search.known(self.changes()) if name in self.options))
        )
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
        chain = self._chain(reference)
        now = self.options.get(reference)
        if now == DROP or not chain:
            return None
        at = chain.index(now) if now in chain else -1
        return chain[min(len(chain) - 1, at + 2 ** self.steps.get(reference, 0))]

    def _chain(self, reference: str) -> list[Option]:
        """The options of a column, least loss first; for one on which classes are built, those that nest."""
        nested = self.search.columns.nested(reference)
        if reference in self.known or not nested:
            return list(nested)
        floor = self.search.bench.subject.policy.persons_floor
        every = [*self.search.columns.others(reference, floor), *(one for one in nested if one != DROP)]
        losses = {str(one): self.search.losses.of(reference, one) for one in every}
        # What leaves nothing to read is better left out.
        ordered = sorted((one for one in every if losses[str(one)] < 1), key=lambda one: losses[str(one)])
        return [*ordered, *(one for one in nested if one == DROP)]


def confirmed(search: Search, mend: Mend) -> Mend | None:
    """The mend after all attacks that gate; None when one of them refuses it."""
    made = search.attack(mend.changes, search.attackers)
    if made is None:
        return None
    found = {one.check: one for one in every_criterion(list(made.values()))}
    if search.failing(found):
        return None
    checks = [one.check for one in (*search.before.values(), *found.values()) if one.gates]
    return replace(search.mend(mend.changes, found, list(dict.fromkeys(checks))), passes=True, whole=True)
