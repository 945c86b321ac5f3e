"""What is said of images: what became of each, or what would, and why."""

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode, Place, ProfileError, UsageError
from release.context import Run

if TYPE_CHECKING:
    from anonymize.dicom.batch import Batch

EXPECTED = frozenset({"not-dicom"})
"""Reasons that are no problem of an image."""


def exit_code(set_aside: "dict[str, int] | Any") -> int:
    """4 when an image could not be processed; what is no image does not count."""
    return ExitCode.SOURCE if set(set_aside) - EXPECTED else ExitCode.ACCEPTED


def dry_run(settings: Settings, run: Run, to: Path | None) -> int:
    """Do everything, keep nothing, and say what would happen to each kind of image.

    ``to``: a new file for the list of what would be set aside.

    Raises:
        ProfileError: the profile has no images.
        UsageError: ``to`` exists or cannot be written.
    """
    from release.images import rehearse
    from tables.workdir import workdir

    if to is not None and to.exists():
        raise UsageError("output-exists", Place(file=str(to)))
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        batch = rehearse(run, folder)
        if batch is None:
            raise ProfileError("dry-run-images", Place(file=str(run.loaded.path)))
        if to is not None and batch.quarantine is not None:
            _keep(batch.quarantine, to)
    set_aside = {reason.value: count for reason, count in sorted(batch.quarantined.items())}
    code = exit_code(set_aside)
    if settings.json:
        emit({"command": "anonymize", "dry_run": True, "exit_code": int(code), **_document(batch, set_aside)})
    else:
        _show(settings, batch, set_aside)
    return code


def _keep(source: Path, to: Path) -> None:
    try:
        shutil.copyfile(source, to)
        to.chmod(0o600)
    except OSError:
        raise UsageError("output-unwritable", Place(file=str(to))) from None


def _document(batch: "Batch", set_aside: dict[str, int]) -> dict[str, Any]:
    return {
        "done": batch.done,
        "copies": batch.copies,
        "set_aside": set_aside,
        "details": [
            {"reason": reason.value, "detail": detail, "files": count}
            for (reason, detail), count in sorted(batch.details.items())
        ],
        "patients": batch.patients,
        "studies": batch.studies,
        "series": batch.series,
        "dangling": batch.dangling,
        "faces": batch.faces,
        "classes": {_class(uid): count for uid, count in sorted(batch.classes.items())},
        "ways": dict(sorted(batch.ways.items())),
        "pixels": dict(sorted(batch.pixels.items())),
        "actions": dict(sorted(_actions(batch).items())),
        "rules": [
            {"attribute": name, "action": action, "reason": reason, "files": count}
            for (name, action, reason), count in sorted(batch.rules.items())
        ],
    }


def _actions(batch: "Batch") -> Counter[str]:
    """Attributes of files, by what would happen to them."""
    found: Counter[str] = Counter()
    for (_, action, _), count in batch.rules.items():
        found[action] += count
    return found


def _class(uid: str) -> str:
    from anonymize.dicom.standard.iod import object_name

    return object_name(uid) or uid


def _show(settings: Settings, batch: "Batch", set_aside: dict[str, int]) -> None:
    say(
        settings,
        "cli.images.would",
        files=batch.done,
        patients=batch.patients,
        studies=batch.studies,
        series=batch.series,
    )
    head = [text(f"cli.column.{name}", settings.lang) for name in ("attribute", "action", "rule", "files")]
    rows = [
        (name, action, reason, str(count)) for (name, action, reason), count in sorted(batch.rules.items())
    ]
    if rows:
        table(head, rows)
    for title, counts in (
        ("object", {_class(uid): count for uid, count in batch.classes.items()}),
        ("pixels", batch.pixels),
        ("action", _actions(batch)),
    ):
        if counts:
            head = [text(f"cli.column.{name}", settings.lang) for name in (title, "files")]
            table(head, [(name, str(count)) for name, count in sorted(counts.items())])
    if set_aside:
        _show_set_aside(settings, set_aside)
    if batch.faces:
        say(settings, "cli.images.faces", series=batch.faces)
    if batch.dangling:
        say(settings, "cli.images.dangling", references=batch.dangling)
    say(settings, "cli.images.nothing-written")


def _show_set_aside(settings: Settings, set_aside: "dict[str, int] | Any") -> None:
    head = [text(f"cli.column.{name}", settings.lang) for name in ("set_aside", "files")]
    rows = [
        (text(f"dicom.reason.{reason}", settings.lang), str(count))
        for reason, count in sorted(set_aside.items())
    ]
    table(head, rows)
