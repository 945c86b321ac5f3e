"""Stored pixel values, read and written back without loss.

What is compressed is decoded once (pydicom with the decoders of the extra ``pixels``) and stays
uncompressed; nothing is converted to another colour space than the decoder's. The layouts are those of
PS3.5 section 8.1 and annex D, and PS3.3 section C.7.6.3.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydicom.pixels.utils import decompress
from pydicom.uid import UID

from anonymize.dicom.quarantine import Quarantine, Reason

if TYPE_CHECKING:
    from pydicom import Dataset

Words = npt.NDArray[Any]

LARGEST = 1 << 29
"""Bytes of decoded pixels; a larger image is set aside, so that memory stays bounded."""

LITTLE = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
LOSSY = frozenset(
    f"1.2.840.10008.1.2.4.{suffix}"
    for suffix in ("50", "51", "52", "53", "54", "55", "56", "81", "91", "93", "203")
)
"""Transfer syntaxes whose images have lost something, or may have."""
_NATIVE = frozenset({"1.2.840.10008.1.2", LITTLE, "1.2.840.10008.1.2.1.99", BIG})


@dataclass(frozen=True)
class Stored:
    """Pixels in memory, as words that can be written in place."""

    words: Words
    """``(frames, rows, columns, samples)``; ``(frames, samples, rows, columns)`` when planar;
    ``(frames, rows, columns / 2, 4)`` when subsampled: two luminances, blue, red."""
    photometric: str
    planar: bool
    subsampled: bool
    packed: bool
    """One bit a pixel."""
    bits_stored: int
    high_bit: int
    signed: bool

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.words.shape[0])


def read(ds: "Dataset") -> Stored:
    """The pixels of a data set, decompressed in place; raises Quarantine where they can't be read."""
    try:
        _check_size(ds)
        _decompress(ds)
        return _view(ds)
    except Quarantine:
        raise
    except MemoryError:
        raise Quarantine(Reason.MEMORY, "PixelData") from None
    except Exception:  # noqa: BLE001 - decoders raise anything on damaged data, and their words may quote it
        raise Quarantine(Reason.PIXELS_UNREADABLE, "PixelData") from None


def write(ds: "Dataset", stored: Stored) -> None:
    """Put edited pixels back, uncompressed, and say so in the header."""
    words = stored.words
    if stored.packed:
        raw = np.packbits(words.reshape(-1), bitorder="little").tobytes()
    else:
        raw = words.astype(words.dtype.newbyteorder("<"), copy=False).tobytes()
    element = ds["PixelData"]
    element.value = raw + b"\0" * (len(raw) % 2)
    element.VR = "OB" if int(ds.BitsAllocated) <= 8 and element.VR != "OW" else "OW"
    element.is_undefined_length = False
    ds.file_meta.TransferSyntaxUID = UID(LITTLE)
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "PixelDataProviderURL"):
        if keyword in ds:
            del ds[keyword]


def one_frame(stored: Stored, frame: int) -> Stored:
    """A view of one frame."""
    return replace(stored, words=stored.words[frame : frame + 1])


def _number(ds: "Dataset", keyword: str, default: int) -> int:
    value = ds.get(keyword)
    return default if value in (None, "") else int(value)


def _check_size(ds: "Dataset") -> None:
    if "PixelData" not in ds or "FloatPixelData" in ds or "DoubleFloatPixelData" in ds:
        raise Quarantine(Reason.PIXELS_UNREADABLE, "FloatPixelData")
    counts = [_number(ds, key, 1) for key in ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames")]
    if min(counts) < 1:
        raise Quarantine(Reason.PIXELS_UNREADABLE, "Rows")
    if int(np.prod(counts, dtype=object)) * _number(ds, "BitsAllocated", 16) > 8 * LARGEST:
        raise Quarantine(Reason.TOO_LARGE, "PixelData")


def transfer_syntax(ds: "Dataset") -> UID:
    """As the file meta says, else as the file was read."""
    named = str(getattr(ds, "file_meta", {}).get("TransferSyntaxUID", "") or "")
    if named:
        return UID(named)
    implicit, little = ds.original_encoding
    return UID(BIG if little is False else LITTLE if implicit is False else "1.2.840.10008.1.2")


def _decompress(ds: "Dataset") -> None:
    syntax = transfer_syntax(ds)
    if syntax in _NATIVE:
        if syntax == BIG:
            _swap(ds)
        return
    decompress(ds, as_rgb=False, generate_instance_uid=False)
    # Decoders give every pixel its colour, whatever was shared before (PS3.5 8.2).
    if str(ds.PhotometricInterpretation) in {"YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420"}:
        ds.PhotometricInterpretation = "YBR_FULL"
    if syntax in LOSSY:
        ds.LossyImageCompression = "01"


def _swap(ds: "Dataset") -> None:
    """Big endian words, and bytes kept as big endian words, in little endian order."""
    element = ds["PixelData"]
    size = max(_number(ds, "BitsAllocated", 16) // 8, 2 if element.VR == "OW" else 1)
    if size > 1:
        raw = bytes(element.value)
        even = raw + b"\0" * (-len(raw) % size)
        element.value = np.frombuffer(even, f">u{size}").astype(f"<u{size}").tobytes()
    ds.file_meta.TransferSyntaxUID = UID(LITTLE)


def _view(ds: "Dataset") -> Stored:
    rows, columns = int(ds.Rows), int(ds.Columns)
    frames, samples = _number(ds, "NumberOfFrames", 1), _number(ds, "SamplesPerPixel", 1)
    allocated = int(ds.BitsAllocated)
    stored_bits = _number(ds, "BitsStored", allocated)
    high_bit = _number(ds, "HighBit", stored_bits - 1)
    if allocated not in {1, 8, 16, 32, 64} or not 0 < stored_bits <= high_bit + 1 <= allocated:
        raise Quarantine(Reason.PIXELS_UNREADABLE, "BitsStored")
    photometric = str(ds.PhotometricInterpretation).strip().upper()
    planar = samples > 1 and _number(ds, "PlanarConfiguration", 0) == 1
    subsampled = photometric in {"YBR_FULL_422", "YBR_PARTIAL_422"}
    shape: tuple[int, ...] = (frames, rows, columns, samples)
    if subsampled:
        if columns % 2 or planar:
            raise Quarantine(Reason.PIXELS_UNREADABLE, "PhotometricInterpretation")
        shape = frames, rows, columns // 2, 4
    elif planar:
        shape = frames, samples, rows, columns
    return Stored(
        words=_words(ds.PixelData, shape, allocated),
        photometric=photometric,
        planar=planar,
        subsampled=subsampled,
        packed=allocated == 1,
        bits_stored=stored_bits,
        high_bit=high_bit,
        signed=_number(ds, "PixelRepresentation", 0) == 1,
    )


def _words(raw: bytes, shape: tuple[int, ...], allocated: int) -> Words:
    """A copy that can be written; what lies after the last frame is dropped, too few bytes raise."""
    count = int(np.prod(shape))
    if allocated == 1:
        return np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")[:count].reshape(shape)
    return np.frombuffer(raw, f"<u{allocated // 8}", count=count).reshape(shape).copy()
