"""All rules of one language, one after the other on the same text."""

from anonymize.text.folding import fold, tidy
from anonymize.text.rules_dates import dates
from anonymize.text.rules_names import names
from anonymize.text.rules_numbers import numbers
from anonymize.text.rules_places import places
from anonymize.text.spans import Span


def rule_spans(text: str) -> list[Span]:
    """What the rules find in ``text``, in no order, possibly overlapping."""
    folded, tidied = fold(text), tidy(text)
    return [*numbers(folded), *dates(folded), *places(tidied), *names(tidied)]
