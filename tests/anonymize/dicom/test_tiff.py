"""Images as TIFF."""

import json

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from anonymize.dicom.quarantine import Quarantine
from anonymize.dicom.tiff import convert

tifffile = pytest.importorskip("tifffile", reason="extra pixels")


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "SC_rgb_rle.dcm", "SC_rgb_rle_2frame.dcm"])
def test_every_value_of_every_frame_is_kept(name, tmp_path):
    source = get_testdata_file(name)
    target = tmp_path / "image.tif"
    assert convert(source, target)
    assert np.array_equal(tifffile.imread(target), pydicom.dcmread(source).pixel_array)


def test_grey_levels_have_sixteen_bits_and_keep_their_sign(tmp_path):
    target = tmp_path / "image.tif"
    convert(get_testdata_file("CT_small.dcm"), target)
    assert tifffile.imread(target).dtype == np.dtype("int16")


def test_the_sidecar_says_how_to_get_hounsfield_units(tmp_path):
    source = get_testdata_file("CT_small.dcm")
    target = tmp_path / "image.tif"
    convert(source, target)
    told, image = json.loads((tmp_path / "image.json").read_text()), pydicom.dcmread(source)
    assert told["rescale_slope"] == float(image.RescaleSlope)
    assert told["rescale_intercept"] == float(image.RescaleIntercept)
    assert told["pixel_spacing_mm"] == [float(each) for each in image.PixelSpacing]


def test_nothing_of_the_header_goes_into_the_tiff_or_its_sidecar(tmp_path):
    source = get_testdata_file("CT_small.dcm")
    image = pydicom.dcmread(source)
    convert(source, tmp_path / "image.tif")
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for value in (image.PatientName, image.PatientID, image.Manufacturer, image.StudyInstanceUID):
        assert str(value).encode() not in written


def test_the_same_image_gives_the_same_bytes(tmp_path):
    source = get_testdata_file("MR_small.dcm")
    for name in ("a.tif", "b.tif"):
        convert(source, tmp_path / name)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_an_object_without_pixels_has_no_tiff(tmp_path):
    assert not convert(get_testdata_file("reportsi.dcm"), tmp_path / "report.tif")
    assert not list(tmp_path.iterdir())


def test_pixels_that_no_decoder_reads_are_set_aside(tmp_path):
    image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    image.PixelData = image.PixelData[:100]
    image.save_as(tmp_path / "short.dcm")
    with pytest.raises(Quarantine):
        convert(tmp_path / "short.dcm", tmp_path / "image.tif")
