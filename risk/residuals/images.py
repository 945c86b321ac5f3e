"""Everything that reads like text in an image file, wherever it stands; pixels spell anything by chance."""

import re
from collections.abc import Iterator
from pathlib import Path

from anonymize.dicom.verify_contexts import PIXEL_TAGS, Everything, tag_of
from anonymize.dicom.verify_parser import Content, Unreadable, Walk, open_content
from risk.residuals.cells import Cells, UnreadableError, of_texts

LARGEST = 64 << 20
"""A value of more bytes than this that is no pixel is not published unseen."""
_PRINTABLE = re.compile(rb"[\x20-\x5b\x5d\x5f-\x7e\x80-\xff]{3,}")
"""Printable runs, cut where DICOM cuts values (backslash) and parts of a name (caret)."""
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){3,}")


def image_cells(path: Path, place: str, _expected: object) -> Iterator[Cells]:
    """The texts of one DICOM file. UnreadableError when its structure breaks."""
    try:
        content = open_content(path)
    except Unreadable:
        raise UnreadableError from None
    with content.stream:
        try:
            Walk(content).all(Everything())
        except Unreadable:
            raise UnreadableError from None
        yield of_texts(place, list(dict.fromkeys(_texts(content))))


def _texts(content: Content) -> Iterator[str]:
    for part in _parts(content):
        for run in _PRINTABLE.findall(part):
            yield run.decode("latin-1")
            if not run.isascii():
                yield run.decode("utf-8", "replace")
        for run in _WIDE.findall(part):
            yield run.decode("utf-16-le", "replace")


def _parts(content: Content) -> Iterator[bytes]:
    """All bytes of the file but pixels."""
    yield content.preamble
    yield from content.meta.values()
    yield from content.header
    for span in content.spans:
        if tag_of(span.key) in PIXEL_TAGS:
            continue
        if span.length > LARGEST:
            raise UnreadableError
        yield content.read(span.start, span.length)
