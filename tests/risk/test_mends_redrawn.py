"""Settings of a synthesis tried again: in the time that there is, and by how much the draw is unlike."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from profiles.catalogue import Lang
from risk.findings import Decision
from risk.mends.loss import distance, merged
from risk.mends.model import Change, Effect, Explained, Mend, Refusal
from risk.mends.redrawn import Redrawing, governs
from risk.mends.words import lines
from tests.risk.factories import finding


def values(*items):
    return pa.chunked_array([pa.array(items)])


def test_values_drawn_as_often_as_they_are_real_are_no_loss():
    assert distance(values("a", "b", None), values("b", "a", None)) == 0
    assert distance(values("a", "a"), values("b", "b")) == 1
    assert distance(values("a", "a", "b", "b"), values("a", "a", "a", "b")) == pytest.approx(0.25)


def test_ten_values_that_became_two_lose_four_ninths():
    assert merged(values(*range(10)), values("0-4", "5-9")) == pytest.approx(4 / 9)
    assert merged(values(1, 2), values(2, 1)) == 0


def test_quantities_are_compared_by_tenths():
    real = pa.chunked_array([np.arange(1000.0)])

    assert distance(real, pa.chunked_array([np.arange(1000.0) + 0.3])) == pytest.approx(0, abs=0.01)
    assert distance(real, pa.chunked_array([np.arange(500.0)])) == pytest.approx(0.5, abs=0.01)


def trials(monkeypatch, blocking, left, wanted=5):
    clock = iter(left)
    made = Redrawing(None, None, blocking, blocking, (), None, Path("absent"), left=lambda: next(clock))
    settings = [[Change(("synth", "floor"), number)] for number in range(wanted)]
    monkeypatch.setattr(made, "_wanted", lambda: iter(settings))
    monkeypatch.setattr(made, "_try", lambda _: setattr(made, "trials", made.trials + 1))
    made.run()
    return made


REFUSED = (finding("copies", Decision.REFUSED),)


def test_no_trial_begins_that_would_not_end_in_time(monkeypatch):
    # Trials of 40 seconds out of 100: after two of them 20 are left.
    made = trials(monkeypatch, REFUSED, [100, 60, 60, 20, 20])

    assert (made.trials, made.cut) == (2, True)


def test_every_setting_is_tried_once_when_there_is_time(monkeypatch):
    made = trials(monkeypatch, REFUSED, [100, 99, 99, 98, 98, 97, 97, 96, 96, 95])

    assert (made.trials, made.cut) == (5, False)


def test_nothing_is_drawn_again_for_what_no_setting_changes(monkeypatch):
    undeclared = finding("register", Decision.INCONCLUSIVE, reasons=("reason.knowledge_undeclared",))

    assert trials(monkeypatch, (*REFUSED, undeclared), []).trials == 0
    assert governs(undeclared) == "declared"


def test_each_finding_says_which_settings_decide_on_it():
    few = finding("membership", Decision.INCONCLUSIVE, reasons=("reason.too_few_targets",))

    assert governs(few) == "numbers"
    assert governs(REFUSED[0]) == "floor"
    assert governs(finding("trajectory:stays", Decision.REFUSED)) == "columns"


@pytest.mark.parametrize("lang", Lang)
def test_settings_are_told_with_their_risk_and_loss(lang):
    mend = Mend(
        (Change(("synth", "floor"), 22),), (Effect("copies", 0.2, 0.01, "accepted"),), 0.03, passes=True
    )
    one = Explained("copies", "copies", "refused", (), None, 900, mends=(mend,), governs="floor")
    plan = Mend(mend.changes, mend.effects, 0.03, passes=True, whole=True)

    told = "\n".join(lines(Refusal((one,), (plan,), 3, cut=True, seconds=60.0), lang))

    assert told.count("synth.floor") == 2
    assert "floor: 22" in told
    assert "risk.timeout.mends" in told
    assert "60 s" in told
