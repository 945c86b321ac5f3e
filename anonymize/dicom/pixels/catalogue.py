"""Catalogues of rectangles: the site's own file, read like a profile."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from profiles.dicom_model import Box
from profiles.errors import Place, ProfileError

_BOXES: TypeAdapter[tuple[Box, ...]] = TypeAdapter(tuple[Box, ...])


SHIPPED = ("banners",)
"""Catalogues that come with vitrail, written ``@name``."""


def load_catalogue(path: Path) -> tuple[Box, ...]:
    """The rules of a YAML file: a list of boxes, or a mapping ``boxes:`` with that list.

    ``extends: "@banners"`` in the mapping adds the rules of a shipped catalogue. Raises ProfileError when
    the file can't be read, a rule is not one, or names no image.
    """
    try:
        return _rules(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError):
        raise _unreadable(path.name) from None


def shipped_catalogue(name: str) -> tuple[Box, ...]:
    """The rules of a catalogue that comes with vitrail, by its name with ``@``; raises ProfileError."""
    if name.removeprefix("@") not in SHIPPED:
        raise ProfileError("dicom-catalogue-name", known=", ".join(f"@{known}" for known in SHIPPED))
    file = files("anonymize.dicom.pixels").joinpath(f"data/{name.removeprefix('@')}.yaml")
    return _rules(file.read_text(encoding="utf-8"), name)


def _rules(text: str, name: str) -> tuple[Box, ...]:
    try:
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError:
        raise _unreadable(name) from None
    document = content if isinstance(content, dict) else {"boxes": content}
    base = document.pop("extends", None)
    try:
        boxes = _BOXES.validate_python(
            document.pop("boxes", None) if base is None else document.pop("boxes", [])
        )
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]["loc"]
        key = ".".join(str(part) for part in first)
        raise ProfileError("dicom-catalogue-rule", Place(file=name, key=key), file=name) from None
    if document:
        raise ProfileError("dicom-catalogue-rule", Place(file=name), file=name)
    if any(not _names_an_image(box) for box in boxes):
        raise ProfileError("dicom-catalogue-any-image", Place(file=name), file=name)
    return boxes if base is None else (*boxes, *shipped_catalogue(str(base)))


def _unreadable(name: str) -> ProfileError:
    return ProfileError("dicom-catalogue-unreadable", Place(file=name), file=name)


def _names_an_image(box: Box) -> bool:
    named = (box.modality, box.manufacturer, box.model, box.sop_class, box.rows, box.columns)
    return any(value is not None for value in named)
