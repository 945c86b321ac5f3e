"""Which engine reads, transforms and counts: this machine, or the Spark that the profile names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized, anonymize
from anonymize.sample import with_sample
from profiles.loading import LoadedProfile
from profiles.model import Engine
from risk.groups.interface import Groups
from risk.groups.local import LocalGroups
from tables.candidate import Staged
from tables.progress import Progress
from tables.staging import stage

if TYPE_CHECKING:
    from synth.fitted.sampling import Shards

Prepared = tuple[Staged, Anonymized]


def make(loaded: LoadedProfile, keys: Keys | None, folder: Path, progress: Progress | None) -> Prepared:
    """Stage the tables and make the candidate under the private ``folder``, on the profile's engine.

    Both engines leave the same rows in the same files, so that all that follows is the same. The
    staged tables are those of the whole source, even when the candidate is made of a sample.
    """
    if loaded.profile.engine is Engine.SPARK:
        return _on_spark(loaded, keys, folder, progress)
    staged = with_sample(loaded, stage(loaded, folder / "source", progress), keys, folder / "sample")
    return staged, anonymize(loaded, staged.drawn or staged, keys, folder / "candidate", progress)


@contextmanager
def opened(loaded: LoadedProfile) -> Iterator[None]:
    """The engine of the profile is there, and is the same one, as long as this lasts.

    Raises UsageError when its Spark is missing or does not answer in time: before anything is read.
    """
    if loaded.profile.engine is not Engine.SPARK:
        yield
        return
    from tables.spark.session import open_session  # noqa: PLC0415 - an extra, for those who ask for it

    with open_session(loaded.profile.spark, loaded.place(("spark", "master"))):
        yield


@contextmanager
def counting(loaded: LoadedProfile, folder: Path) -> Iterator[Groups]:
    """Who counts persons by group for the attackers. ``folder`` is private and new."""
    if loaded.profile.engine is not Engine.SPARK:
        yield LocalGroups()
        return
    from risk.groups.by_sql import SqlGroups  # noqa: PLC0415 - for those who ask for it
    from tables.spark.session import open_session  # noqa: PLC0415
    from tables.spark.sql import SparkSql  # noqa: PLC0415

    with open_session(loaded.profile.spark, loaded.place(("spark", "master"))) as session:
        yield SqlGroups(SparkSql(session), folder)


@contextmanager
def drawing(loaded: LoadedProfile, folder: Path) -> Iterator["Shards | None"]:
    """Who draws synthetic persons: the Spark of the profile, asked before anything is read; None: we do.

    ``folder`` is private and new. The rows are the same.
    """
    if loaded.profile.engine is not Engine.SPARK:
        yield None
        return
    from synth.fitted.on_spark import shards_on_spark  # noqa: PLC0415 - an extra, for those who ask for it

    with shards_on_spark(loaded.profile.spark, loaded.place(("spark", "master")), folder) as shards:
        yield shards


def _on_spark(loaded: LoadedProfile, keys: Keys | None, folder: Path, progress: Progress | None) -> Prepared:
    from anonymize.spark import spark_passes  # noqa: PLC0415 - an extra, for those who ask for it
    from tables.spark.session import open_session  # noqa: PLC0415
    from tables.spark.staging import in_parts, stage_on_spark, staged_here  # noqa: PLC0415

    with open_session(loaded.profile.spark, loaded.place(("spark", "master"))) as session:
        parts = stage_on_spark(loaded, session, folder / "spark", progress)
        staged = with_sample(loaded, staged_here(loaded, parts, folder / "source"), keys, folder / "sample")
        if staged.drawn is not None:
            parts = in_parts(parts, staged.drawn, folder / "spark-sample")
        passes = spark_passes(loaded, parts, keys)
        made = anonymize(loaded, staged.drawn or staged, keys, folder / "candidate", progress, make=passes)
    return staged, made
