"""Say that a free text was published after redaction, and how far the redaction can be trusted."""

from collections.abc import Mapping
from typing import ClassVar

import pyarrow.compute as pc

from anonymize.text.measured import Measured, measured
from anonymize.text.spans import Label
from profiles.key_chain import effective_transform
from risk.attackers.interface import Attacker, Detail, Nature
from risk.findings import Criterion, Decision, Finding
from risk.subject import Subject
from tables.engine import read_batches


class RedactedText(Attacker):
    """The intruder reads the texts.

    Knowledge: anything; a life story needs no name. Success cannot be measured on real texts, whose
    answers nobody knows, so the finding is inconclusive and a person must decide (a waiver). What is
    measured is the redactor on made-up letters; its figures and the counts of replacements are given.
    """

    name: ClassVar[str] = "redacted_text"
    criterion: ClassVar[Criterion] = Criterion.ALL

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - a text is a text
        """Always; a dated waiver lets one column pass."""
        return True

    def applies(self, subject: Subject) -> bool:
        """Only when a redacted text would be published."""
        return bool(_columns(subject))

    def run(self, subject: Subject) -> list[Finding]:
        """One finding a column."""
        return [self._judge(subject, table, column) for table, column in _columns(subject)]

    def _judge(self, subject: Subject, table: str, column: str) -> Finding:
        step = effective_transform(subject.profile, table, column).redact
        figures = measured("rules" if step is None else step.entities)
        share = 1 - figures.direct
        return Finding(
            check=f"{self.name}:{table}.{column}",
            attacker=self.name,
            criterion=self.criterion,
            gates=True,
            decision=Decision.INCONCLUSIVE,
            estimate=share,
            lower=share,
            upper=share,
            seed=subject.profile.seed,
            reasons=("reason.redacted_text",),
            details=_details(subject, table, column, figures),
        )


def _columns(subject: Subject) -> list[tuple[str, str]]:
    """Published columns that hold redacted text."""
    return [
        (name, column.name)
        for name, table in subject.candidate.tables.items()
        for column in table.columns
        if effective_transform(subject.profile, name, column.name).redact is not None
    ]


def _details(subject: Subject, table: str, column: str, figures: Measured) -> Mapping[str, Detail]:
    notes = subject.candidate.notes
    counts = {
        label.name.lower(): notes.get(f"redacted_{label.name.lower()}:{table}.{column}", 0) for label in Label
    }
    texts = sum(
        pc.count(batch.column(0)).as_py()
        for batch in read_batches(subject.candidate.tables[table].path, [column])
    )
    return {
        "texts": texts,
        "replaced": sum(counts.values()),
        **{f"replaced_{word}": count for word, count in counts.items()},
        "others_left": round(100 * (1 - figures.others), 1),
        "made_up_letters": figures.letters,
        "made_up_precision": figures.precision,
    }
