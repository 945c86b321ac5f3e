"""The attacker ``register`` on synthetic tables: copies teach, independent draws do not."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from profiles.policy import effective_policy
from risk.attackers.register import Register
from risk.findings import Decision, Finding
from risk.subject import Subject
from tables.candidate import PERSON
from tests.risk.factories import Columns, candidate, profile

ROLES = {"p": {"age": "quasi", "dep": "quasi", "maladie": "sensitive", "dose": "sensitive"}}


def drawn(count: int, seed: int, prefix: str) -> Columns:
    """Independent columns: nothing known tells anything of a secret."""
    random = np.random.default_rng(seed)
    tops = {"age": 60, "dep": 30, "maladie": 4, "dose": 3}
    columns = {name: random.integers(0, top, count).astype(str).tolist() for name, top in tops.items()}
    return {PERSON: [f"{prefix}{place:05d}" for place in range(count)], **columns}


def found(folder: Path, synthetic: Columns, *, holdout: bool = True) -> Finding:
    """The finding on ``synthetic``, learnt from the persons of seed 1."""
    spec = profile(
        ROLES, risk={"knowledge": ["p.age", "p.dep"], "secrets": ["p.maladie", "p.dose"], "targets": 800}
    )
    made = {}
    for name, columns in (("c", synthetic), ("o", drawn(800, 1, "o")), ("h", drawn(800, 2, "h"))):
        (folder / name).mkdir()
        made[name] = candidate(folder / name, spec, {"p": columns})
    subject = Subject(
        spec,
        effective_policy(spec),
        replace(made["c"], nature="synthetic"),
        original=made["o"],
        holdout=made["h"] if holdout else None,
    )
    (one,) = Register().run(subject)
    return one


def test_copies_of_real_persons_are_refused(tmp_path: Path) -> None:
    one = found(tmp_path, drawn(800, 1, "s"))

    assert one.decision is Decision.REFUSED
    assert one.estimate is not None
    assert one.estimate > 0.5
    assert isinstance(one.details["control_success"], float)
    assert one.details["control_success"] < 0.2


def test_persons_drawn_anew_teach_nothing(tmp_path: Path) -> None:
    one = found(tmp_path, drawn(800, 3, "s"))

    assert one.decision is Decision.ACCEPTED
    assert one.upper is not None
    assert one.upper < 0.09


def test_without_persons_kept_aside_nothing_is_said(tmp_path: Path) -> None:
    one = found(tmp_path, drawn(800, 3, "s"), holdout=False)

    assert one.reasons == ("reason.no_holdout",)
