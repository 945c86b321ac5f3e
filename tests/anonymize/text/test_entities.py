"""Names that only the model finds (extra ``text``)."""

import pytest

from anonymize.text.entities import is_installed
from anonymize.text.redactor import Redactor

pytestmark = pytest.mark.skipif(not is_installed(), reason="the extra text is not installed")

ASKED = "Il joue aux cartes avec Ribot tous les soirs."


def test_the_model_finds_a_name_without_cue():
    assert Redactor().redact(ASKED)[0] == ASKED
    assert "Ribot" not in Redactor(model=True).redact(ASKED)[0]


def test_the_model_does_not_take_an_eponym_for_a_person():
    text = "Il a une maladie de Waldenström."

    assert Redactor(model=True).redact(text)[0] == text
