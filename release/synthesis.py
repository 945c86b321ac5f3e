"""From a profile to synthetic tables in a private folder; nothing here attacks or publishes them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from profiles.errors import ProfileError, UsageError, VerificationFailed
from profiles.loading import LoadedProfile
from profiles.policy import policy_of
from profiles.synth_model import CORE, Synth, SynthEngine
from release.context import Run
from release.publish_folder import ensure_target_free, publish_private
from synth.catalogue.core import core_schema
from synth.fitted.fit import fit
from synth.fitted.holdout import split
from synth.fitted.model import Lost
from synth.fitted.orders import broken_orders
from synth.fitted.sampling import sample
from synth.fitted.settings import FitSettings, Order
from synth.schema_only.checker import Checked, check_rules
from synth.schema_only.generate import generate
from synth.schema_only.official import read_schema
from synth.schema_only.package import write_package
from synth.tables import Repair, SchemaSpec
from tables.candidate import Staged
from tables.memory import use_frugal_pool
from tables.progress import SILENT
from tables.staging import stage
from tables.workdir import workdir

MODEL = "model"
"""Folder of the fitted model, beside the tables."""
GROWTH = 4
"""Bytes of drawn rows, which are not compressed, for one byte of the rows they are like; on the safe side."""


@dataclass(frozen=True)
class Synthesised:
    """What was made, and what is to be told of it."""

    engine: SynthEngine
    tables: Mapping[str, int]
    """Table -> rows."""
    persons: int
    repairs: tuple[Repair, ...] = ()
    """Of ``schema``: defects of the schema."""
    checked: tuple[Checked, ...] = ()
    """Of ``schema``: every rule, none broken."""
    fitted: int = 0
    """Of ``pathway``: real persons learnt from."""
    holdout: int = 0
    """Of ``pathway``: real persons never looked at."""
    floor: int = 0
    lost: tuple[Lost, ...] = ()
    """Of ``pathway``: what the floor cost each column."""


def synthesise(run: Run, to: Path) -> Synthesised:
    """Make the synthetic tables of the profile in the new private folder ``to``, whole or not at all.

    Raises ProfileError ``synth-missing`` and those of the engine; UsageError when ``to`` cannot be made
    or the disk is too small; SourceError; VerificationFailed when a rule is broken.
    """
    synth = run.loaded.profile.synth
    if synth is None:
        raise ProfileError("synth-missing", run.loaded.place(()))
    to = to.absolute()
    ensure_target_free(to)
    use_frugal_pool()
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        made = folder / "synthetic"
        if synth.engine is SynthEngine.SCHEMA:
            told = _from_schema(run.loaded, synth, made)
        else:
            told = _fitted(run, synth, folder, made)
        publish_private(made, to)
    return told


def _from_schema(loaded: LoadedProfile, synth: Synth, folder: Path) -> Synthesised:
    profile = loaded.profile
    schema = _schema(loaded, synth)
    made = generate(
        schema,
        synth.persons or 0,
        profile.seed,
        folder,
        scenarios=_scenarios(loaded, synth),
        years=synth.period,
    )
    checked = check_rules(made, schema)
    broken = [f"{one.rule.name} ({one.broken}/{one.rows})" for one in checked if one.broken]
    if broken:
        raise VerificationFailed("synth-rules-broken", rules=", ".join(broken))
    write_package(made, schema, folder)
    return Synthesised(synth.engine, made.rows, made.persons, made.repairs, checked)


def _schema(loaded: LoadedProfile, synth: Synth) -> SchemaSpec:
    if synth.catalogue == CORE:
        return core_schema()
    return read_schema(loaded.resolve(synth.catalogue, ("synth", "schema")), synth.period)


def _scenarios(loaded: LoadedProfile, synth: Synth) -> list[str | Path] | None:
    if synth.scenarios is None:
        return None
    files = synth.scenario_files
    return [
        loaded.resolve(name, ("synth", "scenarios", str(index))) if index in files else name
        for index, name in enumerate(synth.scenarios)
    ]


def _fitted(run: Run, synth: Synth, folder: Path, made: Path) -> Synthesised:
    profile = run.loaded.profile
    floor = synth.floor or policy_of(profile).persons_floor
    progress = run.progress or SILENT
    staged = stage(run.loaded, folder / "source", progress)
    parts = split(staged, synth.holdout, profile.seed, floor)
    fitted, holdout = len(parts.fitted), len(parts.holdout)
    persons = synth.persons or fitted + holdout
    _check_disk(staged, persons / (fitted + holdout), folder)
    rules = tuple(Order(rule.before, rule.after) for rule in synth.rules)
    settings = FitSettings(floor=floor, leaf=floor, rules=rules)
    model = fit(staged, settings, parts.fitted, profile.seed)
    drawn = sample(model, persons, profile.seed, made, progress=progress)
    if broken := broken_orders(profile, drawn, rules, folder):
        told = ", ".join(f"{order.before} ≤ {order.after} ({rows})" for order, rows in broken)
        raise VerificationFailed("synth-rules-broken", rules=told)
    model.save(made / MODEL)
    rows = {name: table.rows for name, table in drawn.items()}
    return Synthesised(
        synth.engine, rows, persons, fitted=fitted, holdout=holdout, floor=floor, lost=model.lost
    )


def _check_disk(staged: Staged, ratio: float, folder: Path) -> None:
    held = sum(table.path.stat().st_size for table in staged.tables.values())
    needed, free = int(GROWTH * held * ratio), shutil.disk_usage(folder).free
    if needed > free:
        mega = 1_000_000
        raise UsageError("synth-disk", needed=-(-needed // mega), free=free // mega)
