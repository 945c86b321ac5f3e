"""A declared register, with the truth in it, against synthetic persons: who was learnt from, who was not."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from profiles.loading import LoadedProfile, load_profile
from profiles.policy import effective_policy
from release.context import Run
from release.stages import prepare
from risk.attackers.register import Register
from risk.findings import Decision, Finding
from risk.registers.reading import read_registers
from risk.subject import Subject
from tests.factories import write_csv
from tests.release.synthetic_sets import cohort, document, persons

COUNT = 1000
MATCH = {f"personnes.{name}": name for name in ("naissance", "sexe", "dep", "taille")}


def declared(folder: Path, **changes: Any) -> LoadedProfile:
    """The cohort, and a register of all its people with their identifier."""
    path = cohort(folder, COUNT)
    names = ("nir", "naissance", "sexe", "dep", "taille")
    write_csv(folder / "registre.csv", [{name: one[name] for name in names} for one in persons(COUNT)])
    made = document()
    register = {
        "name": "voisins",
        "source": {"path": "registre.csv", "delimiter": ";"},
        "match": MATCH,
        "truth": {"personnes.nir": "nir"},
    }
    made["risk"]["registers"] = [register | changes]
    path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    return load_profile(path, {})


def found(folder: Path, *, copied: bool, **changes: Any) -> Finding:
    """What is found in the synthetic persons, or in copies of those learnt from."""
    loaded = declared(folder, **changes)
    registers = read_registers(loaded, folder / "registers")
    staged, made, keys = prepare(Run(loaded, {}, date(2026, 1, 1)), folder / "work")
    candidate = replace(made.transformed, nature="synthetic") if copied else made.candidate
    subject = Subject(
        loaded.profile,
        effective_policy(loaded.profile),
        candidate,
        original=made.transformed,
        holdout=made.holdout,
        source=staged,
        keys=keys,
        registers=registers,
    )
    return {one.check: one for one in Register().run(subject)}["register:voisins"]


def test_copies_of_the_persons_learnt_from_are_refused(tmp_path: Path) -> None:
    one = found(tmp_path / "jeu", copied=True)

    assert one.decision is Decision.REFUSED
    assert one.details["control_targets"] == COUNT // 2
    assert one.details["success"] > one.details["control_success"]


def test_persons_that_were_drawn_are_not_refused(tmp_path: Path) -> None:
    one = found(tmp_path / "jeu", copied=False)

    assert one.decision is not Decision.REFUSED
    assert one.targets == COUNT // 2
    assert abs(one.details["success"] - one.details["control_success"]) < 0.1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"truth": {}}, "reason.register_truth_unknown"), ({"key": ["dep"]}, "reason.register_key_repeated")],
)
def test_a_register_that_tells_nobody_apart_is_inconclusive(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    one = found(tmp_path / "jeu", copied=False, **changes)

    assert (one.decision, one.reasons) == (Decision.INCONCLUSIVE, (reason,))
