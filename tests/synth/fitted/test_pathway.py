"""Persons, events and keys drawn from a model of six tables with a known structure."""

from itertools import pairwise

import numpy as np
import pyarrow.compute as pc
import pytest

from benchmarks.synth.source import BENEFICIARY, KEYS, STAY
from synth.quality import fidelity
from tests.synth.fitted.source import FLOOR, PERSONS, real, synthetic

TABLES = tuple(KEYS)
CODES = (
    ("IR_BEN_R", "BEN_RES_DPT"),
    ("IR_IMB_R", "MED_MTF_COD"),
    ("ER_PHA_F", "PHA_ATC_C07"),
    ("ER_PHA_F", "PHA_PRS_C13"),
    ("T_MCOaaB", "DGN_PAL"),
    ("T_MCOaaB", "ETA_NUM"),
    ("T_MCOaaD", "ASS_DGN"),
)


def texts(table, column):
    return np.array(table[column].fill_null("").to_pylist(), dtype=str)


def days(table, column):
    return np.asarray(table[column].cast("int32").fill_null(10**6)).astype(np.int64)


def persons(table, people):
    return np.asarray(pc.index_in(table["__person"], value_set=people["__person"].combine_chunks())).astype(
        np.int64
    )


@pytest.mark.parametrize("table", [name for name in TABLES if "primary_key" in KEYS[name]])
def test_no_primary_key_repeats_or_is_empty(table):
    key = list(KEYS[table]["primary_key"])
    rows = synthetic(table).select(key)

    assert rows.group_by(key).aggregate([]).num_rows == rows.num_rows
    assert sum(rows[column].null_count for column in key) == 0


@pytest.mark.parametrize("table", [name for name in TABLES if "foreign_keys" in KEYS[name]])
def test_every_row_points_at_a_row_that_exists(table):
    (key,) = KEYS[table]["foreign_keys"]
    columns = list(key["columns"])
    child, parent = synthetic(table).select(columns), synthetic(key["references"]).select(columns)

    assert child.num_rows > 0
    assert child.join(parent, keys=columns, join_type="left anti").num_rows == 0


@pytest.mark.parametrize(("table", "column"), CODES)
def test_no_code_below_the_floor_comes_out(table, column):
    source, made = real(table, fitted=True), synthetic(table)
    owners = np.unique(np.array(source["__person"].to_pylist()), return_inverse=True)[1]

    assert fidelity.below_floor(texts(source, column), owners, texts(made, column), FLOOR) == 0


@pytest.mark.parametrize(("table", "column"), [("ER_PRS_F", "PRS_PAI_MNT"), ("ER_PHA_F", "PHA_ACT_PRU")])
def test_no_amount_is_one_that_few_persons_have(table, column):
    source, made = real(table, fitted=True), synthetic(table).filter(pc.is_valid(synthetic(table)[column]))
    source = source.filter(pc.is_valid(source[column]))
    owners = np.unique(np.array(source["__person"].to_pylist()), return_inverse=True)[1]
    values = [np.array([f"{value:.2f}" for value in table[column].to_pylist()]) for table in (source, made)]

    assert fidelity.below_floor(values[0], owners, values[1], FLOOR) == 0


def test_care_lies_within_life_and_in_order():
    people, claims, stays = synthetic("IR_BEN_R"), synthetic("ER_PRS_F"), synthetic("T_MCOaaB")
    death, born = days(people, "BEN_DCD_DTE"), np.asarray(people["BEN_NAI_ANN"])
    for table, columns in (
        (claims, ("EXE_SOI_DTD", "FLX_TRT_DTD", "FLX_DIS_DTD")),
        (stays, ("EXE_SOI_DTD", "EXE_SOI_DTF")),
    ):
        who = persons(table, people)
        found = [days(table, column) for column in columns]
        assert all((later >= earlier).all() for earlier, later in pairwise(found))
        assert (found[0] <= death[who]).all()
        assert (
            found[0].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970 >= born[who]
        ).all()
    assert (days(stays, "EXE_SOI_DTF") <= death[persons(stays, people)]).all()


def test_columns_that_others_determine_are_computed():
    people, stays = synthetic("IR_BEN_R"), synthetic("T_MCOaaB")
    who = persons(stays, people)
    length = days(stays, "EXE_SOI_DTF") - days(stays, "EXE_SOI_DTD")

    assert (np.asarray(stays["SEJ_NBJ"]) == length).all()
    assert (texts(stays, "COD_SEX") == texts(people, "BEN_SEX_COD")[who]).all()


def test_a_drug_goes_with_its_class():
    source, made = real("ER_PHA_F"), synthetic("ER_PHA_F")
    reference = dict(
        zip(texts(source, "PHA_PRS_C13").tolist(), texts(source, "PHA_ATC_C07").tolist(), strict=True)
    )
    known = made.filter(pc.is_valid(made["PHA_PRS_C13"]))

    assert known.num_rows > 0.9 * made.num_rows
    assert fidelity.agreement(texts(known, "PHA_PRS_C13"), texts(known, "PHA_ATC_C07"), reference) == 1.0


@pytest.mark.parametrize("table", [name for name in TABLES if name != "IR_BEN_R"])
def test_rows_a_person_are_distributed_as_in_the_source(table):
    source, made = real("IR_BEN_R"), synthetic("IR_BEN_R")
    distance = fidelity.cardinality(
        persons(real(table), source), PERSONS, persons(synthetic(table), made), PERSONS
    )

    assert distance <= 0.03


@pytest.mark.parametrize(
    ("table", "column", "cut", "most"),
    [
        ("ER_PHA_F", "PHA_ATC_C07", 7, 0.06),
        ("ER_PHA_F", "PHA_PRS_C13", 13, 0.15),
        ("T_MCOaaB", "DGN_PAL", 3, 0.25),
        ("T_MCOaaD", "ASS_DGN", 4, 0.08),
    ],
)
def test_codes_keep_their_shares(table, column, cut, most):
    source, made = (np.array([code[:cut] for code in texts(one(table), column)]) for one in (real, synthetic))

    assert fidelity.total_variation(source, made) <= most


def test_treatments_persist_and_infections_have_their_season():
    keys = [*KEYS["ER_PHA_F"]["primary_key"]]
    found = []
    for one in (real, synthetic):
        people = one("IR_BEN_R")
        drugs = one("ER_PHA_F").select([*keys, "PHA_ATC_C07", "__person"])
        joined = drugs.join(one("ER_PRS_F").select([*keys, "EXE_SOI_DTD"]), keys=keys)
        codes, when = texts(joined, "PHA_ATC_C07"), days(joined, "EXE_SOI_DTD")
        held = fidelity.persistence(persons(joined, people), codes, when)
        found.append((held["C09AA05"], fidelity.seasonality(when[codes == "J01CA04"])[[11, 0, 1]].sum()))

    (held, winter), (held_made, winter_made) = found
    assert held > 0.9
    assert held_made == pytest.approx(held, rel=0.1)
    assert winter > 0.4
    assert winter_made == pytest.approx(winter, rel=0.15)


def test_diabetics_have_their_illness_drugs_and_stays():
    shares = []
    for one in (real, synthetic):
        ill = one("IR_IMB_R")
        ill = set(ill.filter(pc.equal(ill["IMB_ALD_NUM"], "8"))["__person"].to_pylist())
        drugs = one("ER_PHA_F")
        treated = set(drugs.filter(pc.starts_with(drugs["PHA_ATC_C07"], "A10"))["__person"].to_pylist())
        shares.append((len(ill) / PERSONS, len(ill & treated) / max(len(ill), 1)))

    assert shares[1][0] == pytest.approx(shares[0][0], abs=0.01)
    assert shares[1][1] > 0.7


def test_made_up_keys_cannot_be_real_ones():
    made, source = synthetic("T_MCOaaB"), real("T_MCOaaB")

    assert not set(made["RSA_NUM"].to_pylist()) & set(source["RSA_NUM"].to_pylist())
    assert not set(made[BENEFICIARY[0]].to_pylist()) & set(source[BENEFICIARY[0]].to_pylist())
    assert min(synthetic("ER_PRS_F")["DCT_ORD_NUM"].to_pylist()) > max(
        real("ER_PRS_F")["DCT_ORD_NUM"].to_pylist()
    )
    assert STAY[1] == "RSA_NUM"
