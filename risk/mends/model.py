"""What a refusal is made of, and what would mend it: figures and names, never a value of the data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, ...]
Json = Any
"""What a profile writes at a key, as plain values."""


@dataclass(frozen=True)
class Change:
    """One key of the profile and what to write there."""

    key: Key
    value: Json
    what: str = ""
    """The step that is new, for a change to a transform: end of the catalogue key ``mend.<what>``."""

    @property
    def column(self) -> str | None:
        """``TABLE.COLUMN`` of a change to a transform; None for another key."""
        in_column = self.key[:1] == ("tables",) and self.key[2] == "columns"
        return f"{self.key[1]}.{self.key[3]}" if in_column else None


@dataclass(frozen=True)
class Effect:
    """What a mend does to one finding."""

    check: str
    before: float | None
    """Risk as the finding estimates it."""
    after: float | None
    decision: str


@dataclass(frozen=True)
class Mend:
    """Changes to the profile that were tried together."""

    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    loss: float
    """Loss added, 0 to 1: that of the search for the best generalization (``risk.mends.loss``)."""
    passes: bool
    """Whether every finding in ``effects`` is accepted."""
    whole: bool = False
    """Whether all findings that gate were made again, and are accepted."""
    left_out: int = 0
    """Persons left out of the release with it."""


@dataclass(frozen=True)
class Cause:
    """What one column has to do with it."""

    column: str
    share: float
    """Part of the persons who fell that it accounts for (Shapley value), 0 to 1; all columns make 1."""
    without: int
    """Persons who would still fall if the column were not published."""
    rare: int
    """Persons who fell and whose value of this column alone is shared by fewer than k."""
    missing: int
    """Persons who fell and have no value there."""


@dataclass(frozen=True)
class Explained:
    """One finding that stands in the way."""

    check: str
    attacker: str
    decision: str
    knowledge: tuple[str, ...]
    """Columns that the intruder knew."""
    fell: int | None
    """Persons for whom the attack succeeded, when they were counted."""
    persons: int
    """Persons attacked."""
    causes: tuple[Cause, ...] = ()
    combined: int | None = None
    """Persons who fell though no value of theirs is rare by itself: it is the combination."""
    places: tuple[str, ...] = ()
    """Secrets, files or columns that the finding names."""
    mends: tuple[Mend, ...] = ()
    """Those that make this finding pass, least loss first."""
    note: str | None = None
    """Catalogue key ``refusal.note.<note>``: why no mend could be tried."""
    governs: str | None = None
    """Catalogue key ``refusal.governs.<governs>``: which settings decide on it, for synthetic persons."""


@dataclass(frozen=True)
class Refusal:
    """Why a verdict is not accepted, and what would change it."""

    findings: tuple[Explained, ...]
    plans: tuple[Mend, ...] = ()
    """Changes that make the whole release pass, least loss first."""
    trials: int = 0
    """Candidates made and attacked again."""
    cut: bool = False
    """Whether the time ended before the trials did; then another machine may find more."""
    seconds: float = 0.0
    """Time that the trials had, together."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Key of a change, dotted -> where it is written, for whoever edits the profile."""


def yaml_value(value: Json) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, dict):
        if all(item in ({}, None) for item in value.values()) and len(value) == 1:
            return str(next(iter(value)))
        inside = ", ".join(f"{name}: {yaml_value(item)}" for name, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(yaml_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    plain = text and all(sign.isalnum() or sign in "_-." for sign in text) and not text[0].isdigit()
    return text if isinstance(value, int) or plain else '"' + text.replace('"', '\\"') + '"'


def yaml_key(name: str) -> str:
    """A key as YAML writes it."""
    plain = name and all(sign.isalnum() or sign in "_-." for sign in name) and not name[0].isdigit()
    return name if plain else '"' + name.replace('"', '\\"') + '"'


def snippet(changes: tuple[Change, ...]) -> str:
    """The changes as one piece of a profile: to paste, or to save beside it under ``extends``."""
    tree: dict[str, Any] = {}
    for change in changes:
        node = tree
        for name in change.key[:-1]:
            node = node.setdefault(name, {})
        node[change.key[-1]] = _Leaf(change.value)
    return "\n".join(_lines(tree, 0))


@dataclass(frozen=True)
class _Leaf:
    value: Json


def _lines(tree: dict[str, Any], depth: int) -> list[str]:
    found = []
    for name, node in tree.items():
        indent = "  " * depth + yaml_key(name) + ":"
        if isinstance(node, _Leaf):
            found.append(f"{indent} {yaml_value(node.value)}")
        else:
            found += [indent, *_lines(node, depth + 1)]
    return found
