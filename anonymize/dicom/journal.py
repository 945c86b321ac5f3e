"""What became of each file, line by line, so that a run that was killed goes on where it stopped.

A folder of JSON lines, one file for each worker of each run; a line is written when its output is in place.
``run.json`` says under which plan and key: lines of others are forgotten, with their outputs. The folder
is private: lines name files and persons of the source.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SETTLED = 2.0
"""Seconds after which lines are made durable."""
HEADER = "run.json"

Line = dict[str, Any]


class Journal:
    """Lines of one worker."""

    def __init__(self, path: Path) -> None:
        """A new file, readable by its owner only."""
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._settled = time.monotonic()

    def add(self, line: Line) -> None:
        """Write one line, at once."""
        os.write(self._handle, json.dumps(line, separators=(",", ":")).encode() + b"\n")

    def settle(self, *, now: bool = False) -> None:
        """Make what was written durable, if that was some time ago."""
        if now or time.monotonic() - self._settled > SETTLED:
            os.fsync(self._handle)
            self._settled = time.monotonic()

    def close(self) -> None:
        """Durable and done."""
        self.settle(now=True)
        os.close(self._handle)


def read_lines(folder: Path, run: str = "") -> Iterator[Line]:
    """All lines of all workers and runs, or of one run; one that was torn by a kill is left out."""
    for path in sorted(folder.glob(f"{run}*.jsonl")):
        with path.open("rb") as stream:
            for raw in stream:
                line = _line(raw)
                if line is not None:
                    yield line


def _line(raw: bytes) -> Line | None:
    if not raw.endswith(b"\n"):
        return None
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def open_journal(folder: Path, images: Path, identity: Mapping[str, str]) -> str:
    """Make both folders ready for a run; the name that its workers' files begin with.

    When the lines there are those of another ``identity`` (plan, key, version), lines and images are
    removed: they would not be what this run makes.
    """
    header = folder / HEADER
    wanted = json.dumps(dict(identity), sort_keys=True)
    if not header.is_file() or header.read_text(encoding="utf-8") != wanted:
        for path in (folder, images):
            if path.exists():
                shutil.rmtree(path)
    for path in (folder, images):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = header.with_suffix(".new")
    partial.write_text(wanted, encoding="utf-8")
    partial.replace(header)
    runs = {path.name.partition("-")[0] for path in folder.glob("*.jsonl")}
    return f"{len(runs):06d}"
