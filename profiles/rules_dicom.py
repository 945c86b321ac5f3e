"""Rules on what a profile says of images: names that exist, actions that fit, nothing that contradicts."""

from collections.abc import Callable, Iterator

from profiles.dicom_model import Base, Box, Dicom, Option, Override
from profiles.dicom_names import MODALITIES, allow_lists, names
from profiles.dicom_selectors import Selector, parse, vr_named
from profiles.dicom_series import published
from profiles.errors import Place, ProfileError
from profiles.model import Profile
from profiles.rules import Locate, unknown_name
from profiles.yaml_text import Key, shown_key

IDENTIFIERS = (
    "PatientName PatientID PatientBirthDate PatientBirthTime OtherPatientIDs OtherPatientIDsSequence "
    "OtherPatientNames PatientBirthName PatientMotherBirthName PatientAddress PatientTelephoneNumbers "
    "PatientTelecomInformation PatientBirthDateInAlternativeCalendar NameToUse PersonNamesToUseSequence "
    "ResponsiblePerson MedicalRecordLocator InsurancePlanIdentification PersonName PersonAddress "
    "PersonTelephoneNumbers PersonTelecomInformation ReferencedPatientPhotoSequence AccessionNumber "
    "AdmissionID"
)
"""Attributes that name the patient or somebody near. No line of a profile keeps them as they are, nor any
name of a person (VR PN)."""
UNCHANGED = frozenset({"keep", "clean"})
STRUCTURE = (
    "SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID SpecificCharacterSet Rows Columns "
    "BitsAllocated BitsStored HighBit PixelRepresentation SamplesPerPixel PhotometricInterpretation "
    "PlanarConfiguration NumberOfFrames PixelData FloatPixelData DoubleFloatPixelData"
)
"""Attributes without which a file can't be read: its UIDs, its character set, its pixels."""
STRUCTURAL = frozenset({"keep", "uid"})
TEXTS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
FITTING: dict[str, frozenset[str]] = {
    "shift": frozenset({"DA", "DT", "TM"}),
    "uid": frozenset({"UI", "SQ"}),
    "top-code": frozenset({"AS"}),
    "clean": TEXTS | {"SQ"},
    "pseudonymize": frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"}),
    "replace": TEXTS | {"AS", "DA", "DS", "DT", "IS", "TM"},
}
"""Action -> VRs that it can be applied to, where only some can."""
OLDEST = 89
"""Ages above it are rare enough to tell who somebody is."""
LONGEST = 64
DicomRule = Callable[[Dicom, Locate], Iterator[ProfileError]]


def images_are_described_well(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """All rules on ``dicom:`` that need nothing else of the profile."""
    if profile.dicom is not None:
        yield from mistakes(profile.dicom, locate)


def mistakes(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """Every broken rule of this module."""
    for rule in RULES:
        yield from rule(dicom, locate)


def first_mistake(dicom: Dicom) -> ProfileError | None:
    """One broken rule, for a ``dicom:`` that no file was read for."""
    return next(mistakes(dicom, lambda key: Place(key=".".join(key))), None)


def options_agree(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """Dates are kept or moved, not both; an option is written once."""
    for index, option in enumerate(dicom.options):
        key = ("dicom", "options", str(index))
        if option in dicom.options[:index]:
            yield ProfileError("dicom-option-twice", locate(key), option=option.value)
    both = (Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES)
    if all(option in dicom.options for option in both):
        key = ("dicom", "options", str(dicom.options.index(both[1])))
        yield ProfileError("dicom-options-contradict", locate(key), one=both[0].value, other=both[1].value)


def attributes_exist(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """What the profile names is a keyword, a tag, a mask or a VR."""
    for written in dicom.attributes:
        if parse(written) is None:
            yield _unknown(written, locate(("dicom", "attributes", written)))
    for index, written in enumerate(dicom.allow):
        if written not in allow_lists() and parse(written) is None:
            yield _unknown(written, locate(("dicom", "allow", str(index))))
    if dicom.allow and dicom.base is not Base.ALLOW_LIST:
        yield ProfileError("dicom-allow-base", locate(("dicom", "allow")))


def _unknown(written: str, place: Place) -> ProfileError:
    if written.startswith("@"):
        return unknown_name("dicom-attribute", place, written, allow_lists())
    if written.startswith(("VR:", "(")):
        return ProfileError("dicom-attribute", place, name=shown_key(written))
    return unknown_name("dicom-attribute", place, written, names().tags)


def actions_fit(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """An action can be applied to the attributes that it is written for."""
    structure = {names().tags[keyword] for keyword in STRUCTURE.split()}
    for written, override in dicom.attributes.items():
        selector, key = parse(written), ("dicom", "attributes", written)
        if selector is None:
            continue
        if selector.exact and selector.value in structure and override.action not in STRUCTURAL:
            yield ProfileError("dicom-structure", locate(key), name=shown_key(written))
        vr = vr_named(selector)
        if vr and vr not in FITTING.get(override.action, {vr}):
            yield ProfileError(
                "dicom-action", locate(key), name=shown_key(written), action=override.action, vr=vr
            )
        yield from _argument(override, key, locate)


def _argument(override: Override, key: Key, locate: Locate) -> Iterator[ProfileError]:
    value = override.value or ""
    if override.action == "top-code" and not (value.isdecimal() and 0 < int(value) <= OLDEST):
        yield ProfileError("dicom-top-code", locate(key), oldest=OLDEST)
    if override.action == "replace" and (
        len(value) > LONGEST or not value.isascii() or not value.isprintable()
    ):
        yield ProfileError("dicom-replace", locate(key), longest=LONGEST)


def identifiers_are_protected(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """No line keeps an attribute that names the patient, by name, by mask or by VR."""
    selectors = [(written, parse(written), item) for written, item in dicom.attributes.items()]
    known = [(written, selector, item) for written, selector, item in selectors if selector is not None]
    named = {selector.value for _, selector, _ in known if selector.exact}
    for written, selector, override in known:
        if override.action in UNCHANGED:
            kept = next(_identifiers(selector, named), None)
            if kept is not None:
                place = locate(("dicom", "attributes", written))
                yield ProfileError("dicom-identifier-kept", place, name=shown_key(written), attribute=kept)


def identifiers() -> tuple[str, ...]:
    """Keywords of the attributes that no line keeps: those listed, then the names of persons."""
    persons = (keyword for vr, keyword, _ in names().exact.values() if vr == "PN")
    return tuple(dict.fromkeys((*IDENTIFIERS.split(), *persons)))


def _identifiers(selector: Selector, named: set[int]) -> Iterator[str]:
    for keyword in identifiers():
        tag = names().tags[keyword]
        apart = tag in named and not selector.exact
        if not apart and selector.covers(tag, names().exact[tag][0]):
            yield keyword


def pixels_are_described(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """Modalities exist, and the corners of rectangles come in their order."""
    for index, modality in enumerate(dicom.pixels.assume_clean):
        key = ("dicom", "pixels", "assume_clean", str(index))
        if modality not in MODALITIES:
            yield unknown_name("dicom-modality", locate(key), modality, MODALITIES)
    for index, box in enumerate(dicom.pixels.boxes):
        here = ("dicom", "pixels", "boxes", str(index))
        if _says_nothing(box):
            yield ProfileError("dicom-box-any", locate(here))
        if box.modality is not None and "*" not in box.modality and box.modality not in MODALITIES:
            yield unknown_name("dicom-modality", locate((*here, "modality")), box.modality, MODALITIES)
        for number, (left, top, right, bottom) in enumerate(box.mask):
            if not (0 <= left < right and 0 <= top < bottom):
                yield ProfileError("dicom-box", locate((*here, "mask", str(number))))


def _says_nothing(box: Box) -> bool:
    """A rule without a mask vouches for images; it must say which."""
    named = (box.modality, box.manufacturer, box.model, box.sop_class, box.rows, box.columns)
    return not box.mask and all(value is None or value == "*" for value in named)


def columns_exist(dicom: Dicom, locate: Locate) -> Iterator[ProfileError]:
    """Roles are given to attributes that the table of series has."""
    known = {each.keyword for each in published(dicom.model_dump(mode="json"))}
    for name in dicom.columns:
        if name not in known:
            yield unknown_name("dicom-column", locate(("dicom", "columns", name)), name, known)


RULES: tuple[DicomRule, ...] = (
    options_agree,
    attributes_exist,
    actions_fit,
    identifiers_are_protected,
    pixels_are_described,
    columns_exist,
)
