"""Compressed pixels carry no notes but those of codecs."""

import struct
import warnings
from pathlib import Path

import pydicom
import pydicom.data
import pytest
from pydicom.encaps import encapsulate, generate_frames

from anonymize.dicom.codestream import holds_notes
from anonymize.dicom.quarantine import Quarantine, Reason
from tests.anonymize.dicom.factory import Rewriter

ROOT = Path(pydicom.data.__file__).parent / "test_files"
JPEG = "SC_rgb_jpeg_gdcm.dcm"
JPEG_2000 = "MR_small_jp2klossless.dcm"
JPEG_LS = "MR_small_jpeg_ls_lossless.dcm"


def frame(name: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds = pydicom.dcmread(ROOT / name)
        return next(generate_frames(ds.PixelData, number_of_frames=1))


def with_segment(raw: bytes, marker: int, content: bytes) -> bytes:
    at = raw.index(b"\xff\x90") if marker == 0x64 else 2
    return raw[:at] + struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content + raw[at:]


@pytest.mark.parametrize("name", [JPEG, JPEG_2000, JPEG_LS, "MR_small_RLE.dcm"])
def test_pixels_as_codecs_write_them_hold_no_notes(name):
    raw = frame(name)
    assert not holds_notes(raw[:4096], raw[-512:])


@pytest.mark.parametrize(
    ("name", "marker", "content"),
    [
        (JPEG, 0xFE, b"Lefevre Theodule"),
        (JPEG, 0xE1, b"Exif\0\0" + b"GPS 48.8, owner Lefevre Theodule, 2021"),
        (JPEG, 0xE1, b"Theodule Lefevre"),
        (JPEG, 0xED, b"Photoshop 3.0\0 caption of Theodule Lefevre at home"),
        (JPEG, 0xE2, b"ICC_PROFILE\0\1\1" + bytes(200)),
        (JPEG_LS, 0xFE, b"1 74 11 75 056 077 12"),
        (JPEG_2000, 0x64, b"\0\1Lefevre Theodule"),
    ],
)
def test_a_note_is_found_whoever_is_named(name, marker, content):
    raw = with_segment(frame(name), marker, content)
    assert holds_notes(raw[:4096], raw[-512:])


@pytest.mark.parametrize(
    ("name", "marker", "content"),
    [
        (JPEG, 0xFE, b"LEAD Technologies Inc. V1.01"),
        (JPEG, 0xFE, b"Intel(R) JPEG Library, version 1,5,4,36"),
        (JPEG, 0xEE, b"Adobe\0d\0\0\0\0\0"),
        (JPEG_2000, 0x64, b"\0\1Kakadu-v7.3.3"),
        (JPEG_2000, 0x64, b"\0\1Created by OpenJPEG version 2.5.0"),
    ],
)
def test_codecs_may_name_themselves(name, marker, content):
    raw = with_segment(frame(name), marker, content)
    assert not holds_notes(raw[:4096], raw[-512:])


def test_text_after_the_end_of_the_image_is_a_note():
    raw = frame(JPEG) + b"Lefevre Theodule "
    assert holds_notes(raw[:4096], raw[-512:])


@pytest.mark.parametrize("where", ["last frame", "offset table"])
def test_a_file_with_a_note_is_set_aside_in_whatever_fragment_it_is(where, tmp_path):
    raw = frame(JPEG)
    noted = with_segment(raw, 0xFE, b"seen by Theodule Lefevre")
    ds = pydicom.dcmread(ROOT / JPEG)
    table = b"seen by Theodule Lefevre" if where == "offset table" else b""
    frames = [raw] * 80 + [raw if table else noted]
    ds.NumberOfFrames = len(frames)
    ds.PixelData = encapsulate(frames, has_bot=False)
    ds["PixelData"].is_undefined_length = True
    if table:
        ds.PixelData = ds.PixelData[:4] + struct.pack("<L", len(table)) + table + ds.PixelData[8:]
    ds.save_as(tmp_path / "in.dcm")
    with pytest.raises(Quarantine) as refusal:
        Rewriter()(tmp_path / "in.dcm", tmp_path / "out.dcm")
    assert refusal.value.reason is Reason.PIXELS_TEXT
