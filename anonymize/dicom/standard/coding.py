"""Codes and their meanings: what a code of a standard scheme looks like (PS3.16, Table 8-1 for the schemes).

A code of a local scheme, or of one that is not listed here, tells where it was made and may hold anything.
"""

import re
from collections.abc import Callable

from anonymize.dicom.standard import lexicon
from profiles.dicom_names import MODALITIES

CODE_VALUE, LONG_CODE_VALUE = 0x00080100, 0x00080119
DESIGNATOR, VERSION, MEANING = 0x00080102, 0x00080103, 0x00080104
CODED = frozenset({CODE_VALUE, LONG_CODE_VALUE, DESIGNATOR, VERSION, MEANING})
UNIT = re.compile(r"[A-Za-z]+")
ATOMS = frozenset((lexicon.DATA / "units.txt").read_text("ascii").split())
"""Atoms of UCUM with their prefixes, as units of imaging use them."""


def _shape(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def is_snomed(value: str) -> bool:
    """Whether ``value`` is a concept of SNOMED CT's international release: partition 00, check digit.

    Check digit of Verhoeff 1969, as in the SNOMED CT release file specification; at most ten digits, since
    longer ones hold the number of an extension.
    """
    return bool(re.fullmatch(r"[1-9]\d{3,7}0\d", value)) and value[-3:-1] == "00" and verhoeff(value) == 0


_TIMES = tuple(
    tuple(map(int, row))
    for row in (
        *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
        *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
    )
)
_TURNS = tuple(
    tuple(map(int, row))
    for row in (
        *("0123456789", "1576283094", "5803796142", "8916043527"),
        *("9453126870", "4286573901", "2793806415", "7046913258"),
    )
)


def verhoeff(digits: str) -> int:
    """0 when the last digit is the check digit of the others (Verhoeff 1969)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _TIMES[check][_TURNS[place % 8][int(digit)]]
    return check


def is_loinc(value: str) -> bool:
    """Whether ``value`` is written as LOINC writes codes, its check digit included (modulo 10)."""
    if not re.fullmatch(r"\d{1,6}-\d", value):
        return False
    digits = [int(digit) for digit in reversed(value[:-2])]
    total = sum(sum(divmod(digit * 2, 10)) for digit in digits[::2]) + sum(digits[1::2])
    return (-total) % 10 == int(value[-1])


def is_unit(value: str) -> bool:
    """Whether ``value`` is a UCUM unit of known atoms, with known words in braces."""
    bare = re.sub(r"\{[^{}]*\}", "", value)
    noted = lexicon.WORD.findall(" ".join(re.findall(r"\{([^{}]*)\}", value)).lower())
    plain = re.fullmatch(r"[A-Za-z0-9./*^%\[\]()'+_-]{0,32}", bare) is not None
    few = sum(map(str.isdigit, bare)) < 4
    known = all(atom in ATOMS for atom in UNIT.findall(bare)) and lexicon.words().issuperset(noted)
    return plain and few and known


def is_dcm(value: str) -> bool:
    """Whether ``value`` is a code of DICOM's own scheme."""
    words, ranges = lexicon.codes()
    if value in words or value in MODALITIES:
        return True
    return re.fullmatch(r"1\d{5}", value) is not None and any(int(value) in each for each in ranges)


SNOMED_OLD = _shape(r"[A-Z]\d?-[0-9A-F]{4,6}|[A-Z]{1,2}-[0-9A-FX]{4,6}")
SCHEMES: dict[str, Callable[[str], bool]] = {
    "DCM": is_dcm,
    "SCT": lambda value: is_snomed(value) or SNOMED_OLD(value),
    "SRT": lambda value: SNOMED_OLD(value) or is_snomed(value),
    "SNM3": SNOMED_OLD,
    "99SDM": SNOMED_OLD,
    "LN": is_loinc,
    "UCUM": is_unit,
    "FMA": _shape(r"(FMA:?)?\d{4,6}"),
    "RADLEX": _shape(r"RID\d{1,5}"),
    "UMLS": _shape(r"C\d{7}"),
    "NCIt": _shape(r"C\d{3,6}"),
    "IBSI": _shape(r"(?=.*\d)(?=.*[A-Z])[0-9A-Z]{4}"),
    "MDC": _shape(r"\d{1,3}:\d{1,5}|\d{1,6}"),
    "SCPECG": _shape(r"[A-Z0-9]{1,2}-\d{1,4}(-\d{1,4})?|5\.\d{1,2}\.\d{1,2}-\d{1,3}(-\d{1,3})*"),
    "NEU": _shape(r"\d{1,4}(-\d)?"),
    "I9C": _shape(r"\d{3}(\.\d{1,2})?"),
    "I10": _shape(r"[A-Z]\d\d(\.\d{1,2})?"),
    "I10C": _shape(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "ICDO3": _shape(r"C\d\d\.\d|\d{4}/\d"),
    "ISO639_1": _shape(r"[a-z]{2}"),
    "RFC5646": _shape(r"[a-z]{2,3}(-[A-Z]{2})?"),
    "RFC3066": _shape(r"[a-z]{2,3}(-[A-Z]{2})?"),
    "ISO3166_1": _shape(r"[A-Z]{2,3}"),
    "ATC": _shape(r"[A-Z](\d\d([A-Z]{1,2}(\d\d)?)?)?"),
    "RXNORM": _shape(r"\d{3,7}"),
    "MSH": _shape(r"[A-Z]\d{3,6}"),
    "ITIS_TSN": _shape(r"\d{4,6}"),
    "MA": _shape(r"\d{7}"),
    "UBERON": _shape(r"UBERON:\d{7}"),
}
"""Designator -> whether a text is written as the scheme writes codes."""
REGISTERED = frozenset(SCHEMES) | frozenset(
    "ACR BARI C4 C5 CD2 CTV3 DOCR DNS HL7 I9 I11 I10P JC8 NDC NICIP NYUMCCG PUBCHEM_CID RCD UCRS UNS".split()  # noqa: SIM905
)


def is_code(value: str, scheme: str) -> bool:
    """Whether ``value`` is written as codes of ``scheme`` are; never for a scheme that is not known."""
    shape = SCHEMES.get(scheme)
    return shape is not None and shape(value)


def is_version(value: str) -> bool:
    """Whether ``value`` is the version of a scheme: an edition's date since 1995, or numbers with points."""
    return re.fullmatch(r"(199[5-9]|20[0-4]\d)(\d{4})?|\d{1,2}(\.\d{1,2})?|V\d", value) is not None
