"""The dictionary of a folder of images."""

from pathlib import Path

from anonymize.dicom.describe import Described, Variable, describe_images, kind_of
from anonymize.dicom.standard.dictionary import vr_of
from profiles.catalogue import Lang
from profiles.dicom_series import ATTRIBUTES
from profiles.model import Kind
from release.describe import FLOOR, MOST_FREQUENT, Description, Found, counted, entry, words_of
from release.dictionary import Entry
from release.wording import SEPARATOR
from tables.progress import Progress

TABLE = "images"
TEXTS = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"})
LABELS = {each.keyword: (each.fr, each.en) for each in ATTRIBUTES}
UNITS = {each.keyword: each.unit for each in ATTRIBUTES} | {
    "PatientWeight": "kg", "PatientSize": "m", "SpacingBetweenSlices": "mm", "PixelSpacing": "mm",
    "RepetitionTime": "ms", "EchoTime": "ms", "InversionTime": "ms", "FlipAngle": "°", "ExposureTime":
    "ms", "XRayTubeCurrent": "mA", "Exposure": "mAs", "ReconstructionDiameter": "mm",
    "DistanceSourceToDetector": "mm", "DistanceSourceToPatient": "mm", "TableHeight": "mm",
    "GantryDetectorTilt": "°", "SliceLocation": "mm", "ImagingFrequency": "MHz", "CTDIvol": "mGy",
    "FrameTime": "ms", "HeartRate": "bpm",
}  # fmt: skip
"""Units that PS3.3 gives, for attributes whose values are numbers."""


def images(source: Path, work: Path, lang: Lang, progress: Progress | None = None) -> Description:
    """What the files of ``source`` say, counted by patients."""
    found = describe_images(source, work / "member", FLOOR, progress)
    entries = (_entry(found, variable, lang) for _, variable in sorted(found.variables.items()))
    return Description(_structure(found, lang), tuple(entries))


def _structure(found: Described, lang: Lang) -> dict[str, str]:
    classes = (f"{name} ({counted(files, FLOOR, lang)})" for name, files in sorted(found.classes.items()))
    return {
        "files": counted(found.files, FLOOR, lang),
        "unread": counted(found.unread, FLOOR, lang),
        "patients": counted(len(found.patients), FLOOR, lang),
        "studies": counted(len(found.studies), FLOOR, lang),
        "series": counted(len(found.series), FLOOR, lang),
        "objects": SEPARATOR[lang].join(classes),
    }


def _entry(found: Described, variable: Variable, lang: Lang) -> Entry:
    french, english = LABELS.get(variable.name, ("", words_of(variable.name.rpartition(".")[2])))
    tag = variable.tag
    return entry(
        TABLE,
        Found(
            name=variable.name,
            kind=kind_of(variable),
            filled=variable.files,
            total=found.files,
            label_fr=french,
            label_en=english,
            unit=UNITS.get(variable.name, ""),
            code=f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {vr_of(tag) or variable.vr}",
            low=_end(variable, variable.low.value),
            high=_end(variable, variable.high.value),
            frequent=_frequent(found, variable),
            closed=_closed(found, variable),
            notes=_notes(variable),
        ),
        FLOOR,
        lang,
    )


def _end(variable: Variable, value: float | None) -> str | None:
    low, high = variable.low.value, variable.high.value
    if value is None or low is None or high is None or low > high or not variable.shown:
        return None
    if kind_of(variable) is Kind.DATE:
        digits = f"{int(value):08d}"
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return f"{value:.10g}"


def _shared(found: Described, variable: Variable) -> list[str]:
    return [value for value, persons in variable.values.items() if len(persons) >= found.floor]


def _closed(found: Described, variable: Variable) -> bool:
    return bool(variable.values) and len(_shared(found, variable)) == len(variable.values) <= MOST_FREQUENT


def _frequent(found: Described, variable: Variable) -> tuple[tuple[str, float], ...]:
    shared = sorted(_shared(found, variable), key=lambda value: (-variable.counts[value], value))
    return tuple((value, variable.counts[value] / found.files) for value in shared[:MOST_FREQUENT])


def _notes(variable: Variable) -> tuple[str, ...]:
    if variable.many:
        return ("many",)
    silent = variable.shown or "." in variable.name or variable.vr not in TEXTS
    return () if silent else ("hidden",)
