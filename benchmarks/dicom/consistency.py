"""Two patients with series, a report, a key object, a state, a segmentation and contours that point at each other."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.dicom.canaries import Canaries
from benchmarks.dicom.encoder import BIG, DEFLATED, IMPLICIT, Data, File, Style
from benchmarks.dicom.objects import SOP, code
from benchmarks.dicom.sheet import CT, MR

STYLES = (Style(), Style(IMPLICIT), Style(BIG), Style(DEFLATED), Style(undefined=True))


@dataclass(frozen=True)
class Written:
    """One file and what it says."""

    path: Path
    patient: str
    study: str
    series: str
    instance: str
    frame_of_reference: str
    accession: str
    date: str
    points_at: tuple[str, ...]


def write(folder: Path, seed: int = 9) -> list[Written]:
    """All files of both patients."""
    canaries, found = Canaries(seed), []
    for number in range(2):
        found += Case(folder, canaries, number).files()
    return found


class Case:
    """One patient with one study."""

    def __init__(self, folder: Path, canaries: Canaries, number: int) -> None:
        self.folder = folder / f"p{number}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.patient, self.name = canaries.identifier().text, canaries.name().text
        self.accession, self.date = canaries.identifier().text, f"2019{number + 1:02d}17"
        self.root = f"1.2.250.1.59.40211.{self.patient}"
        self.frame = f"{self.root}.77"

    def files(self) -> list[Written]:
        """Ten images in two series, and five objects that point at them."""
        ct = [self.image(CT, "CT", 1, index, None) for index in range(6)]
        mr = [self.image(MR, "MR", 2, index, ct[index].instance) for index in range(4)]
        images = [(CT, one.instance) for one in ct] + [(MR, one.instance) for one in mr]
        series = {1: [one.instance for one in ct], 2: [one.instance for one in mr]}
        return [
            *ct, *mr,
            self.report("comprehensive_sr", "SR", 3, images, series),
            self.report("ko", "KO", 4, images[:3], series),
            self.state(5, [one.instance for one in ct]),
            self.segmentation(6, [one.instance for one in ct]),
            self.contours(7, [one.instance for one in ct]),
        ]  # fmt: skip

    def header(self, sop: str, modality: str, series: int, index: int) -> Data:
        """Identity of a file, with the accession number nested too."""
        data = Data()
        for tag, vr, value in (
            (0x00080005, "CS", "ISO_IR 100"), (0x00080016, "UI", sop), (0x00080018, "UI", f"{self.root}.1.{series}.{index}"),
            (0x00080020, "DA", self.date), (0x00080030, "TM", "101500"), (0x00080050, "SH", self.accession),
            (0x00080060, "CS", modality), (0x00080070, "LO", "SIEMENS"), (0x00080090, "PN", ""), (0x00100010, "PN", self.name),
            (0x00100020, "LO", self.patient), (0x00100030, "DA", "19470313"), (0x00100040, "CS", "F"),
            (0x0020000D, "UI", f"{self.root}.1"), (0x0020000E, "UI", f"{self.root}.1.{series}"), (0x00200010, "SH", "1"),
            (0x00200011, "IS", str(series)), (0x00200013, "IS", str(index)), (0x00080023, "DA", self.date),
            (0x00080033, "TM", "101500"),
        ):  # fmt: skip
            data.put(tag, vr, value)
        request = Data().put(0x00080050, "SH", self.accession).put(0x0020000D, "UI", f"{self.root}.1")
        return data.put(0x0040A370, "SQ", [request])

    def image(self, sop: str, modality: str, series: int, index: int, source: str | None) -> Written:
        """A small grey image; ``source`` is what it was made of."""
        data = self.header(sop, modality, series, index)
        for tag, vr, value in (
            (0x00200052, "UI", self.frame), (0x00280002, "US", [1]), (0x00280004, "CS", "MONOCHROME2"),
            (0x00280010, "US", [8]), (0x00280011, "US", [8]), (0x00280100, "US", [16]), (0x00280101, "US", [12]),
            (0x00280102, "US", [11]), (0x00280103, "US", [0]), (0x7FE00010, "OW", [series * 100 + index] * 64),
        ):  # fmt: skip
            data.put(tag, vr, value)
        if source:
            made = reference(CT, source).put(0x0040A170, "SQ", [code("121322", "DCM", "Source image")])
            data.put(0x00082112, "SQ", [made])
        return self.save(data, f"{modality}{index}", STYLES[index % len(STYLES)], (source,) if source else ())

    def evidence(self, series: dict[int, list[str]]) -> Data:
        """The study, its series and their instances."""
        listed = []
        for number, instances in series.items():
            one = Data().put(0x0020000E, "UI", f"{self.root}.1.{number}")
            listed.append(
                one.put(0x00081199, "SQ", [reference(CT if number == 1 else MR, uid) for uid in instances])
            )
        return Data().put(0x0020000D, "UI", f"{self.root}.1").put(0x00081115, "SQ", listed)

    def report(
        self,
        kind: str,
        modality: str,
        series: int,
        images: list[tuple[str, str]],
        evidence: dict[int, list[str]],
    ) -> Written:
        """A document whose content, two levels down, points at images."""
        data = self.header(SOP[kind], modality, series, 0)
        data.put(0x0040A040, "CS", "CONTAINER").put(0x0040A050, "CS", "SEPARATE")
        data.put(0x0040A043, "SQ", [code("113000", "DCM", "Of Interest")])
        data.put(0x0040A491, "CS", "COMPLETE").put(0x0040A493, "CS", "UNVERIFIED")
        data.put(0x0040A375, "SQ", [self.evidence(evidence)])
        items = []
        for sop, uid in images:
            item = Data().put(0x0040A010, "CS", "CONTAINS").put(0x0040A040, "CS", "IMAGE")
            items.append(item.put(0x00081199, "SQ", [reference(sop, uid)]))
        if kind != "ko":
            box = (
                Data()
                .put(0x0040A010, "CS", "CONTAINS")
                .put(0x0040A040, "CS", "CONTAINER")
                .put(0x0040A050, "CS", "SEPARATE")
            )
            box.put(0x0040A043, "SQ", [code("121070", "DCM", "Findings")]).put(0x0040A730, "SQ", items)
            items = [box]
        data.put(0x0040A730, "SQ", items)
        everything = [uid for listed in evidence.values() for uid in listed]
        return self.save(data, kind, Style(undefined=True), tuple(everything))

    def state(self, series: int, images: list[str]) -> Written:
        """A presentation state of the first series."""
        data = self.header(SOP["pr"], "PR", series, 0)
        listed = Data().put(0x0020000E, "UI", f"{self.root}.1.1")
        listed.put(0x00081140, "SQ", [reference(CT, uid) for uid in images])
        data.put(0x00081115, "SQ", [listed]).put(0x00700080, "CS", "STATE").put(0x20500020, "CS", "IDENTITY")
        data.put(0x00700082, "DA", self.date).put(0x00700083, "TM", "101500")
        return self.save(data, "pr", Style(IMPLICIT), tuple(images))

    def segmentation(self, series: int, images: list[str]) -> Written:
        """One segment; its frame comes from an image of the first series."""
        data = self.header(SOP["seg"], "SEG", series, 0)
        for tag, vr, value in (
            (0x00200052, "UI", self.frame), (0x00280002, "US", [1]), (0x00280004, "CS", "MONOCHROME2"), (0x00280008, "IS", "1"),
            (0x00280010, "US", [8]), (0x00280011, "US", [8]), (0x00280100, "US", [1]), (0x00280101, "US", [1]),
            (0x00280102, "US", [0]), (0x00280103, "US", [0]), (0x00620001, "CS", "BINARY"), (0x7FE00010, "OB", bytes(8)),
        ):  # fmt: skip
            data.put(tag, vr, value)
        listed = Data().put(0x0020000E, "UI", f"{self.root}.1.1")
        data.put(0x00081115, "SQ", [listed.put(0x0008114A, "SQ", [reference(CT, uid) for uid in images])])
        derived = Data().put(0x00082112, "SQ", [reference(CT, images[0])])
        data.put(0x52009230, "SQ", [Data().put(0x00089124, "SQ", [derived])])
        segment = (
            Data().put(0x00620004, "US", [1]).put(0x00620005, "LO", "Organ").put(0x00620008, "CS", "MANUAL")
        )
        data.put(0x00620002, "SQ", [segment])
        return self.save(data, "seg", Style(), tuple(images))

    def contours(self, series: int, images: list[str]) -> Written:
        """A structure set in the frame of reference of the images."""
        data = self.header(SOP["rtstruct"], "RTSTRUCT", series, 0)
        listed = Data().put(0x0020000E, "UI", f"{self.root}.1.1")
        listed.put(0x30060016, "SQ", [reference(CT, uid) for uid in images])
        study = (
            Data().put(0x00081150, "UI", "1.2.840.10008.3.1.2.3.1").put(0x00081155, "UI", f"{self.root}.1")
        )
        frame = Data().put(0x00200052, "UI", self.frame)
        data.put(0x30060010, "SQ", [frame.put(0x30060012, "SQ", [study.put(0x30060014, "SQ", [listed])])])
        region = (
            Data().put(0x30060022, "IS", "1").put(0x30060024, "UI", self.frame).put(0x30060026, "LO", "Foie")
        )
        data.put(0x30060020, "SQ", [region.put(0x30060036, "CS", "MANUAL")])
        contour = Data().put(0x30060016, "SQ", [reference(CT, images[0])]).put(0x30060042, "CS", "POINT")
        contour.put(0x30060046, "IS", "1").put(0x30060050, "DS", "1\\2\\3")
        data.put(0x30060039, "SQ", [Data().put(0x30060084, "IS", "1").put(0x30060040, "SQ", [contour])])
        data.put(0x30060002, "SH", "S").put(0x30060008, "DA", self.date).put(0x30060009, "TM", "101500")
        return self.save(data, "rtstruct", Style(undefined=True), tuple(images))

    def save(self, data: Data, name: str, style: Style, points_at: tuple[str, ...]) -> Written:
        """Write one file and remember what it says."""
        path = self.folder / f"{name}.dcm"
        path.write_bytes(File(data, style).bytes())
        text = {tag: str(data[tag][1]) for tag in (0x0020000D, 0x0020000E, 0x00080018)}
        return Written(path, self.patient, text[0x0020000D], text[0x0020000E], text[0x00080018],
                       self.frame if 0x00200052 in data else "", self.accession, self.date, points_at)  # fmt: skip


def reference(sop: str, uid: str) -> Data:
    """An item that points at an instance."""
    return Data().put(0x00081150, "UI", sop).put(0x00081155, "UI", uid)
