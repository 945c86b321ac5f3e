"""What the rules find without knowing anybody, and what they leave."""

import time

import pytest

from anonymize.text.redactor import Redactor


def redact(text, **more):
    return Redactor(**more).redact(text)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vu par le Dr Martin", "Vu par le Dr [NOM]"),
        ("le docteur Jean-Paul LE GALL opère", "le docteur [NOM] opère"),
        ("Mme DUPONT-MARTIN, née LEFEVRE", "Mme [NOM], née [NOM]"),
        ("M. de la Roche", "M. [NOM]"),
        ("Sa fille Camille l’accompagne", "Sa fille [NOM] l’accompagne"),
        ("Nom : dupont Prénom : jean", "Nom : [NOM] Prénom : [NOM]"),
        ("NIR 2 50 03 35 238 042 17", "NIR [NIR]"),
        ("NIR 1 85 12 2A 004 123", "NIR [NIR]"),
        ("IPP n° 8001234", "IPP n° [NUMERO]"),
        ("dossier H-123456", "dossier [NUMERO]"),
        ("RPPS : 10001234567", "RPPS : [NUMERO]"),
        ("FINESS 350000741", "FINESS [NUMERO]"),
        ("tél 06.12.34.56.78", "tél [TELEPHONE]"),
        ("+33 (0)2 99 12 34 56", "[TELEPHONE]"),
        ("m.dupont@orange.fr", "[COURRIEL]"),
        ("m.dupont (at) orange.fr", "[COURRIEL]"),
        ("voir https://portail.chu.fr/resultats?p=12 demain", "voir [LIEN] demain"),
        ("12 bis, rue des Lilas", "[ADRESSE]"),
        ("35000 RENNES", "[ADRESSE]"),
        ("né à Saint-Malo", "né à [LIEU]"),
        ("CHU de Rennes", "CHU de [LIEU]"),
        ("le 12/03/2019", "le [DATE]"),
        ("le 1er avril", "le [DATE]"),
        ("le douze mars mille neuf cent cinquante", "le [DATE]"),
        ("en mars 2019", "en [DATE]"),
        ("du 12 au 15/03/2019", "du [DATE] au [DATE]"),
        ("née en 1950", "née en [DATE]"),
        ("revu le 12/03 au soir", "revu le [DATE] au soir"),
    ],
)  # fmt: skip
def test_an_identifier_is_replaced_by_its_label(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "TA 12/8, pouls 72/min",
        "plaquettes 250 000/mm3",
        "maladie de Parkinson et syndrome de Raynaud",
        "HbA1c 7,2 %, créatinine 85 µmol/L",
        "paracétamol 1 g x 4/j pendant 5 jours",
        "un petit nodule de 12 x 8 mm",
        "score de Glasgow à 15",
        "opéré en 2015",
        "Pas de fièvre. Bon état général.",
        "Hélicobacter : H. pylori négatif",
        "",
    ],
)
def test_medicine_stays_as_it_is(text):
    assert redact(text) == text


def test_redacting_twice_changes_nothing():
    text = "Dr Martin, 35000 RENNES, le 12/03/2019, tél 06 12 34 56 78, Mme Dupont, IPP 8001234"

    once = redact(text)

    assert redact(once) == once


def test_counts_tell_what_was_replaced():
    _, counts = Redactor().redact("Dr Martin et Mme Dupont, le 12/03/2019")

    assert {label.value: count for label, count in counts.items()} == {"NOM": 2, "DATE": 1}


@pytest.mark.parametrize(
    "part", ["Ab-", "A ", "1 ", "1", "a.", "12 rue ", "de la ", "Nom : a ", "Mme Abc ", "a@"]
)
def test_a_text_made_to_be_slow_is_not(part):
    begin = time.process_time()

    redact((part * 4000)[:4000])

    assert time.process_time() - begin < 2
