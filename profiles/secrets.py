"""The secret from which every key is derived: where it is read, and when it is too weak.

No function here shows the secret, not even its length.
"""

import base64
import math
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from profiles.errors import Place, ProfileError
from profiles.interpolation import missing_variable
from profiles.loading import LoadedProfile

PREFIX = "vitrail1_"
MIN_BITS = 128
MIN_DISTINCT = 8
"""Distinct characters (bytes, when hexadecimal) of a secret that was drawn at random."""
MIN_PASSPHRASE = 32
"""Characters of a passphrase made of words."""
_MAX_FILE = 4096


def new_secret() -> str:
    """A fresh secret of 256 bits from the system's random source, as one line of text."""
    return PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii").rstrip("=")


def read_secret(loaded: LoadedProfile, environ: Mapping[str, str] = os.environ) -> bytes:
    """The secret that the profile refers to, as UTF-8 bytes without surrounding blanks.

    Raises ProfileError when it is absent, readable by others, or weaker than 128 bits.
    """
    reference, place = loaded.profile.secret, loaded.place(("secret",))
    if reference is None:
        raise ProfileError("secret-missing", place)
    if reference.file is not None:
        path = loaded.resolve(reference.file, ("secret", "file"))
        value = _read_file(path, loaded.place(("secret", "file")))
    else:
        name = reference.variable or ""
        value = environ.get(name, "")
        if not value:
            raise missing_variable(name, reference.message, place, "secret-absent")
    value = value.strip()
    if not is_strong(value):
        raise ProfileError("secret-weak", place)
    return value.encode()


def is_strong(value: str) -> bool:
    """Whether ``value`` can hold 128 bits: random bytes written as text, or a long passphrase.

    An upper estimate from the length and the alphabet: no test tells a random text from a chosen one.
    """
    if not value.isprintable() or len(set(value)) < MIN_DISTINCT:
        return False
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        pairs = {value[start : start + 2] for start in range(0, len(value), 2)}
        bits = math.log2(10 if value.isdigit() else 16) * len(value)
        return bits >= MIN_BITS and len(pairs) >= MIN_DISTINCT
    return len(value) >= MIN_PASSPHRASE or _alphabet_bits(value) * len(value) >= MIN_BITS


def _alphabet_bits(value: str) -> float:
    """Bits a character of base32 or base64 text holds; 0 for what may be plain words."""
    if re.fullmatch(r"(?=.*[2-7])[A-Z2-7]+=*", value):
        return 5
    if re.fullmatch(r"(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9+/_-]+=*", value):
        return 6
    return 0


def _read_file(path: Path, place: Place) -> str:
    if path.exists() and not path.is_file():
        raise ProfileError("secret-file-unreadable", place)
    try:
        with path.open("rb") as stream:
            _check_private(os.fstat(stream.fileno()), place)
            content = stream.read(_MAX_FILE + 1)
        text = content.decode("utf-8")
    except FileNotFoundError:
        raise ProfileError("secret-file-missing", place) from None
    except (OSError, UnicodeDecodeError):
        raise ProfileError("secret-file-unreadable", place) from None
    if len(content) > _MAX_FILE:
        raise ProfileError("secret-file-unreadable", place)
    return text


def _check_private(status: os.stat_result, place: Place) -> None:
    if os.name != "posix":
        # Windows has no such mode bits: rights are access lists, which the folder's owner sets.
        return
    if status.st_mode & 0o077 or status.st_uid not in {os.geteuid(), 0}:
        raise ProfileError("secret-file-open", place, mode=f"{stat.S_IMODE(status.st_mode):04o}")
