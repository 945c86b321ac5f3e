"""Small words of the documents: numbers, shares, lists, in French and in English."""

from collections.abc import Mapping

from profiles.catalogue import Lang, has, text
from profiles.model import Bilingual

_NARROW = "\u202f"
"""Narrow no-break space: French groups digits and spaces the per cent sign with it."""


def word(key: str, lang: Lang, /, **facts: object) -> str:
    """The text ``release.<key>``."""
    return text(f"release.{key}", lang, **facts)


def known_word(key: str, fallback: str, lang: Lang) -> str:
    """The text ``release.<key>`` if there is one, else ``fallback`` as it is."""
    return word(key, lang) if has(f"release.{key}") else fallback


def count(number: int, lang: Lang) -> str:
    """A count with its digits grouped: ``12 345`` or ``12,345``."""
    return f"{number:,}".replace(",", _NARROW) if lang is Lang.FR else f"{number:,}"


def percent(share: float, lang: Lang, digits: int = 1) -> str:
    """A share as per cent; what is not zero is never shown as ``0 %`` nor what is not all as ``100 %``."""
    unit = 10.0**-digits
    rounded = round(100 * share, digits)
    sign = ""
    if share > 0 and rounded == 0:
        sign, rounded = "< ", unit
    elif share < 1 and rounded == 100:
        sign, rounded = "> ", 100 - unit
    number = f"{rounded:.{digits}f}".rstrip("0").rstrip(".")
    return sign + (f"{number.replace('.', ',')}{_NARROW}%" if lang is Lang.FR else f"{number}%")


def floored(number: int, floor: int, lang: Lang) -> str:
    """A count of persons, or ``moins de 11`` when it is smaller than the floor and not zero."""
    return word("fewer", lang, floor=floor) if 0 < number < floor else count(number, lang)


def listed(values: Mapping[str, Bilingual], lang: Lang, most: int | None = None) -> str:
    """``1 = homme ; 2 = femme``; beyond ``most`` values, their number instead of the rest."""
    separator = " ; " if lang is Lang.FR else "; "
    shown = [_coded(code, label.get(lang)) for code, label in list(values.items())[:most]]
    if most is not None and len(values) > most:
        shown.append(word("more_values", lang, count=count(len(values), lang)))
    return separator.join(shown)


def _coded(code: str, label: str) -> str:
    return code if label in ("", code) else f"{code} = {label}"


def cell(value: str) -> str:
    """``value`` inside a Markdown table."""
    return " ".join(value.split()).replace("\\", "\\\\").replace("|", "\\|")
