"""Events that few persons have, and keys of persons kept apart, leave no trace in the model."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from synth.fitted.drawing import draw_shard
from synth.fitted.fit import fit
from synth.fitted.holdout import split
from synth.fitted.model import Model
from synth.fitted.moments import fit_moments
from synth.fitted.settings import FitSettings
from tables.candidate import PERSON, Staged, StagedTable
from tests.factories import bytes_below
from tests.synth.fitted.test_shapes import stage, visits

FLOOR = 11
FIRST = np.datetime64("2020-01-01").astype(int)
DAYS = [FIRST + 30 * one + day for one in range(FLOOR) for day in (0, 3, 8)]
CODES = ["A", "B", "A"] * FLOOR


def with_events(folder: Path, having: int, persons: int = 40) -> Staged:
    """Persons, of whom ``having`` have three events each."""
    names = [f"A{one:03d}" for one in range(persons)]
    own = [name for name in names[:having] for _ in range(3)]
    days = np.array(DAYS[: len(own)], "datetime64[D]")
    tables = {
        "people": {"id": names, "sex": ["1", "2"] * (persons // 2), PERSON: names},
        "care": {
            "id": own,
            "day": pa.array(days),
            "code": CODES[: len(own)],
            PERSON: own,
        },
    }
    specs = {
        "people": {
            "primary_key": ["id"],
            "person": ["id"],
            "columns": {"id": {"role": "direct"}, "sex": {"role": "quasi"}},
        },
        "care": {
            "foreign_keys": [{"columns": ["id"], "references": "people"}],
            "columns": {
                "id": {"role": "direct"},
                "day": {"role": "other", "type": "date"},
                "code": {"role": "sensitive"},
            },
        },
    }
    return stage(folder, tables, specs)


def fitted(staged: Staged) -> Model:
    return fit(staged, FitSettings(floor=FLOOR, leaf=FLOOR), split(staged, 0.0, 1, FLOOR).fitted, 1)


@pytest.mark.parametrize(("having", "persons"), [(1, 40), (10, 40), (8, 16)])
def test_days_of_fewer_persons_than_the_floor_are_not_learnt(tmp_path, having, persons):
    model = fitted(with_events(tmp_path, having, persons))
    moments = model.events[0].moments

    assert moments is not None
    assert not {moments.origin, moments.origin + moments.length - 1} & set(DAYS)
    assert draw_shard(model, 500, np.random.default_rng(1))["care"].scene.size == 0


def test_days_of_the_floor_are_learnt_up_to_the_one_that_enough_persons_reach(tmp_path):
    model = fitted(with_events(tmp_path, FLOOR))

    assert model.events[0].moments is not None
    assert draw_shard(model, 500, np.random.default_rng(1))["care"].scene.size > 0


def test_season_of_a_family_of_few_persons_is_that_of_all():
    person = np.repeat(np.arange(FLOOR + 30), 3)
    family = (person >= FLOOR - 1).astype(np.int64)
    day = FIRST + np.where(family == 0, 5 + person % 9, 100 + 7 * person)
    start, end = np.full_like(day, day.min()), np.full_like(day, day.max())

    def density(family, families):
        return fit_moments(person, family, day, start, end, families, FLOOR, weekly=True).density

    apart, together = density(family, 2), density(family * 0, 1)

    assert np.allclose(apart[0], together[0])
    assert not np.allclose(apart[1], together[0])


def test_keys_of_persons_kept_apart_change_nothing(tmp_path):
    staged = visits(tmp_path)
    parts = split(staged, 0.3, 1, FLOOR)
    table = pq.read_table(staged.tables["condition_occurrence"].path)
    apart = pc.is_in(table[PERSON], value_set=parts.holdout)
    column = "visit_occurrence_id"
    emptied = pc.if_else(apart, pa.nulls(table.num_rows, table[column].type), table[column])
    (tmp_path / "emptied").mkdir()
    path = tmp_path / "emptied" / "condition_occurrence.parquet"
    pq.write_table(table.set_column(table.column_names.index(column), column, emptied), path)
    tables = {**staged.tables, "condition_occurrence": StagedTable("condition_occurrence", path, len(table))}
    settings = FitSettings(floor=FLOOR, leaf=FLOOR)
    fit(staged, settings, parts.fitted, 1).save(tmp_path / "one")
    fit(Staged(staged.profile, tmp_path, tables), settings, parts.fitted, 1).save(tmp_path / "other")

    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "other")
