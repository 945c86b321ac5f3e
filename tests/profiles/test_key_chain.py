"""Which columns are keys, as every room that invents or leaves them asks."""

from profiles.key_chain import joining_columns, key_columns
from profiles.model import Profile

DIRECT = {"role": "direct", "transform": "pseudonymize"}
TABLES = {
    "P": {
        "primary_key": ["ID"],
        "person": ["NIR"],
        "columns": {"ID": DIRECT, "NIR": DIRECT, "AGE": {"role": "quasi"}},
    },
    "STAY": {
        "primary_key": ["WARD", "DAY"],
        "foreign_keys": [{"columns": ["PERSON"], "references": "P", "to": ["NIR"]}],
        "columns": {
            "PERSON": {"role": "direct", "transform": "inherit"},
            "WARD": {"role": "other"},
            "DAY": {"role": "other"},
            "CODE": {"role": "sensitive"},
        },
    },
}


def test_keys_are_those_of_rows_and_persons_and_those_that_join():
    tables = {name: {"source": {"path": f"{name}.csv"}, **table} for name, table in TABLES.items()}
    profile = Profile.model_validate({"version": 1, "id": "p", "title": "P", "seed": 1, "tables": tables})

    assert key_columns(profile, "P") == {"ID", "NIR"}
    assert joining_columns(profile, "P") == {"NIR"}
    assert key_columns(profile, "STAY") == {"PERSON", "WARD", "DAY"}
    assert joining_columns(profile, "STAY") == {"PERSON"}
