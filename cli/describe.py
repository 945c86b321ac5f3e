"""``vitrail describe``: the dictionary of a source that has no profile yet."""

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from cli.settings import Settings
from cli.terminal import emit, progress, say, table
from profiles.catalogue import Lang, text
from profiles.errors import ExitCode, Place, UsageError
from tables.without_pandas import keep_pandas_out

if TYPE_CHECKING:
    from release.describe import Description

SHOWN = ("nom", "type", "unite", "valeurs", "part_manquants", "remarques")


def describe(settings: Settings, source: Path, to: Path | None, person: str | None) -> int:
    """Show variables, types, units, domains and counts of images or of a table; in a CSV file with ``to``.

    Raises:
        SourceError: the source can't be read.
        ProfileError: its format is unknown, or it has no column ``person``.
        UsageError: ``to`` exists or can't be written.
    """
    from release.describe import FLOOR
    from release.describe import describe as run

    keep_pandas_out()
    if to is not None and to.exists():
        raise UsageError("output-exists", Place(file=str(to)))
    with tempfile.TemporaryDirectory(prefix="vitrail-describe-") as folder:
        lang = Lang.FR if to is not None else settings.lang
        found = run(source, Path(folder), lang, person, progress(settings))
    if to is not None:
        _write(found, to)
    if settings.json:
        emit(
            {
                "command": "describe",
                "exit_code": 0,
                "floor": FLOOR,
                "structure": dict(found.structure),
                "variables": [asdict(each) for each in found.entries],
            }
        )
        return ExitCode.ACCEPTED
    _show(settings, found)
    say(settings, "cli.describe.floor", stderr=True, floor=FLOOR)
    if to is not None:
        say(settings, "cli.describe.written", stderr=True, file=to)
    return ExitCode.ACCEPTED


def _show(settings: Settings, found: "Description") -> None:
    from release.wording import word

    for name, value in found.structure.items():
        print(f"{text(f'cli.describe.{name}', settings.lang)} : {value}")
    rows = []
    for entry in found.entries:
        domain = "\n".join(filter(None, (entry.valeurs, entry.etendue, entry.frequences)))
        shown = {**asdict(entry), "valeurs": domain}
        rows.append(tuple(shown[name] for name in SHOWN))
    table([word(f"dictionary.{name}", settings.lang) for name in SHOWN[:-1]] + [""], rows)


def _write(found: "Description", to: Path) -> None:
    from release.dictionary import entries_csv

    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise UsageError("output-unwritable", Place(file=str(to))) from None
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(entries_csv(found.entries))
