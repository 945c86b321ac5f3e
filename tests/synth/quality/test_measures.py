"""Distances between sides of a few rows, by hand; what shuffling and halving do; whose figures are told."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.synth.source import simulated
from profiles.errors import UsageError
from profiles.model import Profile
from synth.quality.assess import Question, assess, resemblance
from synth.quality.indicators import Found, indicator, run
from synth.quality.integrity import broken_keys
from synth.quality.measures import Family, compare, rare_codes
from synth.quality.reading import Read, read_sides
from synth.quality.report import document, html_report, json_report
from synth.quality.sides import Sheet, Side, halves, shuffled
from synth.quality.use import Trained, predict
from tables.candidate import PERSON

SPECS = {
    "people": {
        "source": {"path": "x.csv"},
        "person": ["id"],
        "primary_key": ["id"],
        "columns": {
            "id": {"role": "direct"},
            "sexe": {"role": "quasi"},
            "age": {"role": "quasi", "type": "integer"},
            "note": {"role": "other"},
        },
    },
    "care": {
        "source": {"path": "x.csv"},
        "foreign_keys": [{"columns": ["id"], "references": "people"}],
        "columns": {
            "id": {"role": "direct"},
            "drug": {"role": "sensitive"},
            "atc": {"role": "other"},
            "day": {"role": "other", "type": "date"},
            "montant": {"role": "other", "type": "number", "unit": "euros"},
        },
    },
}
PROFILE = Profile.model_validate(
    {
        "version": 1,
        "id": "petit",
        "title": "Petit",
        "seed": 1,
        "tables": SPECS,
        "risk": {"secrets": ["care.drug"]},
    }
)


def write(folder: Path, people: list[tuple], care: list[tuple]) -> dict[str, Path]:
    """Persons (sexe, age), care (person, drug, atc, day, montant)."""
    folder.mkdir(parents=True, exist_ok=True)
    persons = [str(number) for number in range(len(people))]
    tables = {
        "people": {
            "id": persons,
            "sexe": [sex for sex, _ in people],
            "age": [age for _, age in people],
            "note": [f"free text {number}" for number in persons],
            PERSON: persons,
        },
        "care": {
            "id": [str(row[0]) for row in care],
            "drug": [row[1] for row in care],
            "atc": [row[2] for row in care],
            "day": np.array([row[3] for row in care], "datetime64[D]"),
            "montant": [float(row[4]) for row in care],
            PERSON: [str(row[0]) for row in care],
        },
    }
    found = {}
    for name, columns in tables.items():
        found[name] = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns), found[name])
    return found


def read(folder: Path, real: tuple[list, list], made: tuple[list, list]) -> Read:
    return read_sides(PROFILE, write(folder / "real", *real), write(folder / "made", *made), folder)


def measures(read: Read, floor: int = 1, least: int = 1) -> dict[tuple[str, str], float]:
    return {
        (one.family, one.name): one.value for one in compare(read.outline, read.real, read.made, floor, least)
    }


FOUR = [("1", 30), ("1", 40), ("2", 50), ("2", 60)]
CARE = [
    (0, "a1", "a", "2020-01-01", 10),
    (0, "a1", "a", "2020-01-31", 10),
    (1, "b1", "b", "2020-02-10", 5),
    (2, "b2", "b", "2020-07-01", 1),
]


def test_the_same_rows_are_at_no_distance(tmp_path: Path) -> None:
    found = measures(read(tmp_path, (FOUR, CARE), (FOUR, CARE)))

    assert {family for family, _ in found} >= {
        "margins",
        "pairs",
        "conditional",
        "cardinality",
        "gaps",
        "cost",
    }
    assert set(found.values()) == {0.0}


def test_each_family_sees_what_it_is_for(tmp_path: Path) -> None:
    changed = [(0, "a1", "a", "2020-01-01", 10), (0, "a1", "a", "2020-03-31", 10), *CARE[2:]]
    later = measures(read(tmp_path / "later", (FOUR, CARE), (FOUR, changed)))
    moved = measures(read(tmp_path / "moved", (FOUR, CARE), (FOUR, [*CARE[:3], (3, *CARE[3][1:])])))
    dear = measures(read(tmp_path / "dear", (FOUR, CARE), (FOUR, [(*row[:4], 90) for row in CARE])))

    assert later["gaps", "care"] == 1
    assert later["season", "care"] == pytest.approx(0.25)
    assert later["margins", "care.drug"] == 0
    assert moved["cardinality", "care"] == 0
    assert moved["conditional", "care.drug"] > 0
    assert dear["cost", "care.montant"] == pytest.approx(0.75)  # the fourth person has nothing on both sides


def test_a_rows_pair_that_the_source_never_has_is_counted(tmp_path: Path) -> None:
    codes = [(number % 4, f"c{number}", f"g{number // 2}", "2020-01-01", 1) for number in range(10)]
    mixed = [(*row[:2], "g4" if place == 0 else row[2], *row[3:]) for place, row in enumerate(codes)]

    assert measures(read(tmp_path, (FOUR, codes), (FOUR, mixed)))[
        "consistency", "care.drug × atc"
    ] == pytest.approx(0.1)


def test_identifiers_and_free_text_are_not_compared(tmp_path: Path) -> None:
    people = [("1", 30)] * 300
    found = read(tmp_path, (people, CARE), (people, CARE))

    assert found.outline.left_out == ("people.note",)
    assert [fact.column for fact in found.outline.facts["care"]] == ["drug", "atc", "day", "montant"]
    assert (found.outline.people, found.outline.age, found.outline.sex) == ("people", "age", "sexe")


def test_shuffled_columns_keep_their_values_and_lose_their_links(tmp_path: Path) -> None:
    staged = simulated(tmp_path, 800)
    paths = {name: table.path for name, table in staged.tables.items()}
    found = read_sides(staged.profile, paths, paths, tmp_path)
    loose = {
        (one.family, one.name): one.value
        for one in compare(found.outline, found.real, shuffled(found.real, 1), 11)
    }

    assert all(value == 0 for (family, _), value in loose.items() if family is Family.MARGINS)
    assert loose[Family.CONSISTENCY, "ER_PHA_F.PHA_PRS_C13 × PHA_ATC_C07"] > 0.8
    one, other = halves(found.real, 1)
    assert one.persons + other.persons == 800
    assert one.sheets["ER_PRS_F"].rows + other.sheets["ER_PRS_F"].rows == staged.tables["ER_PRS_F"].rows
    assert int(one.sheets["ER_PRS_F"].person.max()) < one.persons


def test_days_of_a_row_are_those_of_the_row_that_it_hangs_on(tmp_path: Path) -> None:
    staged = simulated(tmp_path, 300)
    paths = {name: table.path for name, table in staged.tables.items()}
    found = read_sides(staged.profile, paths, paths, tmp_path)

    drugs, claims = found.real.sheets["ER_PHA_F"], found.real.sheets["ER_PRS_F"]
    assert drugs.day is not None
    assert claims.day is not None
    assert set(drugs.day) <= set(claims.day)
    assert found.real.sheets["IR_BEN_R"].day is None


def test_codes_below_the_floor_are_found_in_the_synthetic_table(tmp_path: Path) -> None:
    real = (
        FOUR,
        [(0, "rare", "g", "2020-01-01", 1), *[(at, "usual", "g", "2020-01-01", 1) for at in range(4)]],
    )
    found = read(tmp_path, real, real)

    assert rare_codes(found.outline, found.real, found.made, 3)["care.drug"] == 1
    assert rare_codes(found.outline, found.real, found.made, 1)["care.drug"] == 0


def test_repeated_and_lost_keys_are_counted(tmp_path: Path) -> None:
    paths = write(tmp_path, FOUR, CARE)
    assert broken_keys(PROFILE, paths, tmp_path) == (0, 0)

    people = pq.read_table(paths["people"])
    pq.write_table(pa.concat_tables([people.slice(0, 1), people.slice(0, 2)]), paths["people"])
    assert broken_keys(PROFILE, paths, tmp_path) == (1, 1)


def test_an_indicator_hides_cells_of_few_persons_and_tells_no_rare_value(tmp_path: Path) -> None:
    people = [("1", 40)] * 300 + [("2", 40)] * 300 + [("9", 40)] * 3
    ill = [(at, "x", "g", "2020-01-01", 1) for at in [*range(90), *range(300, 305)]]
    found = read(tmp_path, (people, ill), (people, ill))
    paths = {name: tmp_path / "real" / f"{name}.parquet" for name in SPECS}
    inside = run("ill", "SELECT DISTINCT __person FROM care", paths, found.persons, tmp_path)
    told = indicator(found.outline, "ill", (found.real, found.made), Found(inside, inside), 11)

    assert int(inside.sum()) == 95
    assert {cell.sex for cell in told.cells} == {"1", "2"}
    # Of everybody 95 are ill: with the 90 of one cell told, the 5 of the others would be too.
    assert {cell.sex: cell.real for cell in told.cells} == {"1": None, "2": None}
    assert told.real == pytest.approx(95 / 603, abs=1e-6)


def test_cells_that_are_few_together_take_one_more_with_them_and_no_more(tmp_path: Path) -> None:
    people = [
        (sex, 40) for sex, count in {"1": 300, "2": 200, "3": 250, "9": 250}.items() for _ in range(count)
    ]
    ill = [
        (at, "x", "g", "2020-01-01", 1)
        for at in [*range(90), *range(300, 350), *range(500, 503), *range(750, 754)]
    ]
    found = read(tmp_path, (people, ill), (people, ill))
    paths = {name: tmp_path / "real" / f"{name}.parquet" for name in SPECS}
    inside = run("ill", "SELECT DISTINCT __person FROM care", paths, found.persons, tmp_path)

    told = indicator(found.outline, "ill", (found.real, found.made), Found(inside, inside), 11)

    assert {cell.sex: cell.real for cell in told.cells} == {"1": 0.3, "2": None, "3": None, "9": None}


def test_an_indicator_that_does_not_run_says_so_without_the_words_of_the_library(tmp_path: Path) -> None:
    paths = write(tmp_path, FOUR, CARE)
    with pytest.raises(UsageError) as caught:
        run("bad", "SELECT canari FROM care", paths, pa.array(["0"]), tmp_path)

    assert caught.value.code == "quality-indicator"
    assert "canari" not in str(caught.value)


def test_a_model_learnt_on_shuffled_persons_foretells_less(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    sex = random.choice(["1", "2"], 600)
    people = [(one, 40) for one in sex]
    care = [(at, "x" if sex[at] == "1" else "y", "g", "2020-01-01", 1) for at in range(600)]
    found = read(tmp_path, (people, care), (people, care))
    kept = random.random(600) < 0.3
    train = found.real.of(~kept)
    sets = Trained(train, found.made, [shuffled(train, at) for at in range(5)], found.real.of(kept))

    told = predict(found.outline, sets, "care.drug", 1)

    assert told is not None
    assert (told.real, told.synthetic) == (1.0, 1.0)
    assert told.shuffled < 0.9
    assert predict(found.outline, sets, "care.none", 1) is None


def test_a_column_that_nobody_learnt_from_has_is_passed_over(tmp_path: Path) -> None:
    people = [(str(1 + at % 2), 40) for at in range(200)]
    care = [(at, "x" if at % 2 else "y", "g", "2020-01-01", 1) for at in range(200)]
    found = read(tmp_path, (people, care), (people, care))
    absent = found.real.sheets["people"].columns | {"age": np.full(200, np.nan)}
    sheets = {**found.real.sheets, "people": Sheet(found.real.sheets["people"].person, absent)}
    empty = Side(200, sheets)

    told = predict(found.outline, Trained(empty, empty, [empty], found.made), "care.drug", 1)

    assert told is not None
    assert told.real == 1.0


def test_the_report_names_no_rare_code_and_reads_the_same_each_time(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    people = [(str(random.integers(1, 3)), int(random.integers(20, 90))) for _ in range(400)]
    care = [
        (int(random.integers(0, 400)), random.choice(["aa1", "bb2", "cc3"]), "g", "2020-03-01", 2)
        for _ in range(1500)
    ]
    real = write(tmp_path / "real", people, [*care, (5, "canari", "g", "2020-01-01", 2)])
    made = write(tmp_path / "made", people, care)
    question = Question(
        PROFILE, real, made, pa.array([str(at) for at in range(100)]), 11, 1, ["care.drug"],
        {"many": "SELECT __person FROM care GROUP BY 1 HAVING count(*) > 4"}, sdmetrics=False,
    )  # fmt: skip
    first, again = (assess(question, tmp_path) for _ in range(2))
    pages = json_report(first) + html_report(first)

    assert json_report(first) == json_report(again)
    assert b"canari" not in pages
    assert "Deux moitiés du réel" in pages.decode()
    assert "Two halves of the real" in pages.decode()
    assert document(first)["predictions"][0]["target"] == "care.drug"
    assert document(first)["indicators"][0]["name"] == "many"
    shares = [resemblance(first.lines, Family.MARGINS, of) for of in ("synthetic", "half", "shuffled")]
    assert all(share is not None and share > 0.9 for share in shares)
