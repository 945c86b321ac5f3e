"""The simulated source as the fit reads it: staged Parquet files and the profile that describes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.synth.simulator import KEY, Tables, simulate
from profiles.model import Profile
from tables.candidate import Staged, StagedTable

BENEFICIARY = ["BEN_NIR_PSA", "BEN_RNG_GEM"]
STAY = ["ETA_NUM", "RSA_NUM"]
KEYS: dict[str, dict[str, Any]] = {
    "IR_BEN_R": {"primary_key": BENEFICIARY, "person": BENEFICIARY},
    "IR_IMB_R": {"foreign_keys": [{"columns": BENEFICIARY, "references": "IR_BEN_R"}]},
    "ER_PRS_F": {
        "primary_key": KEY,
        "foreign_keys": [{"columns": BENEFICIARY, "references": "IR_BEN_R"}],
    },
    "ER_PHA_F": {"primary_key": KEY, "foreign_keys": [{"columns": KEY, "references": "ER_PRS_F"}]},
    "T_MCOaaB": {
        "primary_key": STAY,
        "foreign_keys": [{"columns": BENEFICIARY, "references": "IR_BEN_R"}],
    },
    "T_MCOaaD": {
        "primary_key": [*STAY, "DGN_ASS_NUM"],
        "foreign_keys": [{"columns": STAY, "references": "T_MCOaaB"}],
    },
}
DIRECT = {"BEN_NIR_PSA", "BEN_RNG_GEM", "DCT_ORD_NUM", "RSA_NUM"}
TYPES = {
    "BEN_NAI_ANN": "year", "BEN_DCD_DTE": "date", "IMB_ALD_DTD": "date", "IMB_ALD_DTF": "date",
    "FLX_DIS_DTD": "date", "FLX_TRT_DTD": "date", "DCT_ORD_NUM": "integer", "PRS_ORD_NUM": "integer",
    "EXE_SOI_DTD": "date", "EXE_SOI_DTF": "date", "PRS_PAI_MNT": "number", "PHA_ACT_QSN": "integer",
    "PHA_ACT_PRU": "number", "SEJ_NBJ": "integer", "AGE_ANN": "integer", "DGN_ASS_NUM": "integer",
}  # fmt: skip


def describe(name: str, columns: list[str]) -> dict[str, Any]:
    """One table of the profile."""
    keys = {**KEYS[name]}
    return keys | {
        "source": {"path": f"{name}.parquet"},
        "columns": {
            column: {"role": "direct" if column in DIRECT else "other", "type": TYPES.get(column, "text")}
            for column in columns
            if column != "__person"
        },
    }


def profile_of(tables: Mapping[str, list[str]]) -> Profile:
    """The profile of tables, by their columns."""
    return Profile.model_validate(
        {
            "version": 1,
            "id": "simulateur",
            "title": "Simulateur",
            "seed": 7,
            "tables": {name: describe(name, columns) for name, columns in tables.items()},
        }
    )


def stage_tables(tables: Tables, folder: Path) -> Staged:
    """Write the tables as Parquet files of ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = profile_of({name: list(columns) for name, columns in tables.items()})
    staged = {}
    for name, columns in tables.items():
        table = pa.table({column: _arrow(values) for column, values in columns.items()})
        pq.write_table(table, folder / f"{name}.parquet")
        staged[name] = StagedTable(name, folder / f"{name}.parquet", table.num_rows)
    return Staged(profile, folder, staged)


def _arrow(values: Any) -> pa.Array:
    if values.dtype.kind == "U":
        return pa.array(values.tolist(), pa.string())
    if values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[D]"), pa.date32())
    return pa.array(values.astype(np.float64 if values.dtype.kind == "f" else np.int64))


def simulated(folder: Path, persons: int, seed: int = 1) -> Staged:
    """A simulated source of ``persons``, staged in ``folder``."""
    return stage_tables(simulate(persons, seed), folder)


def staged_in(folder: Path) -> Staged:
    """What :func:`simulated` staged in ``folder``, read again."""
    columns = {name: pq.read_schema(folder / f"{name}.parquet").names for name in KEYS}
    profile = profile_of(columns)
    found = {name: folder / f"{name}.parquet" for name in columns}
    tables = {name: StagedTable(name, path, pq.read_metadata(path).num_rows) for name, path in found.items()}
    return Staged(profile, folder, tables)
