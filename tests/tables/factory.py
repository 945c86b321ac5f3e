"""Small projects on disk: a profile, its files, and what staging makes of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from profiles.catalogue import Lang, error_text
from profiles.errors import Place, VitrailError
from profiles.loading import LoadedProfile, load_profile
from profiles.model import Table
from tables.sources.csv import CsvReader
from tables.staging import stage

Columns = Mapping[str, Any]


def columns(**types: Any) -> dict[str, Any]:
    """``a="integer"`` is a column of that type; ``direct`` one that is dropped; a mapping is itself."""
    made = {"direct": {"role": "direct", "transform": "drop"}}
    return {
        name: kind if isinstance(kind, dict) else made.get(kind, {"role": "other", "type": kind})
        for name, kind in types.items()
    }


def project(folder: Path, tables: Mapping[str, Mapping[str, Any]], **more: Any) -> LoadedProfile:
    """Write a profile over ``tables`` and load it; each ``data`` (bytes or text) becomes the source."""
    specs = {}
    for name, given in tables.items():
        spec = dict(given)
        data, source = spec.pop("data", None), dict(spec.pop("source", {}))
        source.setdefault("path", f"{name}.csv")
        if data is not None:
            raw = data if isinstance(data, bytes) else data.encode("utf-8")
            (folder / source["path"]).write_bytes(raw)
        specs[name] = {"source": source, **spec}
    profile = {"version": 1, "id": "test", "title": "Test", "seed": 1, "tables": specs, **more}
    path = folder / "profile.yaml"
    path.write_text(json.dumps(profile, ensure_ascii=False, indent=1), encoding="utf-8")
    return load_profile(path, {})


def one_table(folder: Path, data: bytes | str, cols: Columns, **spec: Any) -> LoadedProfile:
    """A project of one table named ``T``."""
    return project(folder, {"T": {"data": data, "columns": dict(cols), **spec}})


def staged_rows(loaded: LoadedProfile, folder: Path, table: str = "T") -> list[dict[str, Any]]:
    """The rows of a table once staged, the person among them."""
    staged = stage(loaded, folder / "staged")
    return pq.read_table(staged.tables[table].path).to_pylist()


def messages(error: VitrailError) -> str:
    """Everything a user may see of an error, in both languages."""
    return "\n".join(error_text(error, lang) for lang in Lang) + repr(error) + repr(vars(error))


def csv_rows(path: Path, names: list[str], **source: Any) -> list[dict[str, Any]]:
    """All rows that the CSV reader gives."""
    spec = {"source": {"path": str(path), **source}, "columns": {name: {"role": "other"} for name in names}}
    reader = CsvReader(path, Table.model_validate(spec), Place(file=path.name))
    assert list(reader.header()) == names
    return [row for batch in reader.batches(names) for row in batch.to_pylist()]
