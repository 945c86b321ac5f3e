"""YAML as text: every scalar a string, every key with its line, and nothing that can surprise.

PyYAML's ``BaseLoader`` events are read one by one, so an alias bomb, a deep nest or a tag stops
at the event that brings it. No message ever shows content, except the name of a key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

import yaml

from profiles.errors import Place, ProfileError

Node: TypeAlias = "str | list[Node] | dict[str, Node]"
Key: TypeAlias = tuple[str, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Mark:
    """File and 1-based line where a key or a list item is written."""

    file: str
    line: int


@dataclass(frozen=True)
class Document:
    """One YAML file: its mapping, the place of each key, its bytes."""

    data: dict[str, Node]
    marks: Mapping[Key, Mark]
    content: bytes


def read_bytes(path: Path, shown: str) -> bytes:
    """The bytes of a profile file, at most :data:`MAX_BYTES`; ``shown`` names it in errors."""
    place = Place(file=shown)
    try:
        if not path.is_file():
            raise ProfileError("profile-missing", place)
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise ProfileError("profile-unreadable", place) from None
    if len(content) > MAX_BYTES:
        raise ProfileError("profile-too-big", place, limit=MAX_BYTES // 1000)
    return content


def read_document(path: Path, shown: str) -> Document:
    """Parse the YAML file ``path``; ProfileError with file and line for anything unusual."""
    content = read_bytes(path, shown)
    return parse(content, shown)


def parse(content: bytes, shown: str) -> Document:
    """Parse the bytes of one YAML document whose root is a mapping."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProfileError("profile-not-utf8", Place(file=shown, line=line)) from None
    reader = _Reader(text, shown)
    try:
        data = reader.document()
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, shown) from None
    return Document(data, reader.marks, content)


def shown_key(name: str) -> str:
    """A key name that is safe to show: one line, printable, at most 60 characters."""
    clean = "".join(character if character.isprintable() else "�" for character in name)
    return clean if len(clean) <= 60 else clean[:59] + "…"


def _syntax_error(error: yaml.YAMLError, text: str, shown: str) -> ProfileError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return ProfileError("yaml-syntax", Place(file=shown))
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    code = "yaml-tab" if "\t" in indent else "yaml-syntax"
    return ProfileError(code, Place(file=shown, line=mark.line + 1))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


class _Reader:
    """Builds the tree from the events, refusing what a profile never needs."""

    def __init__(self, text: str, shown: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._shown = shown
        self.marks: dict[Key, Mark] = {}

    def document(self) -> dict[str, Node]:
        """The one mapping of the file."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise ProfileError("profile-empty", Place(file=self._shown))
        first = self._next()
        if not isinstance(first, yaml.MappingStartEvent):
            self._check(first)
            raise ProfileError("profile-not-mapping", self._place(first))
        self._check(first)
        self.marks[()] = self._mark(first)
        data = self._mapping((), 1)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse("yaml-several-documents", after)
        return data

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _node(self, event: yaml.Event, path: Key, depth: int) -> Node:
        self._check(event)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if depth >= MAX_DEPTH:
            self._refuse("yaml-too-deep", event, limit=MAX_DEPTH)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth + 1)
        return self._mapping(path, depth + 1)

    def _sequence(self, path: Key, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            here = (*path, str(len(items)))
            self.marks[here] = self._mark(event)
            items.append(self._node(event, here, depth))
        return items

    def _mapping(self, path: Key, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._check(event)
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse("yaml-key-not-text", event)
            name = str(event.value)
            here = (*path, name)
            if name in items:
                first = self.marks[here].line
                self._refuse("yaml-duplicate-key", event, name=shown_key(name), first=first)
            self.marks[here] = self._mark(event)
            items[name] = self._node(self._next(), here, depth)
        return items

    def _check(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse("yaml-alias", event)
        if getattr(event, "tag", None) is not None:
            self._refuse("yaml-tag", event)

    def _mark(self, event: yaml.Event) -> Mark:
        return Mark(self._shown, _line(event))

    def _place(self, event: yaml.Event) -> Place:
        return Place(file=self._shown, line=_line(event))

    def _refuse(self, code: str, event: yaml.Event, **facts: object) -> NoReturn:
        raise ProfileError(code, self._place(event), **facts)
