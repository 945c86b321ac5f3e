"""Values exchanged within groups of rows."""

from collections import Counter

import pyarrow as pa
import pytest

from anonymize.keys import Keys
from profiles.model import Kind
from tests.anonymize.helpers import make, wait

VALUES = [*range(40), None]
GROUPS = pa.array(["a" if number % 2 else "b" for number in range(40)] + ["a"])


@pytest.mark.parametrize("size", [1, 7, 41])
def test_each_group_keeps_its_values_and_rows_get_others_whatever_the_batches(tmp_path, size):
    step = make("swap", {"within": ["D"]}, Kind.INTEGER)
    made, alone = wait(tmp_path, step, VALUES, size=size, D=GROUPS)
    groups = GROUPS.to_pylist()
    assert alone == 0
    assert Counter(zip(groups, made, strict=True)) == Counter(zip(groups, VALUES, strict=True))
    assert sum(after != before for after, before in zip(made, VALUES, strict=True)) > 20
    assert made[-1] is None
    assert made == wait(tmp_path / "again", step, VALUES, size=5, D=GROUPS)[0]


def test_another_seed_or_key_deals_otherwise(tmp_path):
    steps = [
        make("swap", None, Kind.INTEGER),
        make("swap", None, Kind.INTEGER, seed=1),
        make("swap", None, Kind.INTEGER, keys=Keys(b"another secret of more than 128 bits", "essai")),
    ]
    made = [wait(tmp_path / str(rank), step, VALUES)[0] for rank, step in enumerate(steps)]
    assert len({tuple(values) for values in made}) == 3
    assert all(Counter(values) == Counter(VALUES) for values in made)


def test_a_group_of_one_person_is_left_and_counted(tmp_path):
    step = make("swap", {"within": ["D"]}, Kind.TEXT)
    groups = pa.array(["x", "x", "x", None, None, "y"])
    people = ["p", "p", "p", "q", "r", "s"]
    made, alone = wait(tmp_path, step, ["1", "2", "3", "4", "5", "6"], people, D=groups)
    assert made[:3] == ["1", "2", "3"]
    assert sorted(made[3:5]) == ["4", "5"]
    assert (made[5], alone) == ("6", 4)


def test_every_permutation_of_three_rows_comes_out(tmp_path):
    found = {
        tuple(wait(tmp_path / str(seed), make("swap", None, Kind.INTEGER, seed=seed), [1, 2, 3])[0])
        for seed in range(60)
    }
    assert len(found) == 6
