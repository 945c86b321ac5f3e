"""A file in the making, which remembers what was planted where."""

import random
from dataclasses import dataclass, field

from benchmarks.dicom.canaries import Canaries, Canary
from benchmarks.dicom.encoder import Data, File, Style, Value

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
US = "1.2.840.10008.5.1.4.1.1.6.1"
SC = "1.2.840.10008.5.1.4.1.1.7"


@dataclass(frozen=True)
class Plant:
    """One identifier in one place of one file."""

    file: str
    location: str
    canary: Canary


def label(tag: int) -> str:
    """``(gggg,eeee)``."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


@dataclass
class Sheet:
    """A file, its identity, and its plants."""

    name: str
    canaries: Canaries
    file: File
    plants: list[Plant]
    identity: dict[str, Canary] = field(default_factory=dict)

    @property
    def data(self) -> Data:
        """The data set."""
        return self.file.data

    def plant(
        self, tag: int, vr: str, canary: Canary | None = None, where: Data | None = None, path: str = ""
    ) -> Canary:
        """Put a canary (a fresh one that suits the VR, unless given) in an attribute."""
        chosen = canary or self.canaries.of(vr)
        target = self.data if where is None else where
        if where is None and tag in target:
            self.plants[:] = [
                plant for plant in self.plants if not plant.location.startswith(label(tag) + " ")
            ]
        target[tag] = (vr, chosen.text)
        self.note(path + label(tag) + " " + vr, chosen)
        return chosen

    def plant_raw(self, tag: int, vr: str, where: Data | None = None, path: str = "") -> None:
        """Put a sentence as bytes in an attribute whose VR is no text."""
        canary = self.canaries.short()
        raw = canary.text.encode("latin-1")
        (self.data if where is None else where)[tag] = (vr, raw)
        self.note(f"{path}{label(tag)} text in {vr}", canary)

    def note(self, location: str, canary: Canary) -> None:
        """Record a plant that was put in place by other means."""
        self.plants.append(Plant(self.name, location, canary))

    def put(self, tag: int, vr: str, value: Value) -> None:
        """An attribute that tells nothing."""
        self.data[tag] = (vr, value)


class Drawer:
    """Makes sheets, and keeps them."""

    def __init__(self, seed: int) -> None:
        self.canaries = Canaries(seed)
        self.random = random.Random(seed + 1)
        self.sheets: list[Sheet] = []

    @property
    def plants(self) -> list[Plant]:
        """All plants of all sheets."""
        return [plant for sheet in self.sheets for plant in sheet.plants]

    def uid(self) -> str:
        """A UID that tells nothing."""
        return f"1.2.826.0.1.3680043.9.7433.{self.random.randrange(10**18, 10**19)}"

    def sheet(self, name: str, sop: str = CT, modality: str = "CT", style: Style | None = None) -> Sheet:
        """A file with the identity of a patient of its own and no pixels yet."""
        made = Sheet(name, self.canaries, File(Data(), style or Style()), [])
        self.sheets.append(made)
        self._identity(made)
        for tag, vr, value in (
            (0x00080016, "UI", sop),
            (0x00080018, "UI", self.uid()),
            (0x00080060, "CS", modality),
            (0x00080070, "LO", "SIEMENS"),
            (0x0020000D, "UI", self.uid()),
            (0x0020000E, "UI", self.uid()),
            (0x00200011, "IS", "1"),
            (0x00200013, "IS", "7"),
        ):
            made.put(tag, vr, value)
        charset = {"utf-8": "ISO_IR 192", "latin-1": "ISO_IR 100"}.get(made.file.style.charset)
        if charset:
            made.put(0x00080005, "CS", charset)
        return made

    def image(
        self, name: str, sop: str = CT, modality: str = "CT", style: Style | None = None, side: int = 16
    ) -> Sheet:
        """A file with a grey image of 16 bits."""
        made = self.sheet(name, sop, modality, style)
        grey(made, side)
        pixels = [self.random.randrange(0, 2000) for _ in range(side * side)]
        made.put(0x7FE00010, "OW", pixels)
        return made

    def _identity(self, made: Sheet) -> None:
        made.put(0x00080020, "DA", "20210412")
        made.put(0x00080030, "TM", "101500")
        made.put(0x00100040, "CS", "F")
        made.put(0x00080050, "SH", "")
        for key, tag, vr, canary in (
            ("name", 0x00100010, "PN", self.canaries.name()),
            ("id", 0x00100020, "LO", self.canaries.identifier()),
            ("birth", 0x00100030, "DA", self.canaries.date()),
            ("accession", 0x00080050, "SH", self.canaries.identifier()),
            ("physician", 0x00080090, "PN", self.canaries.name()),
            ("institution", 0x00080080, "LO", self.canaries.institution()),
        ):
            made.identity[key] = made.plant(tag, vr, canary)


def grey(made: Sheet, side: int) -> None:
    """The image pixel module of a grey image of 16 bits."""
    for tag, vr, value in (
        (0x00280002, "US", [1]),
        (0x00280004, "CS", "MONOCHROME2"),
        (0x00280010, "US", [side]),
        (0x00280011, "US", [side]),
        (0x00280100, "US", [16]),
        (0x00280101, "US", [12]),
        (0x00280102, "US", [11]),
        (0x00280103, "US", [0]),
    ):
        made.put(tag, vr, value)
