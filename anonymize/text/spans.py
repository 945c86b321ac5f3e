"""Places of a text that must go, and the text without them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What stood there, as the reader of a redacted text sees it; the gravest first."""

    NAME = "NOM"
    NIR = "NIR"
    PHONE = "TELEPHONE"
    EMAIL = "COURRIEL"
    URL = "LIEN"
    NUMBER = "NUMERO"
    ADDRESS = "ADRESSE"
    PLACE = "LIEU"
    DATE = "DATE"


@dataclass(frozen=True, order=True)
class Span:
    """Characters ``start`` to ``end`` (excluded) of a text."""

    start: int
    end: int
    label: Label


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as disjoint spans in order; where several overlap, the longest names them."""
    done: list[Span] = []
    length = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end, list(Label).index(each.label))):
        if done and span.start < done[-1].end:
            last = done[-1]
            longer = span.end - span.start > length
            length = max(length, span.end - span.start)
            done[-1] = Span(last.start, max(last.end, span.end), span.label if longer else last.label)
        else:
            done.append(span)
            length = span.end - span.start
    return done


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans of the same label with nothing but a space or a comma between them as one."""
    done: list[Span] = []
    for span in spans:
        if done and span.label is done[-1].label and not text[done[-1].end : span.start].strip(" ,-"):
            done[-1] = Span(done[-1].start, span.end, span.label)
        else:
            done.append(span)
    return done


def replaced(text: str, spans: Iterable[Span], mask: str | None = None) -> str:
    """``text`` with each of the disjoint ``spans`` replaced by ``[LABEL]``, or by ``mask``."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"[{span.label.value}]" if mask is None else mask]
        at = span.end
    return "".join([*parts, text[at:]])
