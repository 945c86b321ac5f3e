"""Small words of the documents, in French and in English."""

import html
from collections.abc import Mapping

from profiles.catalogue import Lang, text
from profiles.model import Bilingual
from risk.report.summary import number as digits

SEPARATOR = {Lang.FR: " ; ", Lang.EN: "; "}
"""Between the items of a list inside a sentence."""


def word(key: str, lang: Lang, /, **facts: object) -> str:
    """The text ``release.<key>``."""
    return text(f"release.{key}", lang, **facts)


def floored(number: int, floor: int, lang: Lang) -> str:
    """A count of persons, or ``moins de 11`` when it is smaller than the floor and not zero."""
    return word("fewer", lang, floor=floor) if 0 < number < floor else digits(number, lang)


def listed(values: Mapping[str, Bilingual], lang: Lang, most: int | None = None) -> str:
    """``1 = homme ; 2 = femme``; beyond ``most`` values, their number instead of the rest."""
    shown = [coded(code, label, lang) for code, label in list(values.items())[:most]]
    if most is not None and len(values) > most:
        shown.append(word("more_values", lang, count=digits(len(values), lang)))
    return SEPARATOR[lang].join(shown)


def coded(code: str, label: Bilingual | None, lang: Lang) -> str:
    """``1 = homme``, or the code alone when nothing more is known of it."""
    meaning = label.get(lang) if label else ""
    return code if meaning in ("", code) else f"{code} = {meaning}"


def cell(value: str) -> str:
    """``value`` inside a Markdown table, where it stays text."""
    return html.escape(" ".join(value.split()), quote=False).replace("\\", "\\\\").replace("|", "\\|")
