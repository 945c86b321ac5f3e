"""Every declared rule holds in every row, and the checker sees when the generator breaks one."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from synth.catalogue.core import core_schema
from synth.schema_only import claims, rows, stays
from synth.schema_only.checker import check_rules
from synth.schema_only.generate import Generated, generate
from synth.schema_only.population import Population
from synth.schema_only.rules import RULES


def broken(generated: Generated) -> set[str]:
    return {one.rule.name for one in check_rules(generated, core_schema()) if one.broken}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(core_schema(), 2_500, 5, tmp_path_factory.mktemp("core") / "out")


def test_every_rule_looks_at_rows_and_holds_in_all_of_them(whole: Generated) -> None:
    found = check_rules(whole, core_schema())

    assert {one.rule.name for one in found} == {rule.name for rule in RULES}
    assert [(one.rule.name, one.rows, one.broken) for one in found if one.broken or not one.rows] == []


@pytest.mark.parametrize(("persons", "seed"), [(1, 1), (30, 2), (400, 3)])
def test_rules_hold_at_other_sizes_and_seeds(tmp_path: Path, persons: int, seed: int) -> None:
    assert broken(generate(core_schema(), persons, seed, tmp_path / "out")) == set()


def _paid_late(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = claims.Claims.main

    def main(self: claims.Claims, family: str) -> rows.Rows:
        made = plain(self, family)
        made.given["BSE_REM_MNT"] = self.paid + 1
        return made

    monkeypatch.setattr(claims.Claims, "main", main)


def _wrong_prescriber(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_prescriber", lambda items, code, draw: np.full(len(code), 15))


def _other_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stays, "_group", lambda kind, rank: "99Z99Z")


def _care_before_birth(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = rows.day_of

    def day_of(role: str, of: rows.Rows, people: Population) -> np.ndarray:
        day = plain(role, of, people)
        return day - 120 * 365 if role == "start" else day

    monkeypatch.setattr("synth.schema_only.shard.day_of", day_of)


def _flow_before_care(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = rows.day_of

    def day_of(role: str, of: rows.Rows, people: Population) -> np.ndarray:
        day = plain(role, of, people)
        return day - 400 if role == "flow" else day

    monkeypatch.setattr("synth.schema_only.shard.day_of", day_of)


def _unsuited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.schema_only.events.suited", lambda events, people, sexes, ages: events)


@pytest.mark.parametrize(
    ("breaking", "seen"),
    [
        (_paid_late, "amount-is-base-by-rate"),
        (_wrong_prescriber, "drug-and-prescriber"),
        (_other_group, "group-suits-person"),
        (_care_before_birth, "birth-before-care"),
        (_flow_before_care, "settlement-after-care"),
        (_unsuited, "drug-suits-person"),
    ],
)
def test_a_broken_generator_is_seen(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    breaking: Callable[[pytest.MonkeyPatch], None],
    seen: str,
) -> None:
    breaking(monkeypatch)

    assert seen in broken(generate(core_schema(), 300, 5, tmp_path / "out"))


SPOILED = {
    "birth-before-care": "UPDATE IR_BEN_R SET BEN_NAI_ANN = 2050",
    "care-in-order": "UPDATE ER_PRS_F SET PRE_PRE_DTD = EXE_SOI_DTD + 1",
    "settlement-after-care": "UPDATE ER_PRS_F SET FLX_TRT_DTD = EXE_SOI_DTD - 1",
    "flow-before-death": "UPDATE IR_BEN_R SET BEN_DCD_DTE = DATE '2018-01-02'",
    "birth-before-death": "UPDATE IR_BEN_R SET BEN_DCD_DTE = DATE '1901-01-02'",
    "claim-repeats-person": "UPDATE ER_PRS_F SET BEN_SEX_COD = 3 - BEN_SEX_COD",
    "age-agrees": "UPDATE ER_PRS_F SET BEN_AMA_COD = 119",
    "amount-is-base-by-rate": "UPDATE ER_PRS_F SET RGO_REM_TAU = 10",
    "base-is-price-by-quantity": "UPDATE ER_PRS_F SET PRS_ACT_QTE = 12",
    "spent-is-base-and-excess": "UPDATE ER_PRS_F SET PRS_DEP_MNT = PRS_DEP_MNT + 2",
    "exempt-is-paid-whole": "UPDATE ER_PRS_F SET EXO_MTF = 42",
    "exempt-has-an-illness": "UPDATE IR_IMB_R SET IMB_ALD_DTD = DATE '2030-01-01'",
    "illness-and-diagnosis": "UPDATE IR_IMB_R SET MED_MTF_COD = 'A009'",
    "drug-suits-person": "UPDATE IR_BEN_R SET BEN_SEX_COD = 1",
    "act-suits-person": "UPDATE IR_BEN_R SET BEN_SEX_COD = 1",
    "analysis-suits-person": "UPDATE IR_BEN_R SET BEN_SEX_COD = 1",
    "device-suits-person": "UPDATE ER_TIP_F SET TIP_PRS_IDE = 2404492",
    "drug-and-prescriber": "UPDATE ER_PRS_F SET PSP_SPE_COD = 15",
    "drug-and-class": "UPDATE IR_PHA_R SET PHA_ATC_C07 = 'A10BA02'",
    "drug-amount": "UPDATE ER_PHA_F SET PHA_ACT_QSN = 9",
    "stay-in-order": "UPDATE IR_BEN_R SET BEN_DCD_DTE = DATE '2018-01-02'",
    "length-of-stay": "UPDATE T_MCOaaB SET SEJ_NBJ = SEJ_NBJ + 1",
    "group-suits-person": "UPDATE T_MCOaaB SET DGN_PAL = 'O800'",
    "severity-and-nights": "UPDATE T_MCOaaB SET GRG_GHM = '05M094', SEJ_NBJ = 1",
    "diagnoses-of-stay": "DELETE FROM T_MCOaaD",
    "acts-of-stay": "UPDATE T_MCOaaA SET CDC_ACT = 'JQGA002'",
    "unit-of-stay": "UPDATE T_MCOaaUM SET DGN_PAL = 'Z999'",
}


def test_each_rule_is_seen_when_its_rows_are_spoiled(whole: Generated, tmp_path: Path) -> None:
    assert set(SPOILED) == {rule.name for rule in RULES}
    for name, change in SPOILED.items():
        table = change.split()[2] if change.startswith("DELETE") else change.split()[1]
        target = tmp_path / f"{name}.parquet"
        with duckdb.connect() as base:
            base.execute(f"CREATE TABLE {table} AS FROM read_parquet('{whole.tables[table]}')")
            base.execute(change)
            base.execute(f"COPY {table} TO '{target}' (FORMAT parquet)")
        spoiled = Generated(whole.folder, {**whole.tables, table: target}, whole.rows, 2_500, ())
        (rule,) = (one for one in RULES if one.name == name)
        (found,) = check_rules(spoiled, core_schema(), [rule])

        assert found.broken > 0, name
