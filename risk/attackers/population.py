"""Journalist: the intruder does not know who is in the release, and looks for anybody at all.

*Definition.* The share of the population whose combination of known columns nobody else has. A
person who is alone in the release but not in the population cannot be named for certain.

*What the intruder knows.* The columns of ``classes``, of everybody in the population (a register).

*Success.* A person of the release is alone in the population. The population is not there: how many
are alone in it is estimated from the sizes of the classes of the release and from the share of the
population that it is: ``risk.population.fraction``, times the ``sample`` that the profile draws.
Not declared, the source is taken for the whole population, which is the worst case: the persons who
are alone in the release are then counted, not estimated.

*Statistics.* The rule of Dankar, El Emam, Neisa & Roffey 2012 (doi:10.1186/1472-6947-12-66): Pitman's
model (Hoshino 2001) up to a tenth of the population; above, the smaller of Zayatz's estimate (1991)
and of that of the slide negative binomial model (Chen & Keller-McNulty 1998). Bounds: 200 resamples
of whole classes.

*Cost.* That of the classes, and a fraction of a second.

*Limits.* The bounds tell the chance of the draw, not the error of the model. A fraction that is
declared too small makes the risk look small: say where it comes from (``why``).
"""

from typing import ClassVar

from risk.attackers.interface import Attacker, Detail, Nature
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.population import population_uniques
from risk.subject import Subject


class Population(Attacker):
    """Persons alone in the population, as a share of it."""

    name: ClassVar[str] = "population"
    criterion: ClassVar[Criterion] = Criterion.SINGLING_OUT
    counts_groups: ClassVar[bool] = True

    def gates(self, nature: Nature) -> bool:
        """On real tables; a synthetic class holds no real person."""
        return nature == "real"

    def applies(self, subject: Subject) -> bool:
        """Whether real persons are published."""
        return super().applies(subject) and self.gates(subject.candidate.nature)

    def run(self, subject: Subject) -> list[Finding]:
        """One finding, ``population``."""
        columns = subject.references.knowledge
        fraction = sampled_fraction(subject)
        confidence = subject.policy.confidence
        sizes = subject.sizes(columns)
        found = population_uniques(sizes, fraction, confidence, self.random(subject))
        evidence = Evidence(
            interval=found.interval,
            threshold=subject.threshold(self.criterion),
            attempted=sizes.persons,
            targets=sizes.persons,
            confidence=None if found.model == "exact" else confidence,
            minimum_share=subject.policy.minimum_share,
            refused_as="alone_in_population",
            problems=() if subject.knowledge_declared else ("knowledge_undeclared",),
        )
        details: dict[str, Detail] = {
            "fraction": fraction,
            "declared": subject.profile.risk.population is not None,
            "model": found.model,
            "unicity_sample": sizes.classes_of(1) / max(1, sizes.persons),
            "columns": len(columns),
        }
        return [self.finding(subject, self.name, evidence, details=details)]


def sampled_fraction(subject: Subject) -> float:
    """Share of the population that is published: what the source is of it, times what was drawn."""
    declared, drawn = subject.profile.risk.population, subject.candidate.sampled
    share = 1.0 if declared is None else declared.fraction
    if drawn is not None:
        share *= drawn.persons / drawn.source_persons if drawn.source_persons else drawn.share
    return min(1.0, share)
