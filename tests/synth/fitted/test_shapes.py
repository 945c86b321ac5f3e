"""Tables that are not those of the SNDS: one table alone, a cohort in days, visits with optional keys."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.synth.source import simulated
from profiles.model import Profile
from synth.fitted.fit import fit
from synth.fitted.holdout import split
from synth.fitted.orders import broken_orders
from synth.fitted.sampling import sample
from synth.fitted.settings import FitSettings, Order
from tables.candidate import PERSON, Staged, StagedTable

FLOOR = 5


def stage(folder: Path, tables: dict[str, dict], specs: dict[str, dict]) -> Staged:
    profile = Profile.model_validate(
        {
            "version": 1,
            "id": "formes",
            "title": "Formes",
            "seed": 1,
            "tables": {name: {"source": {"path": "x.csv"}, **spec} for name, spec in specs.items()},
        }
    )
    staged = {}
    for name, columns in tables.items():
        table = pa.table(columns)
        pq.write_table(table, folder / f"{name}.parquet")
        staged[name] = StagedTable(name, folder / f"{name}.parquet", table.num_rows)
    return Staged(profile, folder, staged)


def draw(
    staged: Staged, persons: int, folder: Path, settings: FitSettings | None = None
) -> dict[str, pa.Table]:
    settings = settings or FitSettings(floor=FLOOR, leaf=FLOOR)
    model = fit(staged, settings, split(staged, 0.0, 1, FLOOR).fitted, 1)
    return {name: pq.read_table(table.path) for name, table in sample(model, persons, 3, folder).items()}


def alone(folder: Path) -> Staged:
    random = np.random.default_rng(1)
    age = random.integers(18, 90, 400)
    columns = {
        "age": age,
        "weight": np.round(random.normal(60 + age / 5, 8), 1),
        "town": np.where(np.arange(400) == 7, "Lilliput", random.choice(["Lyon", "Paris"], 400)),
        "constant": np.full(400, "x"),
        "empty": pa.nulls(400, pa.string()),
        "smoker": random.random(400) < 0.3,
        PERSON: [f"row:{number}" for number in range(400)],
    }
    types = {"age": "integer", "weight": "number", "smoker": "boolean"}
    spec = {
        "columns": {
            name: {"role": "other", "type": types.get(name, "text")} for name in columns if name != PERSON
        }
    }
    return stage(folder, {"people": columns}, {"people": spec})


def test_one_table_alone_gives_one_person_a_row(tmp_path):
    made = draw(alone(tmp_path), 1000, tmp_path / "out")["people"]

    assert made.num_rows == 1000
    assert set(made["town"].to_pylist()) == {"Lyon", "Paris"}
    assert set(made["constant"].to_pylist()) == {"x"}
    assert made["empty"].null_count == 1000
    assert pc.mean(made["smoker"].cast("int8")).as_py() == pytest.approx(0.3, abs=0.06)
    young, old = (made.filter(test(made["age"], 50)) for test in (pc.less, pc.greater))
    assert pc.mean(old["weight"]).as_py() > pc.mean(young["weight"]).as_py() + 3


def test_no_real_extreme_comes_out(tmp_path):
    staged = alone(tmp_path)
    source = pq.read_table(staged.tables["people"].path)["weight"]
    made = draw(staged, 1000, tmp_path / "out")["people"]["weight"]

    assert pc.max(made).as_py() < pc.max(source).as_py()
    assert pc.min(made).as_py() > pc.min(source).as_py()


def visits(folder: Path) -> Staged:
    """As in OMOP: whole numbers as keys, concepts as numbers, a visit that may be missing."""
    random = np.random.default_rng(2)
    size = 600
    visit = np.sort(random.integers(0, size, 1500))
    start = np.datetime64("2020-01-01") + random.integers(0, 700, 1500)
    condition = np.sort(random.integers(0, 1500, 2000))
    known = random.random(2000) < 0.8
    concepts = np.array([201826, 320128, 4329847, 255573])
    day = start[condition]
    tables = {
        "person": {
            "person_id": np.arange(size) + 1,
            "gender_concept_id": random.choice([8507, 8532], size),
            "year_of_birth": random.integers(1930, 2000, size),
            PERSON: (np.arange(size) + 1).astype(str),
        },
        "visit_occurrence": {
            "visit_occurrence_id": np.arange(1500) + 10_000,
            "person_id": visit + 1,
            "visit_start_date": pa.array(start.astype("datetime64[D]")),
            "visit_end_date": pa.array((start + random.integers(0, 9, 1500)).astype("datetime64[D]")),
            "visit_start_datetime": pa.array(
                start.astype("datetime64[us]") + random.integers(0, 86400, 1500) * 1_000_000
            ),
            PERSON: (visit + 1).astype(str),
        },
        "condition_occurrence": {
            "condition_occurrence_id": np.arange(2000) + 50_000,
            "person_id": visit[condition] + 1,
            "condition_concept_id": random.choice(concepts, 2000, p=[0.4, 0.3, 0.2, 0.1]),
            "condition_start_date": pa.array(day.astype("datetime64[D]")),
            "visit_occurrence_id": pa.array(condition + 10_000, mask=~known),
            PERSON: (visit[condition] + 1).astype(str),
        },
    }
    kinds = {
        "year_of_birth": "year",
        "visit_start_date": "date",
        "visit_end_date": "date",
        "condition_start_date": "date",
    }
    kinds["visit_start_datetime"] = "datetime"
    keys = {
        "person": {"person": ["person_id"]},
        "visit_occurrence": {"foreign_keys": [{"columns": ["person_id"], "references": "person"}]},
        "condition_occurrence": {
            "foreign_keys": [
                {"columns": ["person_id"], "references": "person"},
                {"columns": ["visit_occurrence_id"], "references": "visit_occurrence", "optional": True},
            ]
        },
    }
    specs = {
        name: {
            **keys[name],
            "primary_key": [f"{name}_id"],
            "columns": {
                column: {
                    "role": "direct" if column in ("person_id", f"{name}_id") else "other",
                    "type": kinds.get(column, "integer"),
                }
                for column in columns
                if column != PERSON
            },
        }
        for name, columns in tables.items()
    }
    return stage(folder, tables, specs)


def test_whole_numbers_that_name_things_are_codes(tmp_path):
    made = draw(visits(tmp_path), 500, tmp_path / "out")

    assert set(made["condition_occurrence"]["condition_concept_id"].to_pylist()) == {
        201826,
        320128,
        4329847,
        255573,
    }
    assert set(made["person"]["gender_concept_id"].to_pylist()) == {8507, 8532}


def test_an_optional_key_points_at_a_row_of_the_same_person_or_nowhere(tmp_path):
    made = draw(visits(tmp_path), 500, tmp_path / "out")
    owner = dict(
        zip(
            *(made["visit_occurrence"][name].to_pylist() for name in ("visit_occurrence_id", PERSON)),
            strict=True,
        )
    )
    conditions = made["condition_occurrence"]
    pairs = zip(conditions["visit_occurrence_id"].to_pylist(), conditions[PERSON].to_pylist(), strict=True)
    pointed = [(visit, person) for visit, person in pairs if visit is not None]

    assert 0.5 < len(pointed) / conditions.num_rows < 0.95
    assert all(owner[visit] == person for visit, person in pointed)


def test_keys_are_unique_and_dates_in_order(tmp_path):
    made = draw(visits(tmp_path), 500, tmp_path / "out")
    for name, table in made.items():
        assert pc.count_distinct(table[f"{name}_id"]).as_py() == table.num_rows > 0
    stays = made["visit_occurrence"]

    assert pc.all(pc.greater_equal(stays["visit_end_date"], stays["visit_start_date"])).as_py()
    assert pc.all(
        pc.equal(stays["visit_start_datetime"].cast(pa.date32()), stays["visit_start_date"])
    ).as_py()


def test_a_declared_rule_holds_though_the_source_breaks_it(tmp_path):
    staged = visits(tmp_path)
    path = staged.tables["visit_occurrence"].path
    table = pq.read_table(path)
    ends = np.asarray(table["visit_end_date"].cast("int32")) - 3
    end = pa.array(ends, pa.int32()).cast(pa.date32())
    pq.write_table(
        table.set_column(table.schema.get_field_index("visit_end_date"), "visit_end_date", end), path
    )
    rule = Order("visit_occurrence.visit_start_date", "visit_occurrence.visit_end_date")
    settings = FitSettings(floor=FLOOR, leaf=FLOOR, rules=(rule,))
    free, held = draw(staged, 300, tmp_path / "free"), draw(staged, 300, tmp_path / "held", settings)

    broken = [
        pc.any(
            pc.less(one["visit_occurrence"]["visit_end_date"], one["visit_occurrence"]["visit_start_date"])
        ).as_py()
        for one in (free, held)
    ]
    assert broken == [True, False]


def test_dates_and_codes_as_a_key_never_repeat(tmp_path):
    random = np.random.default_rng(3)
    person = np.repeat(np.arange(300), 3)
    code = np.tile(np.array(["8", "5", "13"]), 300)
    kept = random.random(900) < 0.6
    tables = {
        "p": {
            "id": np.arange(300).astype(str),
            "sex": random.choice(["1", "2"], 300),
            PERSON: np.arange(300).astype(str),
        },
        "ald": {"id": person[kept].astype(str), "number": code[kept], PERSON: person[kept].astype(str)},
    }
    specs = {
        "p": {
            "person": ["id"],
            "primary_key": ["id"],
            "columns": {"id": {"role": "direct"}, "sex": {"role": "quasi"}},
        },
        "ald": {
            "primary_key": ["id", "number"],
            "foreign_keys": [{"columns": ["id"], "references": "p"}],
            "columns": {"id": {"role": "direct"}, "number": {"role": "sensitive"}},
        },
    }
    made = draw(stage(tmp_path, tables, specs), 400, tmp_path / "out")["ald"]

    assert made.group_by(["id", "number"]).aggregate([]).num_rows == made.num_rows
    assert made.num_rows == pytest.approx(4 / 3 * kept.sum(), rel=0.05)


@pytest.mark.parametrize("left_out", [0, 20])
@pytest.mark.parametrize("first", [0, 1])
def test_numbers_of_lines_are_drawn_from_the_first_of_the_source_and_none_is_lost(tmp_path, first, left_out):
    lines = np.random.default_rng(3).integers(1, 6, 200)
    own = np.repeat(np.arange(200), lines)
    number = first + np.concatenate([np.arange(size) for size in lines])
    kept = np.ones(len(own), bool)
    kept[np.flatnonzero(number == first + 2)[:left_out]] = False
    names = own.astype(str)
    tables = {
        "p": {"id": np.arange(200).astype(str), PERSON: np.arange(200).astype(str)},
        "line": {"id": names[kept], "number": number[kept], PERSON: names[kept]},
    }
    specs = {
        "p": {"person": ["id"], "primary_key": ["id"], "columns": {"id": {"role": "direct"}}},
        "line": {
            "primary_key": ["id", "number"],
            "foreign_keys": [{"columns": ["id"], "references": "p"}],
            "columns": {"id": {"role": "direct"}, "number": {"role": "other", "type": "integer"}},
        },
    }
    made = draw(stage(tmp_path, tables, specs), 200, tmp_path / "out")["line"]
    of_each = made.group_by("id").aggregate([("number", "min"), ("number", "max"), ("number", "count")])

    assert set(of_each["number_min"].to_pylist()) == {first}
    assert pc.equal(
        pc.subtract(of_each["number_max"], first - 1), of_each["number_count"]
    ).unique().to_pylist() == [True]
    assert made.num_rows == pytest.approx(kept.sum(), rel=0.08)


@pytest.mark.parametrize("persons", [20, 60])
def test_hardly_more_persons_than_the_floor_still_give_whole_tables(tmp_path, persons):
    made = draw(simulated(tmp_path, persons), 30, tmp_path / "out", FitSettings())

    assert made["IR_BEN_R"].num_rows == 30
    assert made["ER_PHA_F"].num_rows <= made["ER_PRS_F"].num_rows


def test_without_floor_and_with_leaves_of_one_person_rare_codes_come_out(tmp_path):
    """What the gate has to refuse: it shows that the floor is what protects."""
    staged = simulated(tmp_path, 600)
    made = draw(staged, 600, tmp_path / "out", FitSettings(floor=1, leaf=1))["ER_PHA_F"]

    assert pc.any(pc.starts_with(made["PHA_ATC_C07"], "L04A")).as_py()


@pytest.mark.parametrize("declared", [True, False])
def test_times_of_one_day_are_in_order_in_a_visit_and_between_a_visit_and_its_person(tmp_path, declared):
    random = np.random.default_rng(4)
    second = np.timedelta64(1, "s")
    names = np.array([f"p{one}" for one in range(300)])
    own = np.repeat(names, 3)
    joined = np.datetime64("2021-03-01") + random.integers(0, 3 * 86_400, 300) * second
    came = np.repeat(joined, 3) + random.integers(0, 20 * 3600, 900) * second
    left = came + random.integers(600, 9 * 3600, 900) * second
    moments = pa.timestamp("us")
    tables = {
        "p": {"id": names, "joined": pa.array(joined).cast(moments), PERSON: names},
        "v": {
            "id": own,
            "came": pa.array(came).cast(moments),
            "left": pa.array(left).cast(moments),
            PERSON: own,
        },
    }
    quasi = {"role": "quasi", "type": "datetime"}
    specs = {
        "p": {
            "person": ["id"],
            "primary_key": ["id"],
            "columns": {"id": {"role": "direct"}, "joined": quasi},
        },
        "v": {
            "foreign_keys": [{"columns": ["id"], "references": "p"}],
            "columns": {"id": {"role": "direct"}, "came": quasi, "left": quasi},
        },
    }
    orders = (Order("v.came", "v.left"), Order("p.joined", "v.came"))
    settings = FitSettings(floor=FLOOR, leaf=FLOOR, rules=orders if declared else ())
    staged = stage(tmp_path, tables, specs)
    model = fit(staged, settings, split(staged, 0.0, 1, FLOOR).fitted, 1)
    made = sample(model, 300, 3, tmp_path / "out")
    visits_made = pq.read_table(made["v"].path)
    same = pc.equal(visits_made["came"].cast("date32"), visits_made["left"].cast("date32"))

    assert pc.sum(same).as_py() > 300
    assert broken_orders(staged.profile, made, orders, tmp_path / "out") == ()
    assert broken_orders(staged.profile, made, [Order("v.left", "v.came")], tmp_path / "out")


def test_somebody_among_persons_is_never_their_own_mother(tmp_path):
    names = [f"p{one}" for one in range(90)]
    people = {
        "id": names,
        "mother": [names[one // 3 * 3] if one % 3 else None for one in range(90)],
        PERSON: names,
    }
    spec = {
        "person": ["id"],
        "primary_key": ["id"],
        "foreign_keys": [{"columns": ["mother"], "references": "p", "optional": True}],
        "columns": {"id": {"role": "direct"}, "mother": {"role": "direct"}},
    }
    made = draw(stage(tmp_path, {"p": people}, {"p": spec}), 90, tmp_path / "out")["p"]

    assert pc.any(pc.equal(made["mother"], made["id"])).as_py() in (None, False)
