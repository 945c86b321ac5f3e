"""What is changed on the way to a release that passes: the least loss first, several columns together."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from risk.findings import Decision
from risk.mends.classes import Lattice
from risk.mends.model import Change, Effect, Mend
from risk.mends.options import DROP
from risk.mends.search import Budget, OutOfTrialsError
from risk.mends.single import group_mend, with_group
from risk.mends.way import Way
from tests.risk.factories import finding

CHECK = "trajectory:stays"
RARE = {"suppress_rare": {"persons": 11}}
LEVELS = [{"bin": {"width": 2**step}} for step in range(1, 6)]
LOSSES = {str(one): 0.1 * step for step, one in enumerate(LEVELS, start=1)} | {
    str(RARE): 0.45,
    str(DROP): 1.0,
}


@dataclass
class Trials:
    """Stands for the search: a trial passes from these levels on."""

    wanted: dict[str, int]
    tried: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lattice = Lattice((), np.array([100]), 11)
        self.bench = SimpleNamespace(subject=SimpleNamespace(policy=SimpleNamespace(persons_floor=11)))
        self.columns = SimpleNamespace(
            nested=lambda _: [*LEVELS, DROP], others=lambda *_: [RARE], changes=self.changes
        )
        self.losses = SimpleNamespace(of=lambda _, option: LOSSES.get(str(option), 0.0), weight=lambda _: 1.0)

    def changes(self, options):
        return [
            Change(("tables", "stays", "columns", name, "transform"), one) for name, one in options.items()
        ]

    def attack(self, changes, attackers, share=1.0):
        made = {change.key[3]: change.value for change in changes}
        self.tried.append(made)
        chain = [*LEVELS[:4], RARE, LEVELS[4], DROP]
        reached = all(name in made and chain.index(made[name]) >= at for name, at in self.wanted.items())
        return {CHECK: finding(CHECK, Decision.ACCEPTED if reached else Decision.REFUSED)}

    def failing(self, found):
        return [one for one in found.values() if one.decision is not Decision.ACCEPTED]

    def mend(self, changes, found, checks):
        effects = tuple(Effect(one, 0.3, 0.0, found[one].decision.value) for one in checks)
        passes = all(one.decision is Decision.ACCEPTED for one in found.values())
        return Mend(tuple(changes), effects, sum(LOSSES[str(one.value)] for one in changes), passes)


def chosen(mend: Mend) -> dict[str, object]:
    return {change.key[3]: change.value for change in mend.changes}


def test_several_columns_lose_detail_together_and_each_no_more_than_it_must():
    mend = group_mend(Trials({"day": 0, "code": 2}), CHECK, "trajectory", ("day", "code"))

    assert chosen(mend) == {"day": LEVELS[0], "code": LEVELS[2]}
    assert mend.passes


def test_a_column_that_need_not_change_is_given_back():
    mend = group_mend(Trials({"code": 1}), CHECK, "trajectory", ("day", "code"))

    assert chosen(mend) == {"code": LEVELS[1]}


def test_columns_that_never_pass_together_are_not_proposed():
    assert group_mend(Trials({"other": 0}), CHECK, "trajectory", ("day", "code")) is None


def test_several_columns_are_shown_where_they_lose_less_than_one():
    trials, names = Trials({"day": 0, "code": 2}), ("day", "code")
    dear = Mend((Change(("tables", "stays", "columns", "day", "transform"), DROP),), (), 1.0, passes=True)
    cheap = Mend(dear.changes, (), 0.2, passes=True)

    assert with_group(trials, CHECK, "trajectory", names, [dear])[0].loss == pytest.approx(0.4)
    assert with_group(trials, CHECK, "trajectory", names, [cheap]) == [cheap]


def test_what_loses_least_is_tried_first_whatever_its_kind():
    trials = Trials({"day": 0})
    way = Way(trials, {}, [], secrets_too=True, attackers=("trajectory",), check=CHECK, only=("day",))

    assert chosen(way.walk()) == {"day": LEVELS[0]}
    assert trials.tried == [{}, {"day": LEVELS[0]}]


def test_taking_back_leaves_trials_for_the_other_attacks():
    budget = Budget(10, elapsed=lambda: 0.0)
    for _ in range(6):
        budget.take(made=False, share=0.6)

    with pytest.raises(OutOfTrialsError):
        budget.take(made=False, share=0.6)
    budget.take(made=False)
    assert (budget.spent, budget.cut) == (7, False)
    late = Budget(10, elapsed=lambda: 1.1)
    with pytest.raises(OutOfTrialsError):
        late.take(made=True)
    assert late.cut
