"""A whole content tree: items that leave take their children along, references between items still hold."""

from collections.abc import Iterator

from pydicom import Dataset

from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.context import Context
from anonymize.dicom.special.items import cleaned

DEEPEST = 32
Path = tuple[int, ...]
"""Positions from the root, the first child being 1; the root is (1,) (PS3.3 C.17.3.2.5)."""


def grown(root: Dataset, context: Context) -> list[Dataset]:
    """The cleaned children of the root."""
    tree = _Tree(context)
    top = Dataset()
    tree.copy(root, top, (1,))
    tree.point(top)
    return list(top.get("ContentSequence") or [])


class _Tree:
    """What was copied where, while one tree is."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._moved: dict[Path, Dataset] = {}
        self._pointing: list[tuple[Dataset, Path]] = []

    def copy(self, source: Dataset, target: Dataset, path: Path) -> None:
        """Give ``target`` the cleaned children of ``source``, whose old place is ``path``."""
        if len(path) > DEEPEST:
            raise Quarantine(Reason.TOO_DEEP, "ContentSequence")
        self._moved[path] = target
        kept = []
        for number, child in enumerate(source.get("ContentSequence") or [], start=1):
            wanted = _wanted(child)
            new = _pointer(child) if wanted else cleaned(child, self._context)
            if new is None:
                continue
            kept.append(new)
            if wanted:
                self._pointing.append((new, wanted))
            else:
                self.copy(child, new, (*path, number))
        if kept:
            target.ContentSequence = kept

    def point(self, top: Dataset) -> None:
        """References by position: to where the item is now; those to an item that has left leave too."""
        for item, wanted in self._pointing:
            if wanted not in self._moved:
                item.RelationshipType = ""
        _prune(top)
        now = {id(item): place for place, item in _places(top, (1,))}
        for item, wanted in self._pointing:
            if item.RelationshipType:
                item.ReferencedContentItemIdentifier = list(now[id(self._moved[wanted])])


def _wanted(item: Dataset) -> Path:
    value = item.get("ReferencedContentItemIdentifier")
    if value in (None, ""):
        return ()
    return tuple(int(number) for number in ([value] if isinstance(value, int) else value))


def _pointer(item: Dataset) -> Dataset:
    new = Dataset()
    new.RelationshipType = (
        "SELECTED FROM" if item.get("RelationshipType") == "SELECTED FROM" else "INFERRED FROM"
    )
    return new


def _prune(item: Dataset) -> None:
    children = item.get("ContentSequence")
    if not children:
        return
    kept = [child for child in children if child.get("RelationshipType") != "" or "ValueType" in child]
    for child in kept:
        _prune(child)
    if kept:
        item.ContentSequence = kept
    else:
        del item.ContentSequence


def _places(item: Dataset, path: Path) -> Iterator[tuple[Path, Dataset]]:
    yield path, item
    for number, child in enumerate(item.get("ContentSequence") or [], start=1):
        yield from _places(child, (*path, number))
