"""Rectangles are black in every frame, and every other pixel keeps its value, whatever the image's form."""

import warnings
from importlib.util import find_spec
from io import BytesIO

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels.utils import compress
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from anonymize.dicom.pixels import stored
from anonymize.dicom.pixels.policy import Decision, PixelPolicy
from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.dicom_model import Pixels

BOX = (4, 3, 13, 9)
"""Odd on the right: a subsampled pair is masked whole."""
ROWS, COLUMNS = 14, 20

needs_decoders = pytest.mark.skipif(find_spec("gdcm") is None, reason="the extra pixels is not installed")


def image(
    photometric: str, bits: int = 8, *, frames: int = 2, signed: bool = False, planar: bool = False
) -> Dataset:
    samples = 1 if photometric.startswith(("MONO", "PALETTE")) else 3
    allocated = 1 if bits == 1 else 8 if bits <= 8 else 16
    random = np.random.default_rng([bits, frames])
    low, high = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)
    values = random.integers(low, high, (frames, ROWS, COLUMNS, samples))
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.PhotometricInterpretation, ds.SamplesPerPixel = photometric, samples
    ds.Rows, ds.Columns, ds.NumberOfFrames = ROWS, COLUMNS, frames
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = (
        allocated,
        bits,
        bits - 1,
        int(signed),
    )
    if samples > 1:
        ds.PlanarConfiguration = int(planar)
        if planar:
            values = values.transpose(0, 3, 1, 2)
    if photometric == "YBR_FULL_422":
        values = random.integers(0, 256, (frames, ROWS, COLUMNS // 2, 4))
    if photometric == "PALETTE COLOR":
        add_palette(ds)
    raw = (
        np.packbits(values, bitorder="little")
        if bits == 1
        else values.astype(f"<{'i' if signed else 'u'}{allocated // 8}")
    )
    ds.add_new(0x7FE00010, "OB" if allocated <= 8 else "OW", raw.tobytes())
    ds.set_original_encoding(False, True)
    return ds


def add_palette(ds: Dataset) -> None:
    """Index 200 is black, all others are bright."""
    for colour in ("Red", "Green", "Blue"):
        entries = np.full(256, 60_000, "<u2")
        entries[200] = 0
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(ds, f"{colour}PaletteColorLookupTableData", entries.tobytes())


def masked(ds: Dataset, *, clear_bits: bool = False) -> str:
    return PixelPolicy(Pixels()).edit(ds, Decision("mask", (BOX,), clear_bits))


def reread(ds: Dataset) -> Dataset:
    file = BytesIO()
    meta = pydicom.dataset.FileMetaDataset()
    meta.TransferSyntaxUID = ds.file_meta.TransferSyntaxUID
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.file_meta = meta
    pydicom.dcmwrite(file, ds, enforce_file_format=True)
    file.seek(0)
    return pydicom.dcmread(file)


def inside(columns: slice = slice(BOX[0], BOX[2])) -> np.ndarray:
    where = np.zeros((ROWS, COLUMNS), bool)
    where[BOX[1] : BOX[3], columns] = True
    return where


FORMS = {
    "grey": (image("MONOCHROME2"), [0]),
    "inverse": (image("MONOCHROME1"), [255]),
    "inverse 12 bits": (image("MONOCHROME1", 12), [4095]),
    "16 bits": (image("MONOCHROME2", 16), [0]),
    "one bit": (image("MONOCHROME2", 1), [0]),
    "palette": (image("PALETTE COLOR"), [200]),
    "rgb": (image("RGB"), [0, 0, 0]),
    "rgb by plane": (image("RGB", planar=True), [0, 0, 0]),
    "rgb 16 bits": (image("RGB", 16), [0, 0, 0]),
    "ybr": (image("YBR_FULL"), [0, 128, 128]),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_rectangle_is_black_and_nothing_else_changes(form):
    source, black = FORMS[form]
    ds = reread(source)
    before = stored.read(reread(source))
    assert masked(ds) == "masked"
    after = stored.read(reread(ds))
    words = after.words.transpose(0, 2, 3, 1) if after.planar else after.words
    old = before.words.transpose(0, 2, 3, 1) if before.planar else before.words
    assert (words[:, inside()] == black).all()
    assert (words[:, ~inside()] == old[:, ~inside()]).all()


@pytest.mark.parametrize("form", FORMS)
def test_what_describes_the_pixels_stays_as_it_was(form):
    ds = reread(FORMS[form][0])
    before = {element.tag: element.value for element in ds.group_dataset(0x0028)}
    masked(ds)
    after = {element.tag: element.value for element in ds.group_dataset(0x0028)}
    assert after.pop(0x00280301) == "NO"
    assert after == before


def test_a_signed_image_gets_its_own_darkest_value():
    ds = image("MONOCHROME2", 12, signed=True, frames=1)
    darkest = ds.pixel_array.min()
    masked(ds)
    assert (reread(ds).pixel_array[inside()] == darkest).all()
    assert reread(ds).pixel_array.min() == darkest


def test_a_pair_of_pixels_that_shares_its_colour_is_masked_whole():
    ds = image("YBR_FULL_422")
    before = stored.read(image("YBR_FULL_422")).words
    masked(ds)
    after = stored.read(reread(ds)).words
    pairs = np.zeros((ROWS, COLUMNS // 2), bool)
    pairs[3:9, 2:7] = True
    assert (after[:, pairs] == [0, 0, 128, 128]).all()
    assert (after[:, ~pairs] == before[:, ~pairs]).all()
    assert ds.PhotometricInterpretation == "YBR_FULL_422"


def test_a_compressed_image_comes_out_uncompressed_with_the_same_values():
    ds = image("RGB")
    before = ds.pixel_array
    compress(ds, RLELossless, generate_instance_uid=False)
    masked(ds)
    after = reread(ds)
    assert after.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (after.pixel_array[:, ~inside()] == before[:, ~inside()]).all()
    assert not after.pixel_array[:, inside()].any()
    assert "LossyImageCompression" not in after


def test_big_endian_pixels_are_masked_in_the_right_order():
    ds = image("MONOCHROME2", 12)
    before = ds.pixel_array
    ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    masked(ds)
    after = reread(ds).pixel_array
    assert (after[:, ~inside()] == before[:, ~inside()]).all()
    assert not after[:, inside()].any()


@needs_decoders
@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_rle.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
        "SC_rgb_jpeg_gdcm.dcm",
        "SC_rgb_dcmtk_+eb+cy+np.dcm",
        "SC_rgb_gdcm_KY.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "SC_rgb_small_odd_big_endian.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
        "examples_palette.dcm",
    ],
)
def test_images_in_every_compression_keep_all_pixels_outside_the_rectangle(name):
    path = str(get_testdata_file(name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = pydicom.dcmread(path).pixel_array
        ds = pydicom.dcmread(path)
        PixelPolicy(Pixels()).edit(ds, Decision("mask", ((0, 0, 2, 2),)))
        after = reread(ds).pixel_array
    elsewhere = np.ones(before.shape[:2], bool)
    elsewhere[:2, :2] = False
    assert (after[elsewhere] == before[elsewhere]).all()
    assert len(np.unique(after[:2, :2].reshape(4, -1), axis=0)) == 1


@needs_decoders
def test_lossy_compression_is_still_told_once_it_is_undone():
    ds = pydicom.dcmread(str(get_testdata_file("SC_rgb_jpeg_dcmtk.dcm")))
    del ds.LossyImageCompression
    PixelPolicy(Pixels()).edit(ds, Decision("mask", ((0, 0, 2, 2),)))
    assert ds.LossyImageCompression == "01"
    assert ds.PhotometricInterpretation == "YBR_FULL"


def test_an_overlay_in_the_unused_bits_is_cleared_with_its_group():
    ds = image("MONOCHROME2", 12)
    clean = ds.pixel_array.copy()
    drawn = np.frombuffer(ds.PixelData, "<u2").copy()
    drawn |= np.uint16(1 << 14)
    ds.PixelData = drawn.tobytes()
    ds.add_new(0x60000010, "US", ROWS)
    ds.add_new(0x60000022, "LO", "DUPONT")
    ds.add_new(0x60000100, "US", 16)
    ds.add_new(0x60000102, "US", 14)
    assert PixelPolicy(Pixels()).edit(ds, Decision("mask", (), clear_bits=True)) == "masked"
    assert (np.frombuffer(ds.PixelData, "<u2") < 4096).all()
    assert (reread(ds).pixel_array == clean).all()
    assert not ds.group_dataset(0x6000)


def test_clearing_keeps_the_sign_of_signed_values():
    ds = image("MONOCHROME2", 12, signed=True)
    clean = ds.pixel_array.copy()
    dirty = np.frombuffer(ds.PixelData, "<u2").copy()
    dirty ^= np.uint16(1 << 13)
    ds.PixelData = dirty.tobytes()
    PixelPolicy(Pixels()).edit(ds, Decision("mask", (), clear_bits=True))
    assert (np.frombuffer(ds.PixelData, "<i2").reshape(clean.shape) == clean).all()


def test_what_lies_behind_the_last_frame_is_dropped():
    ds = image("MONOCHROME2")
    ds.PixelData += b"DUPONT^JEAN "
    masked(ds)
    assert b"DUPONT" not in ds.PixelData


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ds: setattr(ds, "PixelData", ds.PixelData[:50]),
        lambda ds: setattr(ds, "PhotometricInterpretation", "CMYK"),
        lambda ds: delattr(ds, "BitsAllocated"),
        lambda ds: setattr(ds, "Rows", 0),
        lambda ds: setattr(ds, "BitsStored", 0),
        lambda ds: setattr(ds, "BitsStored", 40),
        lambda ds: setattr(ds, "BitsAllocated", 12),
        lambda ds: setattr(ds, "SamplesPerPixel", 4),
        lambda ds: ds.add_new(0x00280008, "LO", "DUPONT"),
        lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", "1.2.840.10008.1.2.4.70"),
        lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", "1.2.3.4"),
    ],
)
def test_what_cannot_be_decoded_is_set_aside(spoil):
    ds = image("RGB")
    spoil(ds)
    with pytest.raises(Quarantine) as caught:
        masked(ds)
    assert caught.value.reason is Reason.PIXELS_UNREADABLE


def test_an_image_that_announces_more_than_memory_holds_is_set_aside_unopened():
    ds = image("RGB")
    ds.Rows = ds.Columns = 65_535
    with pytest.raises(Quarantine) as caught:
        masked(ds)
    assert caught.value.reason is Reason.TOO_LARGE
