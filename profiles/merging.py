"""``extends``: a profile on top of the base that it names, and the base of that base."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from profiles.errors import Place, ProfileError
from profiles.paths import contained
from profiles.words import nearest
from profiles.yaml_text import Document, Key, Mark, Node, parse, read_document

_MAX_BASES = 8


@dataclass(frozen=True)
class Merged:
    """A profile and its bases as one tree, each key with the file and line it comes from."""

    data: dict[str, Node]
    marks: Mapping[Key, Mark]
    digest: str
    """SHA-256 over the bytes of every file, in order; each preceded by its length."""


def shipped_bases() -> dict[str, bytes]:
    """The bases that come with vitrail: name -> content."""
    folder = resources.files("profiles") / "shipped"
    files = sorted(folder.iterdir(), key=lambda item: item.name)
    return {file.name[: -len(".yaml")]: file.read_bytes() for file in files if file.name.endswith(".yaml")}


def read_merged(path: Path, folder: Path, shown: str) -> Merged:
    """Read the profile at ``path`` and all its bases; ``folder`` contains every base file.

    Raises ProfileError for an unknown base, a cycle, or a base outside of the folder.
    """
    document = read_document(path, shown)
    layer = Layer(document.data, document.marks)
    contents, seen, here = [document.content], {str(path)}, path.parent
    while "extends" in document.data:
        place = _mark_place(document, ("extends",))
        name = document.data["extends"]
        if not isinstance(name, str) or not name:
            raise ProfileError("extends-not-name", place)
        identity, document, here = _base(name, here, folder, place, shown)
        if identity in seen or len(seen) > _MAX_BASES:
            raise ProfileError("extends-cycle", place)
        seen.add(identity)
        contents.append(document.content)
        layer = merge(Layer(document.data, document.marks), layer)
    data = {name: node for name, node in layer.data.items() if name != "extends"}
    return Merged(data, layer.marks, _digest(contents))


def _base(name: str, here: Path, folder: Path, place: Place, shown: str) -> tuple[str, Document, Path]:
    """The base ``name``: its identity, its content, and the folder its own bases are relative to."""
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        path = contained(name, here, folder, place)
        base_shown = str(Path(shown).parent / path.relative_to(folder.resolve()))
        if not path.is_file():
            raise ProfileError("extends-missing", place)
        return str(path), read_document(path, base_shown), path.parent
    bases = shipped_bases()
    if name not in bases:
        raise _unknown_base(name, bases, place)
    return f"shipped:{name}", parse(bases[name], f"vitrail:{name}"), here


def _unknown_base(name: str, known: Iterable[str], place: Place) -> ProfileError:
    if near := nearest(name, known):
        return ProfileError("extends-unknown-near", place, near=near)
    return ProfileError("extends-unknown", place, known=", ".join(known))


@dataclass(frozen=True)
class Layer:
    """A tree and the places of its keys."""

    data: dict[str, Node]
    marks: Mapping[Key, Mark]


def merge(base: Layer, top: Layer) -> Layer:
    """``top`` over ``base``: mappings merge, all else and each ``transform`` is replaced whole.

    A table or a column of the base that ``top`` leaves empty is removed.
    """
    marks: dict[Key, Mark] = {}
    data = _merge_at((), base, top, marks)
    return Layer(data, marks)


def _merge_at(key: Key, base: Layer, top: Layer, marks: dict[Key, Mark]) -> dict[str, Node]:
    marks[key] = top.marks[key]
    merged: dict[str, Node] = {}
    for name in [*base.data, *(name for name in top.data if name not in base.data)]:
        here = (*key, name)
        below, above = base.data.get(name), top.data.get(name)
        if below is not None and above == "" and _removable(here):
            continue
        if isinstance(below, dict) and isinstance(above, dict) and not _whole(here):
            merged[name] = _merge_at(here, Layer(below, base.marks), Layer(above, top.marks), marks)
            continue
        layer = base if above is None else top
        merged[name] = layer.data[name]
        _copy_marks(layer.data[name], here, layer.marks, marks)
    return merged


def _removable(key: Key) -> bool:
    """A table or a column: left empty by the profile, that of the base is not there."""
    return key[0] == "tables" and (len(key) == 2 or (len(key) == 4 and key[2] == "columns"))


def _whole(key: Key) -> bool:
    # Steps of the base that silently join the profile's own would surprise its author.
    return len(key) == 5 and key[0] == "tables" and key[4] == "transform"


def _copy_marks(node: Node, key: Key, source: Mapping[Key, Mark], target: dict[Key, Mark]) -> None:
    target[key] = source[key]
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        _copy_marks(child, (*key, str(name)), source, target)


def _mark_place(document: Document, key: Key) -> Place:
    mark = document.marks[key]
    return Place(file=mark.file, line=mark.line, key=".".join(key))


def _digest(contents: list[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
