"""Awkward images: headers, private attributes, wrong VRs, overlays, nesting."""

import itertools

from benchmarks.dicom.canaries import Canary
from benchmarks.dicom.encoder import Data, Style
from benchmarks.dicom.sheet import CT, MR, Drawer, Sheet

LISTED = (
    (0x00080021, "DA"), (0x00080023, "DA"), (0x0008002A, "DT"), (0x00080031, "TM"), (0x00080054, "AE"),
    (0x00080081, "ST"), (0x00080092, "ST"), (0x00080094, "SH"), (0x00081010, "SH"), (0x00081030, "LO"),
    (0x0008103E, "LO"), (0x00081040, "LO"), (0x00081048, "PN"), (0x00081050, "PN"), (0x00081060, "PN"),
    (0x00081070, "PN"), (0x00081080, "LO"), (0x00082111, "ST"), (0x00084000, "LT"), (0x00100032, "TM"),
    (0x00100021, "LO"), (0x00101000, "LO"), (0x00101001, "PN"), (0x00101005, "PN"), (0x00101040, "LO"),
    (0x00101060, "PN"), (0x00101080, "LO"), (0x00101090, "LO"), (0x00102000, "LO"), (0x00102110, "LO"),
    (0x00102150, "LO"), (0x00102152, "LO"), (0x00102154, "SH"), (0x00102155, "LT"), (0x00102160, "SH"),
    (0x00102180, "SH"), (0x001021B0, "LT"), (0x001021F0, "LO"), (0x00102297, "PN"), (0x00104000, "LT"),
    (0x00181000, "LO"), (0x00181002, "UI"), (0x00181004, "LO"), (0x00181030, "LO"), (0x00184000, "LT"),
    (0x0018A003, "ST"), (0x00200010, "SH"), (0x00200052, "UI"), (0x00204000, "LT"), (0x00321032, "PN"),
    (0x00321033, "LO"), (0x00321060, "LO"), (0x00324000, "LT"), (0x00380010, "LO"), (0x00380300, "LO"),
    (0x00380400, "LO"), (0x00380500, "LO"), (0x00384000, "LT"), (0x00400006, "PN"), (0x00400241, "AE"),
    (0x00400242, "SH"), (0x00400253, "SH"), (0x00400254, "LO"), (0x00400280, "ST"), (0x00401001, "SH"),
    (0x00401004, "LO"), (0x00402016, "LO"), (0x00402017, "LO"), (0x00402400, "LT"), (0x00404036, "LO"),
    (0x00880140, "UI"), (0x00880904, "LO"), (0x00880906, "ST"), (0x40080040, "SH"), (0x40080114, "PN"),
)  # fmt: skip

UNLISTED = (
    (0x00080008, "CS"), (0x00080068, "CS"), (0x00080070, "LO"), (0x00081090, "LO"), (0x00082218, "LO"),
    (0x00180015, "CS"), (0x00180022, "CS"), (0x00180024, "SH"), (0x00180026, "CS"), (0x00180034, "LO"),
    (0x00180050, "DS"), (0x00180060, "DS"), (0x00180081, "DS"), (0x00181020, "LO"), (0x00181100, "DS"),
    (0x00181150, "IS"), (0x00181160, "SH"), (0x00181210, "SH"), (0x00181250, "SH"), (0x00185100, "CS"),
    (0x00189005, "SH"), (0x00200012, "IS"), (0x00200019, "IS"), (0x00200032, "DS"), (0x00200060, "CS"),
    (0x00201040, "LO"), (0x00281055, "LO"), (0x00283003, "LO"), (0x00283004, "LO"), (0x00400244, "DA"),
    (0x00420010, "ST"), (0x00700080, "CS"), (0x00700081, "LO"), (0x20100030, "CS"), (0x22000005, "LT"),
    (0x00080055, "AE"), (0x00080056, "CS"), (0x00081110, "LO"), (0x00281352, "CS"), (0x00181271, "FD"),
)  # fmt: skip

BINARY = (
    (0x00280106, "US"), (0x00280107, "US"), (0x00189073, "FD"), (0x00189074, "UT"), (0x00281199, "UI"),
    (0x00281201, "OW"), (0x00283006, "OW"), (0x54000110, "OW"), (0x00420011, "OB"), (0x00189323, "UL"),
    (0x00286010, "US"), (0x00186020, "SL"), (0x00280009, "AT"), (0x00181608, "OB"), (0x00282000, "OB"),
)  # fmt: skip


def listed_attributes(draw: Drawer) -> None:
    """What Table E.1-1 names, in a plain image."""
    made = draw.image("plain/listed.dcm")
    for tag, vr in LISTED:
        made.plant(tag, vr)


def unlisted_attributes(draw: Drawer) -> None:
    """What the table leaves alone: text where numbers and terms belong."""
    made = draw.image("plain/unlisted.dcm")
    for tag, vr in UNLISTED:
        made.plant(tag, vr)


def binary_attributes(draw: Drawer) -> None:
    """Text in attributes that hold numbers or bytes."""
    made = draw.image("plain/binary.dcm")
    for tag, vr in BINARY:
        made.plant_raw(tag, vr)


def own_number(draw: Drawer) -> None:
    """The patient's own number where a number is in place: only a search for it can tell."""
    made = draw.image("plain/own_number.dcm")
    for tag, vr in ((0x00180050, "DS"), (0x00200012, "DS"), (0x00181151, "IS"), (0x00280030, "DS")):
        made.plant(tag, vr, made.identity["id"])
    made.plant(0x00181210, "SH", Canary("B30f " + made.identity["name"].needles[0][:10],
                                        made.identity["name"].needles[:1]))  # fmt: skip
    made.plant(0x00200052, "UI", Canary(f"1.2.3.{made.identity['birth'].text}.4",
                                        made.identity["birth"].needles, "date"))  # fmt: skip
    made.plant(0x00080068, "CS", Canary("P" + made.identity["accession"].text,
                                        made.identity["accession"].needles, "id"))  # fmt: skip


def wrong_vrs(draw: Drawer) -> None:
    """Known attributes under another VR than theirs."""
    made = draw.image("plain/wrong_vrs.dcm")
    swaps = ("LO", "UN", "OB", "UT", "ST", "CS", "SH")
    tags = (0x00100010, 0x00081048, 0x00081010, 0x00081070, 0x00380500, 0x00321032, 0x00184000,
            0x00080080, 0x00180022, 0x00180050, 0x00280030, 0x00200011, 0x00181030, 0x00204000)  # fmt: skip
    for tag, vr in zip(tags, itertools.cycle(swaps), strict=False):
        made.plant(tag, vr, made.canaries.short() if vr in {"CS", "SH"} else made.canaries.sentence())


def private_attributes(draw: Drawer) -> None:
    """Private blocks with and without creator, nested, and known ones with text in them."""
    made = draw.image("plain/private.dcm")
    made.put(0x00090010, "LO", "SIEMENS CT VA0  COAD")
    for element, vr in enumerate(("LO", "SH", "PN", "UN", "OB", "LT", "DA", "UI", "CS", "DS"), 0x10):
        made.plant(0x00091000 + element, vr, None if vr not in {"UN", "OB"} else made.canaries.sentence())
    made.plant(0x00111001, "LO")  # no creator
    made.plant(0x00130010, "LO")  # the creator itself
    made.put(0x00190010, "LO", "SIEMENS MR HEADER")
    made.plant(0x00191008, "CS")
    made.plant(0x00191009, "LO")
    made.put(0x00290010, "LO", "SIEMENS CSA HEADER")
    csa = made.canaries.sentence()
    made.put(0x00291010, "OB", b"SV10\4\3\2\1" + b"\0" * 60 + csa.text.encode("latin-1") + b"\0" * 40)
    made.note("(0029,1010) CSA header", csa)
    inner = Data()
    made.plant(0x00100010, "PN", where=inner, path="(0029,1140)[0]")
    made.plant(0x00291142, "LO", where=inner, path="(0029,1140)[0]")
    made.put(0x00291140, "SQ", [inner])
    made = draw.image("plain/illegal_groups.dcm")
    for tag in (0x00010010, 0x00030010, 0x00051010, 0x00071001, 0x00110005, 0xFFFF0001):
        made.plant(tag, "LO")


def unknown_tags(draw: Drawer) -> None:
    """Even groups that no dictionary knows."""
    made = draw.image("plain/unknown.dcm")
    for number, vr in enumerate(
        ("LO", "SH", "PN", "UT", "UN", "OB", "CS", "DA", "IS", "UI", "DS", "UC", "UR")
    ):
        made.plant(0x00085500 + number, vr, made.canaries.sentence() if vr in {"UN", "OB"} else None)
        made.plant(0x33340000 + 16 * number + 2, vr, made.canaries.sentence() if vr in {"UN", "OB"} else None)


def command_and_directory(draw: Drawer) -> None:
    """Group 0000 and group 0004 in an image."""
    made = draw.image("plain/command_group.dcm")
    for tag, vr in ((0x00000600, "AE"), (0x00001030, "AE"), (0x00041130, "CS"), (0x00041500, "CS")):
        made.plant(tag, vr)
    made = draw.image("plain/odd_groups.dcm")
    for tag, vr in ((0x41000010, "LO"), (0x7FDE0010, "OW"), (0x7FE00020, "OW"), (0x7FE00030, "OW")):
        made.plant(tag, vr, made.canaries.sentence())


def nested(draw: Drawer) -> None:
    """Text at depth one to eight of sequences that are kept, removed, unknown or private."""
    for style in (Style(), Style(undefined=True), Style(syntax="1.2.840.10008.1.2")):
        kind = "undefined" if style.undefined else "explicit" if style.explicit else "implicit"
        made = draw.image(f"plain/nested_{kind}.dcm", style=style)
        chain = (
            0x00082112,
            0x0040A170,
            0x00081199,
            0x00400260,
            0x00080110,
            0x00080096,
            0x00291010,
            0x30060020,
        )
        for start in range(3):
            _chain(made, chain[start:] + chain[:start])
        _requests(made)


def _chain(made: Sheet, chain: tuple[int, ...]) -> None:
    path, data = "", made.data
    for tag in chain:
        path += f"({tag >> 16:04X},{tag & 0xFFFF:04X})[0]"
        inner = Data()
        data[tag] = ("SQ", [inner])
        for leaf, vr in ((0x00080104, "LO"), (0x00080100, "SH"), (0x00100010, "PN"), (0x00081155, "UI"),
                         (0x0040A160, "UT"), (0x00097001, "LO"), (0x00085501, "LO")):  # fmt: skip
            made.plant(leaf, vr, where=inner, path=path)
        inner[0x00080102] = ("SH", "99CHU")
        data = inner


def _requests(made: Sheet) -> None:
    """Sequences of a real image."""
    contents = {
        0x00400275: ((0x00400007, "LO"), (0x00400009, "SH"), (0x00401001, "SH"), (0x00321060, "LO")),
        0x00400555: ((0x0040A043, "LO"), (0x0040A160, "UT"), (0x0040A123, "PN")),
        0x00081140: ((0x00081155, "UI"), (0x00081150, "UI")),
        0x00101002: ((0x00100020, "LO"), (0x00100021, "LO")),
        0x04000561: ((0x04000562, "DT"), (0x04000563, "LO"), (0x04000564, "LO")),
        0x00120064: ((0x00080104, "LO"),),
        0x00181008: ((0x00181000, "LO"),),
        0x00283010: ((0x00283003, "LO"), (0x00281055, "LO")),
        0x00880200: ((0x00100010, "PN"), (0x00204000, "LT")),
        0x00081111: ((0x00081155, "UI"), (0x00402001, "LO")),
        0xFFFAFFFA: ((0x0400010A, "UI"), (0x04000115, "CS")),
    }
    for tag, leaves in contents.items():
        inner = Data()
        made.put(tag, "SQ", [inner])
        for leaf, vr in leaves:
            if leaf != 0x0040A043 or made.file.style.explicit:  # a text that would read as a sequence
                made.plant(leaf, vr, where=inner, path=f"({tag >> 16:04X},{tag & 0xFFFF:04X})[0]")
    original = Data()
    made.plant(0x00100010, "PN", where=original, path="(0400,0561)[0](0400,0550)[0]")
    made.data[0x04000561][1][0].put(0x04000550, "SQ", [original])  # type: ignore[index]


def overlays(draw: Drawer) -> None:
    """Overlay labels and comments, in usual and unusual groups, and curves."""
    made = draw.image("plain/overlays.dcm", MR, "MR")
    for group in (0x6000, 0x6002, 0x601E, 0x6020, 0x60FE):
        for tag, vr, value in ((0x0010, "US", [16]), (0x0011, "US", [16]), (0x0040, "CS", "G"),
                               (0x0050, "SS", [1, 1]), (0x0100, "US", [1]), (0x0102, "US", [0])):  # fmt: skip
            made.put(group << 16 | tag, vr, value)
        for element, vr in ((0x1500, "LO"), (0x0022, "LO"), (0x0045, "LO"), (0x4000, "LT")):
            made.plant(group << 16 | element, vr)
        canary = made.canaries.sentence()
        made.put(group << 16 | 0x3000, "OW", canary.text.encode("latin-1").ljust(64, b"\0"))
        made.note(f"({group:04X},3000) text in OW", canary)
    for group in (0x5000, 0x5002, 0x50FE):
        for element, vr in ((0x0022, "LO"), (0x0030, "SH"), (0x0040, "SH"), (0x2500, "LO"), (0x0020, "CS")):
            made.plant(group << 16 | element, vr)
        made.plant(group << 16 | 0x3000, "OW", made.canaries.sentence())
        made.plant(group << 16 | 0x200C, "OW", made.canaries.sentence())


def lies(draw: Drawer) -> None:
    """Files that say they were de-identified, and were not."""
    made = draw.image("plain/already_stamped.dcm")
    made.put(0x00120062, "CS", "YES")
    made.plant(0x00120063, "LO")
    made.put(0x00280303, "CS", "REMOVED")
    made.put(0x00280301, "CS", "NO")
    for tag, vr in ((0x00081030, "LO"), (0x00104000, "LT"), (0x0008103E, "LO"), (0x00120040, "LO"),
                    (0x00120020, "LO"), (0x00120010, "LO"), (0x00120030, "LO"), (0x00120060, "LO"),
                    (0x00120071, "LO"), (0x00120072, "LO")):  # fmt: skip
        made.plant(tag, vr)


def names(draw: Drawer) -> None:
    """Persons with three representations, multi-valued, and names within technical values."""
    made = draw.image("plain/names.dcm", style=Style(charset="utf-8"))
    for tag in (0x00081048, 0x00081052, 0x00081060, 0x00081070, 0x00321032):
        first, second = made.canaries.name(), made.canaries.name()
        both = Canary(
            f"{first.text}=黒澤^明子=くろさわ\\{second.text}", first.needles + second.needles, "name"
        )
        made.plant(tag, "PN", both)
    for tag, vr, text in ((0x00181210, "SH", "B30f {}"), (0x00081090, "LO", "Somatom {}"), (0x00181030, "LO", "Thorax {}"),
                          (0x00080070, "LO", "SIEMENS {}"), (0x00180015, "CS", "CHEST {}")):  # fmt: skip
        word = made.canaries.plain_word()[:9]
        made.plant(tag, vr, Canary(text.format(word), (word,), "name"))


def uids(draw: Drawer) -> None:
    """UIDs that hold numbers and dates, in many places; some under the standard's own root."""
    made = draw.image("plain/uids.dcm")
    for tag in (0x00080018, 0x0020000D, 0x0020000E, 0x00200052, 0x00083010, 0x00281214, 0x00081195):
        made.plant(tag, "UI")
    for tag in (0x0008001A, 0x00080014, 0x00041511, 0x00189073, 0x00080058):
        one, two = made.canaries.uid(), made.canaries.uid()
        made.plant(tag, "UI", Canary(f"{one.text}\\{two.text}", one.needles + two.needles, "uid"))
    fake = made.canaries.digits(12, "8")
    made.plant(0x0008001B, "UI", Canary(f"1.2.840.10008.5.1.{fake}", (fake,), "uid"))
    word = made.canaries.plain_word()
    made.plant(0x00080019, "UI", Canary(word, (word,), "text"))


def large_ages(draw: Drawer) -> None:
    """An image whose dates have no business there."""
    made = draw.image("plain/dates.dcm")
    for tag, vr in ((0x00080012, "DA"), (0x00080013, "TM"), (0x00080022, "DA"), (0x00080032, "TM"),
                    (0x00080033, "TM"), (0x00080025, "DA"), (0x00080106, "DT"), (0x00181012, "DA"),
                    (0x00181200, "DA"), (0x00181201, "TM"), (0x00181078, "DT"), (0x00189074, "DT"),
                    (0x00189151, "DT"), (0x00400244, "DA"), (0x00400002, "DA"), (0x00404005, "DT"),
                    (0x00321000, "DA"), (0x00380020, "DA"), (0x001021D0, "DA"), (0x0040A13A, "DT"),
                    (0x00081199, "DT"), (0x21000040, "DA"), (0x300E0004, "DA"), (0x00080201, "SH"),
                    (0x00340007, "OB"), (0x00720061, "DA")):  # fmt: skip
        made.plant(tag, vr, made.canaries.sentence() if vr == "OB" else None)


PLAIN = (
    listed_attributes, unlisted_attributes, binary_attributes, own_number, wrong_vrs, private_attributes,
    unknown_tags, command_and_directory, nested, overlays, lies, names, uids, large_ages,
)  # fmt: skip
__all__ = ["CT", "PLAIN"]
