"""What a folder of images holds, attribute by attribute, counted by patients; files are only read."""

import hashlib
import re
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from anonymize.dicom.actions import Action
from anonymize.dicom.discovery import discover, root_of
from anonymize.dicom.plan import Plan, compile_plan
from anonymize.dicom.quarantine import Quarantine
from anonymize.dicom.standard.dictionary import keyword_of, vr_of
from anonymize.dicom.standard.iod import object_name
from anonymize.dicom.unpacking import plain_file
from anonymize.dicom.verify_contexts import PIXEL_TAGS, Remembering, tag_of
from anonymize.dicom.verify_identity import CHARSETS
from anonymize.dicom.verify_parser import (
    ENTER,
    PIXELS,
    SKIP,
    TAKE,
    Context,
    Unreadable,
    Walk,
    open_content,
)
from profiles.dicom_model import Dicom, DicomSource, Option
from profiles.model import Kind
from tables.progress import SILENT, Progress

KINDS = {
    "CS": Kind.TEXT, "LO": Kind.TEXT, "SH": Kind.TEXT, "DS": Kind.NUMBER, "FL": Kind.NUMBER, "FD":
    Kind.NUMBER, "IS": Kind.INTEGER, "US": Kind.INTEGER, "SS": Kind.INTEGER, "UL": Kind.INTEGER, "SL":
    Kind.INTEGER, "AS": Kind.INTEGER, "DA": Kind.DATE,
}  # fmt: skip
"""VRs whose values say something of the whole; of others only the presence is told."""
BINARY = {"US": "<H", "SS": "<h", "UL": "<I", "SL": "<i", "FL": "<f", "FD": "<d"}
SHOWN = frozenset({Action.KEEP, Action.CLEAN, Action.SHIFT, Action.TOP_CODE})
"""What the plan does with attributes whose values are told."""
OPTIONS = (
    Option.CLEAN_DESCRIPTORS,
    Option.RETAIN_PATIENT_CHARACTERISTICS,
    Option.RETAIN_MODIFIED_DATES,
)
MOST_VALUES = 1000
"""Different values of an attribute that are followed."""
CHARSET, SOP_CLASS, STUDY, SERIES, PATIENT = 0x00080005, 0x00080016, 0x0020000D, 0x0020000E, 0x00100020
_AGE = re.compile(r"(\d{3})([DWMY])")
_PER_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}


class Extremes:
    """The smallest value that at least ``floor`` persons reach: the others are one person's."""

    def __init__(self, floor: int, sign: int) -> None:
        """``sign``: 1 for the smallest, -1 for the greatest."""
        self._floor = floor
        self._sign = sign
        self._least: dict[bytes, float] = {}

    def add(self, person: bytes, value: float) -> None:
        """One more value of a person."""
        signed, least = value * self._sign, self._least
        if signed >= least.get(person, float("inf")):
            return
        least[person] = signed
        if len(least) > self._floor:
            del least[max(least, key=lambda each: least[each])]

    @property
    def value(self) -> float | None:
        """None when fewer persons have a value."""
        return max(self._least.values()) * self._sign if len(self._least) == self._floor else None


@dataclass
class Variable:
    """One attribute of the files."""

    name: str
    tag: int
    vr: str
    shown: bool
    low: Extremes
    high: Extremes
    files: int = 0
    """Files that have it with a value."""
    values: dict[str, set[bytes]] = field(default_factory=dict)
    """Value -> some of the persons who have it, as many as the floor at least."""
    counts: Counter[str] = field(default_factory=Counter)
    """Value -> files."""
    many: bool = False
    """More different values than are followed."""


@dataclass
class Described:
    """What a source holds."""

    floor: int
    files: int = 0
    unread: int = 0
    """Files that are no image, or that can't be read."""
    patients: set[bytes] = field(default_factory=set)
    studies: set[bytes] = field(default_factory=set)
    series: set[bytes] = field(default_factory=set)
    classes: Counter[str] = field(default_factory=Counter)
    variables: dict[str, Variable] = field(default_factory=dict)


def describe_images(source: Path, temporary: Path, floor: int, progress: Progress | None = None) -> Described:
    """Read every file of ``source`` once. ``floor``: persons behind any value that is told.

    Raises SourceError when the source is neither a folder nor an archive.
    """
    found = Described(floor)
    observer = progress or SILENT
    plan = compile_plan(Dicom(source=DicomSource(path="."), options=OPTIONS))
    observer.start("describe", None)
    try:
        for item in discover(source):
            observer.advance(1)
            if item.kind == "junk":
                found.unread += 1
                continue
            try:
                with plain_file(root_of(source), item, temporary) as path:
                    _take(found, path, plan)
            except (Quarantine, Unreadable, OSError):
                found.unread += 1
    finally:
        observer.done()
    return found


def _take(found: Described, path: Path, plan: Plan) -> None:
    content = open_content(path)
    with content.stream:
        if not content.preamble and not content.meta:
            raise Unreadable
        seen = _Seen((), {})
        Walk(content).all(seen)
    top = {tag_of(key): (key, value) for key, value, depth in content.found if not depth}
    if SOP_CLASS not in top:
        raise Unreadable
    found.files += 1
    sop_class = _text(top[SOP_CLASS][1], "ascii")
    found.classes[object_name(sop_class) or "other"] += 1
    codec = CHARSETS.get(_text(top.get(CHARSET, (b"", b""))[1], "ascii").split("\\")[0], "latin_1")
    person = _digest(top.get(PATIENT, (b"", b""))[1])
    found.patients.add(person)
    for tag, known in ((STUDY, found.studies), (SERIES, found.series)):
        known.add(_digest(top.get(tag, (b"", b""))[1]))
    for name, (tag, vr, depth) in seen.names.items():
        shown = not depth and plan.rule(tag, vr, sop_class).action in SHOWN and vr in KINDS
        variable = _variable(found, name, tag, vr, shown=shown)
        if depth or tag not in top:
            variable.files += 1
        elif top[tag][1].strip(b" \0") or vr in BINARY:
            variable.files += 1
            if variable.shown:
                _add(variable, top[tag][1], person, codec, found.floor)


def _variable(found: Described, name: str, tag: int, vr: str, *, shown: bool) -> Variable:
    if name not in found.variables:
        low, high = Extremes(found.floor, 1), Extremes(found.floor, -1)
        found.variables[name] = Variable(name, tag, vr, shown, low, high)
    return found.variables[name]


def _add(variable: Variable, raw: bytes, person: bytes, codec: str, floor: int) -> None:
    text = _value(raw, variable.vr, codec)
    if KINDS[variable.vr] is not Kind.TEXT:
        number = _number(text, variable.vr)
        if number is not None:
            variable.low.add(person, number)
            variable.high.add(person, number)
        return
    variable.counts[text] += 1
    persons = variable.values.setdefault(text, set())
    if len(persons) < floor:
        persons.add(person)
    if len(variable.values) > MOST_VALUES:
        variable.many = True
        variable.shown = False
        variable.values.clear()
        variable.counts.clear()


def _value(raw: bytes, vr: str, codec: str) -> str:
    if vr in BINARY:
        size = struct.calcsize(BINARY[vr])
        return f"{struct.unpack_from(BINARY[vr], raw)[0]:.10g}" if len(raw) >= size else ""
    return _text(raw, codec)


def _number(text: str, vr: str) -> float | None:
    """The first of several values: a number, an age in years, or a date as eight digits."""
    first = text.partition("\\")[0].strip()
    if vr == "AS":
        age = _AGE.fullmatch(first)
        return int(int(age[1]) / _PER_YEAR[age[2]]) if age else None
    if vr == "DA":
        return float(first) if re.fullmatch(r"\d{8}", first) else None
    try:
        value = float(first)
    except ValueError:
        return None
    return value if value - value == 0 else None


def _text(raw: bytes, codec: str) -> str:
    return raw.decode(codec, "replace").strip(" \0")


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw.strip(b" \0"), digest_size=12).digest()


class _Seen(Remembering):
    """Names of the attributes of one file, and the values at its top."""

    def __init__(self, parents: tuple[str, ...], names: dict[str, tuple[int, str, int]]) -> None:
        super().__init__()
        self._parents = parents
        self.names = names
        """Name with the sequences around it -> tag, VR, depth."""
        self._children: dict[int, Context] = {}

    def inside(self, key: bytes) -> Context:
        """Items of a sequence."""
        tag = tag_of(key)
        if tag not in self._children:
            self._children[tag] = _Seen((*self._parents, _name(tag)), self.names)
        return self._children[tag]

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """Notes the name; private attributes are one."""
        self.names.setdefault(".".join((*self._parents, _name(tag))), (tag, vr, len(self._parents)))
        if tag in PIXEL_TAGS:
            return PIXELS, None
        if vr == "SQ":
            return ENTER, _Seen((), {}) if tag >> 16 & 1 else self.inside(key)
        return (SKIP if self._parents or tag >> 16 & 1 else TAKE), None


def _name(tag: int) -> str:
    return keyword_of(tag) or ("private" if tag >> 16 & 1 else "unknown")


def kind_of(variable: Variable) -> Kind | None:
    """The kind of its values; None for what is not one value."""
    return KINDS.get(vr_of(variable.tag) or variable.vr) if variable.vr in KINDS else None
