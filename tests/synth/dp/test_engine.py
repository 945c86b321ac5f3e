"""A table with differential privacy, from the profile to the file. About 40 seconds: the fit is compiled."""

import json
from importlib import util

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.errors import ProfileError, SourceError, UsageError
from synth.dp import mechanisms
from synth.dp.domains import declared
from synth.dp.engine import Asked as Private
from synth.dp.engine import _indices, _key, split_steadily
from synth.engines import make_synthetic, split_persons
from tests.factories import bytes_below
from tests.synth.dp.sources import CANARIES, FLOOR, PERSONS, RANGES, SECRET, SEED, people, stage

pytestmark = pytest.mark.skipif(util.find_spec("mbi") is None, reason="extra dp")


def make(staged, folder, secret=SECRET):
    synth = staged.profile.synth
    parts = split_persons(staged, synth, SEED, FLOOR, SECRET)
    return make_synthetic(
        staged, synth, parts.fitted, 1000, seed=SEED, folder=folder, floor=FLOOR, secret=secret
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mst")
    return make(stage(folder / "source", epsilon="8"), folder / "out"), folder / "out"


def test_rows_have_declared_values_only_and_invented_keys(made):
    table = pq.read_table(made[0].tables["P"].path)

    assert table.column_names == ["NIR", "SEX", "ILL", "BORN", "DIED", "__person"]
    assert table.num_rows == 1000 == len(set(table["NIR"].to_pylist()))
    assert not set(table["NIR"].to_pylist()) & set(people()["NIR"])
    assert set(table["SEX"].to_pylist()) <= {"1", "2", None}
    assert set(table["ILL"].to_pylist()) <= {"no", "yes", "unknown", None}
    born = [year for year in table["BORN"].to_pylist() if year is not None]
    assert min(born) >= 1930
    assert max(born) <= 2009
    assert not [canary for canary in CANARIES if canary in str(table.to_pylist())]


def test_what_goes_together_still_does(made):
    rows = pq.read_table(made[0].tables["P"].path).to_pylist()
    old = [row["ILL"] == "yes" for row in rows if row["BORN"] is not None and row["BORN"] < 1960]
    young = [row["ILL"] == "yes" for row in rows if row["BORN"] is not None and row["BORN"] >= 1960]

    assert np.mean(old) > 0.5
    assert np.mean(young) < 0.25
    assert np.mean([row["SEX"] == "2" for row in rows]) == pytest.approx(0.6, abs=0.06)


def test_provenance_accounts_for_every_measurement_and_counts_nobody(made):
    told = json.loads((made[1] / "provenance.json").read_text())
    privacy = told["privacy"]

    assert (privacy["epsilon"], privacy["delta"], privacy["mechanism"]) == (8, 1e-6, "mst")
    assert len(privacy["measured"]) == 4 + 3
    assert privacy["choices"] == 3
    assert sum(one["rho"] for one in privacy["measured"]) < privacy["rho_spent"]
    assert privacy["rho_spent"] <= privacy["rho"] * (1 + 1e-9)
    assert privacy["delta_spent"] <= 1e-6
    assert "fit" not in told
    assert str(PERSONS) not in json.dumps(told)
    assert made[0].lost == ()
    assert not (made[1] / "model").exists()


def test_the_same_run_gives_the_same_bytes(made, tmp_path):
    make(stage(tmp_path / "source", epsilon="8"), tmp_path / "again")

    assert bytes_below(tmp_path / "again") == bytes_below(made[1])


@pytest.mark.soak
def test_another_secret_gives_other_rows(made, tmp_path):
    make(stage(tmp_path / "source", epsilon="8"), tmp_path / "other", secret=bytes(reversed(SECRET)))

    assert bytes_below(tmp_path / "other") != bytes_below(made[1])


def test_aim_spends_its_budget_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(mechanisms, "ROUNDS", 2)
    made = make(stage(tmp_path / "source", mechanism="aim", epsilon="4"), tmp_path / "out")
    privacy = made.provenance["privacy"]

    assert privacy["rho_spent"] == pytest.approx(privacy["rho"], rel=1e-6)
    assert privacy["delta_spent"] <= 1e-6
    assert ["P.ILL", "P.BORN"] in [one["columns"] for one in privacy["measured"]]
    assert privacy["choices"] == len(privacy["measured"]) - 4


def test_one_person_more_moves_no_other_between_the_fit_and_the_holdout(tmp_path):
    whole = people()
    without = {name: values[1:] for name, values in whole.items()}
    one, other = (
        split_steadily(stage(tmp_path / name, data), 0.2, SECRET, FLOOR)
        for name, data in (("whole", whole), ("without", without))
    )

    assert set(one.fitted.to_pylist()) - set(other.fitted.to_pylist()) <= {whole["NIR"][0]}
    assert set(one.holdout.to_pylist()) - set(other.holdout.to_pylist()) <= {whole["NIR"][0]}
    assert len(one.holdout) == pytest.approx(0.2 * PERSONS, rel=0.2)


def test_other_data_never_have_the_same_noise(tmp_path):
    whole = people()
    changed = whole | {"SEX": ["1", *whole["SEX"][1:]]}
    changed["SEX"][0] = "2" if whole["SEX"][0] == "1" else "1"
    keys = []
    for name, data in (("one", whole), ("two", whole), ("changed", changed)):
        staged = stage(tmp_path / name, data)
        asked = Private(staged.profile.synth.dp, 1000, SEED, FLOOR, SECRET)
        columns = declared(staged.profile, asked.dp)
        everyone = pq.read_table(staged.tables["P"].path)["__person"].combine_chunks()
        keys.append(_key(staged.profile, asked, columns, _indices(staged, everyone, columns)))

    assert keys[0] == keys[1] != keys[2]


def test_domains_come_from_the_profile_and_values_outside_are_counted_at_the_edge(tmp_path):
    columns = declared(stage(tmp_path).profile, stage(tmp_path).profile.synth.dp)
    born = columns["P.BORN"]

    assert born.domain.size == 1 + 8
    assert born.index(pa.array([1800, 1930, 1939, 1940, 2009, 2500, None])).tolist() == [1, 1, 1, 2, 8, 8, 0]
    assert columns["P.DIED"].domain.size == 1 + 4
    assert columns["P.SEX"].domain.labels.tolist() == ["1", "2"]
    assert columns["P.SEX"].index(pa.array(["2", "9", None])).tolist() == [2, 0, 0]


def test_a_person_with_two_rows_is_refused(tmp_path):
    data = people()
    data["NIR"][1] = data["NIR"][0]
    with pytest.raises(SourceError) as error:
        make(stage(tmp_path / "source", data), tmp_path / "out")
    assert error.value.code == "synth-dp-one-row"


def test_noise_is_not_drawn_without_the_secret(tmp_path):
    staged = stage(tmp_path / "source")
    with pytest.raises(ProfileError) as error:
        split_persons(staged, staged.profile.synth, SEED, FLOOR)
    assert error.value.code == "synth-dp-secret"


def test_without_the_extra_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "mbi", None)
    with pytest.raises(UsageError) as error:
        make(stage(tmp_path / "source"), tmp_path / "out")
    assert error.value.code == "synth-dp-extra"
    assert set(RANGES) == {"P.BORN", "P.DIED"}
