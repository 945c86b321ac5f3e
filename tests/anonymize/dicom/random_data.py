"""Random data sets of any VR, nested, written by hand in four transfer syntaxes."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from pydicom.datadict import DicomDictionary

IMPLICIT, EXPLICIT, BIG, DEFLATED = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
)  # fmt: skip
SYNTAXES = st.sampled_from([IMPLICIT, EXPLICIT, EXPLICIT, BIG, DEFLATED])
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
SIZES = {
    "AT": 2,
    "FD": 8,
    "FL": 4,
    "OD": 8,
    "OF": 4,
    "OL": 4,
    "OV": 8,
    "OW": 2,
    "SL": 4,
    "SS": 2,
    "SV": 8,
    "UL": 4,
}
SIZES |= {"US": 2, "UV": 8}
TAGS = [
    (tag, entry[0])
    for tag, entry in sorted(DicomDictionary.items())
    if tag >> 16 >= 0x0008
    and tag >> 16 not in {0x7FE0, 0xFFFE, 0xFFFC}
    and len(entry[0]) == 2
    and tag & 0xFFFF
]
TEXTS = {
    "AE": ["SCANNER7", ""], "AS": ["045Y", "099Y", "012M", "x"],
    "CS": ["YES", "AXIAL", "DUPONT", "A_B", "HEAD\\NECK", ""],
    "DA": ["20240115", "19471130", "", "20249999", "2024.01.15", "19471130\\20200101"],
    "DS": ["1.5", "-3e2", "1\\2\\3", "0612345678", "DUPONT", "", "1.2.3"],
    "IS": ["1", "-12", "1\\2", "123456789", "x", ""],
    "DT": ["20240115101500.5", "2024", "", "20240115+0100"],
    "PN": ["Dupont^Jean", "Lefèvre^Zoé", "", "A^B\\C^D"],
    "TM": ["101500", "1015", "10:15:00", "", "noon", "101500.123456"],
    "UI": ["1.2.3.4", "1.2.840.10008.5.1.4.1.1.2", "", "1.2.3\\1.2.4", "DUPONT", "1.2.840.10008.19471130"],
    "UR": ["http://hospital.example/1"],
}  # fmt: skip
WORDS = [
    "",
    "DCM",
    "T1 axial",
    "Dupont",
    "Hôpital",
    "SIEMENS",
    "a\\b",
    "113100",
    "99LOCAL",
    "é",
    "STANDARD",
    "12345678",
]


@dataclass(frozen=True)
class Element:
    """One element; ``value``: bytes in little endian, or the items of a sequence."""

    tag: int
    vr: str
    value: "bytes | list[list[Element]]"
    undefined: bool = False
    """The sequence and its items have no length."""


def text(vr: str) -> st.SearchStrategy[bytes]:
    """A value of a VR of text, in Latin-1, now and then of odd length."""
    values = st.sampled_from(TEXTS.get(vr, WORDS)).map(lambda value: value.encode("latin-1"))
    pad = b"\0" if vr == "UI" else b" "
    even = values.map(lambda value: value + pad * (len(value) % 2))
    return st.one_of(even, even, even, even, even, values)


def binary(vr: str) -> st.SearchStrategy[bytes]:
    """A value of a VR of bytes."""
    return st.binary(max_size=3).map(lambda value: value * SIZES.get(vr, 2))


def elements(depth: int) -> st.SearchStrategy[Element]:
    """Of the dictionary, sometimes private, rarely under a VR that is not its own."""

    @st.composite
    def draw_one(draw):
        tag, vr = draw(st.sampled_from(TAGS))
        kind = draw(st.integers(0, 19))
        if kind < 2:
            group = draw(st.sampled_from([0x0009, 0x0029]))
            tag = group << 16 | draw(st.sampled_from([0x10, 0x1001, 0x1002]))
            vr = draw(st.sampled_from(["LO", "UN", "DS", "OB", "SQ"]))
        elif kind == 2 and vr != "SQ":
            vr = draw(st.sampled_from(["LO", "SH", "US", "DS", "UN", "CS", "UT"]))
        if vr == "SQ":
            items = draw(st.lists(data_set(depth - 1), max_size=2)) if depth else []
            return Element(tag, vr, items, undefined=draw(st.booleans()))
        return Element(tag, vr, draw(binary(vr) if vr in SIZES or vr in {"OB", "UN"} else text(vr)))

    return draw_one()


def data_set(depth: int) -> st.SearchStrategy[list[Element]]:
    """Elements in the order of their tags, none twice."""
    return st.lists(elements(depth), max_size=6, unique_by=lambda one: one.tag).map(
        lambda found: sorted(found, key=lambda one: one.tag)
    )


def images() -> st.SearchStrategy[list[Element]]:
    """A small CT image with anything else in it."""
    fixed = [
        Element(0x00080005, "CS", b"ISO_IR 100"), Element(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
        Element(0x00080018, "UI", b"1.2.826.0.1.1.77"), Element(0x00080060, "CS", b"CT"),
        Element(0x00100010, "PN", b"Dupont^Jean "), Element(0x00100020, "LO", b"HOSP-77 "),
        Element(0x0020000D, "UI", b"1.2.826.0.1.1.5\0"), Element(0x0020000E, "UI", b"1.2.826.0.1.1.6\0"),
        Element(0x00280002, "US", b"\1\0"), Element(0x00280004, "CS", b"MONOCHROME2 "),
        Element(0x00280010, "US", b"\2\0"),
        Element(0x00280011, "US", b"\2\0"), Element(0x00280100, "US", b"\x10\0"),
        Element(0x00280101, "US", b"\x0c\0"),
        Element(0x00280102, "US", b"\x0b\0"), Element(0x00280103, "US", b"\0\0"),
        Element(0x7FE00010, "OW", bytes(8)),
    ]  # fmt: skip
    tags = {one.tag for one in fixed} | {0x00280008, 0x00280301, 0x00080008}

    def merged(others):
        return sorted([*fixed, *(one for one in others if one.tag not in tags)], key=lambda one: one.tag)

    return data_set(3).map(merged)


def encoded(found: list[Element], order: str, *, implicit: bool) -> bytes:
    """A data set as bytes."""
    chunks = []
    for one in found:
        value, length = one.value, None
        if isinstance(value, list):
            value = b"".join(_item(item, order, implicit, one.undefined) for item in value)
            if one.undefined:
                length = 0xFFFFFFFF
                value += struct.pack(order + "HHL", 0xFFFE, 0xE0DD, 0)
        elif order == ">":
            size = SIZES.get(one.vr, 1)
            value = b"".join(value[at : at + size][::-1] for at in range(0, len(value), size))
        length = len(value) if length is None else length
        head = struct.pack(order + "HH", one.tag >> 16, one.tag & 0xFFFF)
        if implicit:
            head += struct.pack(order + "L", length)
        elif one.vr in LONG:
            head += one.vr.encode() + struct.pack(order + "HL", 0, length)
        else:
            head += one.vr.encode() + struct.pack(order + "H", length)
        chunks.append(head + value)
    return b"".join(chunks)


def _item(item: list[Element], order: str, implicit: bool, undefined: bool) -> bytes:
    body = encoded(item, order, implicit=implicit)
    length = 0xFFFFFFFF if undefined else len(body)
    end = struct.pack(order + "HHL", 0xFFFE, 0xE00D, 0) if undefined else b""
    return struct.pack(order + "HHL", 0xFFFE, 0xE000, length) + body + end


def saved(found: list[Element], syntax: str, path: Path) -> Path:
    """Write a file."""
    body = encoded(found, ">" if syntax == BIG else "<", implicit=syntax == IMPLICIT)
    if syntax == DEFLATED:
        deflater = zlib.compressobj(wbits=-15)
        body = deflater.compress(body) + deflater.flush()
    meta = encoded(
        [
            Element(0x00020001, "OB", b"\0\1"), Element(0x00020002, "UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
            Element(0x00020003, "UI", b"1.2.826.0.1.1.77"),
            Element(0x00020010, "UI", syntax.encode() + b"\0" * (len(syntax) % 2)),
        ],
        "<",
        implicit=False,
    )  # fmt: skip
    group = encoded([Element(0x00020000, "UL", struct.pack("<L", len(meta)))], "<", implicit=False)
    path.write_bytes(bytes(128) + b"DICM" + group + meta + body)
    return path
