"""What a person sees in a terminal: progress on stderr, tables and sentences on stdout."""

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.settings import Settings
from cli.streams import shows_accents
from profiles.catalogue import has, text
from tables.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.console import Console

PAGE = 100
"""Columns of a table that goes to a file or to another program."""


def console(*, stderr: bool = False) -> "Console":
    """A console that never guesses markup or numbers in our texts."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, soft_wrap=True)


def say(settings: Settings, key: str, /, *, stderr: bool = False, **facts: object) -> None:
    """One sentence of the catalogue."""
    print(text(key, settings.lang, **facts), file=sys.stderr if stderr else sys.stdout)


def emit(document: dict[str, Any]) -> None:
    """The one JSON document of a command run with ``--json``."""
    print(json.dumps(document, ensure_ascii=not shows_accents(), indent=2, sort_keys=True))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> None:
    """A table that wraps in a terminal and stays readable in a file."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    out = console()
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = PAGE
    out.print(shown)


class Bars:
    """Progress bars on stderr, one line a stage."""

    def __init__(self, settings: Settings) -> None:
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._settings = settings
        self._bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task: Any = None

    def start(self, key: str, total: int | None, **facts: object) -> None:
        """A stage begins; ``total`` in rows or targets, None when unknown."""
        name = f"progress.{key}"
        label = text(name, self._settings.lang, **facts) if has(name) else key
        self._bars.start()
        self._task = self._bars.add_task(label, total=total)

    def advance(self, n: int) -> None:
        """``n`` more of the stage's units are done."""
        if self._task is not None:
            self._bars.advance(self._task, n)

    def done(self) -> None:
        """The stage ended."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self._bars.stop()


def progress(settings: Settings) -> Progress:
    """Bars when somebody watches, else silence."""
    return Bars(settings) if sys.stderr.isatty() and not settings.json else Silent()
