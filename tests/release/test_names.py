"""Table names become file names that every system accepts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.names import safe_name, safe_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("T_MCO12B", "T_MCO12B"),
        ("Séjours 2023", "Sejours_2023"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("CON", "_CON"),
        ("日本", "_"),
        ("a/b\\c:d", "a_b_c_d"),
    ],
)
def test_a_name_is_made_plain(name, safe):
    assert safe_name(name) == safe


def test_names_that_differ_by_case_or_accent_stay_apart():
    assert safe_names(["Actes", "ACTES", "Actés"]) == {
        "Actes": "Actes",
        "ACTES": "ACTES-2",
        "Actés": "Actes-3",
    }


@given(st.lists(st.text(min_size=1), unique=True, max_size=6))
def test_any_names_are_safe_and_apart(names):
    safe = list(safe_names(names).values())
    assert len({item.lower() for item in safe}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", item) for item in safe)
