"""Parts of the format that this version does not run: refused, never ignored."""

from collections.abc import Callable, Mapping

from profiles.errors import Place, ProfileError
from profiles.yaml_text import Key, Node

UNAVAILABLE: tuple[Key, ...] = ()
ENGINES = ("dp", "spark")
"""Beginnings of the words of ``synth.engine`` that are to come."""


def without_unavailable(
    data: Mapping[str, Node], place: Callable[[Key], Place]
) -> tuple[dict[str, Node], list[ProfileError]]:
    """The tree without those parts, and one error for each that was there."""
    found = [key for key in UNAVAILABLE if _at(data, key) is not None]
    errors = [ProfileError("not-available", place(key), name=".".join(key)) for key in found]
    kept: dict[str, Node] = dict(data)
    for part, name in found:
        rest = kept[part]
        if isinstance(rest, dict):
            kept[part] = {other: node for other, node in rest.items() if other != name}
    engine = _at(data, ("synth", "engine"))
    word = next((word for word in ENGINES if isinstance(engine, str) and engine.startswith(word)), None)
    if word is not None:
        errors.append(
            ProfileError("not-available", place(("synth", "engine")), name=f"synth: engine: {word}")
        )
        del kept["synth"]
    return kept, errors


def _at(data: Mapping[str, Node], key: Key) -> "Node | None":
    node: Node = dict(data)
    for name in key:
        if not isinstance(node, dict) or name not in node:
            return None
        node = node[name]
    return node
