"""``${NAME}``, ``${NAME?message}`` and ``${NAME:-default}`` in the values of a profile."""

import re
from collections.abc import Callable, Iterator, Mapping

from profiles.errors import Place, ProfileError
from profiles.yaml_text import Key, Node

_NAME = r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
_MESSAGE = r":?\?(?P<message>[^}]*)"
VARIABLE = re.compile(rf"{_NAME}(?:{_MESSAGE}|:-(?P<default>[^}}]*))?\}}")
_ONLY_VARIABLE = re.compile(rf"{_NAME}(?:{_MESSAGE})?\}}")


class Interpolation:
    """Replaces variables in scalars; remembers mistakes, and paths that start with a variable."""

    def __init__(self, environ: Mapping[str, str], place: Callable[[Key], Place]) -> None:
        self._environ = environ
        self._place = place
        self.anchors: dict[Key, str] = {}
        """Key of a scalar -> value of the environment variable it starts with."""
        self.used: dict[str, Key] = {}
        """Variable -> first key that uses it."""
        self.errors: list[ProfileError] = []

    def node(self, node: Node, key: Key) -> Node:
        """The same tree with every variable replaced; errors are collected in ``errors``."""
        if isinstance(node, dict):
            return {name: self.node(child, (*key, name)) for name, child in node.items()}
        if isinstance(node, list):
            return [self.node(child, (*key, str(index))) for index, child in enumerate(node)]
        return self.scalar(node, key)

    def scalar(self, text: str, key: Key) -> str:
        """One scalar with its variables replaced; ``$${`` stands for a literal ``${``."""
        if "${" not in text:
            return text
        return "".join(self._pieces(text, key))

    def _pieces(self, text: str, key: Key) -> Iterator[str]:
        position = 0
        while (start := text.find("${", position)) >= 0:
            if start > position and text[start - 1] == "$":
                yield text[position : start - 1] + "${"
                position = start + 2
                continue
            yield text[position:start]
            match = VARIABLE.match(text, start)
            if match is None:
                self.errors.append(ProfileError("variable-syntax", self._place(key)))
                return
            yield self._value(match, key)
            position = match.end()
        yield text[position:]

    def _value(self, match: re.Match[str], key: Key) -> str:
        name = match["name"]
        self.used.setdefault(name, key)
        value = self._environ.get(name)
        if value:
            if match.start() == 0:
                self.anchors[key] = value
            return value
        if match["default"] is not None:
            return match["default"]
        self.errors.append(missing_variable(name, match["message"], self._place(key)))
        return ""


def missing_variable(
    name: str, message: str | None, place: Place, code: str = "variable-missing"
) -> ProfileError:
    """The error for an absent or empty variable, with the profile's own words when it has some."""
    if message:
        return ProfileError(f"{code}-why", place, name=name, message=shown_message(message))
    return ProfileError(code, place, name=name)


def secret_node(node: Node, place: Place) -> dict[str, Node]:
    """The ``secret`` of a profile as the fields of a SecretReference.

    Anything that could be the secret itself is refused without being shown.
    """
    if isinstance(node, str) and (match := _ONLY_VARIABLE.fullmatch(node.strip())):
        fields: dict[str, Node] = {"variable": match["name"]}
        return fields | ({"message": match["message"]} if match["message"] else {})
    if isinstance(node, dict) and set(node) == {"file"} and isinstance(node["file"], str) and node["file"]:
        return {"file": node["file"]}
    raise ProfileError("secret-empty" if node == "" else "secret-literal", place)


def shown_message(message: str) -> str:
    """A message written in a profile, on one line and at most 300 characters."""
    return "".join(character if character.isprintable() else " " for character in message)[:300]
