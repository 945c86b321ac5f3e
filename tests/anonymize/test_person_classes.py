"""Which quasi-identifiers last for a person, and build classes."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymize.person_classes import lasting
from profiles.model import Profile
from tables.candidate import PERSON
from tables.duck import connect

COLUMNS = {
    "DOCTOR": {"role": "quasi", "transform": "pseudonymize"},
    "SEX": {"role": "quasi"},
    "DAY": {"role": "quasi"},
}


@pytest.mark.parametrize(
    ("persons", "kept"), [("aabb", ["SEX"]), ("abcd", ["DOCTOR", "SEX", "DAY"])], ids=["events", "persons"]
)
def test_a_pseudonym_beside_each_event_is_known_to_nobody(tmp_path, persons, kept):
    table = {"source": {"path": "E.csv"}, "person": ["SEX"], "columns": COLUMNS}
    spec = {"version": 1, "id": "e", "title": "e", "seed": 1, "tables": {"E": table}}
    rows = {PERSON: list(persons), "DOCTOR": ["x"] * 4, "SEX": list("1122"), "DAY": list("5678")}
    pq.write_table(pa.table(rows), tmp_path / "E.parquet")
    with connect(tmp_path) as con:
        found = lasting(
            con,
            Profile.model_validate(spec),
            {"E": tmp_path / "E.parquet"},
            [("E", name) for name in COLUMNS],
        )
    assert [column for _, column in found] == kept
