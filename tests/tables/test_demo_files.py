"""The fictitious extraction looks like a real one and holds together."""

import csv
from datetime import date
from pathlib import Path

import pytest
from stdnum import ean, luhn

from tables.check_digits import fictitious_cip13, fictitious_finess
from tables.demo.codes import COMMUNES, REGIONS, STAYS
from tables.demo.generate import generate

FILES = ("ER_PHA_F", "ER_PRS_F", "IR_BEN_R", "T_MCOaaB", "T_MCOaaC", "T_MCOaaD")
NINE = (
    "FLX_DIS_DTD",
    "FLX_TRT_DTD",
    "FLX_EMT_TYP",
    "FLX_EMT_NUM",
    "FLX_EMT_ORD",
    "ORG_CLE_NUM",
    "DCT_ORD_NUM",
    "PRS_ORD_NUM",
    "REM_TYP_AFF",
)
PERSON = ("BEN_NIR_PSA", "BEN_RNG_GEM")
STAY = ("ETA_NUM", "RSA_NUM")

Row = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo")
    generate(target)
    return target


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, list[Row]]:
    found = {}
    for name in FILES:
        with (folder / f"{name}.csv").open(encoding="latin-1", newline="") as file:
            found[name] = list(csv.DictReader(file, delimiter=";"))
    return found


def key(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row[column] for column in columns)


def iso(text: str) -> date:
    return date.fromisoformat(text)


def french(text: str) -> date | None:
    return compact(text.replace("/", "")) if text else None


def compact(text: str) -> date:
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, seed=seed, persons=200)
    first, again, other = (contents(tmp_path / name) for name in "abc")
    assert first == again
    assert all(first[name] != other[name] for name in first)


@pytest.mark.parametrize("persons", [1, 2, 12])
def test_a_handful_of_persons_is_enough(tmp_path: Path, persons: int) -> None:
    generate(tmp_path, persons=persons)
    lines = (tmp_path / "IR_BEN_R.csv").read_bytes().splitlines()
    assert len(lines) == persons + 1
    assert len(contents(tmp_path)) == len(FILES)


def test_the_files_are_what_an_administration_exports(folder: Path) -> None:
    assert sorted(path.stem for path in folder.iterdir()) == sorted(FILES)
    for content in contents(folder).values():
        assert content.count(b"\n") == content.count(b"\r\n") > 1
        assert content.endswith(b"\r\n")
        assert b";" in content
    with pytest.raises(UnicodeDecodeError):
        (folder / "IR_BEN_R.csv").read_bytes().decode("utf-8")
    assert "Saint-Étienne".encode("latin-1") in (folder / "IR_BEN_R.csv").read_bytes()


def test_primary_keys_are_unique(tables: dict[str, list[Row]]) -> None:
    keys = {
        "IR_BEN_R": PERSON,
        "ER_PRS_F": NINE,
        "ER_PHA_F": NINE,
        "T_MCOaaB": STAY,
        "T_MCOaaC": STAY,
        "T_MCOaaD": (*STAY, "DGN_ASS_NUM"),
    }
    for table, columns in keys.items():
        found = [key(row, columns) for row in tables[table]]
        assert len(set(found)) == len(found) > 0, table


def test_every_foreign_key_points_at_a_row(tables: dict[str, list[Row]]) -> None:
    persons = {key(row, PERSON) for row in tables["IR_BEN_R"]}
    lines = {key(row, NINE) for row in tables["ER_PRS_F"]}
    stays = {key(row, STAY) for row in tables["T_MCOaaC"]}
    assert {key(row, PERSON) for row in tables["ER_PRS_F"]} <= persons
    assert {key(row, ("NIR_ANO_17", "RNG_NAI")) for row in tables["T_MCOaaC"]} <= persons
    assert {key(row, NINE) for row in tables["ER_PHA_F"]} <= lines
    assert {key(row, STAY) for row in tables["T_MCOaaB"]} == stays
    assert {key(row, STAY) for row in tables["T_MCOaaD"]} <= stays


def test_identifiers_have_their_real_shapes(tables: dict[str, list[Row]]) -> None:
    persons = tables["IR_BEN_R"]
    assert len(persons) == 3000
    assert {len(row["BEN_NIR_PSA"]) for row in persons} == {17}
    assert {row["BEN_RNG_GEM"] for row in persons} == {"1", "2"}
    assert {len(row["ORG_CLE_NUM"]) for row in tables["ER_PRS_F"]} == {9}
    assert {len(row["RSA_NUM"]) for row in tables["T_MCOaaB"]} == {10}
    assert any(row["ETA_NUM"].startswith("0") for row in tables["T_MCOaaB"])


def test_twins_share_a_number_a_sex_and_a_birth(tables: dict[str, list[Row]]) -> None:
    shared = ("BEN_NIR_PSA", "BEN_SEX_COD", "BEN_NAI_ANN", "BEN_NAI_MOI", "BEN_RES_COM")
    first = {key(row, shared) for row in tables["IR_BEN_R"] if row["BEN_RNG_GEM"] == "1"}
    twins = [key(row, shared) for row in tables["IR_BEN_R"] if row["BEN_RNG_GEM"] == "2"]
    assert twins
    assert set(twins) <= first


def test_codes_that_carry_a_check_digit_pass_it(tables: dict[str, list[Row]]) -> None:
    assert all(ean.is_valid(row["PHA_PRS_C13"]) for row in tables["ER_PHA_F"])
    assert all(row["PHA_PRS_C13"].startswith("3400999") for row in tables["ER_PHA_F"])
    assert all(luhn.is_valid(row["ETA_NUM"]) for row in tables["T_MCOaaB"])


def test_check_digits_agree_with_values_computed_by_hand() -> None:
    assert fictitious_cip13(0) == "3400999000000"
    assert fictitious_cip13(1) == "3400999000017"
    assert fictitious_finess("001", 1) == "010999019"


def test_prescription_care_settlement_and_availability_follow_each_other(
    tables: dict[str, list[Row]],
) -> None:
    for row in tables["ER_PRS_F"]:
        prescribed, care = iso(row["PRE_PRE_DTD"]), iso(row["EXE_SOI_DTD"])
        settled, available = iso(row["FLX_TRT_DTD"]), iso(row["FLX_DIS_DTD"])
        assert prescribed <= care < settled < available
        assert care.year == 2023
        assert available.day == 1


def test_care_lies_between_birth_and_death(tables: dict[str, list[Row]]) -> None:
    born = {
        key(row, PERSON): date(int(row["BEN_NAI_ANN"]), int(row["BEN_NAI_MOI"]), 1)
        for row in tables["IR_BEN_R"]
    }
    died = {key(row, PERSON): french(row["BEN_DCD_DTE"]) or date.max for row in tables["IR_BEN_R"]}
    assert sum(day < date.max for day in died.values()) > 20
    for row in tables["ER_PRS_F"]:
        person = key(row, PERSON)
        assert born[person] <= iso(row["PRE_PRE_DTD"])
        assert iso(row["EXE_SOI_DTD"]) <= died[person]
    for row in tables["T_MCOaaC"]:
        person = key(row, ("NIR_ANO_17", "RNG_NAI"))
        assert born[person] <= compact(row["ENT_DAT"]) <= compact(row["SOR_DAT"]) <= died[person]


def test_a_stay_agrees_with_its_dates_and_its_person(tables: dict[str, list[Row]]) -> None:
    links = {key(row, STAY): row for row in tables["T_MCOaaC"]}
    persons = {key(row, PERSON): row for row in tables["IR_BEN_R"]}
    for row in tables["T_MCOaaB"]:
        link = links[key(row, STAY)]
        person = persons[key(link, ("NIR_ANO_17", "RNG_NAI"))]
        leave = compact(link["SOR_DAT"])
        assert int(row["SEJ_NBJ"]) == (leave - compact(link["ENT_DAT"])).days
        assert (row["SOR_MOD"] == "9") == (french(person["BEN_DCD_DTE"]) == leave)
        assert (row["COD_SEX"], row["BDI_DEP"]) == (person["BEN_SEX_COD"], person["BEN_RES_DPT"][1:])


def test_the_last_settlement_is_the_latest_of_the_lines(tables: dict[str, list[Row]]) -> None:
    latest: dict[tuple[str, ...], date] = {}
    for row in tables["ER_PRS_F"]:
        day = iso(row["FLX_TRT_DTD"])
        latest[key(row, PERSON)] = max(day, latest.get(key(row, PERSON), day))
    for row in tables["IR_BEN_R"]:
        assert french(row["MAX_TRT_DTD"]) == latest.get(key(row, PERSON))


def test_it_holds_what_makes_a_careless_release_dangerous(tables: dict[str, list[Row]]) -> None:
    residents: dict[str, int] = {}
    for row in tables["IR_BEN_R"]:
        residents[row["GEO_COM_LIB"]] = residents.get(row["GEO_COM_LIB"], 0) + 1
    assert min(residents.values()) < 5
    assert min(int(row["BEN_NAI_ANN"]) for row in tables["IR_BEN_R"]) < 1915
    lines = {key(row, NINE): key(row, PERSON) for row in tables["ER_PRS_F"]}
    rare = {lines[key(row, NINE)] for row in tables["ER_PHA_F"] if row["PHA_ATC_C07"] == "A16AX04"}
    assert 0 < len(rare) < 11


def test_the_code_lists_agree_with_each_other() -> None:
    assert {commune.department for commune in COMMUNES} == set(REGIONS)
    assert len({commune[:2] for commune in COMMUNES}) == len(COMMUNES)
    assert len({stay.diagnosis for stay in STAYS}) == len(STAYS)
