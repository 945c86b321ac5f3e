"""``SHA256SUMS``: the digest of every other file of a folder, as ``sha256sum --check`` reads it."""

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

NAME = "SHA256SUMS"


def files_of(folder: Path) -> dict[str, Path]:
    """Every entry below ``folder`` that is not a plain folder, by its POSIX path, sorted.

    Links and special files are listed too and never followed; an empty folder is listed with a
    final ``/``.
    """
    found: dict[str, Path] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not stat.S_ISDIR(path.lstat().st_mode):
            found[name] = path
        elif not any(path.iterdir()):
            found[name + "/"] = path
    return dict(sorted(found.items()))


def is_plain_file(path: Path) -> bool:
    """Whether ``path`` is a regular file, and not a link to one."""
    return stat.S_ISREG(path.lstat().st_mode)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums_text(digests: Mapping[str, str]) -> str:
    """One line per file, sorted by name: digest, two spaces, name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
