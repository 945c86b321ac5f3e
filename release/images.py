"""Images of a profile: rewritten before anything else is read, then kept for the persons who stay."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from anonymize.derivation import Derivation
from anonymize.dicom import batch
from anonymize.dicom.dicomdir import has_directory, write_directory
from anonymize.dicom.names import short_name
from anonymize.dicom.pixels.catalogue import load_catalogue, shipped_catalogue
from anonymize.dicom.plan import Plan, compile_plan
from anonymize.dicom.quarantine import Quarantine
from anonymize.dicom.tiff import convert
from anonymize.pipeline import Anonymized
from profiles.dicom_model import Box, Dicom
from profiles.dicom_series import PERSON
from profiles.errors import SourceError
from profiles.key_chain import domain
from profiles.loading import LoadedProfile
from profiles.model import Engine, Profile
from profiles.secrets import read_secret
from release.context import Run
from tables.candidate import CandidateTable
from tables.images import FOLDER, Images, image_files
from tables.processes import cores
from tables.workdir import lasting

SHIFT_DAYS = 365
"""Greatest move of a date when neither the images nor the tables say one."""
SERIES = "SeriesInstanceUID"
QUARANTINE = "quarantine.csv"
"""Beside the candidate, private: files of the source that were set aside, and why."""


@dataclass(frozen=True)
class MadeImages:
    """All files of the source, rewritten and verified."""

    folder: Path
    batch: batch.Batch
    plan: Plan
    medium: bool
    """Whether the source has a directory of its files, which is made anew."""


@contextmanager
def rewritten(run: Run, folder: Path) -> Iterator[tuple[Run, MadeImages | None]]:
    """The images of the profile, and the run that reads their table; ``folder``: that of the run.

    What is done stays for the next run when this one is killed or the disk refuses.

    Raises:
        SourceError: no file of the source could be published.
    """
    dicom = run.loaded.profile.dicom
    if dicom is None:
        yield run, None
        return
    with lasting(folder, FOLDER) as work:
        made = _rewrite(run, dicom, work)
        if made.batch.rows is None or not made.batch.done:
            reasons = ", ".join(sorted({reason.value for reason in made.batch.quarantined})) or "-"
            raise SourceError(
                "dicom-nothing-published", run.loaded.place(("dicom", "source")), reasons=reasons
            )
        loaded = replace(run.loaded, made={dicom.table: made.batch.rows})
        yield replace(run, loaded=loaded), made


def rehearse(run: Run, folder: Path) -> batch.Batch | None:
    """What would become of each image; nothing is kept. None without images."""
    dicom = run.loaded.profile.dicom
    return None if dicom is None else _rewrite(run, dicom, folder, dry_run=True).batch


def plan_of(profile: Profile, dicom: Dicom) -> Plan:
    """What happens to each attribute of the images of ``profile``."""
    moved = [
        column.transform.shift.days
        for table in profile.tables.values()
        for column in table.columns.values()
        if column.transform.shift is not None
    ]
    return compile_plan(dicom, dicom.shift_days or next(iter(moved), SHIFT_DAYS))


def _rewrite(run: Run, dicom: Dicom, work: Path, *, dry_run: bool = False) -> MadeImages:
    loaded = run.loaded
    plan, images = plan_of(loaded.profile, dicom), work / FOLDER
    secret = read_secret(loaded, run.environ)
    source = loaded.resolve(dicom.source.path, ("dicom", "source", "path"))
    with _spread(loaded, secret) as spread:
        done = batch.run(
            source,
            work,
            images,
            plan,
            secret,
            loaded.profile.id,
            domain(loaded.profile, dicom.table, PERSON),
            dicom.pixels,
            dicom.processes or cores(),
            run.progress,
            dry_run,
            _catalogue(loaded, dicom),
            spread,
        )
    return MadeImages(images, done, plan, has_directory(source))


@contextmanager
def _spread(loaded: LoadedProfile, secret: bytes) -> Iterator[batch.Spread | None]:
    """The cluster that does the files when the profile names Spark; None: this machine does them."""
    if loaded.profile.engine is not Engine.SPARK:
        yield None
        return
    from anonymize.dicom.spark import spread_on  # noqa: PLC0415 - an extra
    from tables.spark.session import open_session  # noqa: PLC0415

    with open_session(loaded.profile.spark, loaded.place(("spark", "master"))) as session:
        yield spread_on(session, loaded, Derivation(secret, loaded.profile.id).key_id)


def _catalogue(loaded: LoadedProfile, dicom: Dicom) -> tuple[Box, ...]:
    if dicom.pixels.catalogue is None:
        return ()
    if dicom.pixels.catalogue.startswith("@"):
        return shipped_catalogue(dicom.pixels.catalogue)
    return load_catalogue(loaded.resolve(dicom.pixels.catalogue, ("dicom", "pixels", "catalogue")))


def with_images(anonymized: Anonymized, made: MadeImages | None) -> Anonymized:
    """The candidate with the images of the series that its tables still hold; OSError: the disk refuses."""
    if made is None:
        return anonymized
    candidate, dicom = anonymized.candidate, made.plan.dicom
    target = candidate.folder / FOLDER
    target.mkdir(mode=0o700)
    kept = _kept(candidate.tables[dicom.table])
    files, set_aside = 0, Counter(made.batch.quarantined)
    for path in image_files(made.folder):
        name = path.relative_to(made.folder)
        if name.parent.name in kept:
            try:
                files += _place(path, target / name, dicom)
            except Quarantine as quarantine:
                set_aside[quarantine.reason] += 1
    if made.medium and dicom.format == "dicom":
        write_directory(target, image_files(target))
    counted = made.batch
    if counted.quarantine is not None:
        shutil.copyfile(counted.quarantine, candidate.folder.parent / QUARANTINE)
    images = Images(
        folder=target,
        files=files,
        found=counted.done + counted.copies + sum(counted.quarantined.values()),
        set_aside={reason.value: count for reason, count in sorted(set_aside.items())},
        left_out=counted.done - files if dicom.format == "dicom" else 0,
        faces=counted.faces,
        method=tuple(code for code, _, _ in made.plan.applied_codes()),
        format=dicom.format,
    )
    return replace(anonymized, candidate=replace(candidate, images=images))


def _kept(table: CandidateTable) -> frozenset[str]:
    """Names of the folders of the series of ``table``."""
    found = pq.read_table(table.path, columns=[SERIES])[SERIES]
    return frozenset(short_name(uid) for uid in found.to_pylist() if uid is not None)


def _place(path: Path, target: Path, dicom: Dicom) -> int:
    """Put one file into the candidate; how many images that makes."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if dicom.format == "tiff":
        return int(convert(path, target.with_suffix(".tif")))
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
    return 1
