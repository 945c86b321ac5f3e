"""Whether a kept text looks like what its attribute may hold."""

import re

GRAMMAR = {
    "AS": re.compile(r"\d{3}[DWMY]"),
    "CS": re.compile(r"[A-Z0-9_ ]{0,16}"),
    "DA": re.compile(r"\d{8}"),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"),
    "DT": re.compile(r"\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?"),
    "UI": re.compile(r"[0-9.]{0,64}"),
    "IS": re.compile(r"[+-]?\d{1,7}"),
    "DS": re.compile(r"[+-]?(\d{1,7}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"),
}


def speaks_of(tag: int, vr: str) -> bool:
    """Whether anything is known of what the text attribute may hold; all else leaves unread."""
    del tag
    return vr == "CS"


def plausible(tag: int, vr: str, value: str, scheme: str = "") -> bool:
    """Whether ``value``, decoded and without padding, is something that the attribute may hold."""
    del tag, scheme
    grammar = GRAMMAR.get(vr)
    return grammar is not None and all(grammar.fullmatch(part.strip(" ")) for part in value.split("\\"))
