"""Free texts of persons whose identifiers stand in other tables."""

from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymize.tabular.redact import Redact
from profiles.errors import ProfileError
from tests.anonymize.example import document, run, tables, write
from tests.anonymize.helpers import make


def with_texts(**redact: Any) -> dict[str, Any]:
    """The hospital, with a letter in each stay."""
    made = document()
    made["tables"]["stays"]["columns"]["letter"] = {"role": "other", "transform": {"redact": redact}}
    return made


def letters(text: str) -> dict[str, Any]:
    data = tables()
    for stay in data["stays"]:
        person = next(one for one in data["people"] if one["nir"] == stay["nir"])
        stay["letter"] = text.format(**person)
    return data


def published(folder, made, data) -> tuple[list[str], Any]:
    _, done = run(folder, made, data)
    table = done.transformed.tables["stays"]
    return pq.read_table(table.path)["letter"].to_pylist(), done.candidate


def test_values_of_the_person_in_another_table_are_found_in_the_text(tmp_path):
    texts, _ = published(tmp_path, with_texts(), letters("suivi de {name} sous {nir} ce jour"))

    assert set(texts) == {"suivi de [NUMERO] sous [NUMERO] ce jour"}


def test_only_the_columns_that_are_named_are_known(tmp_path):
    made = with_texts(known=["people.nir"])

    texts, _ = published(tmp_path, made, letters("suivi de {name} sous {nir} ce jour"))

    assert "suivi de Canaryname0 sous [NUMERO] ce jour" in texts


def test_the_name_of_another_patient_is_found_too(tmp_path):
    data = letters("voisine de lit : rien")
    for stay, other in zip(data["stays"], ["Zyskowitch"] * 24, strict=True):
        stay["letter"] = f"a vu {other} hier"
    data["people"][5]["name"] = "Zyskowitch"

    texts, _ = published(tmp_path, with_texts(), data)

    assert set(texts) == {"a vu [NOM] hier"}


def test_replacements_are_counted_by_label_for_the_documentation(tmp_path):
    _, candidate = published(tmp_path, with_texts(), letters("né le 12/03/1950, tél 06 12 34 56 78"))

    assert candidate.notes["redacted_date:stays.letter"] == 24
    assert candidate.notes["redacted_phone:stays.letter"] == 24
    assert candidate.notes["redacted_name:stays.letter"] == 0


def test_a_mask_hides_the_kind(tmp_path):
    texts, _ = published(tmp_path, with_texts(replace="mask"), letters("né le 12/03/1950"))

    assert set(texts) == {"né le […]"}


def test_empty_texts_stay_empty(tmp_path):
    texts, _ = published(tmp_path, with_texts(), letters(""))

    assert set(texts) == {None}


def test_an_unlisted_language_is_refused_with_its_place(tmp_path):
    with pytest.raises(ProfileError) as raised:
        write(tmp_path, with_texts(language="it"), letters(""))

    assert raised.value.code == "redact-language"
    assert raised.value.facts == {"language": "it", "known": "fr"}
    assert raised.value.place.line is not None


def test_a_column_known_by_a_wrong_name_is_refused(tmp_path):
    with pytest.raises(ProfileError) as raised:
        write(tmp_path, with_texts(known=["people.nom"]), letters(""))

    assert raised.value.code.startswith("reference-unknown")


def test_a_model_that_is_not_installed_is_asked_for_clearly(monkeypatch):
    monkeypatch.setattr("anonymize.text.entities.find_spec", lambda name: None)

    with pytest.raises(ProfileError) as raised:
        make("redact", {"entities": "ner"})

    assert raised.value.code == "redact-no-model"


def test_rules_need_no_model(monkeypatch):
    monkeypatch.setattr("anonymize.text.entities.find_spec", lambda name: None)

    assert isinstance(make("redact", {"entities": "rules"}), Redact)
