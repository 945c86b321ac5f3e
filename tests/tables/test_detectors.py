"""A column that identifies persons is recognised; an ordinary code is not."""

import random

import pytest

from profiles.catalogue import catalogue
from profiles.model import Column, Kind
from tables.detectors.finess import is_finess
from tables.detectors.interface import Sample, luhn
from tables.detectors.names import is_name
from tables.detectors.nir import has_key
from tables.detectors.phone import is_number
from tables.detectors.registry import DETECTORS, suspicion
from tables.problems import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
RANDOM = random.Random(7)


def with_key_97(body: str) -> str:
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - number % 97:02d}"


def with_luhn(body: str) -> str:
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


def digits(count: int, size: int) -> list[str]:
    return ["".join(RANDOM.choices("0123456789", k=size)) for _ in range(count)]


NIR_BODIES = [
    f"{1 + n % 2}{40 + n % 60}{1 + n % 12:02d}{75 + n % 20}{n % 900 + 100}{n % 700 + 100}" for n in range(40)
]
NIRS = [with_key_97(body) for body in NIR_BODIES]
RPPS = [with_luhn("1000" + body) for body in digits(40, 6)]
FINESS = [with_luhn(body) for body in digits(40, 8)]
NAMES = ["Dupont", "MARTIN", "Lefèvre", "Nguyen", "de la Tour-Martin", "O'Brien", "Zygiel", "Petit"]
DAYS = [f"{1920 + n}-0{n % 9 + 1}-15" for n in range(80)]
TEXTS = ["Patient vu ce jour, va bien.", "Contrôle dans 3 mois", "RAS"] * 10


def sign(name: str, values: list[str], role: str = "other", **spec: object) -> tuple[str, Severity] | None:
    column = Column.model_validate({"role": role, **spec})
    return suspicion(Sample(name, column, values))


FOUND = [
    ("x", NIRS, "looks-like-nir", ERROR),
    ("x", digits(90, 15) + NIRS[:10], "looks-like-nir", ERROR),
    (
        "x",
        ["1 84 12 76 451 089 46", with_key_97("253072B073004"), with_key_97("253072A073004")],
        "looks-like-nir",
        ERROR,
    ),
    ("NUM_SECU", NIR_BODIES, "looks-like-nir", ERROR),
    ("x", NIR_BODIES, "looks-like-nir", WARNING),
    ("contact", ["a.b@chu-exemple.fr", "n/a"], "looks-like-email", ERROR),
    ("note", [*TEXTS, "écrire à jean.dupont@exemple.fr"], "looks-like-email", WARNING),
    ("courriel", [], "looks-like-email", WARNING),
    ("x", ["06 12 34 56 78", "01.23.45.67.89"], "looks-like-phone", ERROR),
    ("x", ["+33612345678"], "looks-like-phone", ERROR),
    ("tel_portable", ["0612345678", ""], "looks-like-phone", ERROR),
    ("x", ["0612345678"] * 3, "looks-like-phone", WARNING),
    ("prescripteur", RPPS, "looks-like-rpps", ERROR),
    ("x", RPPS, "looks-like-rpps", ERROR),
    ("ETA_NUM", FINESS, "looks-like-finess", WARNING),
    ("x", ["2A0000014", "2B0000020", "2A0000154"], "looks-like-finess", WARNING),
    ("NOM", NAMES, "looks-like-name", ERROR),
    ("PatientLastName", NAMES, "looks-like-name", ERROR),
    ("prénom", ["Camille", "Léa"], "looks-like-name", ERROR),
    ("nom_usage", ["Xxxxx"], "looks-like-name", WARNING),
    ("x", NAMES, "looks-like-name", WARNING),
    ("date_naissance", DAYS, "looks-like-birth-date", ERROR),
    ("DateOfBirth", [f"15/0{n % 9 + 1}/1980" for n in range(9)], "looks-like-birth-date", ERROR),
    ("BEN_NIR_PSA", ["abc"], "looks-like-source-pseudonym", ERROR),
    ("nir_ano_17", [], "looks-like-source-pseudonym", ERROR),
    ("patient_id", ["P0000001", "P0000002"], "looks-like-source-pseudonym", WARNING),
    ("IPP", digits(5, 8), "looks-like-source-pseudonym", WARNING),
]


@pytest.mark.parametrize(("name", "values", "code", "severity"), FOUND)
def test_an_identifier_is_recognised(name, values, code, severity):
    assert sign(name, values) == (code, severity)


@pytest.mark.parametrize(("name", "values", "code", "severity"), FOUND)
def test_a_column_declared_direct_is_left_alone(name, values, code, severity):
    assert sign(name, values, role="direct", transform="drop") is None


ORDINARY = [
    ("x", digits(500, 15)),
    ("x", digits(500, 13)),
    ("x", digits(500, 11)),
    ("x", digits(500, 9)),
    ("note", TEXTS),
    ("BEN_CDI_NIR", ["00", "03", "04"]),
    ("RAT_IPP_TAU", ["10", "25"]),
    ("NOM_MEDICAMENT", ["DOLIPRANE", "AMOXICILLINE"]),
    ("NOMENCLATURE", ["CCAM", "NABM"]),
    ("DENOMINATION", ["x"]),
    ("nombre", ["1", "2"]),
    ("commune", ["PARIS", "LYON", "SAINT-MARTIN-DE-RÉ", "LILLE", "NICE", "BREST"]),
    ("PHA_PRS_C13", [f"34009{body}" for body in digits(200, 8)]),
    ("PHA_ATC_C07", ["A10BA02", "C09AA05"]),
    ("BEN_NAI_ANN", ["1950", "1960"]),
    ("EXE_SOI_DTD", DAYS),
    ("age", ["34", "71"]),
    ("code", ["0123456789", "9876543210", "5555555555"]),
    ("empty", []),
]


@pytest.mark.parametrize(("name", "values"), ORDINARY)
def test_an_ordinary_column_is_left_alone(name, values):
    assert sign(name, values) is None


def test_a_quasi_identifying_birth_date_is_worth_a_look_only_when_kept_whole():
    kept = sign("date_naissance", DAYS, role="quasi", type="date")
    cut = sign("date_naissance", DAYS, role="quasi", type="date", transform={"truncate": {"to": "year"}})
    assert kept == ("looks-like-birth-date", WARNING)
    assert cut is None


def test_a_birth_date_in_the_declared_format_is_recognised():
    values = [f"15JAN{1950 + n}" for n in range(9)]
    found = sign("BEN_NAI_DTE", values, type="date", format="%d%b%Y")
    assert found == ("looks-like-birth-date", ERROR)


def test_a_typed_number_is_no_source_pseudonym():
    assert sign("RAT_IPP_DTE", DAYS, type=Kind.DATE.value) is None


def test_the_words_of_a_name_are_found_in_every_style():
    spec = Column.model_validate({"role": "other"})
    for name in ("DateNaissance", "date-naissance", "DATE_NAISSANCE", "date naissance", "Date.Naissance"):
        assert Sample(name, spec, []).words == "_DATE_NAISSANCE_"


def test_known_numbers_are_judged_as_their_issuers_do():
    assert has_key("295109912611193")
    assert not has_key("295109912611199")
    assert has_key("253072B07300470")
    assert is_finess("750712184")
    assert not is_finess("750712185")
    assert is_number("0033 6 12 34 56 78")
    assert not is_number("0012345678")
    assert is_name("Jean-Pierre")
    assert not is_name("MARTIN 2")


def test_every_detector_has_its_text_and_remedy_in_both_languages():
    for detector in DETECTORS:
        for key in (f"error.{detector.code}", f"error.{detector.code}.remedy"):
            assert set(catalogue()[key]) == {"fr", "en"}
