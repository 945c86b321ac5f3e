"""Identifiers are well formed, by somebody else's count, and in ranges that nobody has."""

import numpy as np
import pytest
from stdnum import ean, luhn
from stdnum.fr import nir

from profiles.model import Kind
from synth.schema_only.identifiers import identifiers, nature, numbered
from synth.tables import ColumnSpec
from tables.check_digits import ean13, ean13_all, fictitious_cip13, fictitious_cip13_all, luhn_all
from tables.check_digits import luhn as one_luhn

NUMBERS = np.array([0, 1, 7, 85, 86, 4_321, 8_599])


def column(name: str, length: int, kind: Kind = Kind.TEXT, label: str = "") -> ColumnSpec:
    return ColumnSpec(name, kind, length=length, label=label)


@pytest.mark.parametrize(
    ("of", "what"),
    [
        (column("ETA_NUM", 9), "finess"),
        (column("ETB_EXE_FIN", 8), "finess"),
        (column("PHA_PRS_C13", 13, Kind.INTEGER), "cip13"),
        (column("PSP_PPS_NUM", 11, label="Numéro RPPS"), "rpps"),
        (column("IPP_IDV_NUM", 13, label="N.I.R du P.S"), "nir"),
        (column("BEN_NIR_PSA", 17), "person"),
        (column("ETA_NUM_RET", 1), None),
        (column("DCT_ORD_NUM", 9, Kind.INTEGER), None),
    ],
)
def test_what_a_column_identifies_is_known_by_its_name_label_and_length(
    of: ColumnSpec, what: str | None
) -> None:
    assert nature(of) == what


def test_finess_numbers_have_their_key_and_a_category_that_none_has() -> None:
    whole = identifiers(column("ETA_NUM", 9), "finess", NUMBERS).to_pylist()
    short = identifiers(column("ETB_EXE_FIN", 8), "finess", NUMBERS).to_pylist()

    assert all(luhn.is_valid(value) and value[2:6] == "0999" for value in whole)
    assert short == [value[:8] for value in whole]
    assert len(set(whole)) == len(NUMBERS)


def test_cip13_have_their_key_and_a_range_that_none_has() -> None:
    values = identifiers(column("PHA_PRS_C13", 13, Kind.INTEGER), "cip13", NUMBERS).to_pylist()

    assert all(ean.is_valid(str(value)) and str(value).startswith("3400999") for value in values)


def test_rpps_have_their_key_and_begin_as_none_does() -> None:
    values = identifiers(column("PPS", 11), "rpps", NUMBERS).to_pylist()

    assert all(luhn.is_valid(value) and value.startswith("99") and len(value) == 11 for value in values)
    assert all(len(value) == 9 for value in identifiers(column("PPS", 9), "rpps", NUMBERS).to_pylist())


def test_nir_have_their_key_and_a_month_that_none_has() -> None:
    values = identifiers(column("NIR", 15, label="NIR"), "nir", NUMBERS).to_pylist()

    assert all(nir.calc_check_digits(value[:13]) == value[13:] for value in values)
    assert all(value[0] == "9" and value[3:5] == "99" for value in values)


def test_keys_of_many_agree_with_keys_of_one() -> None:
    digits = np.array([340099900000, 123456789012, 999999999999])

    assert ean13_all(digits).tolist() == [int(ean13(str(value))) for value in digits]
    assert luhn_all(digits).tolist() == [int(one_luhn(str(value))) for value in digits]
    assert fictitious_cip13_all(NUMBERS).tolist() == [int(fictitious_cip13(int(n))) for n in NUMBERS]


def test_numbers_of_a_key_spill_into_the_next_column_and_never_meet() -> None:
    columns = [column("A", 2, Kind.INTEGER), column("B", 2)]
    first, second = numbered(columns, [100, 100], np.arange(10_000))

    assert len(set(zip(first.to_pylist(), second.to_pylist(), strict=True))) == 10_000
    assert (first[123].as_py(), second[123].as_py()) == (23, "01")
