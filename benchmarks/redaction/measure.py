"""Recall by kind of identifier, and precision, of a redactor on letters."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from anonymize.text.known import known_of
from anonymize.text.redactor import Redactor
from benchmarks.redaction.letters import Letter

WORD = re.compile(r"\w+")
DIRECT = ("patient", "birth", "nir", "number", "phone", "email")
"""Kinds that point at the person by themselves."""


@dataclass
class Score:
    """Counts over all letters."""

    asked: Counter[str] = field(default_factory=Counter)
    """Identifiers, by kind."""
    found: Counter[str] = field(default_factory=Counter)
    """Those of which no letter and no digit is left."""
    replaced: int = 0
    """Words that were replaced."""
    right: int = 0
    """Those that belong to an identifier."""
    missed: list[tuple[str, str]] = field(default_factory=list)
    """Kind and surroundings of what was left: the letters are made up."""
    wrong: list[str] = field(default_factory=list)

    def recall(self, *kinds: str) -> float:
        """Share of the identifiers of these kinds (none given: all) that were wholly replaced."""
        chosen = kinds or tuple(self.asked)
        return sum(self.found[kind] for kind in chosen) / max(1, sum(self.asked[kind] for kind in chosen))

    @property
    def precision(self) -> float:
        """Share of the replaced words that belong to an identifier."""
        return self.right / max(1, self.replaced)


def measure(redactor: Redactor, letters: Iterable[Letter], *, with_known: bool = True) -> Score:
    """Redact every letter and compare with its answers; ``with_known``: the tables know the patient."""
    score = Score()
    for letter in letters:
        spans = redactor.spans(letter.text, known_of(letter.known if with_known else ()))
        covered = {place for span in spans for place in range(span.start, span.end)}
        gold = {place for answer in letter.answers for place in range(answer.start, answer.end)}
        for answer in letter.answers:
            places = [at for at in range(answer.start, answer.end) if letter.text[at].isalnum()]
            score.asked[answer.kind] += 1
            if covered.issuperset(places):
                score.found[answer.kind] += 1
            else:
                score.missed.append((answer.kind, letter.text[max(0, answer.start - 25) : answer.end + 15]))
        for word in WORD.finditer(letter.text):
            if covered.intersection(range(*word.span())):
                score.replaced += 1
                if gold.intersection(range(*word.span())):
                    score.right += 1
                else:
                    score.wrong.append(letter.text[max(0, word.start() - 20) : word.end() + 10])
    return score
