"""A folder of images of any size, made publishable: each file is processed or set aside, none stops the run.

Workers rewrite and verify; the journal lets a run that was killed go on; once all files are done, what only
the whole can tell is settled: two files of one instance, references, the table of series.
"""

import csv
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anonymize.derivation import Derivation
from anonymize.dicom.census import Met
from anonymize.dicom.discovery import Found, discover, root_of
from anonymize.dicom.index import Index
from anonymize.dicom.journal import Journal, open_journal, read_lines
from anonymize.dicom.metadata import Asked
from anonymize.dicom.plan import Plan
from anonymize.dicom.pool import Pool
from anonymize.dicom.quarantine import Reason
from anonymize.dicom.worker import OTHERS, STILL, Setup, same_bytes, set_aside
from profiles.dicom_model import Box, Pixels
from profiles.dicom_series import ATTRIBUTES, IDENTIFIERS
from tables.progress import SILENT, Progress

Spread = Callable[[Setup, Iterator[Found], Callable[[int], None], Callable[[Found, Reason], None]], None]
"""Does files: told what workers need, the files, who hears of so many more, and of one that was fatal."""
VERSION = "1"
"""Of what a run makes: outputs of another version are not taken up."""
MEMORY, OCR_MEMORY = 4 << 30, 32 << 30
"""Address space of a worker, in bytes: decoders of images need some; text is looked for with a thread a core,
each of which reserves more than it uses."""
QUARANTINE = "quarantine.csv"
SERIES = "series.parquet"
ASKED = Asked.of((each.keyword for each in ATTRIBUTES), (each.keyword for each in IDENTIFIERS))


@dataclass(frozen=True)
class Batch:
    """What became of the files of a source."""

    done: int
    """Published files, each instance once."""
    copies: int
    """Files whose output is that of another one, byte for byte."""
    skipped: int
    """Of the files of the source, those that an earlier run had done."""
    quarantined: Mapping[Reason, int]
    details: Mapping[tuple[Reason, str], int]
    """The same by reason and detail (names of attributes, never a value)."""
    patients: int
    studies: int
    series: int
    dangling: int
    """References of published files to instances that are not published."""
    classes: Mapping[str, int]
    """SOP class -> published files."""
    ways: Mapping[str, int]
    """How files were rewritten -> published files."""
    pixels: Mapping[str, int]
    """What was done with pixels -> published files."""
    rows: Path | None = None
    """The table of series, Parquet, private; None in a dry run."""
    quarantine: Path | None = None
    """CSV of the files set aside, private: names of the source, reason, detail."""
    faces: int = 0
    """Published series in which a face could be recognised."""
    rules: Mapping[Met, int] = field(default_factory=dict)
    """Of a dry run: attribute with the sequences around it, action and reason -> files that have it."""


def run(  # noqa: PLR0917 - the parts of a profile
    source: Path,
    work: Path,
    images: Path,
    plan: Plan,
    secret: bytes,
    profile_id: str,
    person_domain: str,
    pixels: Pixels,
    processes: int,
    progress: Progress | None = None,
    dry_run: bool = False,
    catalogue: tuple[Box, ...] = (),
    spread: Spread | None = None,
) -> Batch:
    """Make the outputs of all files of ``source`` under ``images``, and say what became of each.

    ``work``: a private folder that outlives a killed run; with the same plan, key and pixel rules, the next
    run takes up what is there and in ``images``, otherwise both are emptied. ``dry_run``: everything is done
    but kept. ``catalogue``: rules on pixels besides those of the profile. ``spread``: who does the files, in
    place of ``processes`` on this machine.

    Raises:
        SourceError: ``source`` is neither a folder nor a zip archive.
        UsageError: the disk is full.
        VitrailError: workers can't be started.
    """
    journal = work / "journal"
    if dry_run:
        shutil.rmtree(work / "trial", ignore_errors=True)
        journal, images = work / "trial" / "journal", work / "trial" / "images"
    identity = {
        "version": VERSION,
        "plan": plan.digest,
        "key": Derivation(secret, profile_id).key_id,
        "domain": person_domain,
        "pixels": _digest(pixels, catalogue),
    }
    name = open_journal(journal, images, identity)
    partial = _emptied(images.parent / f".{images.name}-partial")
    setup = Setup(
        plan, profile_id, person_domain, pixels, catalogue, root_of(source), images, partial, journal / name,
        ASKED, MEMORY if pixels.ocr == "off" else OCR_MEMORY, keep=not dry_run,
    )  # fmt: skip
    try:
        with Index(journal / "index.sqlite") as index:
            resumed = index.take(read_lines(journal)) > 0
            workers = spread or (lambda *work: Pool(setup, secret, name, processes).run(*work[1:]))
            skipped = _process(workers, source, setup, index, progress or SILENT)
            index.take(read_lines(journal, name))
            index.forget_unseen()
            _settle(index, images, journal / OTHERS, partial)
            if resumed:
                _sweep(index, images)
            return _batch(index, skipped, work, plan, dry_run=dry_run)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if dry_run:
            shutil.rmtree(work / "trial", ignore_errors=True)


def _digest(pixels: Pixels, catalogue: tuple[Box, ...]) -> str:
    rules = "\n".join([pixels.model_dump_json(), *(box.model_dump_json() for box in catalogue)])
    return hashlib.sha256(rules.encode()).hexdigest()


def _emptied(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    return folder


def _process(spread: Spread, source: Path, setup: Setup, index: Index, progress: Progress) -> int:
    """Hand every file that is not done to the workers; how many were done already."""
    skipped = 0
    own = Journal(setup.journal.with_name(f"{setup.journal.name}-0000.jsonl"))

    def left() -> Iterator[Found]:
        nonlocal skipped
        for item in discover(source):
            if not index.see(item.name):
                continue
            if _is_made(index, item, setup):
                skipped += 1
                progress.advance(1)
            else:
                yield item

    progress.start("images", None)
    try:
        spread(setup, left(), progress.advance, lambda item, reason: own.add(set_aside(item, reason)))
    finally:
        own.close()
        progress.done()
    return skipped


def _is_made(index: Index, item: Found, setup: Setup) -> bool:
    """Whether an earlier run made this file and its output is still whole."""
    known = index.made(item.name, item.size, item.stamp)
    if known is None:
        return False
    output, size, other = known
    try:
        return other is None and (setup.images / output).stat().st_size == size
    except OSError:
        return False


def _settle(index: Index, images: Path, others: Path, partial: Path) -> None:
    """Of two files of one instance, the first by name stays; of two patients in one series, one."""
    for output in index.contested():
        claims = [
            (name, images / output if other is None else others / other)
            for name, other in index.claims(output)
        ]
        first = claims[0][1]
        index.set_aside(
            [name for name, path in claims if not same_bytes(first, path)], Reason.DUPLICATE, "SOPInstanceUID"
        )
        if first != images / output:
            made = shutil.copyfile(first, partial / "first")
            os.utime(made, (STILL, STILL))
            made.replace(images / output)
    for series, patient in index.two_patients():
        files = index.of_series(series, patient)
        index.set_aside([name for name, _ in files], Reason.DUPLICATE, "SeriesInstanceUID")
        for _, output in files:
            (images / output).unlink(missing_ok=True)


def _sweep(index: Index, images: Path) -> None:
    """Remove outputs of files that the source has no more, or that changed."""
    for folder, _, names in os.walk(images, topdown=False):
        for name in names:
            path = Path(folder, name)
            if not index.is_output(path.relative_to(images).as_posix()):
                path.unlink()
        if Path(folder) != images and not any(Path(folder).iterdir()):
            Path(folder).rmdir()


def _batch(index: Index, skipped: int, work: Path, plan: Plan, *, dry_run: bool) -> Batch:
    done, files = index.totals()
    details = Counter({(Reason(reason), detail): count for reason, detail, count in index.reasons()})
    quarantined: Counter[Reason] = Counter()
    for (reason, _), count in details.items():
        quarantined[reason] += count
    patients, studies, series = index.levels()
    _write_quarantine(index, work / QUARANTINE)
    if not dry_run:
        from anonymize.dicom.series_rows import write_series  # noqa: PLC0415 - a library of tables

        write_series(index.series(), plan.dicom, work / SERIES)
    return Batch(
        done=done,
        copies=files - done,
        skipped=skipped,
        quarantined=dict(quarantined),
        details=dict(details),
        patients=patients,
        studies=studies,
        series=series,
        dangling=index.dangling(),
        classes=index.counts("class"),
        ways=index.counts("way"),
        pixels=index.counts("pixels"),
        faces=sum(1 for each in index.series() if each.face),
        rules=dict(index.rules),
        rows=None if dry_run else work / SERIES,
        quarantine=work / QUARANTINE,
    )


def _write_quarantine(index: Index, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "reason", "detail"))
        writer.writerows(index.quarantine())
