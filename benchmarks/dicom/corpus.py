"""A corpus to time: 1,000 files, 170 MB, 50 patients, with headers like those of scanners.

``python -m benchmarks.dicom.corpus FOLDER [SHARE]`` writes it, or a share of it; what is there is kept.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.dicom.canaries import Canaries
from benchmarks.dicom.encoder import EXPLICIT, IMPLICIT, J2K, Data, File, Fragments, Style
from benchmarks.dicom.encodings import frame
from benchmarks.dicom.objects import code
from benchmarks.dicom.sheet import CT, MR, SC, US

SEED = 4
PER_PATIENT = 20
PROFILE = """version: 1
id: bench-images
nature: real
privacy: {policy: open-data, secret: {env: VITRAIL_KEY}}
dicom:
  source: {path: images}
  pixels: {assume-clean: [US, SC, OT]}
"""


@dataclass(frozen=True)
class Kind:
    """Files of one sort."""

    name: str
    count: int
    sop: str
    modality: str
    syntax: str
    side: int = 0
    colours: int = 1
    j2k: str = ""
    overlay: bool = False


KINDS = (
    Kind("ct128", 300, CT, "CT", EXPLICIT, 128),
    Kind("mr64", 200, MR, "MR", IMPLICIT, 64),
    Kind("ct512", 200, CT, "CT", EXPLICIT, 512),
    Kind("ctj2k", 100, CT, "CT", J2K, j2k="J2K_pixelrep_mismatch.dcm"),
    Kind("usj2k", 100, US, "US", J2K, j2k="examples_jpeg2k.dcm"),
    Kind("sc", 50, SC, "OT", EXPLICIT, 350, 3),
    Kind("mrovl", 50, MR, "MR", EXPLICIT, 160, overlay=True),
)


def build(folder: Path, share: float = 1.0) -> Path:
    """The folder with the corpus below ``images``, written once; its name tells the version."""
    done = folder / f"corpus-{SEED}-{share:g}"
    if not done.is_dir():
        draft = folder / f"{done.name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        for name, content in files(share):
            target = draft / "images" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        (draft / "profil.yaml").write_text(PROFILE, encoding="utf-8")
        draft.rename(done)
    return done


def files(share: float = 1.0) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    canaries, random = Canaries(SEED), np.random.default_rng(SEED)
    number = 0
    for kind in KINDS:
        for index in range(round(kind.count * share)):
            if index % PER_PATIENT == 0:
                patient = Patient(canaries, number)
            data = header(kind, patient, index)
            data.put(0x7FE00010, *pixels(kind, random))
            content = File(data, Style(kind.syntax)).bytes()
            yield f"{patient.folder}/{kind.name}/{index % PER_PATIENT:04d}.dcm", content
            number += 1


class Patient:
    """One person with one study of one series."""

    def __init__(self, canaries: Canaries, number: int) -> None:
        self.name, self.id = canaries.name().text, canaries.identifier().text
        self.birth, self.study = canaries.date().text, canaries.date().text
        self.accession, self.physician = canaries.identifier().text, canaries.name().text
        self.operator, self.institution = canaries.name().text, canaries.institution().text
        self.address, self.phone = canaries.address().text, canaries.phone().text
        self.root = f"1.2.250.1.59.40211.{self.id}.{number}"
        self.folder = f"{self.id}"


def header(kind: Kind, patient: Patient, index: int) -> Data:
    """Between 80 and 120 elements."""
    data = Data()
    for tag, vr, value in (*_general(kind, patient, index), *_technical(kind, index)):
        data.put(tag, vr, value)
    _sequences(data, kind, patient, index)
    _private(data, index)
    if kind.overlay:
        for tag, vr, value in (
            (0x60000010, "US", [kind.side]), (0x60000011, "US", [kind.side]), (0x60000040, "CS", "G"),
            (0x60000050, "SS", [1, 1]), (0x60000100, "US", [1]), (0x60000102, "US", [0]),
            (0x60000022, "LO", f"Annotation {patient.name}"), (0x60003000, "OW", bytes(kind.side * kind.side // 8)),
        ):  # fmt: skip
            data.put(tag, vr, value)
    return data


def _general(kind: Kind, patient: Patient, index: int) -> tuple[tuple[int, str, object], ...]:
    moment = f"10{index % 60:02d}{index % 50:02d}.{100000 + index}"
    return (
        (0x00080005, "CS", "ISO_IR 100"), (0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"), (0x00080012, "DA", patient.study),
        (0x00080013, "TM", moment), (0x00080016, "UI", kind.sop), (0x00080018, "UI", f"{patient.root}.1.1.{index}"),
        (0x00080020, "DA", patient.study), (0x00080021, "DA", patient.study), (0x00080022, "DA", patient.study),
        (0x00080023, "DA", patient.study), (0x00080030, "TM", "101500"), (0x00080031, "TM", "101600"),
        (0x00080032, "TM", moment), (0x00080033, "TM", moment), (0x00080050, "SH", patient.accession),
        (0x00080060, "CS", kind.modality), (0x00080070, "LO", "SIEMENS"), (0x00080080, "LO", patient.institution),
        (0x00080081, "ST", patient.address), (0x00080090, "PN", patient.physician), (0x00081010, "SH", "CT01SALLE3"),
        (0x00081030, "LO", "TDM thorax sans injection"), (0x0008103E, "LO", "Thorax 1.0 B30f"),
        (0x00081040, "LO", "Radiologie"), (0x00081050, "PN", patient.physician), (0x00081070, "PN", patient.operator),
        (0x00081090, "LO", "SOMATOM Definition AS"), (0x00100010, "PN", patient.name), (0x00100020, "LO", patient.id),
        (0x00100030, "DA", patient.birth), (0x00100040, "CS", "F"), (0x00101010, "AS", "061Y"), (0x00101020, "DS", "1.62"),
        (0x00101030, "DS", "58"), (0x00101040, "LO", patient.address), (0x00102154, "SH", patient.phone),
        (0x001021B0, "LT", "Toux chronique"), (0x0020000D, "UI", f"{patient.root}.1"), (0x0020000E, "UI", f"{patient.root}.1.1"),
        (0x00200010, "SH", patient.accession[:8]), (0x00200011, "IS", "2"), (0x00200012, "IS", "1"), (0x00200013, "IS", str(index)),
        (0x00200032, "DS", f"-170.1\\-170.2\\{index * 1.5:.2f}"), (0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
        (0x00200052, "UI", f"{patient.root}.9"), (0x00201040, "LO", ""), (0x00201041, "DS", f"{index * 1.5:.2f}"),
        (0x00321032, "PN", patient.physician), (0x00321060, "LO", "Scanner thoracique"), (0x00400244, "DA", patient.study),
        (0x00400245, "TM", "101500"), (0x00400253, "SH", patient.accession), (0x00400254, "LO", "TDM thorax"),
    )  # fmt: skip


def _technical(kind: Kind, index: int) -> tuple[tuple[int, str, object], ...]:
    side, depth = kind.side, 8 if kind.colours == 3 else 16
    rows, columns = side, side
    photometric = "RGB" if kind.colours == 3 else "MONOCHROME2"
    colours, sign = kind.colours, 0
    if kind.j2k:
        _, original = frame(kind.j2k)
        rows, columns, depth = int(original.Rows), int(original.Columns), int(original.BitsAllocated)
        colours, photometric = int(original.SamplesPerPixel), str(original.PhotometricInterpretation)
        sign = int(original.PixelRepresentation)
    planar = ((0x00280006, "US", [0]),) if colours == 3 else ()
    return (
        (0x00180015, "CS", "CHEST"), (0x00180022, "CS", "HELICAL MODE"), (0x00180050, "DS", "1.5"), (0x00180060, "DS", "120"),
        (0x00180090, "DS", "500"), (0x00181000, "LO", "64321"), (0x00181020, "LO", "syngo CT 2012B"), (0x00181030, "LO", "Thorax^Routine"),
        (0x00181100, "DS", "340"), (0x00181110, "DS", "1085.6"), (0x00181111, "DS", "595"), (0x00181120, "DS", "0"),
        (0x00181130, "DS", "150"), (0x00181140, "CS", "CW"), (0x00181150, "IS", "500"), (0x00181151, "IS", str(100 + index)),
        (0x00181152, "IS", "60"), (0x00181160, "SH", "WEDGE_3"), (0x00181170, "IS", "15"), (0x00181190, "DS", "1.2"),
        (0x00181200, "DA", "20200101"), (0x00181201, "TM", "080000"), (0x00181210, "SH", "B30f"), (0x00185100, "CS", "FFS"),
        (0x00280002, "US", [colours]), (0x00280004, "CS", photometric), (0x00280010, "US", [rows]), (0x00280011, "US", [columns]),
        (0x00280030, "DS", "0.66\\0.66"), (0x00280100, "US", [depth]), (0x00280101, "US", [min(depth, 12) if depth == 16 else 8]),
        (0x00280102, "US", [11 if depth == 16 else 7]), (0x00280103, "US", [sign]), (0x00281050, "DS", "40"), (0x00281051, "DS", "400"),
        (0x00281052, "DS", "-1024"), (0x00281053, "DS", "1"), (0x00281055, "LO", "WINDOW1"), *planar,
    )  # fmt: skip


def _sequences(data: Data, kind: Kind, patient: Patient, index: int) -> None:
    request = Data().put(0x00321060, "LO", "Scanner thoracique").put(0x00400007, "LO", "TDM thorax")
    request.put(0x00400009, "SH", patient.accession).put(0x00401001, "SH", patient.accession)
    request.put(0x00400008, "SQ", [code("CTTHO", "99CHU", "TDM thorax Dr " + patient.physician)])
    data.put(0x00400275, "SQ", [request])
    previous = (
        Data()
        .put(0x00081150, "UI", kind.sop)
        .put(0x00081155, "UI", f"{patient.root}.1.1.{max(index - 1, index - index % PER_PATIENT)}")
    )
    previous.put(0x0040A170, "SQ", [code("121322", "DCM", "Source image for image processing operation")])
    data.put(0x00082112, "SQ", [previous])
    study = Data().put(0x00081150, "UI", "1.2.840.10008.3.1.2.3.1").put(0x00081155, "UI", f"{patient.root}.1")
    data.put(0x00081110, "SQ", [study])
    data.put(0x00081032, "SQ", [code("CTTHO", "99CHU", "TDM thorax")])
    data.put(0x00082218, "SQ", [code("T-D3000", "SRT", "Chest")])


def _private(data: Data, index: int) -> None:
    data.put(0x00190010, "LO", "SIEMENS CT VA0  COAD")
    for element in range(6):
        data.put(0x00191090 + element, "DS", str(index))
    data.put(0x00290010, "LO", "SIEMENS CSA HEADER")
    data.put(0x00291010, "OB", b"SV10\4\3\2\1" + bytes(2040)).put(0x00291008, "CS", "IMAGE NUM 4")
    data.put(0x00290011, "LO", "SIEMENS MEDCOM HEADER").put(0x00291131, "LO", "4.0.163088300")


def pixels(kind: Kind, random: np.random.Generator) -> tuple[str, object]:
    """VR and value of the pixel data."""
    if kind.j2k:
        return "OB", Fragments([frame(kind.j2k)[0]])
    if kind.colours == 3:
        return "OB", random.bytes(kind.side * kind.side * 3)
    return "OW", random.integers(0, 4096, kind.side * kind.side, np.uint16).tobytes()


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0))
