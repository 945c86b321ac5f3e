"""The pieces of the search: folding, needles, exact matching, chance."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from profiles.model import Kind, Role
from risk.residuals.chance import Exposure, more_than_chance, poisson_tail
from risk.residuals.folding import fold, fold_array, tokens
from risk.residuals.hidden import HiddenColumn, HiddenValues, canonical
from risk.residuals.matching import NeedleIndex
from risk.residuals.needles import Alphabet, Form, Needles, build_needles, distinctive

WORDS = st.text(alphabet="ab1", min_size=8, max_size=30)


@given(st.lists(st.text(), max_size=20))
def test_an_array_folds_as_its_cells_do(texts: list[str]) -> None:
    assert fold_array(pa.array(texts, pa.string())).strings().to_pylist() == [fold(text) for text in texts]


@given(st.text())
def test_folding_twice_changes_nothing_and_tokens_make_the_whole(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "".join(tokens(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("1 85.03-75/116", "1850375116"),
        ("Œuvre d'Été", "oeuvredete"),
        ("STRASSE_Straße", "strassestrasse"),
        ("Ñandú", "nandu"),
        ("…", ""),
    ],
)
def test_folding_leaves_letters_and_digits(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(
    st.lists(WORDS, min_size=1, max_size=20, unique=True), st.lists(st.text("ab1 ", max_size=60), max_size=20)
)
def test_the_search_finds_exactly_what_looking_everywhere_finds(needles: list[str], cells: list[str]) -> None:
    folded = fold_array(pa.array(cells, pa.string()))
    hits = NeedleIndex(pa.array(needles, pa.large_string())).find(folded)
    where = folded.cells(hits.position)
    found = {
        (int(cell), int(position - folded.starts[cell]), needles[needle])
        for cell, position, needle in zip(where, hits.position, hits.needle, strict=True)
    }
    plain = [fold(cell) for cell in cells]
    assert found == {
        (number, at, needle)
        for number, cell in enumerate(plain)
        for needle in needles
        for at in range(len(cell))
        if cell.startswith(needle, at)
    }


def test_needles_that_share_their_beginning_and_end_are_told_apart() -> None:
    needles = ["aaaaaaaa1bbbbbbbb", "aaaaaaaa2bbbbbbbb", "aaaaaaaa" * 4 + "x" + "b" * 8]
    index = NeedleIndex(pa.array(needles, pa.large_string()))
    for number, needle in enumerate(needles):
        assert index.find(fold_array(pa.array([f"z{needle}z"]))).needle.tolist() == [number]
    assert index.find(fold_array(pa.array(["aaaaaaaa3bbbbbbbb"]))).needle.tolist() == []


def test_a_needle_is_not_found_across_two_cells() -> None:
    index = NeedleIndex(pa.array(["abcdefgh1"], pa.large_string()))
    assert index.find(fold_array(pa.array(["abcd", "efgh1"]))).needle.tolist() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A1234567", True),
        ("A123456", False),
        ("Dupont", False),
        ("Jean-Baptiste D.", True),
        ("123456789", False),
        ("1234567890", True),
        ("06 12 34 56 78", True),
        ("0000000123", False),
        ("1985-03-31", False),
        ("31/03/1985", False),
        ("1985-03-31 12:30:00.000000", False),
        ("marie.dupont@exemple.fr", True),
    ],
)
def test_what_is_distinctive(text: str, found: bool) -> None:
    raw = pa.array([text], pa.large_string())
    assert distinctive(raw, fold_array(raw).strings()).tolist() == [found]


def test_numbers_have_one_text_whatever_their_type() -> None:
    assert canonical(pa.array([12.0, 12.5, None])).to_pylist() == ["12", "12.5", None]
    assert canonical(pa.array([12, None])).to_pylist() == ["12", None]
    assert canonical(pa.array([1e15])).to_pylist() == ["1000000000000000"]


def needles_of(*values: str) -> Needles:
    column = HiddenColumn("t", "c", Kind.TEXT, Role.DIRECT, copy=False)
    return build_needles([HiddenValues(column, pa.array(values, pa.large_string()), len(values))])


def test_values_that_fold_alike_are_one_value() -> None:
    needles = needles_of("AB-123456", "ab 123456", "Dupont")
    assert needles.values == 2
    plain = [
        text for text, form in zip(needles.texts.to_pylist(), needles.form, strict=True) if form == Form.PLAIN
    ]
    assert plain == ["ab123456"]


def test_chance_expects_as_many_finds_as_uniform_digits_give() -> None:
    needles = needles_of(*(f"{number:010d}" for number in range(9_000_000_000, 9_000_000_100)))
    exposure = Exposure(needles)
    exposure.add(fold_array(pa.array(["1" * 12] * 1000 + ["abc", "1" * 9])))
    straight_and_reversed = int(((needles.alphabet == Alphabet.DIGITS) & (needles.lengths == 10)).sum())
    assert 190 < straight_and_reversed <= 200
    assert exposure.expected()[0, 10] == pytest.approx(straight_and_reversed * 3000 / 1e10)


@pytest.mark.parametrize(("observed", "expected"), [(0, 3.0), (1, 0.5), (7, 2.5), (30, 12.0)])
def test_the_tail_is_that_of_poisson(observed: int, expected: float) -> None:
    assert poisson_tail(observed, expected) == pytest.approx(poisson.sf(observed - 1, expected))


def test_one_find_is_a_leak_unless_chance_gives_some() -> None:
    assert more_than_chance(1, 0.0)
    assert more_than_chance(1, 0.009)
    assert not more_than_chance(1, 0.5)
    assert not more_than_chance(5, 4.0)
    assert more_than_chance(15, 4.0)
    assert not more_than_chance(0, 4.0)
