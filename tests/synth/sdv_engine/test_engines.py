"""SDV's synthesizers behind our floor, keys and silence. About 40 seconds, most of it SDV's own imports."""

import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.errors import SourceError
from profiles.model import Profile
from profiles.synth_model import Synth
from synth.engines import Made, make_synthetic, split_persons
from synth.sdv_engine import single
from synth.sdv_engine.quiet import quiet
from tables.candidate import Staged
from tests.factories import bytes_below
from tests.synth.sdv_engine.sources import FLOOR, PERSONS, SEED, canaries_below, people, stage, visits


def make(staged: Staged, folder: Path, seed: int = SEED, persons: int = PERSONS, **synth: object) -> Made:
    asked = Synth.model_validate({key: str(value) for key, value in synth.items()})
    parts = split_persons(staged, asked, seed, FLOOR)
    return make_synthetic(staged, asked, parts.fitted, persons, seed=seed, folder=folder, floor=FLOOR)


SINGLE = [
    {"engine": "sdv-gaussian-copula"},
    {"engine": "sdv-ctgan", "epochs": 1},
    {"engine": "sdv-tvae", "epochs": 1},
    {"synthesizer": "gaussian-copula"},
    {"synthesizer": "tvae", "epochs": 1},
]


@pytest.mark.parametrize("synth", SINGLE, ids=lambda one: "-".join(map(str, one.values())))
def test_one_table_by_sdv_keeps_nothing_rare(tmp_path, capfd, synth):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        made = make(stage(tmp_path / "source"), tmp_path / "out", **synth)

    table = pq.read_table(made.tables["P"].path)
    assert table.column_names == ["NIR", "SEX", "TOWN", "BORN", "WEIGHT", "DIED", "__person"]
    assert table.num_rows == PERSONS == len(set(table["NIR"].to_pylist()))
    assert set(table["TOWN"].to_pylist()) <= {"Lyon", "Brest"}
    assert set(table["SEX"].to_pylist()) == {"1", "2"}
    assert not set(table["NIR"].to_pylist()) & set(people()["NIR"])
    assert 0.2 < table["DIED"].null_count / PERSONS < 0.8
    assert max(table["WEIGHT"].to_pylist()) < 200
    assert canaries_below(tmp_path / "out") == []
    assert not list((tmp_path / "out").rglob("*.pkl"))
    assert [item.column for item in made.lost][:1] == ["P.TOWN"]
    assert "not saved" in str(made.provenance["model"])
    assert capfd.readouterr() == ("", "")
    assert warned == []


@pytest.mark.parametrize("synth", [SINGLE[0], SINGLE[4]], ids=["copula", "tvae"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path, synth):
    staged = stage(tmp_path / "source")
    np.random.seed(5)  # noqa: NPY002 - what SDV draws from
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    make(staged, tmp_path / "one", **synth)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    np.random.seed(6)  # noqa: NPY002
    make(staged, tmp_path / "two", **synth)
    make(staged, tmp_path / "other", seed=SEED + 1, **synth)

    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")
    assert pq.read_table(tmp_path / "one/P.parquet") != pq.read_table(tmp_path / "other/P.parquet")


def test_persons_of_the_holdout_change_nothing(tmp_path):
    staged = stage(tmp_path / "source")
    make(staged, tmp_path / "with", engine="sdv-gaussian-copula")
    asked = Synth.model_validate({"engine": "sdv-gaussian-copula"})
    parts = split_persons(staged, asked, SEED, FLOOR)
    path = staged.tables["P"].path
    table = pq.read_table(path)
    kept = [person in set(parts.fitted.to_pylist()) for person in table["__person"].to_pylist()]
    pq.write_table(table.filter(kept), path)
    make_synthetic(staged, asked, parts.fitted, PERSONS, seed=SEED, folder=tmp_path / "without", floor=FLOOR)

    assert bytes_below(tmp_path / "with") == bytes_below(tmp_path / "without")


def test_hma_joins_its_tables_and_keeps_nothing_rare(tmp_path, capfd):
    staged = stage(tmp_path / "source", star=True)
    for folder in ("one", "two"):
        made = make(staged, tmp_path / folder, persons=50, engine="sdv-hma")
    persons, rows = (pq.read_table(made.tables[name].path) for name in ("P", "V"))

    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")
    assert persons.num_rows == 50 == len(set(persons["NIR"].to_pylist()))
    assert rows.num_rows == pytest.approx(len(visits()["ID"]) * 50 / PERSONS, rel=0.2)
    assert len(set(rows["ID"].to_pylist())) == rows.num_rows
    assert min(rows["ID"].to_pylist()) > max(visits()["ID"])
    key = dict(zip(persons["NIR"].to_pylist(), persons["__person"].to_pylist(), strict=True))
    assert [key[nir] for nir in rows["NIR"].to_pylist()] == rows["__person"].to_pylist()
    assert set(rows["DRUG"].to_pylist()) <= {"A10", "C09", "N02"}
    assert rows.schema.field("BOXES").type == "int64"
    assert canaries_below(tmp_path / "one") == []
    assert json.loads((tmp_path / "one" / "provenance.json").read_text())["engine"] == "sdv-hma"
    assert made.invented == {("P", "NIR"), ("V", "ID"), ("V", "NIR")}
    assert capfd.readouterr() == ("", "")


def test_hma_invents_no_number_that_is_real_in_any_table(tmp_path):
    staged = stage(tmp_path / "source", star=True)
    for name, columns in {"P": ["NIR"], "V": ["NIR"]}.items():
        table = pq.read_table(staged.tables[name].path)
        for column in columns:
            texts = [f"S{text[-4:]}" for text in table[column].to_pylist()]
            table = table.set_column(table.column_names.index(column), column, pa.array(texts))
        pq.write_table(table, staged.tables[name].path)
    made = make(staged, tmp_path / "out", persons=50, engine="sdv-hma")
    drawn = pq.read_table(made.tables["P"].path)["NIR"].to_pylist()

    assert not set(drawn) & set(pq.read_table(staged.tables["P"].path)["NIR"].to_pylist())


def test_events_of_the_pathway_go_with_persons_of_sdv(tmp_path):
    staged = stage(tmp_path / "source", star=True)
    made = make(staged, tmp_path / "out", synthesizer="gaussian-copula")
    persons, rows = (pq.read_table(made.tables[name].path) for name in ("P", "V"))
    source = visits()["ID"]

    assert set(rows["NIR"].to_pylist()) <= set(persons["NIR"].to_pylist())
    assert rows.num_rows == pytest.approx(len(source), rel=0.3)
    assert canaries_below(tmp_path / "out") == []


def test_sdv_sees_no_name_and_no_code(tmp_path, monkeypatch):
    seen = []
    true = single._new

    def spy(synthesizer, metadata, epochs):
        model = true(synthesizer, metadata, epochs)
        fit = model.fit
        model.fit = lambda data: (seen.append((metadata.to_dict(), data["t"].copy())), fit(data))
        return model

    monkeypatch.setattr(single, "_new", spy)
    make(stage(tmp_path / "source"), tmp_path / "out", engine="sdv-gaussian-copula")
    ((metadata, frame),) = seen

    assert set(metadata["tables"]["t"]["columns"]) == set(frame.columns) == {f"c{at}" for at in range(5)}
    assert "Lyon" not in str(metadata) + frame.to_csv()
    assert "CANARI" not in str(metadata) + frame.to_csv()
    assert len(frame) == round(0.8 * PERSONS)


def test_an_error_of_sdv_is_ours_without_its_words(caplog):
    caplog.set_level(logging.DEBUG)

    def fails():
        with quiet(1, "ctgan", "fit"):
            logging.getLogger("sdv").error("CANARI-rare")
            raise ValueError("CANARI-rare")

    with pytest.raises(SourceError) as error:
        fails()

    assert (error.value.code, error.value.facts) == ("synth-sdv-failed", {"engine": "ctgan", "stage": "fit"})
    assert error.value.__suppress_context__
    assert "CANARI" not in caplog.text
    assert logging.root.manager.disable == logging.NOTSET


def test_several_rows_a_person_are_refused_before_sdv(tmp_path):
    staged = stage(tmp_path / "source", star=True)
    tables = dict(PROFILE := staged.profile.tables)
    alone = tables["V"].model_copy(update={"foreign_keys": (), "person": ("NIR",)})
    profile: Profile = staged.profile.model_copy(update={"tables": {"V": alone}})
    assert set(PROFILE) == {"P", "V"}
    with pytest.raises(SourceError) as error:
        make(
            Staged(profile, staged.folder, {"V": staged.tables["V"]}),
            tmp_path / "out",
            engine="sdv-gaussian-copula",
        )

    assert (error.value.code, error.value.place.table) == ("synth-sdv-one-row", "V")
    assert not (tmp_path / "out").exists()
