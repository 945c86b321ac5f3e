"""A DICOMDIR of published files (PS3.3 Annex F), made from what they say themselves.

The source's own is never copied: it names every file and patient of a medium. Names of our files are
longer than the eight characters of a medium (PS3.10, 8.2), which readers of folders do not mind.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from anonymize.dicom.discovery import discover
from anonymize.dicom.elements import element
from anonymize.dicom.file_meta import LITTLE, file_head
from anonymize.dicom.verify_contexts import Everything, tag_of
from anonymize.dicom.verify_parser import Walk, open_content

NAME = "DICOMDIR"
MEDIA_DIRECTORY, EXPLICIT_LITTLE = "1.2.840.10008.1.3.10", "1.2.840.10008.1.2.1"
STORAGE = b"1.2.840.10008.5.1.4.1.1."
TYPES = (
    (b"88.59", "KEY OBJECT DOC"), (b"88.", "SR DOCUMENT"), (b"11.", "PRESENTATION"), (b"9.", "WAVEFORM"),
    (b"481.2", "RT DOSE"), (b"481.3", "RT STRUCTURE SET"), (b"481.5", "RT PLAN"), (b"481.8", "RT PLAN"),
    (b"481.4", "RT TREAT RECORD"), (b"481.6", "RT TREAT RECORD"), (b"481.7", "RT TREAT RECORD"),
    (b"104.", "ENCAP DOC"), (b"66.1", "REGISTRATION"), (b"66.2", "FIDUCIAL"), (b"66.5", "SURFACE"),
    (b"4.2", "SPECTROSCOPY"),
)  # fmt: skip
"""End of a SOP class -> type of its record; IMAGE for any other."""
LEVELS = (
    ("PATIENT", ((0x00100010, "PN"), (0x00100020, "LO"))),
    ("STUDY", ((0x00080020, "DA"), (0x00080030, "TM"), (0x00080050, "SH"), (0x00081030, "LO"),
               (0x0020000D, "UI"), (0x00200010, "SH"))),
    ("SERIES", ((0x00080060, "CS"), (0x0020000E, "UI"), (0x00200011, "IS"))),
)  # fmt: skip
"""Records above a file, and their keys (PS3.3 F.5)."""
CHARSET, SOP_CLASS, INSTANCE, NUMBER = 0x00080005, 0x00080016, 0x00080018, 0x00200013


@dataclass
class Record:
    """One record, with those below it."""

    kind: str
    keys: bytes
    file: bytes = b""
    below: dict[str, "Record"] = field(default_factory=dict)
    place: int = 0
    """Offset of its item in the file."""

    @property
    def size(self) -> int:
        """Bytes of its item."""
        return len(self.item(0))

    def item(self, after: int) -> bytes:
        """The item, given the place of the next record of its level."""
        lower = next(iter(self.below.values())).place if self.below else 0
        body = b"".join(
            (
                element(0x00041400, "UL", struct.pack("<I", after), LITTLE),
                element(0x00041410, "US", b"\xff\xff", LITTLE),
                element(0x00041420, "UL", struct.pack("<I", lower), LITTLE),
                element(0x00041430, "CS", self.kind.encode(), LITTLE),
                self.file,
                self.keys,
            )
        )
        return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(body)) + body


def has_directory(source: Path) -> bool:
    """Whether a folder or an archive has a DICOMDIR anywhere."""
    return any(item.kind == "junk" and item.name.lower().endswith("dicomdir") for item in discover(source))


def write_directory(folder: Path, files: Iterable[Path]) -> Path:
    """Write ``folder/DICOMDIR``, which lists ``files`` of ``folder``; the same for the same files."""
    top = Record("", b"")
    whole = hashlib.sha256()
    for path in sorted(files):
        instance = _add(top, path, path.relative_to(folder).parts)
        whole.update(instance)
    identifier = f"2.25.{int.from_bytes(whole.digest()[:15])}"
    head = file_head(MEDIA_DIRECTORY, identifier, EXPLICIT_LITTLE)
    roots = list(top.below.values())
    fixed = len(_set(0, 0)) + 12
    end = _lay(roots, len(head) + fixed)
    first, last = (roots[0].place, roots[-1].place) if roots else (0, 0)
    length = struct.pack("<I", end - len(head) - fixed)
    target = folder / NAME
    with target.open("wb") as stream:
        stream.write(head + _set(first, last) + b"\x04\x00\x20\x12SQ\0\0" + length)
        stream.writelines(_items(roots))
    return target


def _set(first: int, last: int) -> bytes:
    """What precedes the records."""
    return b"".join(
        (
            element(0x00041130, "CS", b"", LITTLE),
            element(0x00041200, "UL", struct.pack("<I", first), LITTLE),
            element(0x00041202, "UL", struct.pack("<I", last), LITTLE),
            element(0x00041212, "US", b"\0\0", LITTLE),
        )
    )


def _add(top: Record, path: Path, parts: tuple[str, ...]) -> bytes:
    """Put one file below its patient, study and series; its instance UID."""
    content = open_content(path)
    with content.stream:
        Walk(content).all(Everything())
    values = {tag_of(key): value for key, value, depth in content.found if not depth}
    charset = element(CHARSET, "CS", values[CHARSET], LITTLE) if values.get(CHARSET) else b""
    here = top
    for part, (kind, tags) in zip(parts, LEVELS, strict=False):
        written = b"".join(element(tag, vr, values.get(tag, b""), LITTLE) for tag, vr in tags)
        here = here.below.setdefault(part, Record(kind, charset + written))
    sop_class, instance = values.get(SOP_CLASS, b"").rstrip(b"\0 "), values.get(INSTANCE, b"").rstrip(b"\0 ")
    file = b"".join(
        (
            element(0x00041500, "CS", "\\".join(parts).encode(), LITTLE),
            element(0x00041510, "UI", sop_class, LITTLE),
            element(0x00041511, "UI", instance, LITTLE),
            element(0x00041512, "UI", content.syntax.encode(), LITTLE),
        )
    )
    keys = charset + element(NUMBER, "IS", values.get(NUMBER, b""), LITTLE)
    here.below[parts[-1]] = Record(_type(sop_class), keys, file)
    return instance


def _type(sop_class: bytes) -> str:
    rest = sop_class.removeprefix(STORAGE)
    return next(
        (kind for start, kind in TYPES if rest == start or rest.startswith(start.rstrip(b".") + b".")),
        "IMAGE",
    )


def _lay(records: list[Record], place: int) -> int:
    """Give each record its place, each one's own before those below it; where the last ends."""
    for record in records:
        record.place = place
        place = _lay(list(record.below.values()), place + record.size)
    return place


def _items(records: list[Record]) -> Iterator[bytes]:
    for number, record in enumerate(records):
        after = records[number + 1].place if number + 1 < len(records) else 0
        yield record.item(after)
        yield from _items(list(record.below.values()))
