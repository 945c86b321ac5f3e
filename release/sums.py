"""``SHA256SUMS``: the digest of every other file of a folder, as ``sha256sum --check`` reads it."""

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

NAME = "SHA256SUMS"


def files_of(folder: Path) -> dict[str, Path]:
    """Every entry below ``folder`` that is not a plain folder, by its POSIX path, sorted.

    Links and special files are listed too and never followed; an empty folder is listed with a
    final ``/``. OSError when a folder cannot be read.
    """
    found: dict[str, Path] = {}
    for base, folders, names in os.walk(folder, onerror=_raise):
        here = Path(base)
        links = [name for name in folders if (here / name).is_symlink()]
        for path in (here / name for name in (*names, *links)):
            found[path.relative_to(folder).as_posix()] = path
        if not folders and not names and here != folder:
            found[here.relative_to(folder).as_posix() + "/"] = here
    return dict(sorted(found.items()))


def _raise(error: OSError) -> None:
    raise error


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


def recorded(written: bytes) -> dict[str, str] | None:
    """Name -> digest as a sums file says; None when a line is not in the format."""
    found = {}
    for line in written.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        value, gap, name = line[:64], line[64:66], line[66:]
        if gap != "  " or not name:
            return None
        found[name] = value
    return found
