"""The one catalogue of user-facing text, in French and in English.

Each room has a file ``texts/<room>.toml``; a key is a table with ``fr`` and ``en``, and
``str.format`` fields. Keys are stable and English; logs show keys, users see texts.
"""

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources

from profiles.errors import NOWHERE, Place, VitrailError


class Lang(StrEnum):
    """A language of the catalogue."""

    FR = "fr"
    EN = "en"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text: key -> language -> template."""
    texts: dict[str, dict[str, str]] = {}
    folder = resources.files("profiles") / "texts"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if key in texts:
                raise ValueError(f"text {key} is defined twice")
            texts[key] = text
    return texts


def text(key: str, lang: Lang, /, **facts: object) -> str:
    """The text of ``key`` in ``lang`` with its fields filled; KeyError when it does not exist."""
    return catalogue()[key][lang].format(**facts)


def has(key: str) -> bool:
    """Whether the catalogue knows ``key``."""
    return key in catalogue()


def place_text(place: Place, lang: Lang) -> str:
    """``fichier.yaml, ligne 3, clé tables.X`` in the user's language; empty when nowhere."""
    if place == NOWHERE:
        return ""
    parts = [place.file] if place.file else []
    for name in ("line", "key", "table", "column", "record"):
        value = getattr(place, name)
        if value is not None:
            parts.append(text(f"place.{name}", lang, value=value))
    return ", ".join(parts)


def error_text(error: VitrailError, lang: Lang) -> str:
    """What happened, where, and what to do: the message a user reads."""
    where = place_text(error.place, lang)
    head = f"{where} : " if where and lang is Lang.FR else f"{where}: " if where else ""
    lines = [head + text(f"error.{error.code}", lang, **error.facts)]
    remedy = f"error.{error.code}.remedy"
    if has(remedy):
        lines.append("→ " + text(remedy, lang, **error.facts))
    return "\n".join(lines)
