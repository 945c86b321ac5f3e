"""The shape of an attacker.

To add one: write ``risk/attackers/<name>.py`` with one subclass of :class:`Attacker` (an attack
with its knowledge, its targets and its success criterion), add one line to
``risk/attackers/registry.py``, and the reasons it gives, if they are new, to
``profiles/texts/risk.toml``. Then:

* count distinct persons, never rows (``subject.view()`` has one row a person);
* draw nothing but from :meth:`Attacker.random`, so that a seed gives the same findings;
* give one finding per thing attacked, with a stable ``check`` (``<name>`` or ``<name>:<column>``);
* never put a value of the data in a finding: numbers and column names only;
* leave the decision to ``risk.decide``: fill an ``Evidence`` and call :meth:`Attacker.finding`;
* raise when something fails: the assessment turns that into an inconclusive finding.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal
from zlib import crc32

import numpy as np

from risk.decide import Evidence, decide
from risk.findings import Criterion, Decision, Finding
from risk.subject import Subject

Nature = Literal["real", "synthetic"]
Detail = float | int | str | bool | None


class Attacker(ABC):
    """One attack; without state, so that it can run twice and give the same findings."""

    name: ClassVar[str]
    criterion: ClassVar[Criterion]
    counts_groups: ClassVar[bool] = False
    """Whether it asks ``subject.groups`` alone, which may be an engine of the process that started it."""

    @abstractmethod
    def gates(self, nature: Nature) -> bool:
        """Whether its findings take part in the verdict on tables of this nature."""

    def applies(self, subject: Subject) -> bool:
        """Whether there is something to attack: by default rows, which tables of totals replace."""
        return bool(subject.candidate.tables) or not subject.candidate.aggregated

    @abstractmethod
    def run(self, subject: Subject) -> list[Finding]:
        """Attack and report: at least one finding."""

    def random(self, subject: Subject, purpose: str = "") -> np.random.Generator:
        """The generator of this attacker: a function of the profile's seed, its name, ``purpose``."""
        return np.random.default_rng([subject.profile.seed, crc32(f"{self.name}/{purpose}".encode())])

    def finding(
        self,
        subject: Subject,
        check: str,
        evidence: Evidence,
        *,
        gates: bool | None = None,
        details: Mapping[str, Detail] | None = None,
    ) -> Finding:
        """A finding whose decision follows from ``evidence`` (see ``risk.decide``)."""
        decision, reasons = decide(evidence)
        interval = evidence.interval
        return Finding(
            check=check,
            attacker=self.name,
            criterion=self.criterion,
            gates=self.gates(subject.candidate.nature) if gates is None else gates,
            decision=decision,
            estimate=interval.estimate if interval else None,
            lower=interval.lower if interval else None,
            upper=interval.upper if interval else None,
            confidence=evidence.confidence,
            threshold=evidence.threshold,
            attempted=evidence.attempted,
            targets=evidence.targets,
            baseline=evidence.baseline,
            seed=subject.profile.seed,
            reasons=reasons,
            details=dict(details or {}),
        )

    def inconclusive(
        self, subject: Subject, check: str, *reasons: str, details: Mapping[str, Detail] | None = None
    ) -> Finding:
        """A finding that could not be established; ``reasons``: codes without ``reason.``."""
        return Finding(
            check=check,
            attacker=self.name,
            criterion=self.criterion,
            gates=self.gates(subject.candidate.nature),
            decision=Decision.INCONCLUSIVE,
            seed=subject.profile.seed,
            reasons=tuple(f"reason.{code}" for code in reasons),
            details=dict(details or {}),
        )
