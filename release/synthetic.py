"""Synthetic persons as a candidate: what learnt them, what they are attacked against, what they hold.

Everybody who makes synthetic tables comes through :func:`make_synthetic_candidate`, so what
``vitrail synth`` writes and what ``vitrail release`` publishes are the same tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.errors import ProfileError, UsageError, VerificationFailed
from profiles.policy import policy_of
from profiles.secrets import read_secret
from profiles.synth_model import Synth
from release.checking import disk_problem
from release.context import Run
from release.engines import drawing
from release.synthetic_grain import Grain, GrainPlan, make_grain, outputs, part_of, plan_grain
from synth.engines import Made, make_synthetic, split_persons
from synth.fitted.holdout import Split
from synth.fitted.model import Lost
from synth.fitted.orders import broken_orders
from synth.fitted.sampling import Shards
from synth.fitted.settings import Order
from tables.candidate import PERSON, Candidate, CandidateTable, Staged
from tables.engine import map_batches
from tables.progress import SILENT
from tables.staging import stage
from tables.synthetic import Synthetic


@dataclass(frozen=True)
class SyntheticRun:
    """Everything that was made on the way, all of it private."""

    staged: Staged
    planned: GrainPlan
    grain: Grain
    parts: Split
    told: Synthetic

    @property
    def keys(self) -> Keys | None:
        """Those that the transforms needed."""
        return self.planned.keys


@dataclass(frozen=True)
class SyntheticMade:
    """Synthetic tables and what they are compared with."""

    run: SyntheticRun
    anonymized: Anonymized
    """``candidate``: the synthetic persons; ``transformed``: those learnt from; ``holdout``: the others."""
    made: Made


def learn_from(run: Run, folder: Path, staged: Staged | None = None) -> SyntheticRun:
    """Stage the source, bring it to the grain of the release, and choose who is learnt from.

    ``staged``: the source when it was staged already, by a profile that reads it alike.
    Raises ProfileError and SourceError, most of them before anything is read.
    """
    synth, floor = _synth(run), persons_floor(run)
    planned = plan_grain(run)
    if staged is None:
        staged = stage(run.loaded, folder / "source", run.progress)
    grain = make_grain(run, planned, staged, folder / "grain")
    parts = split_persons(grain.staged, synth, run.loaded.profile.seed, floor, secret_of(run))
    told = Synthetic(
        synth.engine.value, run.loaded.profile.seed, len(parts.fitted), len(parts.holdout), floor
    )
    return SyntheticRun(staged, planned, grain, parts, told)


def make_synthetic_candidate(run: Run, folder: Path, staged: Staged | None = None) -> SyntheticMade:
    """Learn and draw, under the private ``folder``; ``drawn`` in it holds what the engine left there.

    Raises ProfileError, SourceError, UsageError when the disk is too small or Spark is away, and
    VerificationFailed when a row breaks an order of the profile.
    """
    with drawing(run.loaded, folder / "shards") as shards:
        return _learnt_and_drawn(run, folder, shards, staged)


def _learnt_and_drawn(run: Run, folder: Path, shards: Shards | None, staged: Staged | None) -> SyntheticMade:
    synth, learnt = _synth(run), learn_from(run, folder, staged)
    told = learnt.told
    persons = synth.persons or told.fitted + told.holdout
    _check_disk(learnt.grain.staged, persons / (told.fitted + told.holdout), folder)
    made = make_synthetic(
        learnt.grain.staged,
        synth,
        learnt.parts.fitted,
        persons,
        seed=run.loaded.profile.seed,
        folder=folder / "drawn",
        floor=told.floor,
        secret=secret_of(run),
        progress=run.progress or SILENT,
        links=learnt.staged,
        shards=shards,
    )
    _check_orders(learnt.grain.staged, made, synth, folder)
    privacy = made.provenance.get("privacy")
    told = replace(told, privacy=privacy if isinstance(privacy, Mapping) else None)
    tables = {name: _published(learnt, made, name, folder / "drawn") for name in made.tables}
    candidate = Candidate(
        profile=run.loaded.profile,
        folder=folder / "drawn",
        tables=tables,
        nature="synthetic",
        persons=persons,
        notes=_notes(learnt, made.lost),
        synthetic=told,
    )
    return SyntheticMade(learnt, compared(learnt, candidate, folder), made)


def compared(learnt: SyntheticRun, candidate: Candidate, folder: Path) -> Anonymized:
    """``candidate`` beside the real persons learnt from, and those kept apart, in the same grain."""
    original = part_of(learnt.grain, learnt.parts.fitted, folder / "original")
    holdout = part_of(learnt.grain, learnt.parts.holdout, folder / "holdout")
    return Anonymized(original, candidate, holdout if holdout.persons else None)


def persons_floor(run: Run) -> int:
    """Persons under which no value is learnt: the profile's, else the policy's."""
    return _synth(run).floor or policy_of(run.loaded.profile).persons_floor


def secret_of(run: Run) -> bytes | None:
    """The secret of the profile, for an engine that draws noise of it; None when none is to be read."""
    if run.loaded.profile.secret is None or not needs_secret(_synth(run)):
        return None
    return read_secret(run.loaded, run.environ)


def needs_secret(synth: Synth) -> bool:
    """Whether the engine adds noise that nobody else may draw again."""
    return getattr(synth, "dp", None) is not None


def _synth(run: Run) -> Synth:
    synth = run.loaded.profile.synth
    if synth is None:
        raise ProfileError("synth-missing", run.loaded.place(()))
    return synth


def _published(learnt: SyntheticRun, made: Made, name: str, folder: Path) -> CandidateTable:
    """The table without the keys that joined it and are not published."""
    drawn, hidden = made.tables[name], learnt.grain.hidden[name]
    invented = frozenset(column for table, column in made.invented if table == name)
    columns = outputs(learnt.planned, name, invented)
    if hidden:
        kept = [*(column.name for column in columns), PERSON]
        partial = folder / f"{name}.whole"
        drawn.path.replace(partial)
        map_batches(partial, lambda batch: batch.select(kept), drawn.path)
        partial.unlink()
    return CandidateTable(name, drawn.path, drawn.rows, columns)


def _check_orders(staged: Staged, made: Made, synth: Synth, folder: Path) -> None:
    rules = tuple(Order(rule.before, rule.after) for rule in synth.rules)
    if broken := broken_orders(staged.profile, made.tables, rules, folder):
        told = ", ".join(f"{order.before} ≤ {order.after} ({rows})" for order, rows in broken)
        raise VerificationFailed("synth-rules-broken", rules=told)


def _notes(learnt: SyntheticRun, lost: tuple[Lost, ...]) -> Mapping[str, int]:
    """What the transforms took from the real tables, then what the floor took."""
    floor = {f"synth_floor:{one.column}": one.raised + one.left_out for one in lost}
    return {**learnt.grain.candidate.notes, **floor}


def _check_disk(staged: Staged, ratio: float, folder: Path) -> None:
    for problem in disk_problem([table.path for table in staged.tables.values()], ratio, folder):
        raise UsageError(problem.code, problem.place, **problem.facts)
