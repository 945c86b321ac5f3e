"""SDV's HMA: a table of persons and the tables that point at it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import Place, SourceError
from profiles.key_chain import key_columns, target_columns
from profiles.model import Column, ForeignKey, Profile, Role
from synth.fitted.domains import Encoded, Ints
from synth.fitted.events import encode
from synth.fitted.frames import raws_of
from synth.fitted.settings import FitSettings
from synth.hushed import SEEDS
from synth.sdv_engine.columns import Back, Opaque, back, opaque
from synth.sdv_engine.quiet import quiet
from tables.candidate import PERSON, Staged

ROW = "id"
"""Name of the number of a row, as SDV sees it."""


@dataclass(frozen=True)
class Star:
    """What HMA is given: rows of fitted persons, and which row of the root each points at."""

    root: str
    sizes: Mapping[str, int]
    columns: Mapping[str, Mapping[str, Encoded]]
    """Table -> ``TABLE.COLUMN`` -> its values; keys and direct identifiers are not among them."""
    links: Mapping[str, tuple[npt.NDArray[np.float64], ...]]
    """Table -> for each of its foreign keys, the row of the root, NaN where there is none."""


@dataclass(frozen=True)
class Drawn:
    """Rows of a table that HMA drew."""

    columns: Back
    links: tuple[Ints, ...]
    """For each foreign key the row of the root, -1 where there is none."""
    size: int


def root_of(profile: Profile) -> str:
    """The table that points at no other."""
    return next(name for name, table in profile.tables.items() if not table.foreign_keys)


def made_up(profile: Profile, table: str) -> set[str]:
    """Columns that are invented: keys, what keys point at, persons and direct identifiers."""
    columns = profile.tables[table].columns
    return key_columns(profile, table) | {name for name, one in columns.items() if one.role is Role.DIRECT}


def read_star(staged: Staged, settings: FitSettings, persons: pa.Array, joins: Staged) -> Star:
    """The rows of ``persons``, values under the floor left out as for the pathway engine.

    ``joins``: the same rows, with the keys that join them.
    Raises SourceError ``synth-sdv-one-row`` when a person has several rows in the root table.
    """
    profile, root = staged.profile, root_of(staged.profile)
    sizes, columns, links = {}, {}, {}
    rows = {table: _rows(staged, table, persons) for table in profile.tables}
    owner = rows[root][1]
    if len(np.unique(owner)) != len(owner):
        raise SourceError("synth-sdv-one-row", Place(table=root))
    for table, spec in profile.tables.items():
        kept, person = rows[table]
        sizes[table] = len(kept)
        wanted = [name for name in spec.columns if name not in made_up(profile, table)]
        data = pq.read_table(staged.tables[table].path, columns=wanted).take(pa.array(kept))
        columns[table] = {
            name: encoded
            for column in wanted
            for name, encoded in _encoded(table, column, spec.columns[column], data, person, settings)
        }
        links[table] = tuple(_link(joins, table, key, kept, rows[root][0]) for key in spec.foreign_keys)
    return Star(root, sizes, columns, links)


def _rows(staged: Staged, table: str, persons: pa.Array) -> tuple[Ints, Ints]:
    column = pq.read_table(staged.tables[table].path, columns=[PERSON]).column(PERSON).combine_chunks()
    person = np.asarray(pc.index_in(column, value_set=persons).fill_null(-1)).astype(np.int64)
    kept = np.flatnonzero(person >= 0)
    return kept, person[kept]


def _encoded(
    table: str, column: str, spec: Column, data: pa.Table, person: Ints, settings: FitSettings
) -> list[tuple[str, Encoded]]:
    values = data.column(column).combine_chunks()
    raws = raws_of(f"{table}.{column}", spec, values, person_level=True)
    return [(raw.name, encode(raw, person, settings)) for raw in raws]


def _link(joins: Staged, table: str, key: ForeignKey, kept: Ints, above: Ints) -> npt.NDArray[np.float64]:
    (own,), (to,) = key.columns, target_columns(joins.profile, key)
    mine = pq.read_table(joins.tables[table].path, columns=[own]).column(own).combine_chunks()
    theirs = pq.read_table(joins.tables[key.references].path, columns=[to]).column(to).combine_chunks()
    place = pc.index_in(mine.take(pa.array(kept)), value_set=theirs.take(pa.array(above)))
    place = pc.if_else(mine.take(pa.array(kept)).is_null(), None, place)
    return np.asarray(pc.fill_null(place.cast(pa.float64()), float("nan")), dtype=float)


def draw_star(star: Star, persons: int, seed: int) -> dict[str, Drawn]:
    """Fit HMA and draw ``persons`` rows of the root, and of the others in proportion.

    Raises SourceError ``synth-sdv-failed``.
    """
    held = {table: opaque(columns, seed) for table, columns in star.columns.items()}
    names = {table: f"t{place}" for place, table in enumerate(star.sizes)}
    with quiet(seed, "hma", "fit"):
        import pandas as pd
        from sdv.metadata import Metadata
        from sdv.multi_table import HMASynthesizer

        model = HMASynthesizer(Metadata.load_from_dict(metadata_of(star, held, names)), verbose=False)
        model.fit({names[table]: pd.DataFrame(_frame(star, held[table], table)) for table in star.sizes})
    with quiet(seed, "hma", "sample"):
        # SDV starts from a number of its own, whatever the seed.
        model._numpy_seed = seed % SEEDS  # noqa: SLF001
        drawn = model.sample_scale(scale=persons / star.sizes[star.root])
        frames = {table: drawn[names[table]] for table in star.sizes}
        place = {row: at for at, row in enumerate(frames[star.root][ROW].tolist())}
        found = {}
        for table, frame in frames.items():
            values = {seen: frame[seen].to_numpy() for seen in held[table].names.values()}
            links = tuple(
                np.array([place.get(row, -1) for row in frame[f"to{at}"].tolist()], dtype=np.int64)
                for at in range(len(star.links[table]))
            )
            found[table] = Drawn(back(held[table], values, len(frame), seed), links, len(frame))
    return found


def metadata_of(star: Star, held: Mapping[str, Opaque], names: Mapping[str, str]) -> dict[str, Any]:
    """SDV's metadata: kinds of columns and keys, and neither a name nor a value of the source."""
    tables, relationships = {}, []
    for table in star.sizes:
        keys = {ROW: {"sdtype": "id"}} | {f"to{at}": {"sdtype": "id"} for at in range(len(star.links[table]))}
        tables[names[table]] = {"primary_key": ROW, "columns": keys | held[table].metadata}
        relationships += [
            {
                "parent_table_name": names[star.root],
                "parent_primary_key": ROW,
                "child_table_name": names[table],
                "child_foreign_key": f"to{at}",
            }
            for at in range(len(star.links[table]))
        ]
    return {"tables": tables, "relationships": relationships, "METADATA_SPEC_VERSION": "V1"}


def _frame(star: Star, held: Opaque, table: str) -> dict[str, npt.NDArray[Any]]:
    links = {}
    for at, link in enumerate(star.links[table]):
        missing = np.isnan(link)
        links[f"to{at}"] = link if missing.any() else link.astype(np.int64)
    return {ROW: np.arange(star.sizes[table]), **links, **held.values}


def of_fitted_persons(drawn: Mapping[str, Drawn], star: Star) -> dict[str, Drawn]:
    """The rows that have a person: those whose first foreign key points at a row of the root."""
    found = {}
    for table, one in drawn.items():
        if table == star.root:
            found[table] = one
            continue
        kept = np.flatnonzero(one.links[0] >= 0)
        columns = Back(
            {name: values[kept] for name, values in one.columns.index.items()},
            {name: values[kept] for name, values in one.columns.numbers.items()},
        )
        found[table] = replace(one, columns=columns, links=tuple(x[kept] for x in one.links), size=len(kept))
    return found
