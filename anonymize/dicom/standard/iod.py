"""Types of attributes (1, 1C, 2, 2C, 3) in each composite object, by PS3.3.

Two tables, derived from the data files of highdicom 0.28.2 (MIT): each SOP class with the numbers of its
modules, and the modules as numbered nodes (tag, type, number of the node of its items), each written
once. Lines are parsed when an object needs them. Where an attribute stands in several modules of an
object, or in one that the object may leave out, the strongest type counts: an attribute that is there
is replaced rather than removed.
"""

from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CONTENT_SEQUENCE = 0x0040A730
SAME_OBJECT = {
    "1.2.840.10008.5.1.4.1.1.3": "1.2.840.10008.5.1.4.1.1.3.1",
    "1.2.840.10008.5.1.4.1.1.5": "1.2.840.10008.5.1.4.1.1.20",
    "1.2.840.10008.5.1.4.1.1.6": "1.2.840.10008.5.1.4.1.1.6.1",
    "1.2.840.10008.5.1.4.1.1.12.3": "1.2.840.10008.5.1.4.1.1.12.1",
}
"""Retired SOP classes -> the class that took their place, whose object is the same."""

Node = dict[int, tuple[str, int]]


@cache
def _classes() -> dict[str, tuple[str, tuple[int, ...]]]:
    lines = (line.split() for line in (DATA / "sop_classes.txt").read_text("ascii").splitlines())
    return {uid: (name, tuple(map(int, numbers))) for uid, name, *numbers in lines}


@cache
def _lines() -> list[str]:
    return (DATA / "nodes.txt").read_text("ascii").splitlines()


@cache
def _node(number: int) -> Node:
    node: Node = {}
    for word in _lines()[number - 1].split():
        tag, _, rest = word.partition(":")
        kind, _, child = rest.partition(">")
        node[int(tag, 16)] = (kind, int(child or 0))
    return node


def sop_classes() -> tuple[str, ...]:
    """UIDs of all classes that are known, retired ones too."""
    return (*_classes(), *SAME_OBJECT)


def known_sop_class(uid: str) -> bool:
    """Whether ``uid`` is a composite object of PS3.3 whose attributes are known here."""
    return SAME_OBJECT.get(uid, uid) in _classes()


def object_name(uid: str) -> str:
    """Name of the object of a SOP class (``ct-image``); empty when it is unknown."""
    known = _classes().get(SAME_OBJECT.get(uid, uid))
    return known[0] if known else ""


def requirement(sop_class: str, parents: tuple[int, ...], tag: int) -> str:
    """Type of ``tag`` inside the sequences ``parents`` of an object; empty where it does not belong."""
    return _types(SAME_OBJECT.get(sop_class, sop_class), tuple(map(_first_group, parents))).get(
        _first_group(tag), ""
    )


def _first_group(tag: int) -> int:
    return tag & 0xFF00FFFF if tag >> 24 == 0x60 else tag


@lru_cache(maxsize=1024)
def _types(sop_class: str, parents: tuple[int, ...]) -> dict[int, str]:
    types: dict[int, str] = {}
    for number in _inside(sop_class, parents):
        for tag, (kind, _) in _node(number).items():
            types[tag] = min(types.get(tag, kind), kind)
    return types


def _inside(sop_class: str, parents: tuple[int, ...]) -> tuple[int, ...]:
    """Nodes of the items at the end of the path; content items hold content items without end."""
    known = _classes().get(sop_class)
    roots = here = known[1] if known else ()
    for tag in parents:
        found = _children(here, tag)
        if not found and tag == CONTENT_SEQUENCE:
            found = _children(roots, tag)
        here = found
    return here


def _children(numbers: tuple[int, ...], tag: int) -> tuple[int, ...]:
    children = (_node(number).get(tag, ("", 0))[1] for number in numbers)
    return tuple(dict.fromkeys(child for child in children if child))
