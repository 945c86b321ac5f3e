import pytest

from anonymize.tabular.search import Search
from profiles.errors import ProfileError, SourceError
from profiles.model import Kind
from tests.anonymize.helpers import make, run


def levels(step, values) -> list[list[str | None]]:
    assert isinstance(step, Search)
    return step.levels(values)


def test_values_pass_as_text_until_everybody_is_seen():
    assert run(make("search", {"widths": [5]}, Kind.INTEGER), [23, None]) == ["23", None]


def test_widths_are_intervals_from_zero():
    step = make("search", {"widths": [5, 10]}, Kind.INTEGER)
    assert levels(step, ["23", "-3", None])[1:] == [["20-24", "[-5;-1]", None], ["20-29", "[-10;-1]", None]]
    assert levels(make("search", {"widths": [0.5]}, Kind.NUMBER), ["0.3"])[1] == ["[0;0.5["]


def test_prefixes_keep_ever_fewer_characters():
    assert levels(make("search", {"prefix": [3, 1]}), ["75001"]) == [["75001"], ["750"], ["7"]]


def test_dates_become_months_quarters_and_years():
    step = make("search", {"dates": ["month", "quarter", "year"]}, Kind.DATE)
    assert levels(step, ["2020-05-31"]) == [["2020-05-31"], ["2020-05"], ["2020-Q2"], ["2020"]]


def test_a_file_gives_its_leaves_even_those_that_nobody_has(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text("a;x\nb;x\nc;y\n", encoding="utf-8")
    step = make("search", {"hierarchy": str(path)})
    assert isinstance(step, Search)
    assert step.leaves(["a", None]) == ["a", "b", "c", None]
    with pytest.raises(SourceError, match="search-value-unknown"):
        step.leaves(["d"])


def test_a_shipped_hierarchy_that_does_not_know_a_value_stops_the_run():
    step = make("search", {"hierarchy": "commune-departement-region"})
    assert levels(step, ["75056"]) == [["75056"], ["75"], ["11"], ["FR"]]
    with pytest.raises(SourceError, match="search-value-unknown"):
        levels(step, ["99x"])


def test_dates_of_numbers_make_no_sense():
    with pytest.raises(ProfileError, match="anonymize-kind"):
        make("search", {"dates": ["year"]}, Kind.INTEGER)
