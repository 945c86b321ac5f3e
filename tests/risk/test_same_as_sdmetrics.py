"""``copies_near`` and SDMetrics' DCROverfittingProtection point the same way, on one table of persons."""

from dataclasses import replace
from importlib import util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.attackers.copies import Copies
from risk.findings import Finding
from tests.risk.factories import candidate, subject
from tests.risk.leaks import ROLES, People, leaking, people

pytestmark = pytest.mark.skipif(util.find_spec("sdmetrics") is None, reason="the extra sdv is not installed")
PERSONS = 500
KINDS = {"age": "numerical", "weight": "numerical", "cost": "numerical"}


def near(folder: Path, made: People, fitted: People, apart: People) -> Finding:
    roles = {"P": ROLES["P"]}
    for name in ("candidate", "original", "holdout"):
        (folder / name).mkdir(parents=True)
    base = subject(
        folder / "candidate", {"P": made.tables()["P"]}, roles, "synthetic", risk={"targets": PERSONS}
    )
    real = {
        name: candidate(folder / name, base.profile, {"P": part.tables()["P"]})
        for name, part in (("original", fitted), ("holdout", apart))
    }
    return next(one for one in Copies().run(replace(base, **real)) if one.check == "copies_near")


def protection(made: People, fitted: People, apart: People) -> float:
    """1: synthetic persons are as near to the holdout as to the fitted; 0: all are nearer to the fitted."""
    from sdmetrics.single_table import DCROverfittingProtection

    frames = [pd.DataFrame(part.persons) for part in (fitted, made, apart)]
    columns = {name: {"sdtype": KINDS.get(name, "categorical")} for name in frames[0].columns}
    found = DCROverfittingProtection.compute_breakdown(*frames, {"tables": {"P": {"columns": columns}}}, "P")
    return float(found["score"])


def test_copies_and_independent_draws_are_told_apart_alike(tmp_path):
    fitted, apart = people(PERSONS, 1), people(PERSONS, 2)
    shares = (0.0, 0.1, 0.5, 1.0)
    made = [leaking(share, fitted, PERSONS, 3) for share in shares]
    ours = [near(tmp_path / str(place), each, fitted, apart) for place, each in enumerate(made)]
    theirs = [protection(each, fitted, apart) for each in made]

    assert np.all(np.diff([one.estimate for one in ours]) > 0)
    assert np.all(np.diff(theirs) < 0)
    assert ours[0].lower == 0
    assert not ours[0].gates
    assert theirs[0] > 0.75  # what is as near to both counts as nearer to the fitted
    assert ours[-1].gates
    assert ours[-1].lower > 0.5
    assert theirs[-1] < 0.1
