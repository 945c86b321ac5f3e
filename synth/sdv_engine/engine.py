"""SDV as it is, within its limits: from staged tables to synthetic ones on disk."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa

from profiles.errors import Place, ProfileError, SourceError
from profiles.synth_model import SynthEngine
from synth.fitted.domains import Encoded
from synth.fitted.entities import lay_out
from synth.fitted.fit import fit_with_people
from synth.fitted.model import Lost, Model
from synth.fitted.people import Drawn
from synth.fitted.sampling import sample
from synth.fitted.settings import FitSettings
from synth.sdv_engine.single import draw_rows
from synth.sdv_engine.stars import draw_star, of_fitted_persons, read_star
from synth.sdv_engine.writing import invented, write_star
from tables.candidate import Staged, StagedTable

NOT_SAVED = "not saved: SDV saves its models as pickles only"


@dataclass(frozen=True)
class Asked:
    """What is to be made, and how."""

    engine: SynthEngine
    persons: int
    seed: int
    floor: int
    epochs: int | None = None


@dataclass(frozen=True)
class MadeBySdv:
    """What SDV made."""

    tables: Mapping[str, StagedTable]
    lost: tuple[Lost, ...]
    provenance: Mapping[str, object]
    invented: frozenset[tuple[str, str]]


def make_by_sdv(staged: Staged, links: Staged, fitted: pa.Array, asked: Asked, folder: Path) -> MadeBySdv:
    """Fit SDV on the rows of ``fitted`` and write its tables in ``folder``.

    ``links``: the same rows with the keys that join them.
    Raises ProfileError ``synth-too-few-persons``, SourceError ``synth-sdv-one-row`` and ``synth-sdv-failed``.
    """
    if len(fitted) < asked.floor:
        raise ProfileError("synth-too-few-persons", persons=len(fitted), floor=asked.floor)
    if asked.engine is SynthEngine.SDV_HMA:
        return _star(staged, links, fitted, asked, folder)
    return _single(staged, fitted, asked, folder)


def _single(staged: Staged, fitted: pa.Array, asked: Asked, folder: Path) -> MadeBySdv:
    if len(lay_out(staged, fitted).entities) > 1:
        raise SourceError("synth-sdv-one-row", Place(table=next(iter(staged.profile.tables))))
    synthesizer = asked.engine.value.removeprefix("sdv-")
    settings = FitSettings(asked.floor, asked.floor, synthesizer="gaussian-copula")
    model, held = fit_with_people(staged, settings, fitted, asked.seed)
    found = draw_rows(held.columns, synthesizer, asked.persons, seed=asked.seed, epochs=asked.epochs)
    told = _provenance(asked, staged, len(fitted), model.lost)
    people = Drawn(found.index, found.numbers)
    # As it is: days are left where SDV put them.
    unbound: Model = replace(model, bounds={})
    tables = sample(unbound, asked.persons, asked.seed, folder, people=people, told=told)
    made_up = frozenset((item.table, item.column) for item in model.keys.columns)
    return MadeBySdv(tables, model.lost, told, made_up)


def _star(staged: Staged, links: Staged, fitted: pa.Array, asked: Asked, folder: Path) -> MadeBySdv:
    star = read_star(staged, FitSettings(floor=asked.floor), fitted, links)
    drawn = of_fitted_persons(draw_star(star, asked.persons, asked.seed), star)
    tables = write_star(staged, star, drawn, folder)
    lost = tuple(
        Lost(name, one.rare, one.raised, one.lost, len(one.index))
        for columns in star.columns.values()
        for name, one in _told(columns).items()
    )
    told = _provenance(asked, staged, len(fitted), lost)
    (folder / "provenance.json").write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    return MadeBySdv(tables, lost, told, invented(staged.profile))


def _told(columns: Mapping[str, Encoded]) -> dict[str, Encoded]:
    return {name: one for name, one in columns.items() if (one.rare or one.lost) and "\x1f" not in name}


def _provenance(asked: Asked, staged: Staged, persons: int, lost: tuple[Lost, ...]) -> dict[str, object]:
    return {
        "engine": asked.engine.value,
        "profile": staged.profile.id,
        "fit": {"persons": persons, "floor": asked.floor, "seed": asked.seed, "epochs": asked.epochs},
        "sample": {"persons": asked.persons, "seed": asked.seed},
        "model": NOT_SAVED,
        "lost": [asdict(item) for item in lost],
    }
