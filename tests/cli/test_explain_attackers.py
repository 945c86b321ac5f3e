"""``vitrail explain attackers``: every attack says what it tries, in both languages."""

import json

import pytest

from cli.explain import PARTS
from profiles.catalogue import Lang, catalogue
from risk.attackers.registry import names


@pytest.mark.parametrize("name", names())
def test_every_attacker_is_explained_in_both_languages(name):
    for part in PARTS:
        entry = catalogue()[f"attacker.{name}.{part}"]
        assert all(len(entry[lang]) > 5 for lang in Lang)


def test_nothing_is_explained_that_does_not_attack():
    explained = {key.split(".")[1] for key in catalogue() if key.startswith("attacker.")}
    assert explained - {"part", "gates"} == set(names())


@pytest.mark.parametrize(("lang", "said"), [("fr", "L'intrus connaît"), ("en", "The intruder knows")])
def test_the_attacks_are_shown_in_the_language_asked_for(vitrail, lang, said):
    ran = vitrail("explain", "attackers", "--lang", lang)
    assert ran.code == 0
    assert ran.out.count(said) == len(names())


def test_the_attacks_are_shown_to_programs(vitrail):
    ran = vitrail("explain", "attackers", "--json")
    shown = {one["name"]: one for one in json.loads(ran.out)["attackers"]}
    assert set(shown) == set(names())
    assert shown["classes"]["gates"] == {"real": True, "synthetic": False}
    assert all(set(PARTS) <= set(one) for one in shown.values())
