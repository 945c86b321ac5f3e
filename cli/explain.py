"""``vitrail explain`` and ``vitrail schema``: what a profile does, and what a profile may say."""

import os
from dataclasses import asdict
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import Lang, text
from profiles.errors import ExitCode, Place, UsageError
from profiles.explain import explain as explain_columns
from profiles.json_schema import schema_text
from profiles.loading import load_profile

ATTACKERS = Path("attackers")
"""The word that asks for the attacks in place of a profile."""
PARTS = ("definition", "knowledge", "success", "statistics", "cost", "reference", "limits")


def explain(settings: Settings, profile: Path) -> int:
    """Column by column: what it is, what happens to it, why, and what deserves a second look."""
    if profile == ATTACKERS and not profile.exists():
        return attackers(settings)
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


def attackers(settings: Settings) -> int:
    """Attack by attack: what is tried, what the intruder knows, how it is measured, what it does not see."""
    from risk.attackers.registry import attacker, names

    found = [attacker(name) for name in names()]
    if settings.json:
        shown = [
            {
                "name": one.name,
                "criterion": one.criterion.value,
                "gates": {"real": one.gates("real"), "synthetic": one.gates("synthetic")},
                **{part: text(f"attacker.{one.name}.{part}", settings.lang) for part in PARTS},
            }
            for one in found
        ]
        emit({"command": "explain attackers", "exit_code": 0, "attackers": shown})
        return ExitCode.ACCEPTED
    for one in found:
        real, synthetic = one.gates("real"), one.gates("synthetic")
        key = "both" if real and synthetic else "real" if real else "synthetic" if synthetic else "none"
        criterion = text(f"criterion.{one.criterion.value}", settings.lang)
        print(f"{one.name} – {criterion} – {text(f'attacker.gates.{key}', settings.lang)}")
        for part in PARTS:
            head = text(f"attacker.part.{part}", settings.lang)
            colon = " :" if settings.lang is Lang.FR else ":"
            print(f"  {head}{colon} {text(f'attacker.{one.name}.{part}', settings.lang)}")
        print()
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
