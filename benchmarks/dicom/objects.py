"""Awkward objects: reports, documents, presentation states, therapy, segmentations, waveforms, slides."""

import zlib

from benchmarks.dicom.canaries import Canary
from benchmarks.dicom.encoder import Data, Style
from benchmarks.dicom.sheet import SC, US, Drawer, Sheet, grey

SOP = {
    "basic_sr": "1.2.840.10008.5.1.4.1.1.88.11", "enhanced_sr": "1.2.840.10008.5.1.4.1.1.88.22",
    "comprehensive_sr": "1.2.840.10008.5.1.4.1.1.88.33", "dose_sr": "1.2.840.10008.5.1.4.1.1.88.67",
    "ko": "1.2.840.10008.5.1.4.1.1.88.59", "pdf": "1.2.840.10008.5.1.4.1.1.104.1",
    "cda": "1.2.840.10008.5.1.4.1.1.104.2", "stl": "1.2.840.10008.5.1.4.1.1.104.3",
    "obj": "1.2.840.10008.5.1.4.1.1.104.4", "pr": "1.2.840.10008.5.1.4.1.1.11.1",
    "colour_pr": "1.2.840.10008.5.1.4.1.1.11.2", "rtstruct": "1.2.840.10008.5.1.4.1.1.481.3",
    "rtplan": "1.2.840.10008.5.1.4.1.1.481.5", "rtdose": "1.2.840.10008.5.1.4.1.1.481.2",
    "seg": "1.2.840.10008.5.1.4.1.1.66.4", "ecg": "1.2.840.10008.5.1.4.1.1.9.1.1",
    "enhanced_ct": "1.2.840.10008.5.1.4.1.1.2.1", "wsi": "1.2.840.10008.5.1.4.1.1.77.1.6",
    "spectroscopy": "1.2.840.10008.5.1.4.1.1.4.2", "raw": "1.2.840.10008.5.1.4.1.1.66",
    "parametric": "1.2.840.10008.5.1.4.1.1.30", "video": "1.2.840.10008.5.1.4.1.1.77.1.1.1",
    "private": "1.2.250.1.59.40211.1", "hanging": "1.2.840.10008.5.1.4.38.1", "dicomdir": "1.2.840.10008.1.3.10",
    "registration": "1.2.840.10008.5.1.4.1.1.66.1", "fiducials": "1.2.840.10008.5.1.4.1.1.66.2",
}  # fmt: skip


def code(value: str, scheme: str, meaning: str) -> Data:
    """An item of a code sequence."""
    return Data().put(0x00080100, "SH", value).put(0x00080102, "SH", scheme).put(0x00080104, "LO", meaning)


def local_code(made: Sheet, path: str, scheme: str = "99CHU") -> Data:
    """A code whose meaning and value are canaries."""
    item = Data().put(0x00080102, "SH", scheme)
    made.plant(0x00080104, "LO", where=item, path=path)
    made.plant(0x00080100, "SH", where=item, path=path)
    return item


def report(draw: Drawer) -> None:
    """Structured reports with every type of content item, down to four levels."""
    for name in ("basic_sr", "enhanced_sr", "comprehensive_sr", "dose_sr", "ko"):
        made = draw.sheet(f"objects/{name}.dcm", SOP[name], "KO" if name == "ko" else "SR")
        made.put(0x0040A040, "CS", "CONTAINER")
        made.put(0x0040A050, "CS", "SEPARATE")
        made.put(0x0040A491, "CS", "COMPLETE")
        made.put(0x0040A043, "SQ", [local_code(made, "(0040,A043)[0]")])
        observer = Data()
        for tag, vr in ((0x0040A075, "PN"), (0x0040A027, "LO"), (0x0040A030, "DT")):
            made.plant(tag, vr, where=observer, path="(0040,A073)[0]")
        observer.put(0x0040A088, "SQ", [local_code(made, "(0040,A073)[0](0040,A088)[0]")])
        made.put(0x0040A073, "SQ", [observer])
        made.plant(0x00420010, "ST")
        made.put(0x0040A730, "SQ", _content(made, "(0040,A730)", 4))


def _content(made: Sheet, path: str, depth: int) -> list[Data]:
    items = []
    kinds = {
        "TEXT": (0x0040A160, "UT"), "PNAME": (0x0040A123, "PN"), "DATE": (0x0040A121, "DA"),
        "TIME": (0x0040A122, "TM"), "DATETIME": (0x0040A120, "DT"), "UIDREF": (0x0040A124, "UI"),
    }  # fmt: skip
    for kind, (tag, vr) in kinds.items():
        item = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", kind)
        item.put(0x0040A043, "SQ", [code("121106", "DCM", "Comment")])
        made.plant(tag, vr, where=item, path=path + f"{kind} ")
        items.append(item)
    coded = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "CODE")
    coded.put(0x0040A043, "SQ", [local_code(made, path + "CODE name ")])
    coded.put(0x0040A168, "SQ", [local_code(made, path + "CODE value ")])
    # A standard scheme with a meaning of one's own: the meaning is free text all the same.
    wrong = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "CODE")
    meaning = code("T-D3000", "SRT", "")
    made.plant(0x00080104, "LO", where=meaning, path=path + "CODE SRT ")
    wrong.put(0x0040A168, "SQ", [meaning])
    number = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "NUM")
    unit = Data().put(0x0040A30A, "DS", "12.5").put(0x004008EA, "SQ", [local_code(made, path + "NUM unit ")])
    made.plant(0x0040A30A, "DS", where=unit, path=path + "NUM ")
    number.put(0x0040A300, "SQ", [unit])
    image = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "IMAGE")
    reference = Data().put(0x00081150, "UI", US)
    made.plant(0x00081155, "UI", where=reference, path=path + "IMAGE ")
    image.put(0x00081199, "SQ", [reference])
    area = Data().put(0x0040A010, "CS", "INFERRED FROM").put(0x0040A040, "CS", "SCOORD")
    area.put(0x00700022, "FL", [1.0, 2.0]).put(0x00700023, "CS", "POINT")
    made.plant(0x00700318, "LO", where=area, path=path + "SCOORD ")
    items += [coded, wrong, number, image, area]
    if depth > 1:
        box = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "CONTAINER")
        box.put(0x0040A730, "SQ", _content(made, path + "/", depth - 1))
        items.append(box)
    return items


def documents(draw: Drawer) -> None:
    """Encapsulated PDF (plain and deflated), CDA, STL, OBJ."""
    for name, sop in (
        ("pdf", "pdf"),
        ("pdf_deflated", "pdf"),
        ("cda", "cda"),
        ("stl", "stl"),
        ("obj", "obj"),
    ):
        made = draw.sheet(f"objects/{name}.dcm", SOP[sop], "DOC")
        canary = made.canaries.sentence()
        text = canary.text.encode("latin-1")
        body = {
            "pdf": b"%PDF-1.4\nBT (" + text + b") Tj ET\n%%EOF",
            "pdf_deflated": b"%PDF-1.4\nstream\n" + zlib.compress(text) + b"\nendstream\n%%EOF",
            "cda": b'<?xml version="1.0"?><ClinicalDocument><name>' + text + b"</name></ClinicalDocument>",
            "stl": text.ljust(80)[:80] + b"\0\0\0\0",
            "obj": b"# " + text + b"\nv 0 0 0\n",
        }[name]
        made.put(0x00420011, "OB", body)
        made.note("(0042,0011) document", canary)
        made.plant(0x00420010, "ST")
        made.put(0x00420012, "LO", "application/pdf")
        made.plant(0x00420014, "LO")
        made.put(0x00280301, "CS", "YES")
        source = Data().put(0x00081150, "UI", US)
        made.plant(0x00081155, "UI", where=source, path="(0042,0013)[0]")
        made.put(0x00420013, "SQ", [source])
        made.put(0x0040A043, "SQ", [local_code(made, "(0040,A043)[0]")])


def presentation(draw: Drawer) -> None:
    """Presentation states with text annotations, layers, overlays and a creator."""
    for name in ("pr", "colour_pr"):
        made = draw.sheet(f"objects/{name}.dcm", SOP[name], "PR")
        for tag, vr in ((0x00700080, "CS"), (0x00700081, "LO"), (0x00700084, "PN"), (0x00700087, "LO"),
                        (0x00700082, "DA"), (0x00700083, "TM"), (0x00700068, "LO")):  # fmt: skip
            made.plant(tag, vr)
        text, layer, graphic = Data(), Data(), Data()
        made.plant(0x00700006, "ST", where=text, path="(0070,0001)[0](0070,0008)[0]")
        made.plant(0x00700002, "CS", where=layer, path="(0070,0060)[0]")
        made.plant(0x00700068, "LO", where=layer, path="(0070,0060)[0]")
        made.plant(0x00700002, "CS", where=graphic, path="(0070,0001)[0]")
        graphic.put(0x00700008, "SQ", [text])
        shape = Data().put(0x00700023, "CS", "POLYLINE").put(0x00700022, "FL", [1.0, 1.0, 2.0, 2.0])
        made.plant(0x00700295, "LO", where=shape, path="(0070,0001)[0](0070,0009)[0]")
        graphic.put(0x00700009, "SQ", [shape])
        made.put(0x00700001, "SQ", [graphic])
        made.put(0x00700060, "SQ", [layer])
        for tag, vr in ((0x60000022, "LO"), (0x60001500, "LO")):
            made.plant(tag, vr)


def therapy(draw: Drawer) -> None:
    """RT structure set, plan and dose."""
    made = draw.sheet("objects/rtstruct.dcm", SOP["rtstruct"], "RTSTRUCT")
    for tag, vr in (
        (0x30060002, "SH"),
        (0x30060004, "LO"),
        (0x30060006, "ST"),
        (0x30060008, "DA"),
        (0x30060009, "TM"),
    ):
        made.plant(tag, vr)
    _items(made, 0x30060020, ((0x30060026, "LO"), (0x30060028, "ST"), (0x30060024, "UI"), (0x30060038, "LO")))
    _items(made, 0x30060080, ((0x30060085, "SH"), (0x30060088, "ST"), (0x300600A6, "PN"), (0x300600A4, "CS")))
    made = draw.sheet("objects/rtplan.dcm", SOP["rtplan"], "RTPLAN")
    for tag, vr in ((0x300A0002, "SH"), (0x300A0003, "LO"), (0x300A0004, "ST"), (0x300A0006, "DA"), (0x300E0008, "PN"),
                    (0x300A0009, "LO"), (0x300A000B, "LO")):  # fmt: skip
        made.plant(tag, vr)
    _items(made, 0x300A0010, ((0x300A0016, "LO"), (0x300A0013, "UI")))
    _items(made, 0x300A00B0, ((0x300A00B2, "SH"), (0x300A00C2, "LO"), (0x300A00C3, "ST"), (0x00081040, "LO")))
    _items(made, 0x300A0180, ((0x300A0194, "ST"), (0x300A01B2, "ST")))
    made = draw.image("objects/rtdose.dcm", SOP["rtdose"], "RTDOSE")
    for tag, vr in ((0x30040006, "LO"), (0x30040002, "CS")):
        made.plant(tag, vr)


def _items(made: Sheet, tag: int, leaves: tuple[tuple[int, str], ...]) -> Data:
    item = Data()
    for leaf, vr in leaves:
        made.plant(leaf, vr, where=item, path=f"({tag >> 16:04X},{tag & 0xFFFF:04X})[0]")
    made.put(tag, "SQ", [item])
    return item


def segmentation(draw: Drawer) -> None:
    """Segment labels, trackers, and what made them."""
    made = draw.sheet("objects/seg.dcm", SOP["seg"], "SEG")
    grey(made, 16)
    made.put(0x00280100, "US", [1])
    made.put(0x00280101, "US", [1])
    made.put(0x00280102, "US", [0])
    made.put(0x00280008, "IS", "1")
    made.put(0x00620001, "CS", "BINARY")
    item = _items(made, 0x00620002, ((0x00620005, "LO"), (0x00620006, "ST"), (0x00620020, "UT"), (0x00620021, "UI"),
                                     (0x00620009, "LO"), (0x00700082, "DA")))  # fmt: skip
    item.put(0x00620003, "SQ", [local_code(made, "(0062,0002)[0](0062,0003)[0]")])
    for tag, vr in ((0x00700080, "CS"), (0x00700081, "LO"), (0x00700084, "PN")):
        made.plant(tag, vr)
    made.put(0x7FE00010, "OB", bytes(32))


def waveform(draw: Drawer) -> None:
    """An electrocardiogram with labels and notes."""
    made = draw.sheet("objects/ecg.dcm", SOP["ecg"], "ECG")
    channel = Data().put(0x003A0208, "SQ", [local_code(made, "(5400,0100)[0](003A,0200)[0]")])
    made.plant(0x003A0203, "SH", where=channel, path="(5400,0100)[0](003A,0200)[0]")
    channel.put(0x003A021A, "US", [16])
    group = Data().put(0x003A0004, "CS", "ORIGINAL").put(0x003A0005, "US", [1]).put(0x003A0010, "UL", [4])
    made.plant(0x003A0020, "SH", where=group, path="(5400,0100)[0]")
    group.put(0x003A001A, "DS", "500").put(0x003A0200, "SQ", [channel])
    group.put(0x54001004, "US", [16]).put(0x54001006, "CS", "SS").put(0x54001010, "OW", bytes(8))
    made.put(0x54000100, "SQ", [group])
    note = _items(made, 0x0040B020, ((0x00700006, "ST"),))
    note.put(0x0040A043, "SQ", [local_code(made, "(0040,B020)[0](0040,A043)[0]")])
    made.plant(0x00181030, "LO")


def multiframe(draw: Drawer) -> None:
    """Enhanced images whose functional groups hold comments, dates and names."""
    made = draw.image("objects/enhanced_ct.dcm", SOP["enhanced_ct"])
    made.put(0x00280008, "IS", "1")
    shared, frame, content = Data(), Data(), Data()
    for tag, vr in (
        (0x00189074, "DT"),
        (0x00189151, "DT"),
        (0x00204000, "LT"),
        (0x00209158, "LT"),
        (0x00209453, "LO"),
    ):
        made.plant(tag, vr, where=content, path="(5200,9230)[0](0020,9111)[0]")
    frame.put(0x00209111, "SQ", [content])
    frame.put(0x00081140, "SQ", [item := Data()])
    made.plant(0x00081155, "UI", where=item, path="(5200,9230)[0](0008,1140)[0]")
    anatomy = Data().put(0x00082218, "SQ", [local_code(made, "(5200,9229)[0](0020,9071)[0](0008,2218)[0]")])
    shared.put(0x00209071, "SQ", [anatomy])
    private = Data()
    made.plant(0x00211001, "LO", where=private, path="(5200,9229)[0](0021,11FE)[0]")
    shared.put(0x00210010, "LO", "SIEMENS MR SDS 01").put(0x002111FE, "SQ", [private])
    made.put(0x52009229, "SQ", [shared])
    made.put(0x52009230, "SQ", [frame])
    organisation = _items(made, 0x00209222, ((0x00209421, "LO"), (0x00209164, "UI"), (0x00209213, "LO")))
    organisation.put(0x00209165, "AT", [0x0020, 0x9057])
    for tag, vr in ((0x00209161, "UI"), (0x00200242, "UI")):
        made.plant(tag, vr)


def slides(draw: Drawer) -> None:
    """A whole-slide image with its label and specimens."""
    made = draw.image("objects/wsi_label.dcm", SOP["wsi"], "SM")
    made.put(0x00080008, "CS", "ORIGINAL\\PRIMARY\\LABEL\\NONE")
    for tag, vr in ((0x00400512, "LO"), (0x22000002, "UT"), (0x22000005, "LT")):
        made.plant(tag, vr)
    specimen = _items(
        made, 0x00400560, ((0x00400551, "LO"), (0x00400554, "UI"), (0x00400600, "LO"), (0x00400602, "UT"))
    )
    step = (
        Data().put(0x0040A040, "CS", "TEXT").put(0x0040A043, "SQ", [code("111703", "DCM", "Processing step")])
    )
    made.plant(0x0040A160, "UT", where=step, path="(0040,0560)[0](0040,0610)[0](0040,0612)[0]")
    specimen.put(0x00400610, "SQ", [Data().put(0x00400612, "SQ", [step])])
    optics = _items(made, 0x00480105, ((0x00480106, "SH"), (0x00480107, "ST")))
    profile, canary = bytearray(256), made.canaries.sentence()
    profile[0:4], profile[36:40] = (256).to_bytes(4, "big"), b"acsp"
    profile[128:144] = (1).to_bytes(4, "big") + b"desc" + (160).to_bytes(4, "big") + (96).to_bytes(4, "big")
    text = b"desc\0\0\0\0\0\0\0\x50" + canary.text.encode("latin-1")[:79] + b"\0"
    profile[160 : 160 + len(text)] = text
    optics.put(0x00282000, "OB", bytes(profile))
    made.note("ICC profile description", canary)


def others(draw: Drawer) -> None:
    """Objects that few tools know, and one that nobody does."""
    for name, modality in (("spectroscopy", "MR"), ("raw", "MR"), ("private", "OT"), ("hanging", "OT"),
                           ("registration", "REG"), ("fiducials", "FID")):  # fmt: skip
        made = draw.sheet(f"objects/{name}.dcm", SOP[name], modality)
        for tag, vr in ((0x00700080, "CS"), (0x00700081, "LO"), (0x00720002, "SH"), (0x00720004, "LO"), (0x00720008, "LO"),
                        (0x00204000, "LT"), (0x00189098, "FD"), (0x00720010, "LO")):  # fmt: skip
            made.plant(tag, vr)
        made.put(0x00290010, "LO", "ACME RAW")
        made.plant(0x00291001, "OB", made.canaries.sentence())


def directory(draw: Drawer) -> None:
    """A DICOMDIR with patients, studies and file names."""
    made = draw.sheet("DICOMDIR", SOP["dicomdir"], "OT")
    for tag in list(made.data):
        if tag not in {0x00080016, 0x00080018}:
            del made.data[tag]
    made.plants.clear()
    made.plant(0x00041130, "CS")
    patient = Data().put(0x00041430, "CS", "PATIENT").put(0x00041400, "UL", [0]).put(0x00041420, "UL", [0])
    for tag, vr in (
        (0x00100010, "PN"),
        (0x00100020, "LO"),
        (0x00100030, "DA"),
        (0x00041500, "CS"),
        (0x00041511, "UI"),
    ):
        made.plant(tag, vr, where=patient, path="(0004,1220)[0]")
    made.put(0x00041200, "UL", [0])
    made.put(0x00041220, "SQ", [patient])


def burned(draw: Drawer) -> None:
    """Ultrasound and captures with the patient's name in the pixels."""
    for name, sop, modality in (("us_burned", US, "US"), ("sc_burned", SC, "OT")):
        made = draw.sheet(f"pixels/{name}.dcm", sop, modality, Style())
        side = 256
        for tag, vr, value in ((0x00280002, "US", [3]), (0x00280004, "CS", "RGB"), (0x00280006, "US", [0]),
                               (0x00280010, "US", [side]), (0x00280011, "US", [side]), (0x00280100, "US", [8]),
                               (0x00280101, "US", [8]), (0x00280102, "US", [7]), (0x00280103, "US", [0]),
                               (0x00280301, "CS", "YES")):  # fmt: skip
            made.put(tag, vr, value)
        canary = made.identity["name"]
        made.put(0x7FE00010, "OB", drawn(canary.text.replace("^", " "), side))
        made.note("burned into the image", Canary(f"{side}x{side}", (), "pixels"))
        made.plant(0x00081030, "LO")


def drawn(text: str, side: int) -> bytes:
    """A square RGB image with ``text`` in white on a dark ground, near the top left."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (side, side), (12, 12, 12))
    ImageDraw.Draw(image).text((8, 8), text, font=ImageFont.load_default(size=16), fill=(255, 255, 255))
    return image.tobytes()


OBJECTS = (
    report, documents, presentation, therapy, segmentation, waveform, multiframe, slides, others, directory,
    burned,
)  # fmt: skip
