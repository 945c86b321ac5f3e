"""``vitrail explain`` and ``vitrail schema``: what a profile does, and what a profile may say."""

import os
from dataclasses import asdict
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode, Place, UsageError
from profiles.explain import explain as explain_columns
from profiles.json_schema import schema_text
from profiles.loading import load_profile


def explain(settings: Settings, profile: Path) -> int:
    """Column by column: what it is, what happens to it, why, and what deserves a second look."""
    from anonymize.plan import describe

    loaded = load_profile(profile)
    columns = explain_columns(loaded, settings.lang, describe(loaded))
    if settings.json:
        emit({"command": "explain", "exit_code": 0, "columns": [asdict(column) for column in columns]})
        return ExitCode.ACCEPTED
    headers = [
        text(f"cli.column.{name}", settings.lang) for name in ("column", "role", "kind", "steps", "why")
    ]
    for name in loaded.profile.tables:
        shown = [column for column in columns if column.table == name]
        table(
            headers,
            [
                (
                    c.column,
                    c.role,
                    c.kind,
                    "\n".join(c.steps),
                    "\n".join((*filter(None, [c.why]), *(f"! {w}" for w in c.warnings))),
                )
                for c in shown
            ],
            title=name,
        )
    return ExitCode.ACCEPTED


def schema(settings: Settings, output: Path | None) -> int:
    """The JSON Schema of profiles, on standard output or in a new file."""
    if output is None:
        print(schema_text(), end="")
        return ExitCode.ACCEPTED
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise UsageError("output-exists", Place(file=str(output))) from None
    except OSError:
        raise UsageError("output-unwritable", Place(file=str(output))) from None
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(schema_text())
    say(settings, "cli.schema.written", stderr=True, file=output)
    return ExitCode.ACCEPTED
