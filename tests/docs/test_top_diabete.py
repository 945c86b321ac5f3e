"""Each rule of the diabetes algorithm of the examples, on persons made by hand."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "top_diabete"
YEAR = 2019
SMALL, LARGE, BENFLUOREX, STATIN = "3400999000001", "3400999000002", "3400999000003", "3400999000004"
REFERENCE = [
    {"PHA_CIP_C13": SMALL, "PHA_ATC_C07": "A10BA02", "PHA_CND_TOP": "PC"},
    {"PHA_CIP_C13": LARGE, "PHA_ATC_C07": "A10BB09", "PHA_CND_TOP": "GC"},
    {"PHA_CIP_C13": BENFLUOREX, "PHA_ATC_C07": "A10BX06", "PHA_CND_TOP": "PC"},
    {"PHA_CIP_C13": STATIN, "PHA_ATC_C07": "C10AA05", "PHA_CND_TOP": "GC"},
]


@pytest.fixture(scope="module")
def top() -> Iterator[ModuleType]:
    sys.path.insert(0, str(EXAMPLE))
    import top_diabete

    yield top_diabete
    sys.path.remove(str(EXAMPLE))


class Person:
    """One person of the tables, with what happens to her."""

    def __init__(self) -> None:
        self.drugs: list[tuple[str, str]] = []
        self.stays: list[dict[str, Any]] = []
        self.ald: list[tuple[str, str | None, str]] = []

    def given(self, drug: str, *days: str) -> "Person":
        self.drugs += [(drug, day) for day in days]
        return self

    def stay(self, day: str, principal: str, related: str = "", **more: Any) -> "Person":
        self.stays.append({"day": day, "principal": principal, "related": related or None, **more})
        return self

    def ill(self, start: str, end: str | None, code: str) -> "Person":
        self.ald.append((start, end, code))
        return self


def write(folder: Path, people: list[Person]) -> Path:
    """The core tables of the SNDS, keys in three columns; dates as text, as in a CSV."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    rows["IR_PHA_R"] = list(REFERENCE)
    for number, person in enumerate(people):
        who = {"BEN_NIR_PSA": f"N{number}", "BEN_RNG_GEM": "1"}
        rows["IR_BEN_R"].append({**who, "BEN_SEX_COD": "2", "BEN_NAI_ANN": "1950", "BEN_DCD_DTE": None})
        for drug, day in person.drugs:
            key = {"FLX_DIS_DTD": "2019-01-01", "DCT_ORD_NUM": str(len(rows["ER_PRS_F"])), "PRS_ORD_NUM": "1"}
            rows["ER_PRS_F"].append({**key, **who, "EXE_SOI_DTD": day})
            rows["ER_PHA_F"].append({**key, "PHA_PRS_C13": drug})
        for stay in person.stays:
            key = {"ETA_NUM": "750000001", "RSA_NUM": str(len(rows["T_MCOaaB"]))}
            rows["T_MCOaaB"].append({**key, "DGN_PAL": stay["principal"], "DGN_REL": stay["related"]})
            rows["T_MCOaaC"].append(
                {**key, "NIR_ANO_17": who["BEN_NIR_PSA"], "RNG_NAI": "1", "EXE_SOI_DTF": stay["day"]}
            )
            rows["T_MCOaaD"] += [{**key, "ASS_DGN": code} for code in stay.get("associated", [])]
            rows["T_MCOaaUM"] += [{**key, "DGN_PAL": code, "DGN_REL": None} for code in stay.get("units", [])]
        for start, end, code in person.ald:
            rows["IR_IMB_R"].append({**who, "IMB_ALD_DTD": start, "IMB_ALD_DTF": end, "MED_MTF_COD": code})
    for name, columns in SCHEMAS.items():
        schema = pa.schema([(column, pa.string()) for column in columns])
        pq.write_table(pa.Table.from_pylist(rows[name], schema=schema), folder / f"{name}.parquet")
    return folder


KEY = ("FLX_DIS_DTD", "DCT_ORD_NUM", "PRS_ORD_NUM")
WHO = ("BEN_NIR_PSA", "BEN_RNG_GEM")
STAY = ("ETA_NUM", "RSA_NUM")
SCHEMAS = {
    "IR_BEN_R": (*WHO, "BEN_SEX_COD", "BEN_NAI_ANN", "BEN_DCD_DTE"),
    "ER_PRS_F": (*KEY, *WHO, "EXE_SOI_DTD"),
    "ER_PHA_F": (*KEY, "PHA_PRS_C13"),
    "IR_PHA_R": ("PHA_CIP_C13", "PHA_ATC_C07", "PHA_CND_TOP"),
    "IR_IMB_R": (*WHO, "IMB_ALD_DTD", "IMB_ALD_DTF", "MED_MTF_COD"),
    "T_MCOaaB": (*STAY, "DGN_PAL", "DGN_REL"),
    "T_MCOaaC": (*STAY, "NIR_ANO_17", "RNG_NAI", "EXE_SOI_DTF"),
    "T_MCOaaD": (*STAY, "ASS_DGN"),
    "T_MCOaaUM": (*STAY, "DGN_PAL", "DGN_REL"),
}
NOBODY: set[str] = set()
CASES: dict[str, tuple[Person, set[str]]] = {
    "nothing": (Person(), NOBODY),
    "three deliveries": (Person().given(SMALL, "2019-01-02", "2019-02-02", "2019-03-02"), {"drugs"}),
    "three deliveries the year before": (
        Person().given(SMALL, "2018-01-02", "2018-02-02", "2018-03-02"),
        {"drugs"},
    ),
    "two deliveries": (Person().given(SMALL, "2019-01-02", "2019-02-02"), NOBODY),
    "three deliveries on one day": (Person().given(SMALL, *["2019-01-02"] * 3), NOBODY),
    "three deliveries on two days": (Person().given(SMALL, "2019-01-02", "2019-01-02", "2019-05-02"), NOBODY),
    "three deliveries across two years": (
        Person().given(SMALL, "2018-12-01", "2019-01-02", "2019-02-02"),
        NOBODY,
    ),
    "three deliveries before the window": (
        Person().given(SMALL, "2017-01-02", "2017-02-02", "2017-03-02"),
        NOBODY,
    ),
    "three deliveries after the window": (
        Person().given(SMALL, "2020-01-02", "2020-02-02", "2020-03-02"),
        NOBODY,
    ),
    "two large packs": (Person().given(LARGE, "2019-01-02", "2019-04-02"), {"drugs"}),
    "one large and one small pack": (
        Person().given(LARGE, "2019-01-02").given(SMALL, "2019-04-02"),
        {"drugs"},
    ),
    "two large packs on one day": (Person().given(LARGE, "2019-01-02", "2019-01-02"), NOBODY),
    "two large packs in two years": (Person().given(LARGE, "2018-11-02", "2019-02-02"), NOBODY),
    "one large pack": (Person().given(LARGE, "2019-01-02"), NOBODY),
    "benfluorex only": (Person().given(BENFLUOREX, "2019-01-02", "2019-02-02", "2019-03-02"), NOBODY),
    "benfluorex does not complete": (
        Person().given(SMALL, "2019-01-02", "2019-02-02").given(BENFLUOREX, "2019-03-02"),
        NOBODY,
    ),
    "large packs of another drug": (
        Person().given(STATIN, "2019-01-02", "2019-04-02").given(SMALL, "2019-01-02", "2019-04-02"),
        NOBODY,
    ),
    "principal diagnosis": (Person().stay("2018-03-01", "E119"), {"stay"}),
    "principal diagnosis with its dot": (Person().stay("2018-03-01", "E11.9"), {"stay"}),
    "related diagnosis": (Person().stay("2019-12-31", "Z491", "E102"), {"stay"}),
    "associated diagnosis alone": (Person().stay("2019-03-01", "I10", associated=["E119"]), NOBODY),
    "gestational and others": (Person().stay("2019-03-01", "O244").stay("2019-04-01", "E15"), NOBODY),
    "stay before the window": (Person().stay("2017-12-31", "E119"), NOBODY),
    "stay after the window": (Person().stay("2020-01-01", "E119"), NOBODY),
    "complication with diabetes": (
        Person().stay("2018-06-01", "H360", associated=["I10", "E113"]),
        {"complication"},
    ),
    "complication as related": (
        Person().stay("2018-06-01", "Z488", "N083", associated=["E112"]),
        {"complication"},
    ),
    "complication, diabetes told by a unit": (
        Person().stay("2018-06-01", "L97", units=["E115"]),
        {"complication"},
    ),
    "complication without diabetes": (Person().stay("2018-06-01", "L97", associated=["I10"]), NOBODY),
    "complication, diabetes in another stay": (
        Person().stay("2018-06-01", "L97").stay("2018-07-01", "I10", associated=["E119"]),
        NOBODY,
    ),
    "long-term illness": (Person().ill("2010-01-01", "2030-01-01", "E11"), {"ald"}),
    "long-term illness without end": (Person().ill("2019-12-31", None, "E14"), {"ald"}),
    "long-term illness that ended": (Person().ill("2010-01-01", "2018-12-31", "E11"), NOBODY),
    "long-term illness that begins later": (Person().ill("2020-01-01", None, "E11"), NOBODY),
    "another long-term illness": (Person().ill("2010-01-01", None, "I50"), NOBODY),
    "several rules": (
        Person().stay("2019-03-01", "E119").ill("2010-01-01", None, "E11"),
        {"stay", "ald"},
    ),
}


@pytest.fixture(scope="module")
def found(top: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    folder = write(tmp_path_factory.mktemp("diabete"), [person for person, _ in CASES.values()])
    by_person = top.find(top.connect(folder), YEAR)
    return {name: by_person.get(f"N{number}/1", set()) for number, name in enumerate(CASES)}


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str, found: dict[str, set[str]]) -> None:
    assert found[name] == CASES[name][1]


def test_dates_as_dates_and_one_table_of_stays_give_the_same(top: ModuleType, tmp_path: Path) -> None:
    """Another lay-out: the class beside the drug, the person and the day beside the diagnosis."""
    from benchmarks.synth.source import simulated

    simulated(tmp_path, 800)
    people = top.find(top.connect(tmp_path), 2023)
    ill = pq.read_table(tmp_path / "IR_IMB_R.parquet").to_pylist()
    told = {
        row["__person"]
        for row in ill
        if row["MED_MTF_COD"].startswith("E1") and row["IMB_ALD_DTF"].year >= 2023
    }

    assert told
    assert told <= {person for person, rules in people.items() if "ald" in rules}


def test_cells_of_few_persons_or_few_ill_are_hidden_and_never_one_alone(top: ModuleType) -> None:
    count = top.Count
    cells = {("1", "0"): count(0, 300), ("2", "0"): count(5, 300), ("1", "35"): count(40, 100)}

    assert top.hidden(cells, 11) == {("2", "0"), ("1", "35")}
    assert top.hidden({**cells, ("2", "35"): count(2, 9)}, 11) == {("2", "0"), ("2", "35")}
    table = top.table({"réel": cells}, 11)
    assert "1,7 %" not in table  # 5 of 300
    assert "40,0 %" not in table
    assert "| 0 à 14 | hommes | 0,0 % |" in table


def test_deviations_are_in_points_over_cells_of_more_than_200(top: ModuleType) -> None:
    count = top.Count
    real = {("1", "0"): count(10, 100), ("2", "35"): count(50, 400)}
    made = {("1", "0"): count(90, 100), ("2", "35"): count(54, 400)}

    assert top.deviations(real, made) == (pytest.approx(16.8), pytest.approx(1.0))


def test_a_missing_table_is_named(top: ModuleType, tmp_path: Path) -> None:
    from views import MissingError

    write(tmp_path, [Person()])
    (tmp_path / "IR_IMB_R.parquet").unlink()
    with pytest.raises(MissingError, match="IR_IMB_R"):
        top.find(top.connect(tmp_path), YEAR)
