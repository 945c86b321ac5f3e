"""``vitrail policy``: numbers with their sources, and which of two policies is tighter."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from profiles.policy import policy_names
from tests.conftest import Ran

OWN = """name: comite
extends: open-data
k: 5
sources: {k: {text: "Décision du comité de publication", date: 2026-03}}
reasons: {k: "destinataires tous liés par convention"}
"""


def test_each_number_is_shown_with_its_source_and_date(vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("policy", "show", "--json")
    assert ran.code == 0
    shown = {one["name"]: one for one in json.loads(ran.out)["policies"]}
    assert tuple(shown) == policy_names()
    for one in shown.values():
        for number in one["numbers"]:
            origin = one["sources"].get(number) or one["sources"]["limits"]
            assert origin["text"]
            assert origin["date"]


@pytest.mark.parametrize(("lang", "said"), [("fr", "au moins aussi exigeante"), ("en", "at least as tight")])
def test_the_tighter_of_two_is_said(vitrail: Callable[..., Ran], lang: str, said: str) -> None:
    ran = vitrail("policy", "diff", "open-data", "strict", "--lang", lang)
    assert ran.code == 0
    assert said in ran.out
    assert json.loads(vitrail("policy", "diff", "strict", "shared", "--json").out)["tighter"] == "first"
    assert json.loads(vitrail("policy", "diff", "strict", "strict", "--json").out)["tighter"] == "none"


def test_a_policy_of_ones_own_shows_what_it_loosens(vitrail: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "comite.yaml"
    path.write_text(OWN, encoding="utf-8")
    ran = vitrail("policy", "show", path)
    assert ran.code == 0
    assert "destinataires tous liés par convention" in ran.out
    path.write_text(OWN.replace("reasons:", "# reasons:"), encoding="utf-8")
    ran = vitrail("policy", "show", path)
    assert ran.code == 2
    assert "comite.yaml" in ran.said


@pytest.mark.parametrize("name", ["opendata", "absente.yaml"])
def test_a_policy_that_does_not_exist_is_an_error_of_usage(vitrail: Callable[..., Ran], name: str) -> None:
    assert vitrail("policy", "show", name).code == 2
