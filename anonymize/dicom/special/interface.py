"""The shape of a handler of special objects."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from anonymize.dicom.quarantine import Quarantine, Reason

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


Made = TypeVar("Made")

Finish = Callable[["Dataset"], None]
"""What is left to do once the generic rules have run: puts back the finished content."""


class Special(ABC):
    """Cleans the content of one family of objects."""

    name: ClassVar[str]
    sop_classes: ClassVar[Collection[str]]
    """UIDs."""

    def clean(self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]) -> Finish | None:
        """Take out of ``ds`` what the rules of single attributes can't clean; raises Quarantine.

        Called on the source's content, before those rules run; what it returns is called with the
        rewritten data set, after them. ``needles``: the file's own identifiers; no text that holds one
        is put back. Content that is not built as the standard says raises Quarantine, whatever it is.
        """
        finish = guarded(self.name, lambda: self.prepare(ds, plan, replacer, needles))
        if finish is None:
            return None
        return lambda rewritten: guarded(self.name, lambda: finish(rewritten))

    @abstractmethod
    def prepare(
        self, ds: "Dataset", plan: "Plan", replacer: Mapper, needles: Collection[str]
    ) -> Finish | None:
        """See :meth:`clean`; may raise anything on damaged content."""


def guarded(name: str, act: Callable[[], Made]) -> Made:
    """What ``act`` makes; raises Quarantine in place of whatever it raises."""
    try:
        return act()
    except Quarantine:
        raise
    except RecursionError:
        raise Quarantine(Reason.TOO_DEEP, name) from None
    except MemoryError:
        raise Quarantine(Reason.MEMORY, name) from None
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on damaged content, with data in their text
        raise Quarantine(Reason.MALFORMED, name) from None
