"""Binary numbers under which a text hides do not stay; those that only look like letters do."""

import struct

import pytest

from anonymize.dicom.content import ends_in_text, hides_text


@pytest.mark.parametrize(
    "raw", [b"SEBJOURU", b"Dupont Jean 1947", b"DURAND^MARIE    ", b"x" * 5 + b"MARTINEZ" + bytes(40)]
)
def test_a_text_in_numbers_is_seen(raw):
    assert hides_text(raw)


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("<d", 0.0123456789),
        struct.pack("<4f", 1.5, -2.25, 100.125, 3e7),
        bytes(range(256)),
        bytes(value for one in range(256) for value in (one, one)),
        bytes(reversed(range(256))),
        struct.pack("<256H", *range(0, 65536, 256)),
        b"",
        b"AAAAAAAAAAAA",
        b"00000000",
    ],
)
def test_numbers_and_ramps_are_none(raw):
    assert not hides_text(raw)


def test_a_text_after_the_last_compressed_pixel_is_seen():
    assert ends_in_text(bytes(range(256)) + b"DUPONT Jean 1947\0")
    assert not ends_in_text(b"DUPONT Jean 1947" + bytes([255, 217, 0]))
    assert not ends_in_text(bytes(600))
