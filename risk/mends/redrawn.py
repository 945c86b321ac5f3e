"""What would mend a refused synthetic release: other settings, learnt and drawn again while there is time.

A setting is tried by making the whole candidate again, so the trials are few and fixed: what the fit
may not learn (``synth.floor``, which is also the size of a leaf of the trees) twice and four times as
high, more persons kept apart, coarser quantities, the columns that a finding names left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.pipeline import Anonymized
from profiles.errors import VitrailError
from profiles.loading import LoadedProfile
from profiles.model import Kind, Profile
from profiles.policy import effective_policy
from profiles.risk_timeout import Timeouts
from profiles.semantics import find_mistakes
from risk.assessment import attack
from risk.attackers.registry import load
from risk.deadline import Expired, within
from risk.findings import Decision, Finding
from risk.mends.bench import changed, name_of
from risk.mends.columns import Option, changes_of
from risk.mends.loss import distance, merged
from risk.mends.model import Change, Effect, Mend
from risk.mends.options import DROP, can_change, nested_options, steps_of
from risk.mends.search import decision_after
from risk.power import UNDECIDED, every_criterion
from risk.subject import Subject
from tables.candidate import Candidate, CandidateTable

Redraw = Callable[[LoadedProfile, Path], Anonymized]
"""Learns and draws again as a profile says, in a private folder."""
FLOOR, HOLDOUT = ("synth", "floor"), ("synth", "holdout")
MOST_APART = 0.5
"""Share of the persons kept apart that is tried."""
MANY_VALUES = 50
"""Distinct values from which a column is a quantity that may be made coarser."""
QUANTITIES = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR, Kind.DATE, Kind.DATETIME)
BEST = 3


@dataclass
class Redrawing:
    """The trials on one refused synthetic candidate."""

    loaded: LoadedProfile
    subject: Subject
    findings: tuple[Finding, ...]
    """Those of the assessment."""
    blocking: tuple[Finding, ...]
    gate: tuple[str, ...]
    """All attackers that may decide."""
    redraw: Redraw
    folder: Path
    left: Callable[[], float]
    """Seconds that are left."""
    trials: int = field(default=0, init=False)
    cut: bool = field(default=False, init=False)
    mends: dict[str, list[Mend]] = field(default_factory=dict, init=False)
    """Check -> changes after which it passes."""
    plans: list[Mend] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Try each setting, as long as the last trial would still fit in the time that is left."""
        if not all(_may_help(one) for one in self.blocking):
            return
        longest, tried = 0.0, set[str]()
        for changes in self._wanted():
            name = name_of(changes)
            left = self.left()
            if name in tried:
                continue
            if left <= longest:
                self.cut = True
                return
            tried.add(name)
            try:
                within(left, lambda changes=changes: self._try(changes))  # type: ignore[misc]
            except Expired:
                self.cut = True
                return
            finally:
                rmtree(self.folder / "redrawn", ignore_errors=True)
            longest = max(longest, left - self.left())

    def _wanted(self) -> Iterator[list[Change]]:
        """The settings to try, the most likely first."""
        synth, told = self.loaded.profile.synth, self.subject.candidate.synthetic
        if synth is None or told is None:
            return
        floors = [] if synth.dp is not None else [[Change(FLOOR, times * told.floor)] for times in (2, 4)]
        coarse = self._coarser(1)
        settings = [*floors[:1], coarse, *self._without()]
        settings += [[*floors[0], *coarse]] if coarse and floors else []
        undecided = any(one.decision is Decision.INCONCLUSIVE for one in self.blocking)
        # Without enough persons to compare with, no other setting can be seen to be enough.
        base = [Change(HOLDOUT, MOST_APART)] if undecided and synth.holdout < MOST_APART else []
        if base:
            yield base
        for changes in (*settings, *floors[1:]):
            if changes:
                yield [*base, *changes]

    def _coarser(self, step: int) -> list[Change]:
        """The quantities that findings name, else all of them, in larger intervals or periods."""
        named = [name for name in self._quantities() if name in self._named()]
        options = {name: self._option(name, step) for name in named or self._quantities()}
        return changes_of(
            self.loaded.profile, {name: one for name, one in options.items() if one is not None}
        )

    def _without(self) -> list[list[Change]]:
        profile = self.loaded.profile
        gone = {name: DROP for name in self._named() if can_change(profile, name)}
        return [changes_of(profile, gone)] if gone else []

    def _named(self) -> list[str]:
        """Columns learnt that a finding in the way names."""
        words = [word for one in self.blocking for word in _words(one)]
        return [word for word in dict.fromkeys(words) if word in self._learnt]

    @property
    def _learnt(self) -> dict[str, CandidateTable]:
        tables = self.subject.candidate.tables.values()
        return {f"{one.name}.{col.name}": one for one in tables for col in one.columns if not col.invented}

    def _quantities(self) -> list[str]:
        """Numbers and dates of many values."""
        found = []
        for name, table in self._learnt.items():
            own = self.loaded.profile.split(name)[1]
            column = next(one for one in table.columns if one.name == own)
            if column.kind in QUANTITIES and can_change(self.loaded.profile, name):
                values = _values(self.subject.candidate, self.loaded.profile, name)
                if values is not None and pc.count_distinct(values).as_py() >= MANY_VALUES:
                    found.append(name)
        return found

    def _option(self, name: str, step: int) -> Option:
        """The ``step``-th coarser option of a column that nests; None without any but leaving it out."""
        profile = self.loaded.profile
        table, column = profile.split(name)
        spec = profile.tables[table].columns[column]
        values = None if "bin" in steps_of(spec) else _values(self.subject.candidate, profile, name)
        spread = None
        if values is not None and (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
            ends = pc.min_max(values).as_py()
            spread = None if ends["min"] is None else float(ends["max"] - ends["min"])
        options = [one for one in nested_options(spec, spread) if one != DROP]
        return options[min(step, len(options) - 1)] if options else None

    def _try(self, changes: Sequence[Change]) -> None:
        """Draw again with ``changes``, attack, and keep what passes."""
        profile = self.loaded.profile
        for change in changes:
            profile = changed(profile, change)
        loaded = replace(self.loaded, profile=profile)
        if find_mistakes(profile, self.loaded.place):
            return
        self.trials += 1
        try:
            made = self.redraw(loaded, self.folder / "redrawn")
        except VitrailError:
            return
        subject = self._subject(loaded, made)
        found = self._attacked(subject, dict.fromkeys(one.attacker for one in self.blocking))
        loss = self._loss(subject, changes) - self._loss(self.subject)
        for one in self.blocking:
            mend = self._mend(changes, found, [one.check], loss)
            if mend.passes:
                kept = [*self.mends.get(one.check, []), mend]
                self.mends[one.check] = sorted(kept, key=lambda mend: mend.loss)[:BEST]
        if not self._refused(found):
            found |= self._attacked(subject, [name for name in self.gate if name not in _attackers(found)])
            found = {one.check: one for one in every_criterion(list(found.values()))}
            if not self._refused(found):
                checks = [one.check for one in (*self.findings, *found.values()) if one.gates]
                mend = self._mend(changes, found, list(dict.fromkeys(checks)), loss)
                self.plans.append(replace(mend, passes=True, whole=True))

    def _subject(self, loaded: LoadedProfile, made: Anonymized) -> Subject:
        asked, left = loaded.profile.risk.timeout, max(self.left(), 0.01)
        times = Timeouts(**{name: min(asked.of(name), left) for name in (*self.gate, "default")})
        risk = loaded.profile.risk.model_copy(update={"timeout": times})
        profile = loaded.profile.model_copy(update={"risk": risk})
        source = self.subject.source
        return replace(
            self.subject,
            profile=profile,
            policy=effective_policy(profile),
            candidate=replace(made.candidate, profile=profile),
            original=made.transformed,
            holdout=made.holdout,
            source=None if source is None else replace(source, profile=profile),
            package=None,
            is_trial=True,
            _views={},
        )

    def _attacked(self, subject: Subject, names: "Sequence[str] | dict[str, None]") -> dict[str, Finding]:
        attackers = [load(name) for name in names]
        found = [one for each in attackers if each.applies(subject) for one in attack(each, subject)]
        return {one.check: one for one in found}

    def _refused(self, found: dict[str, Finding]) -> bool:
        waived = {one.check for one in self.findings if one.waived_by}
        return any(
            one.gates and one.decision is not Decision.ACCEPTED and one.check not in waived
            for one in found.values()
        )

    def _mend(
        self, changes: Sequence[Change], found: dict[str, Finding], checks: Sequence[str], loss: float
    ) -> Mend:
        before = {one.check: one.estimate for one in self.findings}
        effects = tuple(
            Effect(
                check,
                before.get(check),
                found[check].estimate if check in found else None,
                decision_after(found, check).value,
            )
            for check in checks
        )
        passes = all(effect.decision == Decision.ACCEPTED for effect in effects)
        return Mend(tuple(changes), effects, loss, passes)

    def _loss(self, subject: Subject, changes: Sequence[Change] = ()) -> float:
        """Mean over the columns learnt: what their grain loses, then how far the values drawn are."""
        coarser = {change.column for change in changes}
        losses = [self._lost(subject, name, coarser=name in coarser) for name in self._learnt]
        return sum(losses) / max(1, len(losses))

    def _lost(self, subject: Subject, name: str, *, coarser: bool) -> float:
        profile = self.loaded.profile
        drawn, real = (_values(one, profile, name) for one in (subject.candidate, subject.original))
        fine = _values(self.subject.original, profile, name)
        if drawn is None or real is None or fine is None:
            return 1.0
        grain = merged(fine, real) if coarser else 0.0
        return 1 - (1 - grain) * (1 - distance(real, drawn))


def _may_help(finding: Finding) -> bool:
    """Whether other settings may change it: it was refused, or is undecided for want of numbers."""
    return finding.decision is Decision.REFUSED or set(finding.reasons) <= UNDECIDED


def governs(finding: Finding) -> str:
    """Which settings decide on a finding about synthetic persons: end of the key ``refusal.governs``."""
    if finding.decision is Decision.INCONCLUSIVE:
        return "numbers" if _may_help(finding) else "declared"
    return "columns" if finding.attacker in ("residuals", "trajectory", "classes_inference") else "floor"


def _attackers(found: dict[str, Finding]) -> set[str]:
    return {one.attacker for one in found.values()}


def _words(finding: Finding) -> list[str]:
    told = [said for said in finding.details.values() if isinstance(said, str)]
    return [finding.check.partition(":")[2], *(word for said in told for word in said.split(", "))]


def _values(candidate: Candidate | None, profile: Profile, name: str) -> pa.ChunkedArray | None:
    """A column of a candidate; None when it is not there."""
    table, own = profile.split(name)
    if candidate is None or table not in candidate.tables:
        return None
    path = candidate.tables[table].path
    return pq.read_table(path, columns=[own]).column(0) if own in pq.read_schema(path).names else None
