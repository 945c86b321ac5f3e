"""Shards drawn on Spark: each by one task, from the model as it is saved. The rows are those of one machine.

What is sent to a worker is the folder where the model lies, numbers and a seed: no row, no secret.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.errors import Place
from profiles.model import SparkSettings
from synth.fitted import storage
from synth.fitted.model import Model
from synth.fitted.numbering import schema_of
from synth.fitted.people import Drawn
from synth.fitted.sampling import Shards, Task, draw_tables
from tables.spark.session import Session, open_session
from tables.spark.work import Result, part_name, run_parts, write_part

MODEL, TABLES, PEOPLE = "model", "tables", "people-{}"


@lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    """Read once in a worker, which lives no longer than the session, for all its shards."""
    return Model.load(folder / MODEL)


@dataclass(frozen=True)
class DrawShard:
    """Draw one shard and write its tables, each as a file in a folder of its own."""

    folder: Path
    """Private, and the same for every worker."""
    seed: int
    sizes: tuple[int, ...]
    """Persons of each shard."""

    def __call__(self, part: int) -> Result:
        """Rows of each table."""
        model = _model(self.folder)
        made = draw_tables(
            model, self.sizes[part], self.seed, part, _people(self.folder / PEOPLE.format(part))
        )
        tables = self.folder / TABLES
        return {
            shape.name: write_part(made[shape.name].to_batches(), schema_of(shape), tables / shape.name, part)
            for shape in model.tables
        }


@contextmanager
def shards_on_spark(settings: SparkSettings, place: Place, folder: Path) -> Iterator[Shards]:
    """What :func:`synth.fitted.sampling.sample` takes as ``shards``, as long as the session lives.

    ``folder`` is private, new, and visible to the workers; drawn shards wait there. Raises UsageError
    when Spark is missing or does not answer in time, and VitrailError when a worker fails.
    """
    with open_session(settings, place) as session:
        yield partial(_drawn, session, folder)


def _drawn(
    session: Session, folder: Path, model: Model, seed: int, tasks: Sequence[Task]
) -> Iterator[dict[str, pa.Table]]:
    folder.mkdir(mode=0o700, parents=True)
    model.save(folder / MODEL)
    for shard, _, people in tasks:
        if people is not None:
            storage.save(people, folder / PEOPLE.format(shard))
    for shape in model.tables:
        (folder / TABLES / shape.name).mkdir(mode=0o700, parents=True)
    work = DrawShard(folder, seed, tuple(size for _, size, _ in tasks))
    run_parts(session, work, len(tasks), lambda _: None)
    for shard, _, _ in tasks:
        files = {shape.name: folder / TABLES / shape.name / part_name(shard) for shape in model.tables}
        yield {name: pq.read_table(path, partitioning=None) for name, path in files.items()}
        for path in files.values():
            path.unlink()
    shutil.rmtree(folder)


def _people(folder: Path) -> Drawn | None:
    found: Drawn | None = storage.load(folder, Drawn) if folder.is_dir() else None
    return found
