"""Colour profiles keep their measures, and nothing that someone wrote."""

from pathlib import Path

import pydicom.data
import pytest

from anonymize.dicom.icc import cleaned

PROFILE = (Path(pydicom.data.__file__).parent / "test_files" / "crayons.icc").read_bytes()


def tags(raw: bytes) -> dict[bytes, bytes]:
    count = int.from_bytes(raw[128:132])
    entries = (raw[132 + 12 * at : 144 + 12 * at] for at in range(count))
    return {
        one[:4]: raw[int.from_bytes(one[4:8]) : int.from_bytes(one[4:8]) + int.from_bytes(one[8:])]
        for one in entries
    }


def test_measures_stay_and_texts_are_blank():
    made = cleaned(PROFILE)
    assert made is not None
    before, after = tags(PROFILE), tags(made)
    assert before.keys() == after.keys()
    measures = [name for name, value in before.items() if value[:4] in {b"XYZ ", b"curv", b"para", b"sf32"}]
    assert measures
    for name in measures:
        assert before[name] == after[name]
    for name in (b"desc", b"cprt"):
        text = before[name].replace(b"\0", b"")[8:40]
        assert text
        assert text not in made.replace(b"\0", b"")


def test_header_keeps_no_date_maker_or_model():
    made = cleaned(PROFILE)
    assert made is not None
    assert made[24:36] == bytes(12)
    assert made[48:64] == bytes(16)
    assert made[12:24] == PROFILE[12:24]


@pytest.mark.parametrize(
    "raw",
    [b"", b"Dupont" * 40, PROFILE[:100], PROFILE[: len(PROFILE) // 2], PROFILE.replace(b"acsp", b"xxxx")],
)
def test_what_is_no_whole_profile_leaves(raw):
    assert cleaned(raw) is None


def test_what_lies_between_the_tags_leaves():
    offset = len(PROFILE) + len(PROFILE) % 4
    longer = (len(PROFILE) + 400).to_bytes(4) + PROFILE[4:].ljust(offset, b"\0") + b"Lefevre " * 50
    made = cleaned(longer.ljust(len(PROFILE) + 400, b"\0"))
    assert made is None or b"Lefevre" not in made
