"""A file that is set aside instead of being published."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file was set aside; each has a text ``dicom.quarantine.<code>`` in the catalogue."""

    NOT_DICOM = "not-dicom"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    UNKNOWN_OBJECT = "unknown-object"
    """A SOP class that vitrail does not know, or a composite object that it can't clean."""
    UNKNOWN_TRANSFER_SYNTAX = "unknown-transfer-syntax"
    CHARSET = "charset"
    """Text that can't be read in the character set that the file declares."""
    NO_PERSON = "no-person"
    """The attribute that names the person is absent or empty."""
    ENCAPSULATED = "encapsulated-document"
    PIXELS_UNSEEN = "pixels-unseen"
    """A modality at risk of burned-in text, which nothing has looked at."""
    PIXELS_TEXT = "pixels-text"
    """Text was found in the image and can't be masked safely."""
    PIXELS_UNREADABLE = "pixels-unreadable"
    VIDEO = "video"
    LEAK = "leak"
    """Verification found an identifier of the source in the output."""
    FORBIDDEN_ATTRIBUTE = "forbidden-attribute"
    """Verification found an attribute that the profile removes."""
    PIXELS_CHANGED = "pixels-changed"
    REFERENCE = "dangling-reference"
    UNREADABLE_OUTPUT = "unreadable-output"
    DUPLICATE = "duplicate-instance"
    """Two files have the same SOP Instance UID and differ."""
    CRASH = "worker-crashed"
    TIMEOUT = "timeout"
    MEMORY = "memory"


class Quarantine(Exception):  # noqa: N818 - it is an outcome of a file, not a failure of the run
    """Raised where a file turns out not to be publishable.

    ``detail``: names of attributes or counts, never a value.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["Quarantine"], tuple[Reason, str]]:
        return Quarantine, (self.reason, self.detail)
