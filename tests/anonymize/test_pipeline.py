"""From staged tables to a candidate: joins, persons, order, secrecy."""

import hashlib
from base64 import b32encode
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from profiles.errors import ProfileError, SourceError, VitrailError
from profiles.model import Bilingual, Kind
from tables.candidate import PERSON, Candidate
from tests.anonymize import example


def rows(candidate: Candidate, table: str) -> list[dict]:
    return pq.read_table(candidate.tables[table].path).to_pylist()


def bytes_under(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_three_tables_keep_their_joins_after_pseudonymization(tmp_path):
    staged, done = example.run(tmp_path)
    before = {name: pq.read_table(table.path).to_pylist() for name, table in staged.tables.items()}
    pseudonym = Keys(example.SECRET.encode(), "hopital").pseudonym("people.nir")
    people, stays, acts = (rows(done.candidate, name) for name in ("people", "stays", "acts"))
    assert {row["nir"] for row in people} == {pseudonym(row["nir"]) for row in before["people"]}
    assert sorted((row["nir"], row["number"]) for row in stays) == sorted(
        (pseudonym(row["nir"]), row["number"]) for row in before["stays"]
    )
    assert {(row["from_nir"], row["from_number"]) for row in acts} == {
        (None, None) if row["from_nir"] is None else (pseudonym(row["from_nir"]), row["from_number"])
        for row in before["acts"]
    }
    assert {row["mother"] for row in people} == {None, pseudonym(example.nir(11))}


def test_intervals_between_the_dates_of_a_person_stay_exact_across_tables(tmp_path):
    staged, done = example.run(tmp_path)
    source = {
        (row["nir"], row["number"]): row for row in pq.read_table(staged.tables["stays"].path).to_pylist()
    }
    pseudonym = Keys(example.SECRET.encode(), "hopital").pseudonym("people.nir")
    acts = {(row["nir"], row["number"]): row["done"] for row in rows(done.candidate, "acts")}
    moved = {(row["nir"], row["number"]): row["entry"] for row in rows(done.candidate, "stays")}
    for (nir, number), row in source.items():
        key = pseudonym(nir), number
        assert moved[key] != row["entry"]
        assert acts[key].date() == moved[key]
        assert (acts[key].hour, acts[key].minute) == (10, 30)
        assert moved[key[0], 2] - moved[key[0], 1] == timedelta(days=10)


def test_the_person_of_a_row_is_the_same_pseudonym_in_every_table_and_not_the_published_one(tmp_path):
    _, done = example.run(tmp_path)
    person = {row["nir"]: row[PERSON] for row in rows(done.candidate, "people")}
    assert len(set(person.values())) == 12
    assert not set(person) & set(person.values())
    for table in ("stays", "acts"):
        assert all(row[PERSON] == person[row["nir"]] for row in rows(done.candidate, table))


def test_neither_the_secret_nor_an_identifier_is_in_any_byte_of_the_folder(tmp_path):
    _, done = example.run(tmp_path)
    secret = example.SECRET.encode()
    written = bytes_under(tmp_path / "work")
    for trace in (secret, secret.hex().encode(), b32encode(secret), hashlib.sha256(secret).digest()):
        assert trace not in written
    assert b"CANARY" in bytes_under(tmp_path / "staged")
    assert b"CANARY" not in written
    assert b"Canaryname" not in written
    assert example.SECRET not in repr(done)
    assert done.candidate.key_id == Keys(secret, "hopital").key_id


def test_only_the_two_states_are_left_and_only_their_owner_reads_them(tmp_path):
    _, done = example.run(tmp_path)
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["published", "transformed"]
    assert all(state.folder.stat().st_mode & 0o777 == 0o700 for state in (done.transformed, done.candidate))


def test_a_dropped_column_is_absent_and_the_others_say_what_was_done(tmp_path):
    _, done = example.run(tmp_path)
    columns = {column.name: column for column in done.candidate.tables["people"].columns}
    assert list(columns) == ["nir", "mother", "sex", "birth"]
    assert set(rows(done.candidate, "people")[0]) == {*columns, PERSON}
    assert columns["birth"].kind is Kind.TEXT
    assert columns["sex"].values == {
        "1": Bilingual(fr="homme", en="homme"),
        "2": Bilingual(fr="femme", en="femme"),
    }
    assert columns["birth"].values is None
    assert [column.required for column in columns.values()] == [True, False, False, False]
    assert len(columns["mother"].transforms) == 2
    assert "people.nir" in (columns["mother"].transforms[1].fr or "")


def test_rare_values_are_counted_in_persons_and_blanked(tmp_path):
    _, done = example.run(tmp_path)
    wards = [row["ward"] for row in rows(done.candidate, "stays")]
    assert (wards.count("CARDIO"), wards.count(None)) == (23, 1)
    assert done.candidate.notes["suppressed_values:stays.ward"] == 1


def test_input_order_is_that_of_the_source_and_pseudonym_order_is_not(tmp_path):
    made = example.document()
    made["tables"]["people"]["order"] = "input"
    _, done = example.run(tmp_path, made)
    pseudonym = Keys(example.SECRET.encode(), "hopital").pseudonym("people.nir")
    assert [row["nir"] for row in rows(done.candidate, "people")] == [
        pseudonym(example.nir(n)) for n in range(12)
    ]
    stays = rows(done.candidate, "stays")
    assert stays == sorted(stays, key=lambda row: (row[PERSON], row["nir"], row["number"]))


def test_rows_are_not_grouped_by_person_when_nothing_published_tells_persons_apart(tmp_path):
    made = example.document(risk={})
    for table, name in [("stays", "nir"), ("acts", "nir"), ("acts", "from_nir")]:
        example.column(made, table, name, transform="drop")
    _, done = example.run(tmp_path, made)
    stays = rows(done.candidate, "stays")
    published = [(row["number"], row["entry"]) for row in stays]
    assert published == sorted(published)
    assert [row[PERSON] for row in stays] != sorted(row[PERSON] for row in stays)


def test_a_profile_without_secret_needs_none(tmp_path):
    made = example.document(secret=None, risk={})
    made["tables"] = {"people": made["tables"]["people"]}
    for name in ("nir", "mother"):
        example.column(made, "people", name, transform="drop")
    made["tables"]["people"]["foreign_keys"] = []
    _, done = example.run(tmp_path, made, {"people": example.people()})
    people = rows(done.candidate, "people")
    assert done.candidate.key_id is None
    assert len({row[PERSON] for row in people}) == 12
    assert [row["sex"] for row in people] == sorted(row["sex"] for row in people)
    assert b"CANARY" not in bytes_under(tmp_path / "work")


def test_two_runs_write_the_same_bytes_and_another_secret_writes_others(tmp_path):
    made = []
    for name, secret in [("a", example.SECRET), ("b", example.SECRET), ("c", example.SECRET[::-1])]:
        _, done = example.run(tmp_path / name, secret=secret)
        made.append({table: item.path.read_bytes() for table, item in done.candidate.tables.items()})
    assert made[0] == made[1]
    assert made[0]["people"] != made[2]["people"]


def test_a_failing_value_is_told_by_its_record_in_the_table_and_not_in_the_batch(tmp_path):
    made = example.document()
    example.column(made, "acts", "code", transform={"map": {"values": {"AAA": "1"}}})
    data = example.tables()
    for row in data["acts"]:
        row["code"] = "AAA"
    data["acts"] = [dict(data["acts"][0]) for _ in range(70_000)]
    data["acts"][68_000]["code"] = "CANARYCODE"
    with pytest.raises(SourceError) as raised:
        example.run(tmp_path, made, data)
    assert raised.value.code == "map-unlisted"
    assert (raised.value.place.table, raised.value.place.column, raised.value.place.record) == (
        "acts",
        "code",
        68_001,
    )
    assert "CANARYCODE" not in repr(raised.value.facts) + str(raised.value)


def test_two_bounds_of_shift_are_refused_with_the_line(tmp_path):
    made = example.column(example.document(), "acts", "done", transform={"shift": {"days": 30}})
    with pytest.raises(ProfileError) as raised:
        example.run(tmp_path, made)
    assert raised.value.code == "anonymize-shift-days"
    assert raised.value.facts == {"days": 30, "other": 365}
    assert raised.value.place.line is not None


def test_an_unknown_level_is_told_with_the_line_of_the_profile(tmp_path):
    made = example.column(
        example.document(), "acts", "code", transform={"generalize": {"hierarchy": "atc", "level": "nope"}}
    )
    with pytest.raises(ProfileError) as raised:
        example.run(tmp_path, made)
    assert raised.value.code == "hierarchy-level-unknown"
    assert raised.value.place.key == "tables.acts.columns.code.transform.generalize"
    assert raised.value.place.line is not None


def test_a_hierarchy_file_outside_the_profile_folder_is_refused(tmp_path):
    (tmp_path / "h.csv").write_text("DEQP003;X\n", "utf-8")
    made = example.column(
        example.document(), "acts", "code", transform={"generalize": {"hierarchy": "../h.csv", "level": "1"}}
    )
    with pytest.raises(ProfileError):
        example.run(tmp_path / "inside", made)


def test_a_lost_join_stops_everything(tmp_path):
    from anonymize.pipeline import _check_joins
    from tables.duck import connect

    _, done = example.run(tmp_path)
    people = done.candidate.tables["people"].path
    pq.write_table(pq.read_table(people).slice(1), people)
    with connect(tmp_path) as con, pytest.raises(VitrailError) as raised:
        _check_joins(con, done.candidate)
    assert raised.value.code == "foreign-key-lost"
    assert int(raised.value.exit_code) == 70
