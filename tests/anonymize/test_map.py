"""Values replaced by others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue import Lang, error_text
from profiles.errors import SourceError
from profiles.model import Bilingual, Kind
from tests.anonymize.helpers import make, maybe, oracle, run

LIST = {"a": "1", "b": "1", "c": "2"}


@given(maybe(st.sampled_from("abcd")), st.sampled_from(["keep", "null", {"constant": "?"}]))
def test_listed_values_are_replaced_and_the_others_follow_the_rule(values, otherwise):
    missing = {"keep": lambda value: value, "null": lambda _: None}.get(str(otherwise), lambda _: "?")
    step = make("map", {"values": LIST, "otherwise": otherwise})
    assert run(step, values) == oracle(values, lambda value: LIST.get(value, missing(value)))


def test_numbers_and_booleans_are_mapped_by_their_canonical_text():
    assert run(make("map", {"values": {"1": "un"}}, Kind.INTEGER), [1, None]) == ["un", None]
    assert run(make("map", {"values": {"1.5": "x"}}, Kind.NUMBER), [1.5]) == ["x"]
    assert run(make("map", {"values": {"true": "oui", "false": "non"}}, Kind.BOOLEAN), [False, True]) == [
        "non",
        "oui",
    ]


def test_an_unlisted_value_stops_the_run_with_a_count_and_a_record_but_without_the_value():
    with pytest.raises(SourceError) as raised:
        run(make("map", {"values": LIST}), ["a", None, "canari", "canari", "autre"])
    assert raised.value.code == "map-unlisted"
    assert raised.value.facts["count"] == 3
    assert raised.value.place.record == 3
    assert "canari" not in error_text(raised.value, Lang.FR) + repr(raised.value.facts)


def test_a_label_survives_when_one_value_alone_became_the_new_one():
    labels = {"a": Bilingual(fr="A"), "b": Bilingual(fr="B"), "c": Bilingual(fr="C"), "d": Bilingual(fr="D")}
    made = make("map", {"values": LIST, "otherwise": {"constant": "9"}}).output_values(labels)
    assert made == {"1": Bilingual(), "2": Bilingual(fr="C"), "9": Bilingual(fr="D")}


def test_without_declared_values_only_a_closed_list_limits_what_comes_out():
    assert set(make("map", {"values": LIST}).output_values(None) or ()) == {"1", "2"}
    assert make("map", {"values": LIST, "otherwise": "keep"}).output_values(None) is None
