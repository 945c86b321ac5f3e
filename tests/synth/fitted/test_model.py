"""The model as a file, the holdout, and the draw in shards."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from profiles.errors import ProfileError, UsageError
from synth.fitted import sampling
from synth.fitted.fit import fit
from synth.fitted.holdout import split
from synth.fitted.model import Model
from synth.fitted.sampling import sample
from synth.fitted.settings import FitSettings, Order
from tables.candidate import Staged, StagedTable
from tests.factories import bytes_below
from tests.synth.fitted.source import FLOOR, SEED, model, parts, real, staged


def rare(table, column):
    """Codes that fewer fitted persons than the floor have, or only persons of the holdout."""
    source = real(table)
    fitted = source.filter(pc.is_in(source["__person"], value_set=parts().fitted))
    counted = fitted.group_by(column).aggregate([("__person", "count_distinct")])
    good = counted.filter(pc.greater_equal(counted["__person_count_distinct"], FLOOR))[column]
    return set(source[column].drop_null().to_pylist()) - set(good.to_pylist())


def test_the_saved_model_holds_no_rare_code_and_no_identifier(tmp_path):
    model().save(tmp_path)
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        words = {
            word for name in arrays.files if arrays[name].dtype.kind == "U" for word in arrays[name].tolist()
        }
    text = (tmp_path / "model.json").read_text()

    for table, column in (("ER_PHA_F", "PHA_ATC_C07"), ("ER_PHA_F", "PHA_PRS_C13"), ("T_MCOaaB", "DGN_PAL")):
        codes = rare(table, column) - set(real("T_MCOaaD")["ASS_DGN"].to_pylist())
        assert codes
        assert not codes & words
        assert not [code for code in codes if f'"{code}"' in text]
    assert not set(real("IR_BEN_R")["BEN_NIR_PSA"].to_pylist()) & words
    assert "1Q0000" not in text


def test_a_saved_model_draws_the_same_rows(tmp_path):
    model().save(tmp_path / "model")
    sample(model(), 300, 5, tmp_path / "one")
    sample(Model.load(tmp_path / "model"), 300, 5, tmp_path / "other")

    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "other")


def test_rows_do_not_depend_on_the_number_of_processes(tmp_path):
    sample(model(), 5100, 5, tmp_path / "one")
    sample(model(), 5100, 5, tmp_path / "two", processes=2)

    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")
    assert sampling.SHARD == 5000


def test_another_seed_draws_other_rows(tmp_path):
    sample(model(), 300, 5, tmp_path / "one")
    sample(model(), 300, 6, tmp_path / "two")

    assert pq.read_table(tmp_path / "one" / "ER_PRS_F.parquet") != pq.read_table(
        tmp_path / "two" / "ER_PRS_F.parquet"
    )


def test_holdout_and_fitted_persons_are_all_persons_once():
    found = parts()
    everyone = sorted(real("IR_BEN_R")["__person"].to_pylist())

    assert sorted([*found.fitted.to_pylist(), *found.holdout.to_pylist()]) == everyone
    assert len(found.holdout) == round(0.2 * len(everyone))
    assert split(staged(), 0.2, SEED, FLOOR).holdout == found.holdout
    assert split(staged(), 0.2, SEED + 1, FLOOR).holdout != found.holdout


def test_persons_of_the_holdout_change_nothing(tmp_path):
    """The same model comes out when their rows are not there at all."""
    tables = {}
    for name in staged().tables:
        kept = real(name).filter(pc.is_in(real(name)["__person"], value_set=parts().fitted))
        path = tmp_path / f"{name}.parquet"
        pq.write_table(kept, path)
        tables[name] = StagedTable(name, path, kept.num_rows)
    fit(Staged(staged().profile, tmp_path, tables), FitSettings(floor=FLOOR), parts().fitted, SEED).save(
        tmp_path / "without"
    )
    model().save(tmp_path / "with")

    assert bytes_below(tmp_path / "without") == bytes_below(tmp_path / "with")


def test_what_the_floor_costs_is_told():
    lost = {item.column: item for item in model().lost}

    assert lost["ER_PHA_F.PHA_ATC_C07"].values >= 50
    assert lost["ER_PHA_F.PHA_ATC_C07"].raised > 0
    assert 0 < lost["ER_PHA_F.PHA_PRS_C13"].left_out < lost["ER_PHA_F.PHA_PRS_C13"].rows


def test_fewer_persons_than_the_floor_are_refused():
    with pytest.raises(ProfileError) as error:
        fit(staged(), FitSettings(floor=FLOOR), parts().fitted[:10], SEED)

    assert error.value.code == "synth-too-few-persons"


def test_rules_that_contradict_or_name_nothing_are_refused():
    one, other = "T_MCOaaB.EXE_SOI_DTD", "T_MCOaaB.EXE_SOI_DTF"
    for rules, code in (
        ((Order(one, other), Order(other, one)), "synth-rules-contradict"),
        ((Order(one, "T_MCOaaB.NOWHERE"),), "synth-rule-unknown"),
    ):
        with pytest.raises(ProfileError) as error:
            fit(staged(), FitSettings(floor=FLOOR, rules=rules), parts().fitted, SEED)
        assert error.value.code == code


def test_a_folder_without_a_model_is_an_error(tmp_path):
    with pytest.raises(UsageError) as error:
        Model.load(tmp_path)

    assert error.value.code == "synth-model-unreadable"
    assert isinstance(parts().fitted, pa.Array)
