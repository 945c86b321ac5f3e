"""Images as TIFF: the values, and beside them what is needed to measure in them.

Made from files that are de-identified and verified already. Nothing of the DICOM header goes into
the TIFF; the sidecar holds numbers of calibration only.
"""

import json
from pathlib import Path
from typing import Any

import pydicom
from pydicom.pixels.processing import apply_color_lut, convert_color_space

from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.errors import ProfileError

CALIBRATION = {
    "RescaleSlope": "rescale_slope",
    "RescaleIntercept": "rescale_intercept",
    "PixelSpacing": "pixel_spacing_mm",
    "ImagerPixelSpacing": "imager_pixel_spacing_mm",
    "SliceThickness": "slice_thickness_mm",
    "SpacingBetweenSlices": "spacing_between_slices_mm",
    "ImagePositionPatient": "position_mm",
    "ImageOrientationPatient": "orientation",
    "WindowCenter": "window_center",
    "WindowWidth": "window_width",
    "DoseGridScaling": "dose_grid_scaling",
}
"""Keyword -> name in the sidecar; all are numbers."""
UNITS = {"HU": "HU", "US": "unspecified", "OD": "thousandths of optical density"}


def convert(source: Path, target: Path) -> bool:
    """Write ``target`` (``.tif``) and its sidecar (``.json``); False when the object has no pixels.

    Grey levels are written on 16 bits at least, signed when they are; colours as RGB. Every frame is a page.
    Raises Quarantine when the pixels can't be decoded.
    """
    image = pydicom.dcmread(source)
    if "PixelData" not in image:
        return False
    try:
        pixels = _rgb(image) if _is_colour(image) else _grey(image)
    except Exception:  # noqa: BLE001 - whatever a codec raises; its text may hold data
        raise Quarantine(Reason.PIXELS_UNREADABLE) from None
    _write(target, pixels, image)
    sidecar = json.dumps(_sidecar(image, pixels), sort_keys=True, indent=1) + "\n"
    target.with_suffix(".json").write_bytes(sidecar.encode())
    return True


def _grey(image: pydicom.Dataset) -> Any:
    import numpy as np  # noqa: PLC0415 - workers that rewrite headers do without

    pixels = image.pixel_array
    wide = {1: np.dtype("<i2") if pixels.dtype.kind == "i" else np.dtype("<u2")}
    return pixels.astype(wide.get(pixels.dtype.itemsize, pixels.dtype))


def _is_colour(image: pydicom.Dataset) -> bool:
    return int(image.SamplesPerPixel) == 3 or image.PhotometricInterpretation == "PALETTE COLOR"


def _rgb(image: pydicom.Dataset) -> Any:
    pixels = image.pixel_array
    if image.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(pixels, image)
    space = str(image.PhotometricInterpretation)
    return convert_color_space(pixels, space, "RGB") if space.startswith("YBR_FULL") else pixels


def _write(target: Path, pixels: Any, image: pydicom.Dataset) -> None:
    try:
        import tifffile  # noqa: PLC0415 - an extra, for those who ask for it
    except ImportError:
        raise ProfileError("dicom-tiff-missing") from None
    kinds = {"MONOCHROME1": "miniswhite", "MONOCHROME2": "minisblack"}
    photometric = (
        "rgb" if _is_colour(image) else kinds.get(str(image.PhotometricInterpretation), "minisblack")
    )
    tifffile.imwrite(
        target, pixels, photometric=photometric, compression="zlib", metadata=None, software=False
    )


def _sidecar(image: pydicom.Dataset, pixels: Any) -> dict[str, Any]:
    """What turns stored values into measures; the formula is that of PS3.3 C.11.1."""
    told: dict[str, Any] = {
        "stored_bits": int(image.BitsStored),
        "signed": pixels.dtype.kind == "i",
        "photometric_interpretation": str(image.PhotometricInterpretation),
        "value": "stored * rescale_slope + rescale_intercept",
    }
    for keyword, name in CALIBRATION.items():
        value = image.get(keyword)
        if value is not None and value != "":
            told[name] = [float(each) for each in value] if _is_many(value) else float(value)
    if str(image.get("RescaleType", "")) in UNITS:
        told["unit"] = UNITS[str(image.RescaleType)]
    return told


def _is_many(value: object) -> bool:
    return isinstance(value, pydicom.multival.MultiValue | list | tuple)
