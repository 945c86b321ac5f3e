"""The same identifiers in every transfer syntax, charset and corner of a file."""

import functools
import struct

import pydicom
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames

from benchmarks.dicom.canaries import Canaries, Canary
from benchmarks.dicom.encoder import BIG, DEFLATED, IMPLICIT, J2K, JPEG, RLE, Data, Fragments, Style
from benchmarks.dicom.plain import LISTED
from benchmarks.dicom.sheet import CT, MR, SC, US, Drawer, Sheet, grey

VL_PHOTO = "1.2.840.10008.5.1.4.1.1.77.1.4"


@functools.cache
def frame(name: str) -> tuple[bytes, pydicom.Dataset]:
    """The first frame of one of pydicom's files, and its header."""
    data = pydicom.dcmread(str(get_testdata_file(name)))
    return next(iter(generate_frames(data.PixelData, number_of_frames=1))), data


def syntaxes(draw: Drawer) -> None:
    """A few attributes of each kind in each way to write a data set."""
    for name, style in {
        "implicit": Style(IMPLICIT), "big_endian": Style(BIG), "deflated": Style(DEFLATED),
        "undefined_lengths": Style(undefined=True), "group_lengths": Style(groups=True),
        "implicit_undefined": Style(IMPLICIT, undefined=True), "odd_lengths": Style(pad=False),
        "deflated_undefined": Style(DEFLATED, undefined=True), "big_groups": Style(BIG, groups=True),
    }.items():  # fmt: skip
        made = draw.image(f"syntax/{name}.dcm", MR, "MR", style)
        _some(made)
    for name, style in {"explicit": Style(), "implicit": Style(IMPLICIT), "big": Style(BIG)}.items():
        made = draw.image(f"syntax/no_meta_{name}.dcm", style=style)
        made.file.meta, made.file.preamble = None, None
        _some(made)
    made = draw.image("syntax/no_preamble.dcm")
    made.file.preamble = None
    _some(made)
    made = draw.image("syntax/no_extension")
    _some(made)


def _some(made: Sheet) -> None:
    for tag, vr in LISTED[::6]:
        made.plant(tag, vr)
    made.put(0x00090010, "LO", "VENDOR")
    made.plant(0x00091001, "LO")
    made.plant(0x00085501, "LO")
    item = Data()
    made.put(0x00400275, "SQ", [item])
    made.plant(0x00400007, "LO", where=item, path="(0040,0275)[0]")
    deeper = Data()
    item.put(0x00400008, "SQ", [deeper])
    made.plant(0x00080104, "LO", where=deeper, path="(0040,0275)[0](0040,0008)[0]")


def file_meta(draw: Drawer) -> None:
    """What the file meta information can hold."""
    made = draw.image("corner/file_meta.dcm")
    assert made.file.meta is not None
    for tag, vr in ((0x00020016, "AE"), (0x00020017, "AE"), (0x00020018, "AE"), (0x00020013, "SH"),
                    (0x00020100, "UI"), (0x00020026, "UR"), (0x00020027, "UR"), (0x00020028, "UR"),
                    (0x00020012, "UI"), (0x00020099, "LO"), (0x00020035, "OB")):  # fmt: skip
        made.plant(tag, vr, where=made.file.meta, path="meta ")
    made.plant_raw(0x00020102, "OB", where=made.file.meta, path="meta ")
    made.plant(0x00020003, "UI", where=made.file.meta, path="meta ")


def outside(draw: Drawer) -> None:
    """The preamble, padding, what follows the pixels, and what follows the data set."""
    made = draw.image("corner/preamble.dcm")
    canary = made.canaries.sentence()
    made.file.preamble = b"MZ" + canary.text.encode("latin-1").ljust(126, b"\0")
    made.note("preamble", canary)
    made = draw.image("corner/trailing_padding.dcm")
    made.plant(0xFFFCFFFC, "OB", made.canaries.sentence())
    made = draw.image("corner/after_the_end.dcm")
    canary = made.canaries.sentence()
    made.file.tail = canary.text.encode("latin-1")
    made.note("after the last element", canary)
    made = draw.image("corner/after_pixels.dcm")
    for tag, vr in ((0x7FE10010, "LO"), (0x88880001, "PN"), (0xFFF10010, "LO")):
        made.plant(tag, vr)
    for tag, vr in ((0x00100010, "PN"), (0x00104000, "LT"), (0x00081030, "LO"), (0x00091001, "LO")):
        canary = made.canaries.of(vr)
        made.file.extra.append((tag, vr, canary.text))
        made.note(f"({tag >> 16:04X},{tag & 0xFFFF:04X}) again, after the pixels", canary)


def long_pixels(draw: Drawer) -> None:
    """Text in pixel data beyond the last pixel."""
    made = draw.image("corner/pixel_surplus.dcm")
    canary = made.canaries.sentence()
    body = struct.pack("<256H", *([900] * 256)) + canary.text.encode("latin-1")
    made.put(0x7FE00010, "OW", body + b"\0" * (len(body) % 2))
    made.note("(7FE0,0010) beyond the last pixel", canary)


def duplicates(draw: Drawer) -> None:
    """Attributes twice, out of order; text in group lengths and in the charset."""
    made = draw.image("corner/duplicates.dcm")
    for tag, vr in ((0x00080000, "LO"), (0x00100000, "UT"), (0x00080005, "CS")):
        made.plant(tag, vr)
    made = draw.image("corner/unusual_items.dcm")
    item = Data()
    for tag, vr in ((0x0040A160, "UT"), (0x00100010, "PN")):
        made.plant(tag, vr, where=item, path="(0011,1010) UN sequence")
    from benchmarks.dicom.encoder import encode

    inner = encode(item, Style(IMPLICIT))
    raw = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    made.put(0x00110010, "LO", "ACME")
    made.put(0x00111010, "UN", raw)
    made.put(0x00081120, "UN", raw)
    for tag in (0x00081120,):
        for plant in [p for p in made.plants if "UN sequence" in p.location]:
            made.note(f"({tag >> 16:04X},{tag & 0xFFFF:04X}) UN {plant.location[-12:]}", plant.canary)


CHARSETS = {
    "latin1": ("ISO_IR 100", "latin-1", "Éléonore-{}^Zoë"),
    "utf8": ("ISO_IR 192", "utf-8", "Éléonore-{}^Zoë"),
    "latin9": ("ISO_IR 203", "iso8859_15", "Cœur-{}^Zoë"),
    "cyrillic": ("ISO_IR 144", "iso8859_5", "{}^Кузнецова"),
    "greek": ("ISO_IR 126", "iso8859_7", "{}^Παπαδοπουλου"),
    "japanese": ("\\ISO 2022 IR 87", "iso2022_jp", "{}^Akiko=黒澤^明子"),
    "chinese": ("GB18030", "gb18030", "{}^Xiaoyan=赵^晓燕"),
    "korean": ("\\ISO 2022 IR 149", "euc_kr", "{}^Seoyeon=박^서연"),
    "undeclared_latin1": (None, "latin-1", "Éléonore-{}^Zoë"),
    "undeclared_utf8": (None, "utf-8", "Éléonore-{}^Zoë"),
    "wrongly_utf8": ("ISO_IR 192", "latin-1", "Éléonore-{}^Zoë"),
    "unknown": ("ISO_IR 999", "latin-1", "Éléonore-{}^Zoë"),
}


def charsets(draw: Drawer) -> None:
    """Accents and other scripts, declared rightly, wrongly or not at all."""
    for name, (declared, codec, pattern) in CHARSETS.items():
        made = draw.image(f"charset/{name}.dcm", style=Style(charset=codec))
        town = made.canaries.plain_word()
        made.plant(0x00080080, "LO", Canary(f"CHU {town}", (town,), "institution"))
        physician = made.canaries.plain_word()
        made.plant(0x00080090, "PN", Canary(f"{physician}^Jean", (physician,), "name"))
        made.data.pop(0x00080005, None)
        if declared is not None:
            made.put(0x00080005, "CS", declared)
        for tag, vr in ((0x00100010, "PN"), (0x00081070, "PN"), (0x00081030, "LO"), (0x00104000, "LT"),
                        (0x00085501, "LO"), (0x00402400, "LT"), (0x00180015, "LO")):  # fmt: skip
            family = _latin(made.canaries, codec)
            made.plant(tag, vr, Canary(pattern.format(family), (family,), "name"))


def _latin(canaries: Canaries, codec: str) -> str:
    family = canaries.word()
    return family if codec in {"latin-1", "utf-8", "iso8859_15"} else canaries.plain_word()


def compressed(draw: Drawer) -> None:
    """Encapsulated pixels, with comments in the code streams and text in tables and spare fragments."""
    body, header = frame("JPEG2000.dcm")
    cut = body.index(b"\xff\x90")
    made, canary = _encapsulated(draw, "j2k_comment", J2K, MR, "MR", header)
    note = canary.text.encode("latin-1")
    body = body[:cut] + b"\xff\x64" + struct.pack(">HH", 4 + len(note), 1) + note + body[cut:]
    made.put(0x7FE00010, "OB", Fragments([body]))
    made.note("J2K comment", canary)

    body, header = frame("SC_rgb_jpeg_dcmtk.dcm")
    made, canary = _encapsulated(draw, "jpeg_comment", JPEG, VL_PHOTO, "XC", header)
    exif = made.canaries.sentence()
    note, app1 = canary.text.encode("latin-1"), b"Exif\0\0" + exif.text.encode("latin-1")
    segments = b"\xff\xfe" + struct.pack(">H", 2 + len(note)) + note
    segments += b"\xff\xe1" + struct.pack(">H", 2 + len(app1)) + app1
    made.put(0x7FE00010, "OB", Fragments([body[:2] + segments + body[2:]]))
    made.note("JPEG comment", canary)
    made.note("JPEG EXIF", exif)

    body, header = frame("MR_small_RLE.dcm")
    made, canary = _encapsulated(draw, "rle_spare_fragment", RLE, MR, "MR", header)
    made.put(0x7FE00010, "OB", Fragments([body, canary.text.encode("latin-1")]))
    made.note("a fragment more than frames", canary)
    made, canary = _encapsulated(draw, "rle_offset_table", RLE, MR, "MR", header)
    table = canary.text.encode("latin-1")
    made.put(0x7FE00010, "OB", Fragments([body], table + b" " * (-len(table) % 4)))
    made.note("text in the offset table", canary)
    made, _ = _encapsulated(draw, "rle", RLE, MR, "MR", header)
    made.put(0x7FE00010, "OB", Fragments([body]))
    made.file.tail = b"\xfe\xff\xdd\xe0\0\0\0\0"  # a delimiter too many


def _encapsulated(
    draw: Drawer, name: str, syntax: str, sop: str, modality: str, header: pydicom.Dataset
) -> tuple[Sheet, Canary]:
    made = draw.sheet(f"compressed/{name}.dcm", sop, modality, Style(syntax))
    grey(made, int(header.Rows))
    for tag, vr, value in (
        (0x00280002, "US", [int(header.SamplesPerPixel)]), (0x00280004, "CS", str(header.PhotometricInterpretation)),
        (0x00280010, "US", [int(header.Rows)]), (0x00280011, "US", [int(header.Columns)]),
        (0x00280100, "US", [int(header.BitsAllocated)]), (0x00280101, "US", [int(header.BitsStored)]),
        (0x00280102, "US", [int(header.HighBit)]), (0x00280103, "US", [int(header.PixelRepresentation)]),
    ):  # fmt: skip
        made.put(tag, vr, value)
    if int(header.SamplesPerPixel) == 3:
        made.put(0x00280006, "US", [0])
    _some(made)
    return made, made.canaries.sentence()


def foreign(draw: Drawer) -> dict[str, bytes]:
    """Files that are no DICOM and must not be copied, and names of files and folders."""
    found: dict[str, bytes] = {}
    for name, start in {
        "liste.csv": b"nom;ipp\n",
        "photo.jpg": b"\xff\xd8\xff\xe0",
        "courrier.pdf": b"%PDF-1.4\n",
    }.items():
        made = Sheet(f"foreign/{name}", draw.canaries, draw.sheets[0].file, [])
        canary = draw.canaries.sentence()
        made.note("the file itself", canary)
        found[made.name] = start + canary.text.encode()
        draw.sheets.append(made)
    named = draw.canaries.plain_word()
    made = draw.image(f"foreign/{named}_Jean/{named}.dcm")
    made.note("name of the file", Canary(named, (named,), "name"))
    return found


ENCODINGS = (syntaxes, file_meta, outside, long_pixels, duplicates, charsets, compressed)
__all__ = ["CT", "ENCODINGS", "SC", "US", "foreign"]
