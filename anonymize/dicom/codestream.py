"""Notes inside compressed pixels: comments and application segments of JPEG, JPEG-LS and JPEG 2000.

They are no pixels, and programs write there what they like: a camera its owner and position (EXIF), a
converter a name. Those of the codecs themselves may stay.
"""

import re
import struct
from collections.abc import Iterator

from anonymize.dicom.content import hides_text
from anonymize.dicom.standard.vocabulary import technical

JPEG, JPEG_2000, BOXES = b"\xff\xd8", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "
END = b"\xff\xd9"
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = 6
"""Of the version of a codec."""
_CODECS = """
inc ltd corp
kakadu openjpeg gdcm jasper created creator by version intel ijg jpeg library lead technologies
mitra dicom standard pegasus imaging aware libjpeg turbo accusoft matrox mainconcept nvjpeg charls
grok j2k jp2 codec lossless compressed compression encoder merge dcmtk pixelmed imagemagick gd
quality
"""
CODECS = frozenset(_CODECS.split())
"""Words of the comments that codecs write of themselves."""
_STARTS = {0xE0: (b"JFIF\0", b"LJIF\0"), 0xE8: (b"SPIFF\0",), 0xEE: (b"Adobe",)}
"""Application segment -> what it begins with where a codec wrote it."""
_NOTE_BOXES = (b"xml ", b"uuid", b"uinf", b"jp2i")
"""Boxes of JP2 files that hold notes."""
_SHORT = 40
"""Bytes of such a segment."""
_SEGMENTS = 512
"""Segments before the first coded pixel; more of them are none that a codec writes."""


def holds_notes(head: bytes, tail: bytes) -> bool:
    """Whether a fragment, of which these are the first and the last bytes, says more than pixels.

    A fragment that begins otherwise (run lengths, film, the rest of a frame) is no matter of this module.
    """
    if head.startswith(JPEG):
        noted = any(_is_note(marker, content) for marker, content in _segments(head, 2, 0xDA))
    elif head.startswith(JPEG_2000):
        noted = any(_is_note(marker, content) for marker, content in _segments(head, 2, 0x90))
    else:
        return head.startswith(BOXES) and any(box in head for box in _NOTE_BOXES)
    return noted or hides_text(tail[tail.rfind(END) + 2 :] if END in tail else b"")


def _segments(raw: bytes, at: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Marker and content of the segments before the coded pixels; what is no segment counts as a note."""
    for _ in range(_SEGMENTS):
        if at + 4 > len(raw) or raw[at] != 0xFF:
            yield 0, raw[at : at + _SHORT]
            return
        marker = raw[at + 1]
        if marker == last:
            return
        if marker == 0xFF:
            at += 1
            continue
        length = struct.unpack_from(">H", raw, at + 2)[0]
        yield marker, raw[at + 4 : at + 2 + length]
        at += 2 + length
    yield 0, b""


def _is_note(marker: int, content: bytes) -> bool:
    if marker == 0:
        return True
    if marker == 0xFE:
        return _says_more(content)
    if marker == 0x64:
        return _says_more(content[2:])
    if not 0xE0 <= marker <= 0xEF:
        return False
    if len(content) > _SHORT:
        return True
    return not content.startswith(_STARTS.get(marker, ())) and hides_text(content)


def _says_more(comment: bytes) -> bool:
    text = comment.decode("latin_1").strip(" \0\r\n")
    words = " ".join(_WORD.findall(text))
    return sum(map(str.isdigit, text)) > _DIGITS or (bool(words) and not technical(words, CODECS))
