"""Clean a description: only the words of a technical vocabulary stay (option Clean Descriptors, code C)."""

import re
from functools import lru_cache

from anonymize.dicom.standard.vocabulary import technical

_TOKEN = re.compile(r"[^\s,;:/_()\[\]|^=]+")
_BARE = re.compile(r"[\d.+-]*|[A-Za-z]\W?")
"""A bare number may be a piece of a date or of a telephone number, a single letter that of a name."""


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """The technical words of ``text`` and its measures, in their order; empty when it has none."""
    kept = (token for token in _TOKEN.findall(text) if not _BARE.fullmatch(token) and technical(token))
    cleaned = " ".join(kept)
    return cleaned if cleaned and technical(cleaned) else ""
