"""``vitrail doctor``: is this installation able to do its work?"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata, util
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, table
from profiles.catalogue import Lang, text
from profiles.errors import ExitCode

ROOMS = ("profiles", "tables", "anonymize", "risk", "release", "cli")
CORE = ("pyarrow", "duckdb", "pandas", "numpy", "pydantic", "yaml", "jinja2", "cryptography", "typer", "rich")
SLOW = ("anonymeter", "sdv", "sklearn", "pydicom")
"""Looked for and not imported: they take seconds."""


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    found: str
    """Version, path or reason: never a secret."""


def doctor(settings: Settings) -> int:
    """Show every check; exit 70 when one fails, since vitrail could not be trusted here."""
    checks = [*_interpreter(), *_rooms(), *_libraries(), *_folders(settings.lang)]
    healthy = all(check.ok for check in checks)
    if settings.json:
        emit(
            {
                "exit_code": 0 if healthy else int(ExitCode.INTERNAL),
                "checks": [vars(check) for check in checks],
            }
        )
    else:
        marks = {True: text("cli.doctor.ok", settings.lang), False: text("cli.doctor.bad", settings.lang)}
        table(
            [text(f"cli.doctor.{name}", settings.lang) for name in ("check", "state", "found")],
            [(check.name, marks[check.ok], check.found) for check in checks],
        )
        print(text("cli.doctor.healthy" if healthy else "cli.doctor.ill", settings.lang))
    return ExitCode.ACCEPTED if healthy else ExitCode.INTERNAL


def _interpreter() -> list[Check]:
    supported = (3, 11) <= sys.version_info[:2] < (3, 13)
    return [
        Check("python", supported, f"{platform.python_version()} {platform.system()} {platform.machine()}")
    ]


def _rooms() -> list[Check]:
    """Our top-level names are common words: another package may hide one of them."""
    home = Path(__file__).resolve().parent.parent
    found = []
    for room in ROOMS:
        spec = util.find_spec(room)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        ours = origin is not None and origin.parent.parent == home
        found.append(Check(room, ours, str(origin.parent) if origin else "-"))
    return found


def _libraries() -> list[Check]:
    return [_attempt(name, partial(_version, name, load=name in CORE)) for name in (*CORE, *SLOW)]


def _version(name: str, *, load: bool) -> str:
    if load:
        import_module(name)
    elif util.find_spec(name) is None:
        raise ModuleNotFoundError(name)
    return metadata.version({"yaml": "pyyaml", "sklearn": "scikit-learn"}.get(name, name))


def _attempt(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, found=look())
    except Exception as error:  # noqa: BLE001 - whatever an import raises is the answer here
        return Check(name, ok=False, found=type(error).__name__)


def _folders(lang: Lang) -> list[Check]:
    known = "given" if os.environ.get("VITRAIL_KEY") else "absent"
    temporary = Path(tempfile.gettempdir())
    free = shutil.disk_usage(temporary).free // 2**20
    return [
        Check("temp", os.access(temporary, os.W_OK) and free > 512, f"{temporary} ({free} MiB)"),
        Check("VITRAIL_KEY", ok=True, found=text(f"cli.doctor.key-{known}", lang)),
    ]
