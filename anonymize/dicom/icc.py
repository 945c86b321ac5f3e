"""Colour profiles (ICC.1:2022): their measures stay, their words and dates leave."""

import struct

_HEADER = 128
_ENTRY = 12
TEXTS = frozenset({b"text", b"desc", b"mluc"})
MEASURES = frozenset({
    b"curv", b"para", b"XYZ ",
    b"mft1", b"mft2", b"mAB ", b"mBA ", b"sf32", b"chrm", b"meas", b"view", b"sig ",
})  # fmt: skip
"""Types of tag that hold numbers only."""
LARGEST = 1 << 24
TAGS = 100


def cleaned(raw: bytes) -> bytes | None:
    """The profile with blank texts; None when it is not understood whole."""
    if len(raw) < _HEADER + 4 or len(raw) > LARGEST or raw[36:40] != b"acsp":
        return None
    size, count = struct.unpack_from(">L", raw)[0], struct.unpack_from(">L", raw, _HEADER)[0]
    end = _HEADER + 4 + count * _ENTRY
    if not end <= size <= len(raw) or count > TAGS:
        return None
    made = bytearray(size + size % 2)
    made[: _HEADER + 4] = _header(raw)
    for at in range(_HEADER + 4, end, _ENTRY):
        _, offset, length = struct.unpack_from(">LLL", raw, at)
        if offset < end or offset + length > size or length < 8:
            return None
        content = _content(raw[offset : offset + length])
        if content is None:
            return None
        made[at : at + _ENTRY] = raw[at : at + _ENTRY]
        made[offset : offset + length] = content
    return bytes(made)


def _header(raw: bytes) -> bytes:
    """Without maker, model, creator, date and checksum."""
    head = bytearray(raw[: _HEADER + 4])
    for start, stop in ((4, 8), (24, 36), (40, 44), (48, 64), (80, _HEADER)):
        head[start:stop] = bytes(stop - start)
    return bytes(head)


def _content(raw: bytes) -> bytes | None:
    kind = raw[:4]
    if kind in MEASURES:
        return raw[:4] + bytes(4) + raw[8:]
    if kind not in TEXTS:
        return None
    if kind == b"mluc":
        return _localized(raw)
    if kind == b"desc":
        return kind + bytes(4) + struct.pack(">L", 1) + bytes(len(raw) - 12) if len(raw) >= 90 else None
    return kind + bytes(4) + b" " * (len(raw) - 9) + b"\0" if len(raw) > 8 else None


def _localized(raw: bytes) -> bytes | None:
    """A text in several languages, as one of no length."""
    if len(raw) < 28:
        return None
    return (
        b"mluc"
        + bytes(4)
        + struct.pack(">LL", 1, 12)
        + b"enUS"
        + struct.pack(">LL", 0, 28)
        + bytes(len(raw) - 28)
    )
