"""Names and VRs of attributes: PS3.6, with the rows of PS3.15 Table E.1-1 that other dictionaries lack."""

from profiles.dicom_names import entry_of, names


def vr_of(tag: int) -> str | None:
    """The first VR that PS3.6 gives, repeating groups (50xx, 60xx) included; None when ``tag`` is unknown."""
    entry = entry_of(tag)
    return entry[0] if entry else None


def keyword_of(tag: int) -> str | None:
    """The keyword of ``tag``; None when it is unknown."""
    entry = entry_of(tag)
    return entry[1] if entry else None


def is_retired(tag: int) -> bool:
    """Whether PS3.6 says that ``tag`` is retired."""
    entry = entry_of(tag)
    return entry is not None and entry[2]


def tag_of(keyword: str) -> int | None:
    """The tag of ``keyword``, that of the first group when it repeats; None when it is unknown."""
    return names().tags.get(keyword)
