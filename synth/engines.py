"""One way to every engine that learns from real tables: who is learnt from, and what is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from profiles.errors import ProfileError
from profiles.model import Kind, Profile
from profiles.synth_model import Synth, SynthEngine, Synthesizer
from synth.dp.engine import Asked as Private
from synth.dp.engine import make_privately, split_steadily
from synth.fitted.fit import fit_with_people
from synth.fitted.holdout import Split, split
from synth.fitted.model import Lost
from synth.fitted.sampling import Shards, provenance, sample
from synth.fitted.settings import FitSettings, Order
from synth.sdv_engine.engine import NOT_SAVED, Asked, make_by_sdv
from synth.sdv_engine.people import draw_people, with_room
from tables.candidate import Staged, StagedTable
from tables.progress import SILENT, Progress

MODEL = "model"
"""Folder of the fitted model, beside the tables, when there is one to keep."""


@dataclass(frozen=True)
class Made:
    """What an engine made."""

    tables: Mapping[str, StagedTable]
    lost: tuple[Lost, ...]
    """What the floor cost each column."""
    provenance: Mapping[str, object]
    """As in ``provenance.json``; ``privacy`` holds ε, δ and their accounting, when noise was added."""
    invented: frozenset[tuple[str, str]] = frozenset()
    """Table and column filled with made-up numbers, of which nothing was learnt."""


def split_persons(staged: Staged, synth: Synth, seed: int, floor: int, secret: bytes | None = None) -> Split:
    """Who is learnt from and who is kept apart.

    With differential privacy nobody's part depends on who else is there. Raises ProfileError
    ``synth-too-few-persons``.
    """
    if synth.dp is not None:
        return split_steadily(staged, synth.holdout, _secret(secret), floor)
    return split(staged, synth.holdout, seed, floor)


def make_synthetic(
    staged: Staged,
    synth: Synth,
    fitted: pa.Array,
    persons: int,
    *,
    seed: int,
    folder: Path,
    floor: int,
    secret: bytes | None = None,
    progress: Progress = SILENT,
    links: Staged | None = None,
    shards: Shards | None = None,
) -> Made:
    """Learn from the persons ``fitted`` and write ``persons`` synthetic ones in ``folder``.

    ``folder`` then holds one Parquet file a table with ``__person``, ``provenance.json`` and, when the
    engine can save what it learnt without pickle, the folder ``model``. ``floor``: distinct persons
    under which a value is not learnt. ``secret``: that of the profile, of which noise is drawn.
    ``links``: the same rows with the keys that join them, when those of ``staged`` were transformed.
    ``shards``: who draws what ``pathway`` has learnt; this machine by default.
    Raises ProfileError and SourceError of the engine, before any long work where it can.
    """
    if synth.engine is not SynthEngine.PATHWAY:
        asked = Asked(synth.engine, persons, seed, floor, synth.epochs)
        made = make_by_sdv(staged, links or staged, fitted, asked, folder)
        return Made(made.tables, made.lost, made.provenance, made.invented)
    if synth.dp is not None:
        wanted = Private(synth.dp, persons, seed, floor, _secret(secret))
        private = make_privately(staged, fitted, wanted, folder)
        return Made(private.tables, (), private.provenance, private.invented)
    rules = tuple(Order(rule.before, rule.after) for rule in synth.rules)
    settings = FitSettings(
        floor=floor,
        leaf=floor,
        rules=rules,
        synthesizer=synth.synthesizer.value,
        declared=_declared(staged.profile),
    )
    model, held = fit_with_people(staged, settings, fitted, seed, links)
    people, told = None, provenance(model, persons, seed)
    if synth.synthesizer is not Synthesizer.CART:
        people = draw_people(model, held, synth.synthesizer.value, persons, seed=seed, epochs=synth.epochs)
        model = with_room(model, people)
        told |= {"synthesizer": synth.synthesizer.value, "epochs": synth.epochs, "model": NOT_SAVED}
    drawn = sample(model, persons, seed, folder, progress=progress, people=people, told=told, shards=shards)
    if people is None:
        model.save(folder / MODEL)
    invented = frozenset((item.table, item.column) for item in model.keys.columns)
    return Made(drawn, model.lost, told, invented)


def _declared(profile: Profile) -> dict[str, tuple[str, ...]]:
    """The values that the profile lists, of columns of codes."""
    return {
        f"{table}.{name}": tuple(column.values)
        for table, spec in profile.tables.items()
        for name, column in spec.columns.items()
        if column.values is not None and column.type is Kind.TEXT
    }


def _secret(secret: bytes | None) -> bytes:
    if secret is None:
        raise ProfileError("synth-dp-secret")
    return secret
