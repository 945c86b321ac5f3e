"""What holds for all transforms, and for those that a newcomer adds."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.tabular.interface import Transform
from anonymize.tabular.registry import BY_NAME, TRANSFORMS
from anonymize.tabular.waiting import Waiting
from profiles.catalogue import catalogue
from profiles.errors import ProfileError
from profiles.model import Kind
from profiles.transforms import ORDER
from tables.typing import ARROW
from tests.anonymize.helpers import PEOPLE, make

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.sampled_from(["75056", "13055", "2A004", "97105"]),
    Kind.INTEGER: st.integers(-1000, 1000),
    Kind.NUMBER: st.decimals(-1000, 1000, places=2).map(float),
    Kind.DATE: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    Kind.DATETIME: st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    Kind.YEAR: st.integers(1900, 2100),
    Kind.BOOLEAN: st.booleans(),
}

CASES: list[tuple[str, Any, Kind]] = [
    *(
        (name, None, kind)
        for name in ("keep", "drop", "pseudonymize", "surrogate", "inherit", "swap", "suppress_rare")
        for kind in Kind
    ),
    ("constant", {"value": "x"}, Kind.INTEGER),
    ("map", {"values": {"75056": "a"}, "otherwise": "keep"}, Kind.TEXT),
    ("map", {"values": {"1": "a"}, "otherwise": {"constant": "b"}}, Kind.INTEGER),
    ("map", {"values": {"true": "a"}, "otherwise": "null"}, Kind.BOOLEAN),
    ("shift", {"days": 30}, Kind.DATE),
    ("shift", {"days": 30}, Kind.DATETIME),
    *(
        ("truncate", {"to": to}, kind)
        for to in ("day", "month", "quarter", "year")
        for kind in (Kind.DATE, Kind.DATETIME)
    ),
    *(("age_at", {"date": "2101-01-01"}, kind) for kind in (Kind.DATE, Kind.DATETIME)),
    *(("interval_since", None, kind) for kind in (Kind.DATE, Kind.DATETIME)),
    ("interval_since", {"first": ["T.C", "T.D"]}, Kind.DATE),
    ("clip", ["0", "10"], Kind.INTEGER),
    *(("tail", {"top_share": 0.01}, kind) for kind in (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)),
    ("tail", {"bottom_share": 0.01}, Kind.INTEGER),
    ("tail", {"bottom_share": 0.01, "top_share": 0.025}, Kind.INTEGER),
    ("microaggregate", None, Kind.NUMBER),
    ("microaggregate", {"persons": 3, "together": ["D"]}, Kind.INTEGER),
    *(("noise", {"scale": 2.5}, kind) for kind in (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)),
    ("noise", {"scale": 2, "distribution": "gaussian"}, Kind.NUMBER),
    ("noise", {"scale": 2, "low": 0}, Kind.NUMBER),
    ("noise", {"scale": 2, "high": 10.5, "bounds": "clip"}, Kind.INTEGER),
    ("noise", {"scale": 2, "low": 0, "high": 9}, Kind.INTEGER),
    ("noise", {"scale": 2, "low": 0, "distribution": "gaussian"}, Kind.NUMBER),
    ("noise", {"scale": 2, "high": 10.5, "distribution": "gaussian"}, Kind.INTEGER),
    ("noise", {"scale": 2, "low": 0, "high": 9, "distribution": "gaussian"}, Kind.INTEGER),
    ("swap", {"within": ["D"]}, Kind.TEXT),
    ("clip", ["0.5", "10.5"], Kind.NUMBER),
    ("round", {"to": 10}, Kind.INTEGER),
    ("round", {"to": 2.5}, Kind.YEAR),
    ("round", {"to": 0.1}, Kind.NUMBER),
    ("bin", {"width": 5, "top": 90, "bottom": 0}, Kind.INTEGER),
    ("bin", {"width": 0.1}, Kind.NUMBER),
    ("bin", {"edges": [0, 18, 65]}, Kind.YEAR),
    ("generalize", {"prefix": 2}, Kind.TEXT),
    ("generalize", {"hierarchy": "commune-departement-region", "level": "region"}, Kind.TEXT),
    ("search", {"hierarchy": "commune-departement-region"}, Kind.TEXT),
    ("search", {"prefix": [3, 1]}, Kind.TEXT),
    ("search", {"widths": [5, 10]}, Kind.INTEGER),
    ("search", {"dates": ["month", "year"]}, Kind.DATE),
    ("redact", {}, Kind.TEXT),
    ("suppress_rare", {"persons": 3, "replacement": "other"}, Kind.INTEGER),
]


def rows(kind: Kind) -> st.SearchStrategy[list[tuple[Any, str]]]:
    return st.lists(st.tuples(st.one_of(st.none(), VALUES[kind]), st.sampled_from(PEOPLE)), max_size=20)


def batch(some: list[tuple[Any, str]], kind: Kind) -> tuple[pa.Array, pa.Array]:
    return pa.array([value for value, _ in some], ARROW[kind]), pa.array(
        [who for _, who in some], pa.string()
    )


def kind_after_rows(transform: Transform) -> Kind:
    """The kind of what a step has made of the rows, before it ends if it waits."""
    return transform.held_kind() if isinstance(transform, Waiting) else transform.output_kind()


def test_every_step_of_a_profile_has_one_transform():
    assert tuple(transform.name for transform in TRANSFORMS) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_every_transform_lives_in_its_file_and_is_documented(name):
    transform = BY_NAME[name]
    assert transform.__module__ == f"anonymize.tabular.{name}"
    assert transform.__doc__
    assert Path(__file__).with_name(f"test_{name}.py").exists()
    assert any(key == f"transform.{name}" or key.startswith(f"transform.{name}.") for key in catalogue())


def test_every_transform_is_among_the_cases():
    assert {name for name, _, _ in CASES} == set(ORDER)


@pytest.mark.parametrize(("name", "params", "kind"), CASES)
def test_a_transform_says_what_it_does_in_both_languages(name, params, kind):
    said = make(name, params, kind).explain()
    assert said.fr
    assert said.en
    assert said.fr != said.en


@pytest.mark.parametrize(("name", "params", "kind"), CASES)
@settings(max_examples=15)
@given(data=st.data())
def test_nulls_stay_null_and_the_type_is_the_one_announced(name, params, kind, data):
    values, persons = batch(data.draw(rows(kind)), kind)
    transform = make(name, params, kind)
    result = transform.apply(values, persons)
    assert result.type == ARROW[kind_after_rows(transform)]
    assert all(
        out is None
        for out, value in zip(result.to_pylist(), values.to_pylist(), strict=True)
        if value is None
    )


@pytest.mark.parametrize(("name", "params", "kind"), CASES)
@settings(max_examples=15)
@given(data=st.data())
def test_splitting_a_batch_gives_the_same_values(name, params, kind, data):
    some = data.draw(rows(kind))
    cut = data.draw(st.integers(0, len(some)))
    values, persons = batch(some, kind)
    encoded = persons.dictionary_encode()
    transform = make(name, params, kind)
    parts = [
        *make(name, params, kind).apply(values[:cut], encoded[:cut]).to_pylist(),
        *transform.apply(values[cut:], persons[cut:]).to_pylist(),
    ]
    assert transform.apply(values, persons).to_pylist() == parts


@pytest.mark.parametrize("name", ["shift", "truncate", "clip", "round", "bin"])
def test_a_step_refuses_values_on_which_it_has_no_meaning(name):
    params = {
        "shift": {"days": 3},
        "truncate": {"to": "day"},
        "clip": ["0", "1"],
        "round": {"to": 1},
        "bin": {"width": 1},
    }
    with pytest.raises(ProfileError) as raised:
        make(name, params[name], Kind.TEXT)
    assert raised.value.code == "anonymize-kind"
    assert raised.value.facts == {"step": name, "kind": "text"}
    assert (raised.value.place.table, raised.value.place.column) == ("T", "C")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("pseudonymize", Kind.TEXT), ("surrogate", Kind.TEXT), ("shift", Kind.DATE), ("swap", Kind.TEXT)],
)
def test_a_keyed_step_refuses_to_run_without_a_secret(name, kind):
    with pytest.raises(ProfileError) as raised:
        make(name, None, kind, keys=None)
    assert raised.value.code == "anonymize-no-secret"


def test_every_error_of_the_room_has_a_text():
    import re

    room = Path(__file__).parents[2] / "anonymize"
    sources = "".join(path.read_text("utf-8") for path in room.rglob("*.py") if "dicom" not in path.parts)
    raised = set(re.findall(r'(?:Error|check)\(\s*(?:[a-z_.]+, )?"([a-z-]+)"', sources))
    raised |= set(re.findall(r', "([a-z]+-[a-z-]+)"\)', sources))
    assert len(raised) > 10
    assert not {code for code in raised if f"error.{code}" not in catalogue()}


def test_one_day_more_is_one_day_more_after_any_shift():
    step = make("shift", {"days": 365}, Kind.DATE)
    start = date(2020, 2, 28)
    days = [start + timedelta(days=n) for n in range(4)]
    moved = step.apply(pa.array(days), pa.array(["p1"] * 4)).to_pylist()
    assert [day - moved[0] for day in moved] == [timedelta(days=n) for n in range(4)]
