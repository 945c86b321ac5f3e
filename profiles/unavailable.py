"""Parts of the format that this version does not run: refused, never ignored."""

from collections.abc import Callable, Mapping

from profiles.errors import Place, ProfileError
from profiles.yaml_text import Key, Node

UNAVAILABLE: tuple[Key, ...] = (("synth",), ("risk", "registers"))


def without_unavailable(
    data: Mapping[str, Node], place: Callable[[Key], Place]
) -> tuple[dict[str, Node], list[ProfileError]]:
    """The tree without those parts, and one error for each that was there."""
    found = [key for key in UNAVAILABLE if _holds(data, key)]
    errors = [ProfileError("not-available", place(key), name=".".join(key)) for key in found]
    kept: dict[str, Node] = {name: node for name, node in data.items() if (name,) not in UNAVAILABLE}
    risk = kept.get("risk")
    if isinstance(risk, dict):
        kept["risk"] = {name: node for name, node in risk.items() if ("risk", name) not in UNAVAILABLE}
    return kept, errors


def _holds(data: Mapping[str, Node], key: Key) -> bool:
    node: Node = dict(data)
    for name in key:
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return True
