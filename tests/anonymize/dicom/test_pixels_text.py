"""Names drawn in images are found and masked; words of technique stay."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from anonymize.dicom.pixels.policy import Decision, PixelPolicy
from anonymize.dicom.pixels.words import WORDS, allowed
from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.dicom_model import Pixels

pytestmark = pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra ocr is not installed")

ROWS, COLUMNS = 240, 400
NAME, DATE, SIDE = (20, 10), (20, 60), (20, 200)
INK = 230


def picture(texts: dict[tuple[int, int], str], ground: int = 0) -> np.ndarray:
    from PIL import Image, ImageDraw, ImageFont

    drawn = Image.new("L", (COLUMNS, ROWS), ground)
    for place, text in texts.items():
        ImageDraw.Draw(drawn).text(place, text, fill=INK, font=ImageFont.load_default(18))
    return np.asarray(drawn)


def data_set(frames: np.ndarray, photometric: str = "MONOCHROME2") -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.PhotometricInterpretation = photometric
    ds.SamplesPerPixel = 3 if frames.shape[-1] == 3 else 1
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    ds.NumberOfFrames, ds.Rows, ds.Columns = len(frames), ROWS, COLUMNS
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.add_new(0x7FE00010, "OB", frames.astype(np.uint8).tobytes())
    return ds


def look(ds: Dataset, needles: tuple[str, ...] = (), **pixels: object) -> str:
    return PixelPolicy(Pixels(**{"ocr": "mask", **pixels})).edit(ds, Decision("look"), needles)


def band(ds: Dataset, place: tuple[int, int], frame: int = 0) -> np.ndarray:
    samples = (3,) if ds.SamplesPerPixel == 3 else ()
    pixels = np.frombuffer(ds.PixelData, np.uint8).reshape(ds.NumberOfFrames, ROWS, COLUMNS, *samples)
    return pixels[frame, place[1] - 2 : place[1] + 26]


def test_names_and_dates_are_masked_and_the_side_stays():
    ds = data_set(picture({NAME: "LEFÈVRE Hélène", DATE: "12/03/1957", SIDE: "Gauche"})[None])
    before = band(ds, SIDE).copy()
    assert look(ds) == "masked"
    assert not band(ds, NAME).any()
    assert not band(ds, DATE).any()
    assert (band(ds, SIDE) == before).all()
    assert ds.BurnedInAnnotation == "NO"


def test_an_image_without_text_stays_byte_for_byte():
    ds = data_set(np.random.default_rng(3).integers(0, 60, (1, ROWS, COLUMNS)))
    before = ds.PixelData
    assert look(ds) == "checked-clean"
    assert ds.PixelData is before


def test_a_word_of_technique_that_is_the_patients_name_is_masked():
    ds = data_set(picture({SIDE: "Gain"})[None])
    assert look(ds, needles=("GAIN^MARIE",)) == "masked"
    assert not band(ds, SIDE).any()


def test_words_of_the_profile_stay():
    ds = data_set(picture({SIDE: "Acuson"})[None])
    assert look(data_set(picture({SIDE: "Acuson"})[None])) == "masked"
    assert look(ds, allow_words=("ACUSON",)) == "checked-clean"


def test_what_one_frame_shows_is_masked_in_all():
    frames = np.stack([picture({}), picture({NAME: "MARTIN Paul"}), picture({}, 40)])
    ds = data_set(frames)
    look(ds)
    assert not any(band(ds, (NAME[0], NAME[1] + 4), frame)[:14, 22:100].any() for frame in range(3))


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
def test_text_in_colour_is_found(photometric):
    grey = picture({NAME: "BERNARD Lucie"})
    colours = np.stack([grey, grey, np.zeros_like(grey)], axis=-1)
    if photometric == "YBR_FULL":
        colours = np.stack([grey, np.full_like(grey, 128), np.full_like(grey, 128)], axis=-1)
    ds = data_set(colours[None], photometric)
    assert look(ds) == "masked"
    black = [0, 0, 0] if photometric == "RGB" else [0, 128, 128]
    assert (band(ds, NAME)[6:16, 24:120] == black).all()


def test_dark_text_on_an_inverse_image_is_found():
    ds = data_set(255 - picture({NAME: "PETIT Anne"})[None], "MONOCHROME1")
    assert look(ds) == "masked"
    assert (band(ds, NAME) == 255).all()


def test_a_profile_that_only_wants_to_know_sets_the_file_aside():
    with pytest.raises(Quarantine) as caught:
        look(data_set(picture({NAME: "ROUX Marc"})[None]), ocr="quarantine")
    assert caught.value.reason is Reason.PIXELS_TEXT
    assert "ROUX" not in caught.value.detail
    assert look(data_set(picture({SIDE: "R"})[None]), ocr="quarantine") == "checked-clean"


def test_rectangles_are_masked_before_text_is_looked_for():
    ds = data_set(picture({NAME: "ROUX Marc"})[None])
    decision = Decision("look", ((0, 0, COLUMNS, 40),))
    assert PixelPolicy(Pixels(ocr="quarantine")).edit(ds, decision) == "masked"


@pytest.mark.parametrize(
    "line", ["L", "Gauche", "5.2 cm", "MI 0.9", "TIS: 1.2", "12 Hz", "Gain 60%", "75fps", "A.P.", "DEBOUT"]
)
def test_words_that_say_how_an_image_was_made_stay(line):
    words = frozenset({"a.p"})
    assert allowed(line, words, ())


@pytest.mark.parametrize(
    "line",
    [
        "DUPONT",
        "12/03/1957",
        "12 03 57",
        "1957",
        "8004512377",
        "L DUPONT",
        "Li",
        "MA",
        "Rao",
        "12.03.57",
        "A-77213",
        "C4N",
        "10:42:07",
        "",
    ],
)
def test_everything_else_leaves(line):
    assert not allowed(line, frozenset(), ())


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=4, max_size=12))
def test_no_word_stays_that_is_not_listed(word):
    assert allowed(word, frozenset(), ()) == (word.casefold() in WORDS) or not word.isascii()


def test_an_identifier_never_stays_even_when_allowed():
    assert not allowed("Focus", frozenset({"focus"}), ("FOCUS",))
    assert not allowed("12", frozenset(), ("0012 12",))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (7, 60_000), (2, 3)])
def test_pictures_of_odd_shapes_are_looked_at_or_set_aside(shape):
    ds = data_set(np.zeros((1, ROWS, COLUMNS)))
    ds.Rows, ds.Columns = shape
    ds.PixelData = bytes(range(10)) * (shape[0] * shape[1])
    assert outcome(ds) in {"checked-clean", "masked", Reason.PIXELS_UNREADABLE, Reason.PIXELS_TEXT}


def outcome(ds: Dataset) -> str:
    try:
        return look(ds)
    except Quarantine as quarantine:
        return quarantine.reason
