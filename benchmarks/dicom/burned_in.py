"""How much of the text burned into images is found and masked: names, sizes, contrasts, grounds.

``python -m benchmarks.dicom.burned_in`` prints the table of docs/guides/dicom.*.md. A line of text counts
as hidden when at least 99 % of its drawn pixels lie under the mask.
"""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from anonymize.dicom.pixels.policy import Decision, PixelPolicy
from anonymize.dicom.quarantine import Quarantine
from profiles.dicom_model import Pixels

NAMES = (
    *("DUPONT JEAN", "LEFÈVRE^HÉLÈNE", "M. Benoît Châtelain", "GARCIA-MORENO Zoé", "Née le 12/03/1957"),
    *("IPP 8004512377", "CHU de Saint-Étienne", "Dr Nguyễn", "OKONKWO ADAEZE", "1 57 03 42 218 045 12"),
    *("ID: A-77213", "LE GALL Yann"),
)
SIZES = (8, 10, 12, 16, 24, 36)
"""Height of the letters in pixels."""
CONTRASTS = {"strong": 255, "middle": 140, "weak": 70}
"""What is added to the ground, of 255."""
GROUNDS = ("black", "speckle", "radiograph")
ROWS, COLUMNS = 600, 800
DARKEST = 8
"""Of a picture before masking, so that a mask (0) is told from a dark ground."""


@dataclass(frozen=True)
class Drawn:
    """A picture with lines of text, and the ink of each line."""

    grey: npt.NDArray[np.uint8]
    ink: tuple[npt.NDArray[np.bool_], ...]


def draw(ground: str, size: int, contrast: int, seed: int, lines: int = 6) -> Drawn:
    """Lines of names at random places that do not overlap."""
    random = np.random.default_rng([seed, size, contrast])
    picture = _ground(ground, random)
    ink = []
    height = ROWS // lines
    for line, name in enumerate(random.permutation(NAMES)[:lines]):
        layer = Image.new("L", (COLUMNS, ROWS), 0)
        left = int(random.integers(5, 300))
        top = line * height + int(random.integers(2, max(height - size - 12, 3)))
        ImageDraw.Draw(layer).text((left, top), str(name), fill=255, font=ImageFont.load_default(size))
        cover = np.asarray(layer, float) / 255
        picture = picture + cover * (contrast if ground != "radiograph" else -contrast)
        ink.append(cover > 0.5)
    return Drawn(picture.clip(DARKEST, 255).astype(np.uint8), tuple(ink))


def _ground(kind: str, random: np.random.Generator) -> npt.NDArray[np.float64]:
    if kind == "black":
        return np.zeros((ROWS, COLUMNS))
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    if kind == "radiograph":
        return 170 + 70 * np.sin(columns / 190) * np.cos(rows / 140) + random.normal(0, 4, (ROWS, COLUMNS))
    distance = np.hypot(columns - COLUMNS / 2, rows)
    angle = np.abs(np.arctan2(columns - COLUMNS / 2, rows + 1))
    fan = (distance > 60) & (distance < 560) & (angle < 0.7)
    return np.asarray(fan * random.rayleigh(28, (ROWS, COLUMNS)))


def data_set(grey: npt.NDArray[np.uint8]) -> Dataset:
    """A picture as pixels of an ultrasound image."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.PhotometricInterpretation, ds.SamplesPerPixel = "MONOCHROME2", 1
    ds.Rows, ds.Columns = grey.shape
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.add_new(0x7FE00010, "OB", grey.tobytes())
    return ds


def hidden(drawn: Drawn) -> tuple[int, float, bool]:
    """Lines whose ink is masked, share of the other pixels that is masked too, whether set aside."""
    ds = data_set(drawn.grey)
    try:
        PixelPolicy(Pixels(ocr="mask")).edit(ds, Decision("look"))
    except Quarantine:
        return len(drawn.ink), 0.0, True
    after = np.frombuffer(ds.PixelData, np.uint8).reshape(drawn.grey.shape)
    covered = sum(bool((after[ink] == 0).mean() >= 0.99) for ink in drawn.ink)
    return covered, float((after == 0).mean()), False


def main(seeds: int = 4) -> None:
    """Print recall by ground, contrast and size."""
    start, pictures = time.process_time(), 0
    print("| ground | contrast | " + " | ".join(f"{size} px" for size in SIZES) + " |")
    print("|---|---|" + "---|" * len(SIZES))
    for ground in GROUNDS:
        for name, contrast in CONTRASTS.items():
            cells = []
            for size in SIZES:
                results = [hidden(draw(ground, size, contrast, seed)) for seed in range(seeds)]
                found = sum(result[0] for result in results)
                aside = sum(result[2] for result in results)
                pictures += seeds
                cells.append(f"{found}/{6 * seeds}" + (f" ({aside} set aside)" if aside else ""))
            print(f"| {ground} | {name} | " + " | ".join(cells) + " |", flush=True)
    print(f"{(time.process_time() - start) / pictures:.2f} CPU-s a picture of {ROWS} by {COLUMNS}")


if __name__ == "__main__":
    main()
