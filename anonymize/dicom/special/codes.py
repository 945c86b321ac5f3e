"""Coded values: those of public terminologies stay, in the words of the terminology itself.

A code that pydicom's dictionary of PS3.16 knows gets the meaning that the dictionary gives; one of a
public terminology that it does not know keeps its code, of which the form (and the check digit, where
there is one) is verified, and gets the code as its meaning. Whatever a site wrote there is never copied.
"""

import re
from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

from pydicom import Dataset

Concept = tuple[str, str]
"""Code and scheme."""

SNOMED = frozenset({"SRT", "SNM3", "99SDM"})
"""Names of the codes of SNOMED before SCT (PS3.16 chapter 8)."""

_SHAPES = {
    "DCM": re.compile(r"13088[45]|13156[123]"),
    "SCT": re.compile(r"\d{4,16}[01]\d\d"),
    "SRT": re.compile(r"[A-Z]-[0-9A-F]{5}"),
    "LN": re.compile(r"\d{1,5}-\d"),
    "UCUM": re.compile(r"[^\s]{1,16}"),
    "NCIt": re.compile(r"C\d{4,6}"),
    "UMLS": re.compile(r"C\d{7}"),
    "RADLEX": re.compile(r"RID\d{1,6}"),
}
"""Forms of codes that the dictionary lacks; of DCM, those of Table E.3.4-1 that are younger than it.

Codes of other terminologies are too short or too free to be told from an identifier: known ones stay.
"""
_UNITS = (
    r"m g s l L Hz Bq Ci Gy Sv R eV V A W J N Pa K Cel C F T Ohm mol cd rad sr deg min h d wk mo a kat lm lx "
    r"bar U u eq osm cal B %"
)
_ODD_UNITS = (
    "m[Hg]",
    "m[H2O]",
    "[iU]",
    "[arb'U]",
    "[pH]",
    "[hnsf'U]",
    "[degF]",
    "[in_i]",
    "[lb_av]",
    "[ft_i]",
)
_PREFIX = "(?:da|[YZEPTGMkhdcmunpfa])?"
_NOTE = r"(?:\{(?:ratio|score|pixels|counts|beats|breaths|cells|events|frames|slices|dose|bpm|index)\})"
_ATOM = "|".join(re.escape(unit) for unit in (*_UNITS.split(), *_ODD_UNITS))
_FACTOR = rf"(?:{_PREFIX}(?:{_ATOM})[+-]?\d?{_NOTE}?|{_NOTE}|1|10\*?[+-]?\d?)"
_UNIT = re.compile(rf"/?{_FACTOR}(?:[./]{_FACTOR})*")
"""Units of UCUM that are made of common ones: its grammar alone takes any word."""

_DIHEDRAL = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTED = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


@cache
def _dictionary() -> dict[Concept, str]:
    concepts: Any = import_module("pydicom.sr._concepts_dict").concepts
    return {
        (code, scheme): meaning
        for scheme, words in concepts.items()
        for entries in words.values()
        for code, (meaning, _) in entries.items()
    }


@cache
def _former() -> dict[str, str]:
    return dict(import_module("pydicom.sr._snomed_dict").mapping["SRT"])


def concept(item: Dataset) -> Concept | None:
    """Code and scheme of a coded item, SNOMED codes in their present form; None without both."""
    code = str(item.get("CodeValue") or item.get("LongCodeValue") or "").strip()
    scheme = str(item.get("CodingSchemeDesignator") or "").strip()
    if not code or not scheme:
        return None
    if scheme in SNOMED:
        present = _former().get(code)
        return (present, "SCT") if present else (code, "SRT")
    return code, scheme


def first(item: Dataset, keyword: str) -> Dataset | None:
    """The first item of a sequence; None when it is absent or empty."""
    sequence = item.get(keyword)
    return sequence[0] if sequence else None


def meaning(found: Concept, needles: Collection[str] = ()) -> str:
    """What a public code means; empty: it is not one, or it is an identifier of the file."""
    known = _dictionary().get(found)
    if known is not None:
        return known[:64]
    code, scheme = found
    shape = _SHAPES.get(scheme)
    if shape is None or not shape.fullmatch(code) or not _checks(code, scheme):
        return ""
    return "" if code.casefold() in {needle.casefold() for needle in needles} else code


def public(item: Dataset | None, needles: Collection[str] = ()) -> Dataset | None:
    """A new item with the same public code, in its own words; None when the code is not public."""
    found = concept(item) if item is not None else None
    words = meaning(found, needles) if found is not None else ""
    if item is None or not words:
        return None
    code = str(item.get("CodeValue") or item.get("LongCodeValue")).strip()
    return coded(code, str(item.CodingSchemeDesignator).strip(), words)


def coded(code: str, scheme: str, words: str) -> Dataset:
    """An item of a code sequence."""
    new = Dataset()
    if len(code) > 16:
        new.LongCodeValue = code
    else:
        new.CodeValue = code
    new.CodingSchemeDesignator = scheme
    new.CodeMeaning = words
    return new


def _checks(code: str, scheme: str) -> bool:
    """Check digits of SNOMED CT (Verhoeff) and LOINC (Luhn); units made of known ones."""
    if scheme == "SCT":
        return _verhoeff(code)
    if scheme == "LN":
        return _luhn(code.replace("-", ""))
    return scheme != "UCUM" or _UNIT.fullmatch(code) is not None


def _verhoeff(digits: str) -> bool:
    """Verhoeff 1969: the digits with their check digit come to zero."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_DIHEDRAL[check][int(_PERMUTED[place % 8][int(digit)])])
    return check == 0


def _luhn(digits: str) -> bool:
    """Modulus 10: from the right, every second digit doubled."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
