"""What the official schema does not say of its own tables (``data/facts.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from synth.tables import Link


@dataclass(frozen=True)
class Facts:
    """Known tables of persons and of totals, links and keys that are not declared."""

    persons: tuple[str, ...]
    totals: tuple[str, ...]
    ordinals: tuple[str, ...]
    """Endings of the columns that number the rows of one parent."""
    deaths: tuple[str, ...]
    """Tables that hold the dead only."""
    neutral: Mapping[str, tuple[str, ...]]
    """Part of the name of a code list -> codes that suit any sex and age."""
    keys: Mapping[str, tuple[str, ...]]
    links: tuple[tuple[str, Link], ...]


@cache
def sources() -> tuple[Mapping[str, str], ...]:
    """What the facts of this folder were read in, with editions."""
    text = (resources.files("synth.catalogue") / "data" / "sources.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["source"])


@cache
def facts() -> Facts:
    """The facts that ship."""
    text = (resources.files("synth.catalogue") / "data" / "facts.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    links = [
        (table, Link(tuple(one["columns"]), one["parent"], tuple(one.get("to", one["columns"]))))
        for one in read["link"]
        for table in one["tables"]
    ]
    return Facts(
        tuple(read["persons"]),
        tuple(read["totals"]),
        tuple(read["ordinals"]),
        tuple(read["deaths"]),
        {name: tuple(codes) for name, codes in read["neutral"].items()},
        {name: tuple(key) for name, key in read["keys"].items()},
        tuple(links),
    )
