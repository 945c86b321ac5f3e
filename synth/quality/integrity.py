"""What must hold in every row of synthetic tables: keys that are unique, and that point somewhere."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from profiles.key_chain import target_columns
from profiles.model import Profile
from tables.duck import connect
from tables.keys import orphans, repeated_keys


def broken_keys(profile: Profile, paths: Mapping[str, Path], folder: Path) -> tuple[int, int]:
    """Keys that repeat, and rows whose key points nowhere, over all tables; only published keys count."""
    columns = {name: set(pq.read_schema(path).names) for name, path in paths.items()}
    repeated = lost = 0
    with connect(folder) as con:
        for name, path in paths.items():
            spec = profile.tables[name]
            if spec.primary_key and columns[name].issuperset(spec.primary_key):
                repeated += int(con.execute(repeated_keys(path, spec.primary_key)).fetchall()[0][0])
            for key in spec.foreign_keys:
                to = target_columns(profile, key)
                there = key.references in paths and columns[key.references].issuperset(to)
                if there and columns[name].issuperset(key.columns):
                    sql = orphans(path, key.columns, paths[key.references], to)
                    lost += int(con.execute(sql).fetchall()[0][0])
    return repeated, lost
