"""One image from decision to edited pixels."""

from copy import deepcopy

from pydicom import DataElement, Dataset
from pydicom.dataset import FileMetaDataset

from anonymize.dicom.pixels.facts import Decision
from anonymize.dicom.pixels.paint import clear_unused_bits, mask
from anonymize.dicom.pixels.stored import read, transfer_syntax, write
from profiles.dicom_model import Pixels

_PIXELS = (
    "PixelData",
    "FloatPixelData",
    "DoubleFloatPixelData",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
)


def edit(ds: Dataset, decision: Decision, pixels: Pixels, needles: tuple[str, ...]) -> str:
    """See :meth:`anonymize.dicom.pixels.policy.PixelPolicy.edit`."""
    image = working_copy(ds)
    stored = read(image)
    changed = bool(decision.boxes) or decision.clear_bits
    if decision.clear_bits:
        clear_unused_bits(stored)
        _remove_bit_overlays(ds)
    mask(image, stored, decision.boxes)
    if decision.kind == "look":
        from anonymize.dicom.pixels.looking import look

        changed = look(image, stored, pixels, needles) or changed
    if changed:
        write(image, stored)
        _replace(ds, image)
    if decision.kind == "look" or decision.boxes:
        ds.BurnedInAnnotation = "NO"
    return "masked" if changed else "checked-clean"


def working_copy(ds: Dataset) -> Dataset:
    """What is needed to decode the pixels, apart from the data set: an image found clean stays as it is."""
    image = Dataset()
    for element in ds.group_dataset(0x0028):
        image.add(deepcopy(element))
    for keyword in _PIXELS:
        if keyword in ds:
            element = ds[keyword]
            image.add(DataElement(element.tag, element.VR, element.value))
            image[keyword].is_undefined_length = element.is_undefined_length
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = transfer_syntax(ds)
    return image


def _replace(ds: Dataset, image: Dataset) -> None:
    """Pixels and what describes them, from the copy."""
    for element in image.group_dataset(0x0028):
        ds[element.tag] = element
    for keyword in _PIXELS:
        if keyword in image:
            ds[keyword] = image[keyword]
        elif keyword in ds:
            del ds[keyword]
    if not hasattr(ds, "file_meta"):
        ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = image.file_meta.TransferSyntaxUID


def _remove_bit_overlays(ds: Dataset) -> None:
    """Drop the overlay groups that have no data of their own: theirs was in the pixels."""
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x3000) not in ds:
            for tag in [element.tag for element in ds.group_dataset(group)]:
                del ds[tag]
