"""What a profile says of images: the key ``dicom:``."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from profiles.bilingual import Bilingual
from profiles.transforms import Model

Words = Annotated[str, Field(min_length=1, max_length=200)]


class Base(StrEnum):
    """What happens to an attribute that the profile does not name."""

    BASIC = "ps3.15-basic"
    """The Basic Application Level Confidentiality Profile of DICOM PS3.15 Annex E."""
    ALLOW_LIST = "allow-list"
    """Everything is removed but ``allow`` and what the object needs to be read."""


class Option(StrEnum):
    """The ten options of PS3.15 Annex E."""

    RETAIN_SAFE_PRIVATE = "retain-safe-private"
    RETAIN_UIDS = "retain-uids"
    RETAIN_DEVICE_IDENTITY = "retain-device-identity"
    RETAIN_INSTITUTION_IDENTITY = "retain-institution-identity"
    RETAIN_PATIENT_CHARACTERISTICS = "retain-patient-characteristics"
    RETAIN_FULL_DATES = "retain-longitudinal-full-dates"
    RETAIN_MODIFIED_DATES = "retain-longitudinal-modified-dates"
    CLEAN_DESCRIPTORS = "clean-descriptors"
    CLEAN_STRUCTURED_CONTENT = "clean-structured-content"
    CLEAN_GRAPHICS = "clean-graphics"


class Hyphened(Model):
    """Keys may be written with hyphens, as DICOM's options are."""

    @model_validator(mode="before")
    @classmethod
    def _underscores(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {str(key).replace("-", "_"): item for key, item in value.items()}


class DicomSource(Model):
    """Where the files are: a folder with all its subfolders, or one zip archive."""

    path: str
    obtain: Bilingual | None = None


class DicomPerson(Model):
    """The attribute that names the person, and the table that shares the key."""

    attribute: Literal["PatientID"] = "PatientID"
    table: str | None = None
    """Table whose one-column key holds the same identifiers: same pseudonym, same offset, one release."""


PlainAction = Literal["keep", "remove", "empty", "dummy", "uid", "shift", "pseudonymize", "clean"]
ValuedAction = Literal["top-code", "replace"]
OverrideAction = PlainAction | ValuedAction


class Override(Model):
    """What happens to an attribute, a mask of tags, or a VR that the profile names."""

    action: OverrideAction
    value: str | None = None
    """Of ``replace``, or the greatest age of ``top-code``."""
    why: Bilingual | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"action": value}
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in get_args(ValuedAction):
            ((action, argument),) = value.items()
            return {"action": action, "value": argument}
        return value

    @model_validator(mode="after")
    def _argument(self) -> Self:
        if (self.value is not None) != (self.action in get_args(ValuedAction)):
            raise ValueError("dicom-override-value")
        return self


class Box(Model):
    """A rule of a site: rectangles to black out in the images that it describes."""

    modality: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    sop_class: str | None = None
    """UID or keyword of the SOP class."""
    rows: int | None = Field(default=None, ge=1)
    columns: int | None = Field(default=None, ge=1)
    mask: tuple[tuple[int, int, int, int], ...] = ()
    """Rectangles ``[left, top, right, bottom]`` in pixels, the last two excluded; none: clean as it is."""
    why: Bilingual | None = None


class Pixels(Hyphened):
    """How text burned into images is dealt with."""

    assume_clean: tuple[str, ...] = ()
    """Modalities at risk whose images the steward answers for."""
    boxes: tuple[Box, ...] = ()
    catalogue: str | None = None
    """YAML file with a list of boxes, or ``@banners``: those that come with vitrail."""
    ocr: Literal["off", "mask", "quarantine"] = "off"
    """What to do where text is found; ``off``: images at risk without a box are set aside."""
    allow_words: tuple[Words, ...] = ()
    margin: int = Field(default=4, ge=0, le=64)
    """Pixels added around a masked text."""


class SeriesColumn(Model):
    """Role of an attribute in the table of series, when it is not the default one."""

    role: Literal["quasi", "sensitive", "other"]
    label: Bilingual | None = None


class Dicom(Hyphened):
    """Images that are published with the tables, or alone."""

    source: DicomSource
    base: Base = Base.BASIC
    options: tuple[Option, ...] = ()
    person: DicomPerson = DicomPerson()
    shift_days: int | None = Field(default=None, ge=1, le=36500)
    """Greatest move of a date; default: that of the tables, else 365."""
    attributes: dict[str, Override] = Field(default_factory=dict)
    """Keyword, ``(gggg,eeee)`` with ``x`` for any digit, or ``VR:XX`` -> what happens to it."""
    allow: tuple[str, ...] = ()
    """Attributes that an allow list keeps: keywords, tags or masks, or ``@deep`` lists by name."""
    pixels: Pixels = Pixels()
    encapsulated: Literal["quarantine", "remove"] = "quarantine"
    """PDF, CDA and models inside a file: set the file aside, or publish it without its document."""
    format: Literal["dicom", "tiff"] = "dicom"
    table: str = "series"
    """Name of the table that describes the images, one row a series."""
    columns: dict[str, SeriesColumn] = Field(default_factory=dict)
    """Keyword -> role in that table."""
    processes: int | None = Field(default=None, ge=1, le=256)
    """Default: the number of cores."""
    why: Bilingual | None = None
