"""The shape of a handler of special objects."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from pydicom import Dataset

    from anonymize.dicom.plan import Plan


class Mapper(Protocol):
    """What a handler needs of :class:`anonymize.dicom.values.Replacer`."""

    def uid(self, uid: str) -> str:
        """The UID that stands for another, the same everywhere."""
        ...

    def shifted(self, person: str, value: str, vr: str) -> str:
        """A date moved by the person's offset."""
        ...


class Special(ABC):
    """Cleans the content of one family of objects."""

    name: ClassVar[str]
    sop_classes: ClassVar[Collection[str]]
    """UIDs."""
    owns: ClassVar[frozenset[int]] = frozenset()
    """Top-level tags that :meth:`clean` leaves as they are to be published (or absent): UIDs are mapped,
    dates moved, texts gone at every depth. The generic rules must neither enter nor remove them."""

    @abstractmethod
    def clean(self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]) -> None:
        """Clean in place, on the source's content, before the generic rules; raises Quarantine.

        ``needles``: the file's own identifiers; no text that holds one is kept.
        """
