"""The bones of a data set: no length is believed before it was held against its surroundings."""

import struct

import pytest

from anonymize.dicom.elements import MAX_DEPTH, Encoding, element, item
from anonymize.dicom.layout import Reader
from anonymize.dicom.quarantine import Quarantine, Reason

ENCODINGS = {
    "implicit": Encoding(implicit=True, little=True),
    "explicit": Encoding(implicit=False, little=True),
    "big": Encoding(implicit=False, little=False),
}
SEQUENCE = 0x00081140


@pytest.fixture(params=ENCODINGS)
def encoding(request):
    return ENCODINGS[request.param]


def undefined(tag, content, encoding, vr="SQ"):
    head = element(tag, vr, b"", encoding)[:-4] + b"\xff" * 4
    return head + content + struct.pack(encoding.order + "HHL", 0xFFFE, 0xE0DD, 0)


def open_item(content, encoding):
    order = encoding.order
    return (
        struct.pack(order + "HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
        + content
        + struct.pack(order + "HHL", 0xFFFE, 0xE00D, 0)
    )


def test_elements_pixels_and_what_follows_are_told_apart(encoding):
    name = element(0x00100010, "PN", b"A^", encoding)
    nested = undefined(SEQUENCE, open_item(name, encoding) + item(name, encoding), encoding)
    pixels = element(0x7FE00010, "OW", b"abcd", encoding)
    after = element(0x7FE10010, "LO", b"xx", encoding)
    bones = Reader(nested + name + pixels + after + bytes(20), encoding).bones(0)
    start = len(nested + name)
    assert bones.pixels == (start, start + len(pixels) - 4, 4)
    assert bones.after == start + len(pixels)
    assert bones.end == bones.after + len(after)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_cut_data_set_is_truncated_wherever_it_is_cut(encoding, cut):
    whole = undefined(SEQUENCE, open_item(element(0x00100010, "PN", b"A^" * 9, encoding), encoding), encoding)
    with pytest.raises(Quarantine) as refusal:
        Reader(whole[:-cut], encoding).bones(0)
    assert refusal.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize("levels", [MAX_DEPTH, MAX_DEPTH + 1, 5000])
def test_only_so_many_sequences_are_entered(encoding, levels):
    content = b""
    for _ in range(min(levels, 40)):
        content = undefined(SEQUENCE, open_item(content, encoding), encoding)
    reader = Reader(content, encoding)
    if levels <= MAX_DEPTH:
        assert reader.bones(0).end == len(content)
    else:
        with pytest.raises(Quarantine) as refusal:
            reader.bones(0)
        assert refusal.value.reason is Reason.TOO_DEEP


@pytest.mark.parametrize(
    "broken",
    [
        lambda e: item(b"", e),
        lambda e: undefined(0x00104000, b"", e, "UT") if not e.implicit else item(b"", e),
        lambda e: element(0x7FE00010, "OW", b"ab", e) * 2,
        lambda e: element(0x00020010, "UI", b"1.2\0", e),
        lambda e: undefined(SEQUENCE, element(0x00100010, "PN", b"A^", e), e),
        lambda e: element(SEQUENCE, "SQ", b"notanitem!", e),
    ],
)
def test_what_makes_no_sense_is_malformed(encoding, broken):
    with pytest.raises(Quarantine) as refusal:
        Reader(broken(encoding), encoding).bones(0)
    assert refusal.value.reason in {Reason.MALFORMED, Reason.TRUNCATED}


def test_a_length_that_passes_the_end_of_its_item_is_malformed(encoding):
    inner = bytearray(element(0x00100010, "PN", b"A^", encoding))
    size = struct.Struct(encoding.order + ("L" if encoding.implicit else "H"))
    size.pack_into(inner, len(inner) - 2 - size.size, 4)
    content = element(SEQUENCE, "SQ", item(bytes(inner), encoding), encoding)
    with pytest.raises(Quarantine) as refusal:
        Reader(content + element(0x00100020, "LO", b"xxxx", encoding), encoding).bones(0)
    assert refusal.value.reason is Reason.MALFORMED
