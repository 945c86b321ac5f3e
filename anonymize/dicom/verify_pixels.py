"""Whether the pixel data of an output are those of its source."""

from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.verify_contexts import PIXEL_TAGS, tag_of
from anonymize.dicom.verify_parser import Content, Span, is_big

CHUNK = 1 << 16
"""Bytes compared at once: few enough to stay in the cache, and even, for those that are swapped."""


def compare_pixels(read: Content, made: Content) -> None:
    """Raises Quarantine (pixels-changed) unless each output's pixel data are equal to the source's."""
    before, after = _pixels(read), _pixels(made)
    if before.keys() != after.keys():
        raise Quarantine(Reason.PIXELS_CHANGED)
    for tag, span in before.items():
        if not _same(read, span, made, after[tag]):
            raise Quarantine(Reason.PIXELS_CHANGED)


def _pixels(content: Content) -> dict[int, Span]:
    spans = {tag_of(span.key): span for span in content.spans}
    return {tag: span for tag, span in spans.items() if tag in PIXEL_TAGS}


def _same(read: Content, one: Span, made: Content, other: Span) -> bool:
    """An odd length may have become even by one zero."""
    longer = other.length - one.length
    if one.fragments != other.fragments or longer not in (0, one.length % 2):
        return False
    swap = is_big(read) and one.key[4:6] in (b"OW", b"US", b"SS")
    for at in range(0, one.length, CHUNK):
        length = min(CHUNK, one.length - at)
        left = read.read(one.start + at, length)
        if swap:
            left = _swapped(left)
        if left != made.read(other.start + at, length):
            return False
    return not longer or made.read(other.start + one.length, 1) == b"\0"


def _swapped(data: bytes) -> bytes:
    """Each pair of bytes the other way round."""
    turned = bytearray(data)
    turned[0::2], turned[1::2] = data[1::2], data[0::2]
    return bytes(turned)
