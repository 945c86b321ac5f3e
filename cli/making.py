"""``vitrail anonymize``: make the candidate, without what attacks and publishes it."""

import os
from dataclasses import asdict
from datetime import date
from pathlib import Path

from cli.dicom import dry_run as rehearse
from cli.dicom import exit_code
from cli.images import images_json, show_images
from cli.settings import Settings
from cli.terminal import emit, progress, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode, UsageError
from profiles.loading import load_profile
from release.context import Run
from release.stages import make_candidate
from tables.without_pandas import keep_pandas_out


def start(settings: Settings, profile: Path) -> Run:
    """What every stage needs; the clock and the environment are read here and nowhere else."""
    return Run(load_profile(profile), dict(os.environ), date.today(), progress(settings))  # noqa: DTZ011 - a local day


def anonymize(settings: Settings, profile: Path, to: Path | None, *, dry_run: bool = False) -> int:
    """Write the candidate into a new private folder; 4 when images were set aside.

    ``dry_run``: say what would happen to the images and write nothing, but for their list in the file ``to``.
    """
    keep_pandas_out()
    if dry_run:
        return rehearse(settings, start(settings, profile), to)
    if to is None:
        raise UsageError("to-missing")
    candidate = make_candidate(start(settings, profile), to).candidate
    code = exit_code(candidate.images.set_aside) if candidate.images else ExitCode.ACCEPTED
    if settings.json:
        emit(
            {
                "command": "anonymize",
                "exit_code": int(code),
                "folder": str(to),
                "persons": candidate.persons,
                "persons_left_out": candidate.suppressed_persons,
                "key_id": candidate.key_id,
                "tables": {name: each.rows for name, each in candidate.tables.items()},
                "images": images_json(candidate.images),
                "sample": None if candidate.sampled is None else asdict(candidate.sampled),
                "search": None if candidate.searched is None else asdict(candidate.searched),
            }
        )
        return code
    table(
        [text(f"cli.column.{name}", settings.lang) for name in ("table", "rows", "columns")],
        [(each.name, str(each.rows), str(len(each.columns))) for each in candidate.tables.values()],
    )
    show_images(settings, candidate.images)
    say(
        settings,
        "cli.anonymize.done",
        folder=to,
        persons=candidate.persons,
        left_out=candidate.suppressed_persons,
    )
    say(settings, "cli.anonymize.private", stderr=True)
    return code
