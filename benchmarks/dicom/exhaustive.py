"""Every attribute of PS3.6 with an identifier in it, at the top and inside a sequence: 10,000 places."""

from pathlib import Path

from pydicom.datadict import DicomDictionary, RepeatersDictionary

from benchmarks.dicom.encoder import Data
from benchmarks.dicom.sheet import Drawer, Plant, Sheet, label

STRUCTURE = {
    0x00080005, 0x00080016, 0x00080018, 0x00080060, 0x0020000D, 0x0020000E, 0x00100020, 0x00280002,
    0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
    0x00080008, 0x00280301,
}  # fmt: skip
"""What a file can't be read without."""
HOSTS = (0x00082112, 0x00400275, 0x0040A730, 0x52009230, 0x00081115, 0x00181008, 0x30060020)


def plant(folder: Path, seed: int = 21) -> list[Plant]:
    """Write one file a VR with every attribute of it, and one more with each in an item of a sequence."""
    draw = Drawer(seed)
    by_vr: dict[str, list[int]] = {}
    for tag, (vr, *_) in sorted(DicomDictionary.items()):
        if 0x00080000 <= tag < 0x7FE00000 and tag not in STRUCTURE:
            by_vr.setdefault(vr.split(" ")[0], []).append(tag)
    for tag in RepeatersDictionary:
        by_vr.setdefault("LO", []).append(int(tag.replace("x", "2"), 16))
    for vr, tags in sorted(by_vr.items()):
        top = draw.image(f"top_{vr}.dcm")
        inside = draw.image(f"inside_{vr}.dcm")
        items = {host: Data() for host in HOSTS}
        for number, tag in enumerate(tags):
            _put(top, top.data, tag, vr, "")
            host = HOSTS[number % len(HOSTS)]
            _put(inside, items[host], tag, vr, f"{label(host)}[0]")
        for host, item in items.items():
            inside.put(host, "SQ", [item])
    _other_vrs(draw, by_vr)
    for sheet in draw.sheets:
        target = folder / sheet.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(sheet.file.bytes())
    return draw.plants


def _put(made: Sheet, where: Data, tag: int, vr: str, path: str) -> None:
    if vr == "SQ":
        item = Data()
        for leaf, kind in (
            (0x00080104, "LO"),
            (0x00100010, "PN"),
            (0x00081155, "UI"),
            (0x0040A160, "UT"),
            (0x00091001, "LO"),
        ):
            made.plant(leaf, kind, where=item, path=f"{path}{label(tag)}[0]")
        item.put(0x00080102, "SH", "99LOCAL")
        where[tag] = ("SQ", [item])
    elif vr in {"OB", "OW", "UN", "OF", "OD", "OL", "OV", "US", "SS", "UL", "SL", "AT", "FL", "UV", "SV"}:
        made.plant_raw(tag, vr, where, path)
    elif where is made.data and tag in where:
        return
    else:
        made.plant(tag, vr, where=where, path=path)


def _other_vrs(draw: Drawer, by_vr: dict[str, list[int]]) -> None:
    """Attributes of numbers and terms written under a VR of text, and texts written as unknown bytes."""
    made = draw.image("other_LO.dcm")
    for vr in ("CS", "DS", "IS", "US", "FD", "UI"):
        for tag in by_vr.get(vr, ())[::2]:
            made.plant(tag, "LO")
    made = draw.image("other_UN.dcm")
    for vr in ("CS", "DS", "IS", "US", "FD", "UI", "LO", "SH", "PN", "OB"):
        for tag in by_vr.get(vr, ())[::3]:
            made.plant(tag, "UN", made.canaries.sentence())
