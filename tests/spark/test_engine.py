"""Both engines give the same tables; the secret is nowhere in what Spark keeps."""

import base64
import pickle
from dataclasses import dataclass

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from anonymize.pipeline import anonymize
from anonymize.spark import KeyPlace, TransformPart, spark_passes
from profiles.errors import ProfileError, SourceError, VitrailError
from release.engines import make
from tables.spark import shares
from tables.spark.staging import Parts, stage_on_spark, staged_here
from tables.spark.work import planned, run_parts
from tables.staging import stage
from tests.anonymize import example
from tests.spark.helpers import ENGINE, SHARED, needs_spark
from tests.tables.factory import columns, one_table

pytestmark = needs_spark


@dataclass(frozen=True)
class Talkative:
    """Fails with a value of the data in its words."""

    def __call__(self, part: int) -> dict[str, int]:
        raise KeyError("CANARY000000001")


def spellings(secret: str, keys: Keys) -> list[str]:
    """The secret and what is derived from it, as a log could write them."""
    raw = [secret.encode(), keys._derive("pseudonym", "people.nir"), keys._derive("date-offset", "365")]
    return [secret] + [way(one) for one in raw for way in (bytes.hex, lambda b: base64.b64encode(b).decode())]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A hospital of three tables on both engines, and the event log of Spark."""
    folder = tmp_path_factory.mktemp("both")
    SHARED.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_KEY", example.SECRET)
        patch.setattr(shares.shares, "__defaults__", (1024,))
        made = example.document(anonymity={"k": 11, "suppression": 0.5})
        loaded = example.write(folder, made, example.tables(60))
        keys = Keys(example.SECRET.encode(), loaded.profile.id)
        here = make(loaded, keys, folder / "local", None)
        on_spark = example.write(folder, made | ENGINE, example.tables(60))
        there = make(on_spark, keys, folder / "spark", None)
    return here, there, SHARED.events(), keys


def test_both_engines_give_the_same_tables_in_the_same_order(both):
    (staged, local), (staged_there, spark), _, _ = both

    for name in staged.tables:
        assert pq.read_table(staged.tables[name].path) == pq.read_table(staged_there.tables[name].path)
    for one, other in ((local.transformed, spark.transformed), (local.candidate, spark.candidate)):
        assert (one.persons, one.suppressed_persons, one.notes) == (
            other.persons,
            other.suppressed_persons,
            other.notes,
        )
        for name, table in one.tables.items():
            assert table.columns == other.tables[name].columns
            assert pq.read_table(table.path) == pq.read_table(other.tables[name].path)


def test_a_sample_is_the_same_on_both_engines(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(shares.shares, "__defaults__", (1024,))
    made, data = example.document(sample=0.4), example.tables(60)
    loaded = example.write(tmp_path, made, data)
    keys = Keys(example.SECRET.encode(), loaded.profile.id)
    _, local = make(loaded, keys, tmp_path / "local", None)
    _, there = make(example.write(tmp_path, made | ENGINE, data), keys, tmp_path / "spark", None)

    assert len(list((tmp_path / "spark" / "spark-sample" / "stays").glob("part-*.parquet"))) > 1
    assert local.candidate.persons == there.candidate.persons == 24
    assert local.candidate.sampled == there.candidate.sampled
    assert local.candidate.notes == there.candidate.notes
    for name, table in local.candidate.tables.items():
        assert table.columns == there.candidate.tables[name].columns
        assert pq.read_table(table.path) == pq.read_table(there.candidate.tables[name].path)


def test_the_tables_were_cut_into_several_shares(both):
    _, (staged, _), _, _ = both
    parts = sorted((staged.folder.parent / "spark" / "stays").glob("part-*.parquet"))

    assert len(parts) > 2


def test_event_log_shows_plans_and_neither_key_nor_pseudonym_nor_identifier(both):
    _, (_, spark), text, keys = both
    pseudonyms = pq.read_table(spark.transformed.tables["people"].path).column("nir").to_pylist()

    assert "MapInArrow" in text
    assert "ANTI JOIN" in text or "LeftAnti" in text
    for found in [*spellings(example.SECRET, keys), *pseudonyms, "CANARY0", "Canaryname"]:
        assert found not in text


def test_explain_and_what_is_sent_to_workers_hold_no_key(both, spark, tmp_path):
    *_, keys = both
    loaded = example.write(tmp_path, example.document(), example.tables(12))
    work = TransformPart(KeyPlace(loaded, keys.key_id), "people", Parts(tmp_path, (12,)), tmp_path)
    text, sent = planned(spark, work, 1)._jdf.queryExecution().toString(), pickle.dumps(work)

    assert "MapInArrow" in text
    for found in spellings(example.SECRET, keys):
        assert found not in text
        assert found.encode() not in sent
    with pytest.raises(TypeError):
        pickle.dumps(keys)


def test_a_worker_with_another_secret_stops_and_says_so(spark, tmp_path):
    loaded = example.write(tmp_path, example.document(), example.tables(12))
    other = Keys(b"canary of the driver, not of workers", loaded.profile.id)
    staged = stage_on_spark(loaded, spark, tmp_path / "spark")
    here = staged_here(loaded, staged, tmp_path / "here")

    with pytest.raises(ProfileError) as caught:
        anonymize(loaded, here, other, tmp_path / "work", make=spark_passes(loaded, staged, other))
    assert caught.value.code == "spark-other-secret"


def test_a_wrong_value_is_told_with_its_record_in_the_whole_table(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(shares.shares, "__defaults__", (512,))
    data = example.tables(40)
    data["stays"][57]["entry"] = "2020-02-31"
    loaded = example.write(tmp_path, example.document(), data)

    with pytest.raises(SourceError) as caught:
        stage_on_spark(loaded, spark, tmp_path / "spark")
    place = caught.value.place
    assert (caught.value.code, place.table, place.column, place.record) == (
        "value-date",
        "stays",
        "entry",
        58,
    )


def test_a_record_cut_short_is_told_with_its_record_in_the_whole_table(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(shares.shares, "__defaults__", (512,))
    loaded = example.write(tmp_path, example.document(), example.tables(40))
    path = tmp_path / "stays.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[58] = lines[58].rpartition(",")[0]
    path.write_text("\n".join(lines), "utf-8")

    with pytest.raises(SourceError) as caught:
        stage_on_spark(loaded, spark, tmp_path / "spark")
    assert (caught.value.code, caught.value.place.record) == ("source-ragged", 58)


def test_a_key_that_points_nowhere_is_told_as_on_one_machine(spark, tmp_path):
    data = example.tables(12)
    data["acts"][5]["nir"] = example.nir(999)
    loaded = example.write(tmp_path, example.document(), data)

    with pytest.raises(SourceError) as caught:
        stage_on_spark(loaded, spark, tmp_path / "spark")
    assert (caught.value.code, caught.value.place.record) == ("key-orphan", 6)


def test_what_a_library_says_in_a_worker_goes_no_further(spark):
    with pytest.raises(VitrailError) as caught:
        run_parts(spark, Talkative(), 1, lambda _: None)
    assert (caught.value.code, caught.value.facts) == ("spark-failed", {"kind": "KeyError"})


def test_a_table_without_persons_numbers_its_rows_as_on_one_machine(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(shares.shares, "__defaults__", (64,))
    loaded = one_table(tmp_path, "a\n" + "".join(f"{n}\n" for n in range(100)), columns(a="integer"))
    staged = stage_on_spark(loaded, spark, tmp_path / "spark")
    here = staged_here(loaded, staged, tmp_path / "here").tables["T"].path

    assert len(staged.tables["T"].rows) > 2
    assert pq.read_table(here) == pq.read_table(stage(loaded, tmp_path / "local").tables["T"].path)
