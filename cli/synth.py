"""``vitrail synth``: synthetic tables in a private folder."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.making import start
from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode, UsageError
from profiles.synth_model import SynthEngine
from release.synthesis import Synthesised, synthesise
from synth.engines import MODEL
from tables.without_pandas import keep_pandas_out


def synth(settings: Settings, profile: Path, to: Path | None) -> int:
    """Make the tables in the new folder ``to`` and say what was made."""
    if to is None:
        raise UsageError("synth-to-missing")
    keep_pandas_out()
    told = synthesise(start(settings, profile), to)
    if settings.json:
        emit(_document(told, to))
    else:
        _show(settings, told, to)
    return ExitCode.ACCEPTED


def _document(told: Synthesised, to: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "command": "synth",
        "exit_code": int(ExitCode.ACCEPTED),
        "engine": told.engine.value,
        "folder": str(to),
        "persons": told.persons,
        "tables": dict(told.tables),
        "attacked": False,
    }
    if told.engine is SynthEngine.SCHEMA:
        rules = {one.rule.name: {"rows": one.rows, "broken": one.broken} for one in told.checked}
        return {**found, "rules": rules, "repairs": dict(Counter(one.kind for one in told.repairs))}
    real = {"fitted": told.fitted, "holdout": told.holdout, "floor": told.floor}
    model = str(to / MODEL) if told.model else None
    return {**found, **real, "lost": [asdict(one) for one in told.lost], "model": model}


def _show(settings: Settings, told: Synthesised, to: Path) -> None:
    _table(settings, ("table", "rows"), [(name, str(rows)) for name, rows in told.tables.items()])
    rows = sum(told.tables.values())
    say(settings, "cli.synth.done", folder=to, persons=told.persons, rows=rows)
    if told.engine is SynthEngine.SCHEMA:
        say(settings, "cli.synth.schema", rules=len(told.checked), repairs=len(told.repairs))
    else:
        say(settings, "cli.synth.pathway", fitted=told.fitted, holdout=told.holdout)
        if told.model:
            say(settings, "cli.synth.model", model=MODEL)
        _show_lost(settings, told)
    ending = "shareable" if told.engine is SynthEngine.SCHEMA else "private"
    say(settings, f"cli.synth.{ending}", stderr=True)


def _show_lost(settings: Settings, told: Synthesised) -> None:
    if not told.lost:
        say(settings, "cli.synth.floor-nothing", floor=told.floor)
        return
    say(settings, "cli.synth.floor", floor=told.floor)
    _table(
        settings,
        ("column", "rare", "raised", "unlearnt", "of_rows"),
        [
            (one.column, *(str(count) for count in (one.values, one.raised, one.left_out, one.rows)))
            for one in told.lost
        ],
    )


def _table(settings: Settings, names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table([text(f"cli.column.{name}", settings.lang) for name in names], rows)
