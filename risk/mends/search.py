"""Mends of one finding, and of the whole release: made, attacked again, and kept if they pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from risk.findings import Decision, Finding
from risk.mends.bench import Bench, UnfitError
from risk.mends.classes import Lattice
from risk.mends.columns import Columns, Option
from risk.mends.loss import Losses
from risk.mends.model import Change, Effect, Mend
from risk.mends.options import DROP
from risk.subject import Subject

SUPPRESSION = ("anonymity", "suppression")
SHARES = (0.01, 0.02, 0.05, 0.1)
"""Shares of persons left out that are tried."""
BEST = 3
"""Mends shown for one finding."""
ON_CLASSES = ("classes", "population")
"""Attackers whose finding names no column: it is a matter of all that is known."""
ROUNDS = 40
"""Steps of the way to a release that passes."""


class OutOfTrialsError(Exception):
    """No trial is left, or no time."""


@dataclass
class Budget:
    """How many candidates may still be made."""

    trials: int
    is_late: Callable[[], bool]
    spent: int = 0
    cut: bool = False

    def take(self) -> None:
        """One trial; OutOfTrialsError when there is none left."""
        if self.is_late():
            self.cut = True
            raise OutOfTrialsError
        if self.spent >= self.trials:
            raise OutOfTrialsError
        self.spent += 1


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
    _tried: dict[tuple[tuple[str, ...], str], dict[str, Finding] | None] = field(
        default_factory=dict, init=False
    )

    def attack(self, changes: Sequence[Change], attackers: Sequence[str]) -> dict[str, Finding] | None:
        """What they find with the changes; None when the changes make no profile that can be run."""
        key = (tuple(attackers), str(sorted(changes, key=lambda one: one.key)))
        if key not in self._tried:
            self.budget.take()
            try:
                self._tried[key] = self.bench.attack(changes, attackers)
            except UnfitError:
                self._tried[key] = None
        return self._tried[key]

    def mend(self, changes: Sequence[Change], found: Mapping[str, Finding], checks: Sequence[str]) -> Mend:
        """The outcome of a trial on ``checks``."""
        effects = tuple(
            Effect(
                check,
                self.before[check].estimate if check in self.before else None,
                found[check].estimate if check in found else None,
                found[check].decision.value if check in found else Decision.ACCEPTED.value,
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


def single_class_mends(search: Search, check: str, attacker: str) -> list[Mend]:
    """Single changes after which a finding on classes passes, least loss first, each proven."""
    wanted: list[tuple[float, list[Change]]] = []
    lattice, total = search.lattice, search.lattice.total
    allowed = _allowed(search)
    levels = [0] * len(lattice.ladders)
    for place, ladder in enumerate(lattice.ladders):
        for level in range(1, len(ladder.options)):
            levels[place] = level
            if lattice.below(levels) <= allowed:
                changes = search.columns.changes({ladder.reference: ladder.options[level]})
                wanted.append((search.added(changes, 0), changes))
                break
        levels[place] = 0
    below = lattice.below(levels)
    share = next((one for one in SHARES if below <= one * total), None)
    if share is not None and below > allowed:
        change = Change(SUPPRESSION, share)
        wanted.append((search.added([change], below), [change]))
    return _proven(search, wanted, [check], [attacker])


def own_mends(search: Search, checks: Mapping[str, Sequence[str]], attacker: str) -> dict[str, list[Mend]]:
    """By check, single changes of its own columns after which it passes, least loss first, each proven.

    ``checks``: check -> its columns. The least coarse option that passes is looked for from the
    coarsest down, for all checks of an attacker at once where none of their columns is known to an
    intruder: what becomes of one secret does not change what is found of another.
    """
    kept: dict[str, list[Mend]] = {check: [] for check in checks}
    floor = search.bench.subject.policy.persons_floor
    ladders = {
        check: [
            (search.added(changes, 0), changes)
            for name in names
            for option in (*search.columns.others(name, floor), *search.columns.nested(name))
            if (changes := search.columns.changes({name: option}))
        ]
        for check, names in checks.items()
    }
    open_ = {check: sorted(ladder, key=lambda one: one[0]) for check, ladder in ladders.items() if ladder}
    while open_:
        tried = {check: ladder.pop()[1] for check, ladder in open_.items()}
        together = _together(tried)
        try:
            found = search.attack(together, [attacker])
        except OutOfTrialsError:
            break
        for check, changes in tried.items():
            mend = search.mend(changes, found, [check]) if found is not None else None
            if mend is not None and mend.passes:
                kept[check] = [mend, *kept[check]][:BEST]
            elif mend is not None:
                open_[check] = []
        open_ = {check: ladder for check, ladder in open_.items() if ladder}
    return kept


def _together(tried: Mapping[str, list[Change]]) -> list[Change]:
    """All changes at once; of a list that several of them shorten, what is left by all."""
    merged: dict[tuple[str, ...], Change] = {}
    for change in (change for changes in tried.values() for change in changes):
        before = merged.get(change.key)
        if before is not None and change.key[0] == "risk":
            change = Change(change.key, [name for name in change.value if name in before.value])  # noqa: PLW2901
        merged[change.key] = change
    return list(merged.values())


def _proven(
    search: Search, wanted: list[tuple[float, list[Change]]], checks: Sequence[str], attackers: Sequence[str]
) -> list[Mend]:
    """The first that pass, tried from the least loss."""
    kept: list[Mend] = []
    for _, changes in sorted(wanted, key=lambda one: (one[0], str(one[1]))):
        try:
            found = search.attack(changes, attackers)
        except OutOfTrialsError:
            break
        if found is not None:
            mend = search.mend(changes, found, checks)
            if mend.passes:
                kept.append(mend)
        if len(kept) == BEST:
            break
    return sorted(kept, key=lambda mend: mend.loss)


def _allowed(search: Search) -> int:
    anonymity = search.bench.loaded.profile.anonymity
    share = anonymity.suppression if anonymity else 0.0
    return int(share * search.lattice.total + 1e-9)


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
        return _together({"": [*self.search.columns.changes(self.options), *self.rest]})

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
