"""``vitrail anonymize``: make the candidate, without what attacks and publishes it."""

import os
from dataclasses import asdict
from datetime import date
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, progress, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode
from profiles.loading import load_profile
from release.context import Run
from release.stages import make_candidate
from tables.without_pandas import keep_pandas_out


def start(settings: Settings, profile: Path) -> Run:
    """What every stage needs; the clock and the environment are read here and nowhere else."""
    return Run(load_profile(profile), dict(os.environ), date.today(), progress(settings))  # noqa: DTZ011 - a local day


def anonymize(settings: Settings, profile: Path, to: Path) -> int:
    """Write the candidate into a new private folder."""
    keep_pandas_out()
    candidate = make_candidate(start(settings, profile), to).candidate
    if settings.json:
        emit(
            {
                "command": "anonymize",
                "exit_code": 0,
                "folder": str(to),
                "persons": candidate.persons,
                "persons_left_out": candidate.suppressed_persons,
                "key_id": candidate.key_id,
                "tables": {name: each.rows for name, each in candidate.tables.items()},
                "sample": None if candidate.sampled is None else asdict(candidate.sampled),
                "search": None if candidate.searched is None else asdict(candidate.searched),
            }
        )
        return ExitCode.ACCEPTED
    table(
        [text(f"cli.column.{name}", settings.lang) for name in ("table", "rows", "columns")],
        [(each.name, str(each.rows), str(len(each.columns))) for each in candidate.tables.values()],
    )
    say(
        settings,
        "cli.anonymize.done",
        folder=to,
        persons=candidate.persons,
        left_out=candidate.suppressed_persons,
    )
    say(settings, "cli.anonymize.private", stderr=True)
    return ExitCode.ACCEPTED
