"""Catalogues of rectangles: the site's own file, read like a profile."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from profiles.dicom_model import Box
from profiles.errors import Place, ProfileError

_BOXES: TypeAdapter[tuple[Box, ...]] = TypeAdapter(tuple[Box, ...])


def load_catalogue(path: Path) -> tuple[Box, ...]:
    """The rules of a YAML file that holds a list of boxes, or a mapping ``boxes:`` with that list.

    Raises ProfileError when the file can't be read or a rule is not one.
    """
    place = Place(file=path.name)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise ProfileError("dicom-catalogue-unreadable", place, file=path.name) from None
    listed = content.get("boxes") if isinstance(content, dict) else content
    try:
        boxes = _BOXES.validate_python(listed)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]["loc"]
        key = ".".join(str(part) for part in first)
        raise ProfileError("dicom-catalogue-rule", Place(file=path.name, key=key), file=path.name) from None
    if any(not _names_an_image(box) for box in boxes):
        raise ProfileError("dicom-catalogue-any-image", place, file=path.name)
    return boxes


def _names_an_image(box: Box) -> bool:
    named = (box.modality, box.manufacturer, box.model, box.sop_class, box.rows, box.columns)
    return any(value is not None for value in named)
