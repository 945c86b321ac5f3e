"""Rooms depend left to right only, and nothing outside the command line touches a terminal."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("profiles", "tables", "anonymize", "synth", "risk", "release")


def test_rooms_depend_left_to_right_only() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_core_rooms_never_import_the_terminal() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^\s*(from|import) (rich|typer)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert guilty == []


def test_core_rooms_never_open_a_connection() -> None:
    network = re.compile(r"^\s*(from|import) (socket|http|urllib|requests|httpx|ssl|ftplib)\b", re.MULTILINE)
    guilty = [
        str(path.relative_to(ROOT))
        for room in (*ROOMS, "cli")
        for path in (ROOT / room).rglob("*.py")
        if network.search(path.read_text(encoding="utf-8"))
    ]

    assert guilty == []
