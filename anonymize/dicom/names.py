"""Names of published files: pseudonyms and digests of new UIDs, so that they tell no order and no place."""

import hashlib
import re
from base64 import b32encode
from functools import lru_cache

NAME_BYTES = 10
"""80 bits: no two of 10**10 files are to be expected under one name."""
SUFFIX = ".dcm"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@lru_cache(maxsize=8192)
def short_name(uid: str) -> str:
    """16 characters A-Z, 2-7 for a new UID: the same in any case that a file system knows."""
    return b32encode(hashlib.sha256(uid.encode()).digest()[:NAME_BYTES]).decode()


def folder_name(patient: str) -> str:
    """The pseudonym itself where it can be a name."""
    return patient if _PLAIN.fullmatch(patient) else short_name(patient)


def output_name(patient: str, study: str, series: str, instance: str) -> str:
    """Path of a published file below the folder of images, with slashes; all arguments are new values."""
    return f"{folder_name(patient)}/{short_name(study)}/{short_name(series)}/{short_name(instance)}{SUFFIX}"
