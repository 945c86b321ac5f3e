"""Names and places that a statistical model of French finds (extra ``text``)."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from anonymize.text.folding import tidy
from anonymize.text.rules_names import EPONYM, LOOK_BACK
from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_eponym, is_frequent, is_ordinary

MODEL = "fr_core_news_md"
"""Trained by Explosion on news; read from the installed package: nothing is downloaded."""
LABELS = {"PER": Label.NAME, "LOC": Label.PLACE}
UNUSED = ["morphologizer", "parser", "attribute_ruler", "lemmatizer"]
WORD = re.compile(r"[^\W\d_][\w’'.\-]*")
BEGINS = re.compile(r"(?:^|[.!?:;]|\n)[\s\-–•*(]*$")
"""What stands before the first word of a sentence or of a field: its capital says nothing."""
BEFORE_PLACE = re.compile(r"(?i)\b(?:à|de|d'|en|vers|sur|pour|chez)[ ]?$")


def is_installed() -> bool:
    """Whether the library and the model are there; neither is imported."""
    return find_spec("spacy") is not None and find_spec(MODEL) is not None


@cache
def _model() -> Any:
    import spacy  # noqa: PLC0415 - seconds of loading, for those who ask for it

    return spacy.load(MODEL, disable=UNUSED)


def entity_spans(text: str) -> Iterator[Span]:
    """Persons and places as the model sees them, less what is never a name."""
    for entity in _model()(tidy(text)).ents:
        label = LABELS.get(entity.label_)
        if label is None:
            continue
        start = entity.start_char
        for line in entity.text.split("\n"):
            yield from _trimmed(text, line, start, label)
            start += len(line) + 1


def _trimmed(text: str, line: str, start: int, label: Label) -> Iterator[Span]:
    """The words of an entity from its first to its last that may be a name."""
    words = [word for word in WORD.finditer(line) if word.group()[0].isupper()]
    words = [
        word for word in words if not is_ordinary(word.group().rstrip(".")) and not is_eponym(word.group())
    ]
    if not words:
        return
    first, last = start + words[0].start(), start + words[-1].end()
    if EPONYM.search(text, max(0, first - LOOK_BACK), first):
        return
    sure = len(words) > 1 or is_frequent(words[0].group())
    if label is Label.NAME and (sure or not BEGINS.search(text[:first][-20:])):
        yield Span(first, last, label)
    if label is Label.PLACE and BEFORE_PLACE.search(text[:first][-20:]):
        yield Span(first, last, label)
