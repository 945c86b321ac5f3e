"""Are the persons kept away from the fit really others? On synthetic tables, for all criteria.

Definition. Attacks on synthetic tables count what they gain over the same attack on persons kept away
from the fit. A person who is on both sides makes the control succeed and hides a leak: every acceptance
would rest on nothing, while a refusal stands.

What is known. Who was fitted and who was kept away, by the private pseudonym of each person.

Success criterion. Not one person on both sides; one is enough to make the verdict inconclusive.
Nobody can waive it.

Statistics. None: everybody is compared. Cost: one join. Reference: the control group of Giomi et al.,
PoPETs 2023(2), 312-328. Limits: one person under two keys of the source is two persons here.
"""

from typing import ClassVar

from risk.attackers.synthetic import SyntheticOnly
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.person_view import table_paths
from risk.statistics import Interval
from risk.subject import Subject
from tables.candidate import PERSON, Candidate
from tables.duck import connect
from tables.person_rows import persons_sql


class Holdout(SyntheticOnly):
    """Persons who were both fitted and kept away."""

    name: ClassVar[str] = "holdout"
    criterion: ClassVar[Criterion] = Criterion.ALL

    def applies(self, subject: Subject) -> bool:
        """Where there are persons on both sides; their absence is for the attacks to tell."""
        parts = subject.original, subject.holdout
        return super().applies(subject) and all(part is not None and bool(part.tables) for part in parts)

    def run(self, subject: Subject) -> list[Finding]:
        """One finding, ``holdout``."""
        fitted, apart = subject.original, subject.holdout
        if fitted is None or apart is None:
            return [self.inconclusive(subject, self.name, "no_holdout")]
        shared, persons = _shared(fitted, apart)
        evidence = Evidence(
            interval=Interval.exact(shared / persons) if persons else None,
            threshold=0.0,
            attempted=persons,
            targets=persons,
            problems=("holdout_overlaps",) if shared else (),
        )
        details = {"persons_shared": shared, "control_persons": persons}
        return [self.finding(subject, self.name, evidence, details=details)]


def _shared(fitted: Candidate, apart: Candidate) -> tuple[int, int]:
    """Persons on both sides, and persons kept away."""
    con = connect(apart.folder)
    try:
        ours, theirs = (persons_sql(table_paths(part)) for part in (fitted, apart))
        both = f"SELECT count(*) FROM ({theirs}) AS t SEMI JOIN ({ours}) AS o USING ({PERSON})"
        counts = [con.execute(sql).fetchall()[0][0] for sql in (both, f"SELECT count(*) FROM ({theirs})")]
    finally:
        con.close()
    return int(counts[0]), int(counts[1])
