"""The first pass of the pipeline on Spark: the same kernels on parts of tables, the same SQL for rare values.

Workers derive their keys themselves, from the secret where the profile says it is: a variable of
their environment, or a file that only they may read. What is sent to them tells the fingerprint of
the key, so that a worker with another secret stops; never the secret, a key or a pseudonym.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.kernel import RowKernel
from anonymize.keyed_lookup import KeyedLookup
from anonymize.keys import Keys, private_keys
from anonymize.passes import Passes
from anonymize.plan import TablePlan, plan
from anonymize.tabular.suppress_rare import SuppressRare
from anonymize.tabular.waiting import Waiting
from profiles.errors import ProfileError, SourceError
from profiles.loading import LoadedProfile
from profiles.secrets import read_secret
from tables.engine import read_batches
from tables.spark.staging import Parts, SparkStaged, bring_back
from tables.spark.work import Result, run_parts, told, write_part


@dataclass(frozen=True)
class KeyPlace:
    """Where a worker finds the keys: sent in their place."""

    loaded: LoadedProfile
    fingerprint: str | None
    """None: the profile has no secret."""

    def __hash__(self) -> int:
        return hash((self.loaded.digest, self.fingerprint))


@lru_cache(maxsize=1)
def _worker_keys(place: KeyPlace) -> Keys | None:
    """Read once in a worker, so that the pseudonyms it remembers serve all its parts.

    Raises ProfileError when the secret is absent, weak, readable by others, or another one.
    """
    if place.fingerprint is None:
        return None
    keys = Keys(read_secret(place.loaded), place.loaded.profile.id)
    if keys.key_id != place.fingerprint:
        raise ProfileError("spark-other-secret", place.loaded.place(("secret",)))
    return keys


@lru_cache(maxsize=1)
def _worker_plans(place: KeyPlace) -> Mapping[str, TablePlan]:
    return plan(place.loaded, _worker_keys(place))


@lru_cache(maxsize=1)
def _worker_persons(place: KeyPlace) -> KeyedLookup:
    return private_keys(place.loaded.profile.seed, place.loaded.profile.id, _worker_keys(place)).persons()


@dataclass(frozen=True)
class TransformPart:
    """Apply the row transforms of a table to one part."""

    keys: KeyPlace
    table: str
    source: Parts
    folder: Path

    def __call__(self, part: int) -> Result:
        """Rows. A failure tells the record of the whole table."""
        try:
            return {"rows": self._map(part)}
        except SourceError as error:
            if error.place.record is not None:
                error.place = replace(error.place, record=self.source.starts[part] + error.place.record)
            raise

    def _map(self, part: int) -> int:
        kernel = RowKernel(_worker_plans(self.keys)[self.table], _worker_persons(self.keys))
        with pq.ParquetFile(self.source.path(part)) as file:
            schema = kernel(pa.RecordBatch.from_pylist([], schema=file.schema_arrow)).schema

        def mapped() -> Iterator[pa.RecordBatch]:
            for batch in read_batches(self.source.path(part)):
                yield kernel(batch)

        return write_part(mapped(), schema, self.folder, part)


@dataclass
class SparkPasses(Passes):
    """All tables through their first pass on Spark; what waits for all rows then ends on this machine."""

    spark: SparkStaged
    place: KeyPlace
    _known: set[Path] = field(default_factory=set, init=False)
    """Files whose rows Spark has as well."""

    def _first(self, table: str, persons: KeyedLookup, folder: Path) -> Path:
        persons.leave_to_others()
        plan_, staged = self.plans[table], self.spark.tables[table]
        target = self._target(plan_, 0, self.staged.tables[table].path, folder)
        parts = self._transform(table, staged)
        bring_back(parts, target)
        if plan_.passes > 1:
            with told():
                self.spark.sql.register(parts.folder, parts.named, target)
            self._known.add(target)
        return target

    def _transform(self, table: str, staged: Parts) -> Parts:
        folder = staged.folder.with_name(f"{staged.folder.name}.transformed")
        folder.mkdir(mode=0o700)
        work = TransformPart(self.place, table, staged, folder)
        self.progress.start("anonymize", len(staged.rows), table=table)
        found = run_parts(self.spark.sql.session, work, len(staged.rows), self.progress.advance)
        self.progress.done()
        return Parts(folder, tuple(result["rows"] for result in found))

    def _asked(self, step: Waiting, path: Path) -> Any:
        """Values are counted where the rows are; other steps ask the engine of this machine."""
        return self.spark.sql if isinstance(step, SuppressRare) and path in self._known else self.con


def spark_passes(loaded: LoadedProfile, staged: SparkStaged, keys: Keys | None) -> Callable[..., SparkPasses]:
    """What :func:`anonymize.pipeline.anonymize` takes as ``make``; the session of ``staged`` must be open."""
    place = KeyPlace(loaded, keys.key_id if keys else None)
    return partial(SparkPasses, spark=staged, place=place)
