"""The table that describes the images of a profile, one row a series, and when its columns are published.

A profile with ``dicom:`` gets this table beside its own, so that what images tell of persons goes through the
same rules, the same attacks and the same verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from profiles.dicom_model import Option
from profiles.dicom_names import entry_of, names
from profiles.dicom_selectors import parse
from profiles.model import Kind, Role
from profiles.yaml_text import Node

DEFAULT_NAME = "series"
PERSON = "PatientID"
DATES = frozenset({Option.RETAIN_FULL_DATES.value, Option.RETAIN_MODIFIED_DATES.value})
CHARACTERISTICS = frozenset({Option.RETAIN_PATIENT_CHARACTERISTICS.value})
DESCRIPTORS = frozenset({Option.CLEAN_DESCRIPTORS.value})
DEVICE = frozenset({Option.RETAIN_DEVICE_IDENTITY.value})
INSTITUTION = frozenset({Option.RETAIN_INSTITUTION_IDENTITY.value})
_GONE = frozenset({"remove", "empty", "dummy", "replace"})
"""Actions after which an attribute tells nothing of the patient."""


@dataclass(frozen=True)
class SeriesAttribute:
    """A column of the table of series."""

    keyword: str
    kind: Kind
    role: Role
    fr: str
    en: str
    needs: frozenset[str] = frozenset()
    """Options of which one must be chosen for the attribute to stay in the images; empty: it always does."""
    unit: str = ""


@dataclass(frozen=True)
class SourceIdentifier:
    """A column of the source only: never published, it says what must not be found in a release."""

    keyword: str
    fr: str
    en: str


IDENTIFIERS: tuple[SourceIdentifier, ...] = (
    SourceIdentifier("PatientName", "nom du patient", "patient's name"),
    SourceIdentifier("PatientBirthDate", "date de naissance", "date of birth"),
    SourceIdentifier("AccessionNumber", "numéro de demande d’examen", "accession number"),
    SourceIdentifier("ReferringPhysicianName", "médecin prescripteur", "referring physician"),
)

ATTRIBUTES: tuple[SeriesAttribute, ...] = (
    SeriesAttribute(
        "SeriesInstanceUID", Kind.TEXT, Role.OTHER, "numéro remplacé de la série", "replaced series number"
    ),
    SeriesAttribute(
        "StudyInstanceUID", Kind.TEXT, Role.OTHER, "numéro remplacé de l’examen", "replaced study number"
    ),
    SeriesAttribute("Modality", Kind.TEXT, Role.QUASI, "modalité", "modality"),
    SeriesAttribute("SOPClass", Kind.TEXT, Role.OTHER, "type d’objet DICOM", "kind of DICOM object"),
    SeriesAttribute(
        "PatientSex", Kind.TEXT, Role.QUASI, "sexe du patient", "patient's sex", needs=CHARACTERISTICS
    ),
    SeriesAttribute(
        "PatientAge",
        Kind.INTEGER,
        Role.QUASI,
        "âge du patient à l’examen",
        "patient's age at the study",
        needs=CHARACTERISTICS,
        unit="ans",
    ),
    SeriesAttribute(
        "PatientSize", Kind.NUMBER, Role.QUASI, "taille", "height", needs=CHARACTERISTICS, unit="m"
    ),
    SeriesAttribute(
        "PatientWeight", Kind.NUMBER, Role.QUASI, "poids", "weight", needs=CHARACTERISTICS, unit="kg"
    ),
    SeriesAttribute(
        "EthnicGroup", Kind.TEXT, Role.QUASI, "groupe ethnique", "ethnic group", needs=CHARACTERISTICS
    ),
    SeriesAttribute(
        "SmokingStatus", Kind.TEXT, Role.SENSITIVE, "tabagisme", "smoking status", needs=CHARACTERISTICS
    ),
    SeriesAttribute(
        "PregnancyStatus",
        Kind.INTEGER,
        Role.SENSITIVE,
        "grossesse",
        "pregnancy status",
        needs=CHARACTERISTICS,
    ),
    SeriesAttribute("StudyDate", Kind.DATE, Role.QUASI, "date de l’examen", "study date", needs=DATES),
    SeriesAttribute("BodyPartExamined", Kind.TEXT, Role.QUASI, "région examinée", "body part examined"),
    SeriesAttribute("Manufacturer", Kind.TEXT, Role.QUASI, "fabricant de l’appareil", "manufacturer"),
    SeriesAttribute("ManufacturerModelName", Kind.TEXT, Role.QUASI, "modèle de l’appareil", "model"),
    SeriesAttribute(
        "DeviceSerialNumber", Kind.TEXT, Role.QUASI, "numéro de série", "serial number", needs=DEVICE
    ),
    SeriesAttribute("StationName", Kind.TEXT, Role.QUASI, "nom du poste", "station name", needs=DEVICE),
    SeriesAttribute(
        "InstitutionName", Kind.TEXT, Role.QUASI, "établissement", "institution", needs=INSTITUTION
    ),
    SeriesAttribute(
        "StudyDescription",
        Kind.TEXT,
        Role.OTHER,
        "description de l’examen",
        "study description",
        needs=DESCRIPTORS,
    ),
    SeriesAttribute(
        "SeriesDescription",
        Kind.TEXT,
        Role.OTHER,
        "description de la série",
        "series description",
        needs=DESCRIPTORS,
    ),
    SeriesAttribute(
        "SliceThickness", Kind.NUMBER, Role.OTHER, "épaisseur de coupe", "slice thickness", unit="mm"
    ),
    SeriesAttribute("KVP", Kind.NUMBER, Role.OTHER, "tension du tube", "tube voltage", unit="kV"),
    SeriesAttribute(
        "MagneticFieldStrength", Kind.NUMBER, Role.OTHER, "champ magnétique", "magnetic field", unit="T"
    ),
    SeriesAttribute(
        "Rows", Kind.INTEGER, Role.OTHER, "lignes de l’image", "rows of the image", unit="pixels"
    ),
    SeriesAttribute(
        "Columns", Kind.INTEGER, Role.OTHER, "colonnes de l’image", "columns of the image", unit="pixels"
    ),
    SeriesAttribute("Instances", Kind.INTEGER, Role.OTHER, "nombre de fichiers", "number of files"),
    SeriesAttribute("Frames", Kind.INTEGER, Role.OTHER, "nombre d’images", "number of frames"),
)


def published(dicom: Mapping[str, Node]) -> tuple[SeriesAttribute, ...]:
    """The attributes of the table that the images of this ``dicom:`` keep, in order."""
    options = dicom.get("options")
    chosen = (
        frozenset(option for option in options if isinstance(option, str))
        if isinstance(options, list)
        else frozenset()
    )
    return tuple(each for each in ATTRIBUTES if _stays(each, chosen, dicom))


def _stays(attribute: SeriesAttribute, options: frozenset[str], dicom: Mapping[str, Node]) -> bool:
    action = _named_action(attribute.keyword, dicom)
    if action:
        return action not in _GONE
    return not attribute.needs or bool(attribute.needs & options)


def _named_action(keyword: str, dicom: Mapping[str, Node]) -> str:
    """What the profile does to an attribute by name, tag, mask or VR; empty when it says nothing.

    The line that says the most decides, as it does for the files.
    """
    overrides = dicom.get("attributes")
    tag = names().tags.get(keyword)
    entry = entry_of(tag) if tag is not None else None
    if not isinstance(overrides, dict) or tag is None or entry is None:
        return ""
    found = [
        (selector.rank, _action(own))
        for written, own in overrides.items()
        if (selector := parse(written)) is not None and selector.covers(tag, entry[0])
    ]
    return max(found)[1] if found else ""


def _action(override: "Node") -> str:
    told = override.get("action", next(iter(override), "")) if isinstance(override, dict) else override
    return told if isinstance(told, str) else ""


def with_series(data: Mapping[str, Node]) -> dict[str, Node]:
    """The tree of a profile with the table of series, when it has images; its own tables are not touched.

    A table of that name that the profile wrote itself is left: a rule refuses it.
    """
    dicom = data.get("dicom")
    if not isinstance(dicom, dict):
        return dict(data)
    tables = data.get("tables", {})
    name = dicom.get("table", DEFAULT_NAME)
    if not isinstance(tables, dict) or not isinstance(name, str) or name in tables:
        return dict(data)
    return {**data, "tables": {**tables, name: _table(dicom, tables)}}


def _table(dicom: Mapping[str, Node], tables: Mapping[str, Node]) -> dict[str, Node]:
    source = dicom.get("source")
    read = dict(source) if isinstance(source, dict) else {}
    shared = _shared(dicom, tables)
    table: dict[str, Node] = {
        "source": {**read, "format": "dicom"},
        "primary_key": ["SeriesInstanceUID"],
        "label": {"fr": "Séries d’images", "en": "Series of images"},
        "description": {
            "fr": "Une ligne par série : ce que les images publiées disent d’elles-mêmes.",
            "en": "One row a series: what the published images say of themselves.",
        },
        "columns": _columns(dicom, shared=shared is not None),
    }
    if shared is None:
        table["person"] = [PERSON]
    else:
        table["foreign_keys"] = [{"columns": [PERSON], "references": shared}]
    return table


def _shared(dicom: Mapping[str, Node], tables: Mapping[str, Node]) -> str | None:
    """The table whose key the images share; None for one that the profile lacks: a rule says so."""
    person = dicom.get("person")
    shared = person.get("table") if isinstance(person, dict) else None
    return shared if isinstance(shared, str) and shared in tables else None


def _columns(dicom: Mapping[str, Node], *, shared: bool) -> dict[str, Node]:
    patient: dict[str, Node] = {
        "role": "direct",
        "transform": "inherit" if shared else "pseudonymize",
        "label": {"fr": "pseudonyme du patient", "en": "patient's pseudonym"},
    }
    columns: dict[str, Node] = {PERSON: patient}
    for hidden in IDENTIFIERS:
        columns[hidden.keyword] = {
            "role": "direct",
            "transform": "drop",
            "label": {"fr": hidden.fr, "en": hidden.en},
        }
    chosen = dicom.get("columns")
    roles = chosen if isinstance(chosen, dict) else {}
    moved = {"StudyDate"} if _dates_are_moved(dicom) else frozenset[str]()
    for each in published(dicom):
        role = Role.OTHER if each.keyword in moved else each.role
        columns[each.keyword] = _column(each, role, roles.get(each.keyword))
    return columns


def _dates_are_moved(dicom: Mapping[str, Node]) -> bool:
    """Whether nobody can know the dates of the images: they are moved by a secret offset."""
    options, action = dicom.get("options"), _named_action("StudyDate", dicom)
    moved = isinstance(options, list) and Option.RETAIN_MODIFIED_DATES.value in options
    return action == "shift" or (moved and not action)


def _column(attribute: SeriesAttribute, role: Role, chosen: "Node | None") -> dict[str, Node]:
    column: dict[str, Node] = {
        "role": role.value,
        "type": attribute.kind.value,
        "transform": "keep",
        "label": {"fr": attribute.fr, "en": attribute.en},
    }
    if attribute.unit:
        column["unit"] = attribute.unit
    if isinstance(chosen, dict):
        column |= {key: chosen[key] for key in ("role", "label") if key in chosen}
    return column
