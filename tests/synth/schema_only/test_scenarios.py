"""Scenarios are a few lines of YAML, and what they say is what is drawn."""

from pathlib import Path

import duckdb
import pytest

from profiles.errors import VitrailError
from synth.catalogue.core import core_schema
from synth.schema_only.generate import Generated, generate
from synth.schema_only.scenarios import load, shipped

ALL_DIABETIC = """
persons: [{from: 0, to: 120, share: 1.0}]
ald: {number: 8, diagnoses: [E119], share: 1.0}
care:
  - {items: [A10BA02], times: 12 a year, regular: true, from: 20}
"""


def ask(generated: Generated, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as base:
        for name, path in generated.tables.items():
            base.execute(f"CREATE VIEW {name} AS FROM read_parquet('{path}')")
        return base.execute(sql).fetchall()


def test_the_scenarios_that_ship_are_those_that_were_promised() -> None:
    assert set(shipped()) == {
        "general",
        "diabetes",
        "stroke",
        "breast-cancer",
        "maternity",
        "kidney-failure",
    }
    assert [one.name for one in load()] == list(shipped())


def test_a_scenario_of_your_own_decides_who_and_what(tmp_path: Path) -> None:
    path = tmp_path / "tous.yaml"
    path.write_text(ALL_DIABETIC, encoding="utf-8")
    generated = generate(core_schema(), 200, 4, tmp_path / "out", scenarios=[path])

    assert generated.rows["IR_IMB_R"] == 200
    assert ask(generated, "SELECT DISTINCT IMB_ALD_NUM, MED_MTF_COD FROM IR_IMB_R") == [(8, "E119")]
    classes = ask(
        generated,
        "SELECT DISTINCT r.PHA_ATC_C07 FROM ER_PHA_F d JOIN IR_PHA_R r ON d.PHA_PRS_C13 = r.PHA_CIP_C13",
    )
    assert classes == [("A10BA02",)]
    assert generated.rows["ER_PRS_F"] == generated.rows["ER_PHA_F"] > 2_000


def test_a_regular_treatment_comes_at_even_intervals(tmp_path: Path) -> None:
    path = tmp_path / "tous.yaml"
    path.write_text(ALL_DIABETIC, encoding="utf-8")
    generated = generate(core_schema(), 200, 4, tmp_path / "out", scenarios=[path])
    gaps = ask(
        generated,
        "SELECT quantile_cont(gap, 0.02), median(gap), quantile_cont(gap, 0.98) FROM (SELECT EXE_SOI_DTD -"
        " lag(EXE_SOI_DTD) OVER (PARTITION BY BEN_NIR_PSA ORDER BY EXE_SOI_DTD) AS gap FROM ER_PRS_F)",
    )
    low, middle, high = gaps[0]

    assert 18 < float(str(low)) < 30 < float(str(middle)) + 1 < 33
    assert float(str(high)) < 45


def test_breast_cancer_and_births_are_women_s(tmp_path: Path) -> None:
    generated = generate(core_schema(), 1_500, 4, tmp_path / "out")
    sexes = ask(
        generated,
        "SELECT DISTINCT COD_SEX FROM T_MCOaaB"
        " WHERE starts_with(DGN_PAL, 'C50') OR starts_with(DGN_PAL, 'O')",
    )

    assert sexes == [("2",)]


def test_the_pathology_map_tells_who_has_the_condition(tmp_path: Path) -> None:
    path = tmp_path / "diabetes.yaml"
    path.write_text(ALL_DIABETIC.replace("share: 1.0}]", "share: 0.5}]"), encoding="utf-8")
    generated = generate(core_schema(), 400, 4, tmp_path / "out", scenarios=[path])
    told = ask(
        generated,
        "SELECT m.top_FDiabet_ind, count(*) FILTER (i.BEN_NIR_PSA IS NOT NULL), count(*)"
        " FROM CT_IND_AAAA_GN m"
        " JOIN CT_IDE_AAAA_GN c USING (id_carto) LEFT JOIN (SELECT DISTINCT BEN_NIR_PSA FROM IR_IMB_R) i"
        " ON i.BEN_NIR_PSA = c.ben_nir_psa GROUP BY 1 ORDER BY 1",
    )

    assert [row[0] for row in told] == [0, 1]
    assert told[0][1] == 0
    assert told[1][1] == told[1][2]


def test_counts_that_a_steward_has_are_the_odds_of_codes(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text("code;count\nN02BE01;900\nJ01CA04;100\n", encoding="utf-8")
    generated = generate(core_schema(), 600, 4, tmp_path / "out", scenarios=["general"], aggregates=[path])
    counted = dict(
        ask(
            generated,
            "SELECT r.PHA_ATC_C07, count(*) FROM ER_PHA_F d JOIN IR_PHA_R r ON d.PHA_PRS_C13 = r.PHA_CIP_C13"
            " WHERE r.PHA_ATC_C07 IN ('N02BE01', 'J01CA04', 'J01CR02') GROUP BY 1",
        )
    )

    assert set(counted) == {"N02BE01", "J01CA04"}
    assert 0.87 < int(str(counted["N02BE01"])) / sum(int(str(n)) for n in counted.values()) < 0.93


@pytest.mark.parametrize(
    "text",
    [
        "persons: [",
        "care: []",
        "persons: []\ncare: [{items: [ZZZ], times: 1}]",
        "persons: []\ncare: [{stays: [holiday], times: 1}]",
        "persons: []\ncare: [{items: [C], times: often}]",
        "persons: []\ncare: [{items: [C], times: 1, colour: red}]",
        "persons: [{from: 0, to: 9, share: 3}]\ncare: []",
        "persons: []\ncare: [{items: [C], times: 1, after: [9, 2]}]",
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mien.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(VitrailError) as caught:
        load([path])

    assert caught.value.code == "synth-scenario"


@pytest.mark.parametrize(
    "text", ["", "code;count\n", "atc;boites\nA;1\n", "code;count\nA;many\n", "code;count\nA;-1\n"]
)
def test_a_table_of_counts_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "open.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(VitrailError) as caught:
        generate(core_schema(), 3, 1, tmp_path / "out", aggregates=[path])

    assert caught.value.code == "synth-aggregate"
    assert not (tmp_path / "out").exists()
