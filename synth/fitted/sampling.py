"""A model to synthetic tables on disk, shard by shard: the same rows whatever the number of processes."""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from synth.fitted.drawing import draw_shard
from synth.fitted.model import Model
from synth.fitted.numbering import schema_of, tables_of
from synth.fitted.people import Drawn, slice_of
from synth.tables import SHARD
from synth.tables import random as generator
from tables.candidate import StagedTable
from tables.progress import SILENT, Progress

STAGE = 62
"""Of the random numbers: shared with no other draw."""
Task = tuple[int, int, Drawn | None]
"""Number of a shard, its persons, and who they are when something else drew them."""
Shards = Callable[[Model, int, Sequence[Task]], Iterator[dict[str, pa.Table]]]
"""Draws the tables of every task with a seed, in the order of the tasks."""


def sample(
    model: Model,
    persons: int,
    seed: int,
    folder: Path,
    processes: int = 1,
    progress: Progress = SILENT,
    people: Drawn | None = None,
    told: Mapping[str, object] | None = None,
    shards: Shards | None = None,
) -> Mapping[str, StagedTable]:
    """Draw ``persons`` and write one Parquet file a table, and ``provenance.json``, in ``folder``.

    Rows depend on the model, ``persons`` and ``seed`` only. ``processes`` above one draw shards side
    by side; memory holds about that many shards. ``people``: persons that something else than the model
    drew. ``told``: the provenance; that of the model by default. ``shards``: who draws; by default,
    this machine.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = dict.fromkeys((shape.name for shape in model.tables), 0)
    draw = partial(_drawn_here, processes) if shards is None else shards
    progress.start("synth-sample", persons)
    with ExitStack() as stack:
        writers = {
            shape.name: stack.enter_context(
                pq.ParquetWriter(
                    folder / f"{shape.name}.parquet",
                    schema_of(shape),
                    compression="none",
                    write_statistics=False,
                )
            )
            for shape in model.tables
        }
        for shard, tables in enumerate(draw(model, seed, _tasks(persons, people))):
            for name, table in tables.items():
                writers[name].write_table(table)
                rows[name] += table.num_rows
            progress.advance(min(SHARD, persons - shard * SHARD))
    progress.done()
    (folder / "provenance.json").write_text(
        json.dumps(told or provenance(model, persons, seed), ensure_ascii=False, indent=2), encoding="utf-8"
    )
    return {name: StagedTable(name, folder / f"{name}.parquet", count) for name, count in rows.items()}


def provenance(model: Model, persons: int, seed: int) -> dict[str, object]:
    """What was fitted, on how many persons, what the floor cost, and how the rows were drawn."""
    return {
        "engine": "pathway",
        "format": model.format,
        "profile": model.profile,
        "fit": {"persons": model.persons, "floor": model.floor, "seed": model.seed},
        "sample": {"persons": persons, "seed": seed, "shard": SHARD},
        "lost": [asdict(item) for item in model.lost],
    }


def draw_tables(
    model: Model, persons: int, seed: int, shard: int, people: Drawn | None = None
) -> dict[str, pa.Table]:
    """The tables of one shard: ``persons`` from number ``shard * SHARD`` on."""
    random: np.random.Generator = generator(seed, STAGE, shard)
    return tables_of(model, draw_shard(model, persons, random, people), shard)


def _tasks(persons: int, people: Drawn | None) -> list[Task]:
    sizes = [min(SHARD, persons - first) for first in range(0, persons, SHARD)]
    return [
        (shard, size, people and slice_of(people, shard * SHARD, size)) for shard, size in enumerate(sizes)
    ]


def _drawn_here(
    processes: int, model: Model, seed: int, tasks: Sequence[Task]
) -> Iterator[dict[str, pa.Table]]:
    if processes <= 1 or len(tasks) <= 1:
        yield from (_draw_one(model, seed, task) for task in tasks)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(processes, len(tasks))) as pool:
        for first in range(0, len(tasks), 2 * processes):
            yield from pool.imap(partial(_draw_one, model, seed), tasks[first : first + 2 * processes])


def _draw_one(model: Model, seed: int, task: Task) -> dict[str, pa.Table]:
    shard, size, people = task
    return draw_tables(model, size, seed, shard, people)
