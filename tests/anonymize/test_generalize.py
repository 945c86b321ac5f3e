"""Codes replaced by coarser ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue import Lang, error_text
from profiles.errors import ProfileError, SourceError
from profiles.model import Kind
from tests.anonymize.helpers import make, maybe, oracle, run


@given(maybe(st.text(max_size=8)), st.integers(1, 6))
def test_a_prefix_counts_characters_and_leaves_shorter_codes(values, prefix):
    assert run(make("generalize", {"prefix": prefix}), values) == oracle(values, lambda value: value[:prefix])


def test_a_prefix_asks_for_text():
    with pytest.raises(ProfileError) as raised:
        make("generalize", {"prefix": 2}, Kind.INTEGER)
    assert raised.value.code == "anonymize-kind"


@pytest.mark.parametrize(
    ("level", "expected"),
    [("region", ["11", "94", None]), ("2", ["11", "94", None]), ("departement", ["75", "2A", None])],
)
def test_a_shipped_hierarchy_is_called_by_name_or_number_of_level(level, expected):
    step = make("generalize", {"hierarchy": "commune-departement-region", "level": level})
    assert run(step, ["75056", "2A004", None]) == expected


def test_a_number_is_looked_up_by_its_canonical_text():
    step = make("generalize", {"hierarchy": "age", "level": "10-ans"}, Kind.INTEGER)
    assert run(step, [42, 7, 101]) == ["40-49", "0-9", "90+"]


def test_a_hierarchy_file_is_found_by_its_path(tmp_path: Path):
    (tmp_path / "h.csv").write_text("a;A;*\nb;A;*\nc;C;*\n", "utf-8")
    step = make("generalize", {"hierarchy": "h.csv", "level": "1"}, resolve=lambda name: tmp_path / name)
    assert run(step, ["a", "c", None, "b"]) == ["A", "C", None, "A"]


def test_a_code_that_the_hierarchy_does_not_know_stops_the_run_without_being_shown():
    step = make("generalize", {"hierarchy": "atc", "level": "groupe-anatomique"})
    with pytest.raises(SourceError) as raised:
        run(step, ["A10BA02", None, "canari", "canari"])
    assert raised.value.code == "hierarchy-value-unknown"
    assert (raised.value.facts["count"], raised.value.place.record) == (2, 3)
    assert "canari" not in error_text(raised.value, Lang.EN)


def test_a_mistyped_hierarchy_gets_the_nearest_name(tmp_path: Path):
    with pytest.raises(ProfileError) as raised:
        make("generalize", {"hierarchy": "cim-10", "level": "1"}, resolve=lambda name: tmp_path / name)
    assert raised.value.code == "hierarchy-unknown"
    assert raised.value.facts["nearest"] == "cim10"
