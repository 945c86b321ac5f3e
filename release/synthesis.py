"""``vitrail synth``: synthetic tables in a private folder; nothing here attacks or publishes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from profiles.errors import ProfileError, VerificationFailed
from profiles.loading import LoadedProfile
from profiles.synth_model import CORE, Synth, SynthEngine
from release.context import Run
from release.publish_folder import ensure_target_free, publish_private
from synth.catalogue.core import core_schema
from synth.engines import MODEL
from synth.fitted.model import Lost
from synth.schema_only.checker import Checked, check_rules
from synth.schema_only.generate import generate, rehearse_generation
from synth.schema_only.official import read_schema
from synth.schema_only.package import write_package
from synth.tables import Repair, SchemaSpec
from tables.memory import use_frugal_pool
from tables.workdir import workdir


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
    """Real persons learnt from."""
    holdout: int = 0
    """Real persons never looked at."""
    floor: int = 0
    lost: tuple[Lost, ...] = ()
    """What the floor cost each column."""
    model: bool = False
    """Whether what was learnt lies beside the tables."""


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


def rehearse(loaded: LoadedProfile, synth: Synth, folder: Path) -> None:
    """Everything that is known before tables are made from a schema: the same errors, and nothing is made."""
    schema = _schema(loaded, synth)
    rehearse_generation(schema, synth.persons or 0, folder, scenarios=_scenarios(loaded, synth))


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
    from release.synthetic import make_synthetic_candidate  # noqa: PLC0415 - scikit-learn loads slowly
    from release.synthetic_manifest import save_synthetic  # noqa: PLC0415

    found = make_synthetic_candidate(run, folder)
    candidate = found.anonymized.candidate
    save_synthetic(found, run.loaded)
    candidate.folder.replace(made)
    told = found.run.told
    return Synthesised(
        synth.engine,
        {name: table.rows for name, table in candidate.tables.items()},
        candidate.persons,
        fitted=told.fitted,
        holdout=told.holdout,
        floor=told.floor,
        lost=found.made.lost,
        model=(made / MODEL).is_dir(),
    )
