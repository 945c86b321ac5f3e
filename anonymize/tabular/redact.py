"""Take out of a free text what points at a person."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from anonymize.tabular.interface import Context
from anonymize.tabular.waiting import ByRow, Ending, Waiting, Whole
from anonymize.tabular.words import words
from profiles import transforms
from profiles.errors import ProfileError
from profiles.model import Bilingual, Kind

if TYPE_CHECKING:
    from anonymize.text.redactor import Redactor
    from anonymize.text.spans import Label

# Rules for texts load slowly, and few profiles have texts: each function below imports what it needs.
# ruff: noqa: PLC0415


class Redact(Waiting):
    """The person's own identifiers, what rules find, and on demand what a model finds become labels.

    No redaction is perfect: the gate asks for a dated waiver before such a text is published.
    """

    name = "redact"
    accepts = frozenset({Kind.TEXT})
    params: transforms.Redact

    def __init__(self, params: transforms.Redact, kind: Kind, context: Context) -> None:
        """Raises ProfileError when the language is unknown or the model is not installed."""
        from anonymize.text import entities
        from anonymize.text.redactor import RULES

        super().__init__(params, kind, context)
        if params.language not in RULES:
            known = ", ".join(sorted(RULES))
            raise ProfileError("redact-language", context.place, language=params.language, known=known)
        if params.entities == "ner" and not entities.is_installed():
            raise ProfileError("redact-no-model", context.place)

    def see(self, whole: Whole) -> Ending:
        """Gather what is known of the person of each row."""
        from anonymize.text.persons import names_of_everybody, write_known
        from anonymize.text.redactor import MASK, RULES, Redactor

        columns = self.context.identifiers
        if self.params.known is not None:
            columns = tuple(_split(whole, name) for name in self.params.known)
        mask = MASK if self.params.replace == "mask" else None
        crowd = names_of_everybody(whole, columns)
        redactor = Redactor(RULES[self.params.language], self.params.entities == "ner", mask, crowd)
        return Redaction(ByRow(write_known(whole, columns)), redactor)

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words(f"transform.redact.{self.params.entities}")


class Redaction(Ending):
    """Redacts texts in the order of the table."""

    def __init__(self, known: ByRow, redactor: "Redactor") -> None:
        self._known = known
        self._redactor = redactor
        self._labels: Counter[Label] = Counter()

    def __call__(self, values: pa.Array) -> pa.Array:
        """The redacted texts of the next rows; null stays null."""
        from anonymize.text.persons import known_from

        texts = []
        for text, known in zip(values.to_pylist(), self._known(values).to_pylist(), strict=True):
            redacted, counts = (
                self._redactor.redact(text, known_from(tuple(known))) if text else (text, Counter())
            )
            texts.append(redacted)
            self._labels.update(counts)
        return pa.array(texts, pa.string())

    def by_word(self) -> Mapping[str, int]:
        """How many places were replaced, by label."""
        from anonymize.text.spans import Label

        return {f"redacted_{label.name.lower()}": self._labels[label] for label in Label}


def _split(whole: Whole, name: str) -> tuple[str, str]:
    tables = sorted(whole.sources, key=len, reverse=True)
    table = next(table for table in tables if name.startswith(f"{table}."))
    return table, name[len(table) + 1 :]
