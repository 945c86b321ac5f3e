"""A text without what points at a person."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from anonymize.text import crowd as others
from anonymize.text.crowd import Crowd, crowd_spans
from anonymize.text.entities import entity_spans
from anonymize.text.folding import fold
from anonymize.text.known import Known
from anonymize.text.rules import rule_spans
from anonymize.text.spans import Label, Span, joined, merged, replaced

Rules = Callable[[str], list[Span]]
RULES: Mapping[str, Rules] = {"fr": rule_spans}
"""By language, those of ``profiles.transforms.LANGUAGES``."""
MASK = "[…]"
NOBODY = Known()


@dataclass(frozen=True)
class Redactor:
    """Replaces what is known of the person, names of others in the source, what rules and a model find."""

    rules: Rules = rule_spans
    model: bool = False
    """Whether the statistical model looks as well."""
    mask: str | None = None
    """What stands in place of everything; None: the label of what was there."""
    crowd: Crowd = others.NOBODY
    """Names of everybody in the source."""

    def spans(self, text: str, known: Known = NOBODY) -> list[Span]:
        """The disjoint places of ``text`` that are replaced, in order."""
        return joined(text, merged(_whole(text, span) for span in self._found(text, known)))

    def redact(self, text: str, known: Known = NOBODY) -> tuple[str, Counter[Label]]:
        """The redacted text, and how many places were replaced, by label."""
        spans = self.spans(text, known)
        return replaced(text, spans, self.mask), Counter(span.label for span in spans)

    def _found(self, text: str, known: Known) -> Iterator[Span]:
        folded = fold(text)
        yield from known.spans(text, folded)
        yield from crowd_spans(text, folded, self.crowd)
        yield from self.rules(text)
        if self.model:
            yield from entity_spans(text)


def _whole(text: str, span: Span) -> Span:
    """A name with the letters that touch it: half a word may still be read."""
    if span.label is not Label.NAME:
        return span
    start, end = span.start, span.end
    while start and text[start - 1].isalpha() and text[start].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha() and text[end - 1].isalpha():
        end += 1
    return Span(start, end, span.label)
