"""Generated tables have whole keys, obey their columns, and are the same however they are made."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pyarrow.parquet as pq
import pytest

from profiles.errors import VitrailError
from profiles.model import Kind
from synth.catalogue.core import core_schema
from synth.schema_only import generate as module
from synth.schema_only.generate import Generated, generate
from synth.schema_only.official import read_schema
from synth.tables import SchemaSpec
from tables.candidate import PERSON
from tests.synth.schema_only.folders import field, folder, link, tables


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SchemaSpec:
    return read_schema(folder(tmp_path_factory.mktemp("schema")))


def made(schema: SchemaSpec, base: Path, persons: int = 60, seed: int = 3, processes: int = 1) -> Generated:
    return generate(schema, persons, seed, base / f"{persons}-{seed}-{processes}", processes=processes)


def names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def count(sql: str) -> int:
    return int(duckdb.execute(sql).fetchall()[0][0])


def broken_keys(schema: SchemaSpec, generated: Generated) -> list[tuple[str, str, int]]:
    found = []
    for name, table in schema.tables.items():
        rows = f"read_parquet('{generated.tables[name]}')"
        if table.primary_key:
            whole = names(table.primary_key)
            null = " OR ".join(f'"{one}" IS NULL' for one in table.primary_key)
            twice = count(f"SELECT count(*) - count(DISTINCT ({whole})) FROM {rows}")
            found.append((name, "key", twice + count(f"SELECT count(*) FROM {rows} WHERE {null}")))
        for key in table.links:
            parent = f"read_parquet('{generated.tables[key.parent]}')"
            on = " AND ".join(
                f'c."{mine}" = p."{theirs}"' for mine, theirs in zip(key.columns, key.to, strict=True)
            )
            lost = count(f"SELECT count(*) FROM {rows} c WHERE NOT EXISTS (FROM {parent} p WHERE {on})")
            found.append((name, key.parent, lost))
    return [one for one in found if one[2]]


@pytest.mark.parametrize("persons", [1, 7, 60, 2_500])
def test_a_small_schema_has_no_orphan_and_no_duplicate(
    small: SchemaSpec, tmp_path: Path, persons: int
) -> None:
    generated = made(small, tmp_path, persons)

    assert broken_keys(small, generated) == []
    assert generated.rows["PATIENTS"] == persons
    assert all(generated.rows.values())


@pytest.mark.parametrize("persons", [1, 50, 2_100])
def test_the_core_has_no_orphan_and_no_duplicate(tmp_path: Path, persons: int) -> None:
    generated = made(core_schema(), tmp_path, persons)

    assert broken_keys(core_schema(), generated) == []
    assert generated.rows["ER_PRS_F"] > persons


def test_every_column_obeys_its_type_length_bounds_and_list(small: SchemaSpec, tmp_path: Path) -> None:
    for schema in (small, core_schema()):
        generated = made(schema, tmp_path / min(schema.tables), 300)
        for name, table in schema.tables.items():
            held = pq.read_table(generated.tables[name])
            for column in table.columns.values():
                values = [value for value in held[column.name].to_pylist() if value is not None]
                assert column.filled or not values
                if column.kind in (Kind.INTEGER, Kind.NUMBER) and column.minimum is not None:
                    assert all(value >= column.minimum for value in values), (name, column.name)
                if column.kind in (Kind.INTEGER, Kind.NUMBER) and column.maximum is not None:
                    assert all(value <= column.maximum for value in values), (name, column.name)
                if column.length and not column.format and column.kind in (Kind.TEXT, Kind.INTEGER):
                    longest = max((len(str(value).lstrip("-")) for value in values), default=0)
                    assert longest <= column.length, (name, column.name)
                if column.nomenclature:
                    assert set(map(str, values)) <= set(schema.nomenclatures[column.nomenclature])


def test_bounds_of_a_repaired_key_still_hold(small: SchemaSpec, tmp_path: Path) -> None:
    held = pq.read_table(made(small, tmp_path).tables["VISITES"])

    assert all(int(value) >= 100_000_000 for value in held["ETA_NUM"].to_pylist())
    assert all(int(value) >= 10 for value in held["VIS_NUM"].to_pylist())


def test_the_same_rows_come_out_of_one_process_and_of_two(tmp_path: Path) -> None:
    schema = core_schema()
    one, two = made(schema, tmp_path, 2_300), made(schema, tmp_path, 2_300, processes=2)

    assert one.rows == two.rows
    for name in schema.tables:
        assert pq.read_table(one.tables[name]).equals(pq.read_table(two.tables[name])), name
    assert sorted(path.name for path in two.folder.iterdir()) == sorted(
        [*(f"{n}.parquet" for n in schema.tables), "provenance.json"]
    )


def test_another_seed_gives_other_rows_and_the_same_seed_the_same(small: SchemaSpec, tmp_path: Path) -> None:
    first = pq.read_table(made(small, tmp_path / "a").tables["VISITES"])

    assert first.equals(pq.read_table(made(small, tmp_path / "b").tables["VISITES"]))
    assert not first.equals(pq.read_table(made(small, tmp_path, seed=4).tables["VISITES"]))


def test_more_persons_leave_the_first_shard_as_it_was(tmp_path: Path) -> None:
    few, many = made(core_schema(), tmp_path, 2_000), made(core_schema(), tmp_path, 2_001)

    for name in ("IR_BEN_R", "ER_PRS_F", "T_MCOaaB"):
        rows = pq.read_table(few.tables[name])
        assert pq.read_table(many.tables[name]).slice(0, rows.num_rows).equals(rows)


def test_rows_say_whose_they_are(tmp_path: Path) -> None:
    generated = made(core_schema(), tmp_path, 40)
    claims = pq.read_table(generated.tables["ER_PRS_F"], columns=[PERSON, "BEN_NIR_PSA"]).to_pylist()
    people = pq.read_table(generated.tables["IR_BEN_R"], columns=[PERSON, "BEN_NIR_PSA"]).to_pylist()
    known = {row["BEN_NIR_PSA"]: row[PERSON] for row in people}

    assert len(set(known.values())) == 40
    assert all(known[row["BEN_NIR_PSA"]] == row[PERSON] for row in claims)


def test_nothing_is_made_when_the_disk_is_too_small(
    small: SchemaSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))

    with pytest.raises(VitrailError) as caught:
        generate(small, 1_000, 1, tmp_path / "out")

    assert caught.value.code == "synth-disk"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("persons", [0, -3])
def test_nobody_is_not_enough(small: SchemaSpec, tmp_path: Path, persons: int) -> None:
    with pytest.raises(VitrailError) as caught:
        generate(small, persons, 1, tmp_path / "out")

    assert caught.value.code == "synth-persons"


def test_a_key_that_is_too_short_for_the_persons_is_told_first(tmp_path: Path) -> None:
    described = tables()
    for name in ("PATIENTS", "VISITES", "ORDONNANCES"):
        described[name]["fields"][0]["length"] = "2"
    schema = read_schema(folder(tmp_path / "schema", described))

    with pytest.raises(VitrailError) as caught:
        generate(schema, 101, 1, tmp_path / "out")

    assert (caught.value.code, caught.value.place.table) == ("synth-key-space", "PATIENTS")
    assert generate(schema, 100, 1, tmp_path / "out").rows["PATIENTS"] == 100


def test_the_estimate_of_cells_is_of_the_right_order(tmp_path: Path) -> None:
    schema = core_schema()
    generated = made(schema, tmp_path, 2_000)
    real = sum(generated.rows[name] * (len(table.columns) + 1) for name, table in schema.tables.items())

    assert real / 2 < module.cells(module.plan(schema, 2_000), 2_000) < real * 4


def test_a_table_of_reference_has_as_many_rows_as_its_key_has_values(tmp_path: Path) -> None:
    described = tables()
    described["HOPITAUX"]["fields"].append(field("CAT", "string", "MOTIFS", length="2"))
    described["CATEGORIES"] = {
        "name": "CATEGORIES",
        "fields": [field("CAT", "string", "MOTIFS", length="2"), field("PARENT", "string", length="2")],
        "primaryKey": ["CAT"],
        "foreignKeys": [link(["PARENT"], "CATEGORIES", ["CAT"])],
    }
    described["HOPITAUX"]["foreignKeys"] = [link(["CAT"], "CATEGORIES")]
    schema = read_schema(folder(tmp_path / "schema", described))
    generated = made(schema, tmp_path)

    assert broken_keys(schema, generated) == []
    assert pq.read_table(generated.tables["CATEGORIES"])["CAT"].to_pylist() == ["A1", "B2", "C3"]


def test_where_the_tables_come_from_is_told(small: SchemaSpec, tmp_path: Path) -> None:
    told = json.loads((made(small, tmp_path).folder / "provenance.json").read_text(encoding="utf-8"))

    assert (told["engine"], told["persons"], told["seed"], told["real_rows_read"]) == ("schema", 60, 3, 0)
    assert told["scenarios"][0] == "general"
    assert any("2020-12-15" in one["from"] for one in told["sources"])
