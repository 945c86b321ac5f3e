"""SDV beside us: its copula on the largest table, HMA on the largest star that it accepts.

    python -m benchmarks.synth.peers [PERSONS]

HMA takes no composite key, five tables and a depth of two: the star is the persons with four tables that
point at them by one column. Both sides learn from the same rows, with the same values under the floor left
out, and draw as many persons. Each runs in a process of its own: CPU seconds of it and its children, and
the most memory that it held.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.synth import source
from benchmarks.synth.simulator import Tables, simulate
from profiles.model import Profile
from profiles.synth_model import Synth
from synth.engines import make_synthetic, split_persons
from synth.quality import fidelity
from tables.candidate import Staged

PERSONS, SEED, FLOOR = 2_000, 7, 11
STAR = ("IR_BEN_R", "IR_IMB_R", "ER_PRS_F", "ER_PHA_F", "T_MCOaaB")
KEY = "BEN_NIR_PSA"
OWN = {"IR_IMB_R": "IMB_NUM", "ER_PRS_F": "PRS_NUM", "ER_PHA_F": "PHA_NUM", "T_MCOaaB": "RSA_NUM"}
DROPPED = {"BEN_RNG_GEM", "DCT_ORD_NUM", "PRS_ORD_NUM", "ETA_NUM", "FLX_DIS_DTD", "FLX_TRT_DTD",
           "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD", "ORG_CLE_NUM", "REM_TYP_AFF"}  # fmt: skip
CODES = (("ER_PHA_F", "PHA_ATC_C07"), ("ER_PHA_F", "PHA_PRS_C13"), ("T_MCOaaB", "DGN_PAL"),
         ("IR_BEN_R", "BEN_RES_DPT"), ("ER_PRS_F", "PRS_NAT_REF"))  # fmt: skip


def star_of(tables: Tables) -> Tables:
    """Five tables, each with a key of one column, four of which point at the persons."""
    found: Tables = {}
    for name in STAR:
        columns = {key: values for key, values in tables[name].items() if key not in DROPPED}
        owner = columns["__person"]
        columns[KEY] = np.array([text.partition("\x1f")[0] for text in owner.tolist()])
        if name in OWN:
            columns[OWN[name]] = np.char.add(name[:1], np.char.zfill(np.arange(len(owner)).astype(str), 9))
        found[name] = columns | {"__person": columns[KEY]}
    return found


def star(folder: Path, persons: int, seed: int = 1) -> Staged:
    """The star of a simulated source, staged in ``folder``: what HMA and we both learn from."""
    return _staged(star_of(simulate(persons, seed)), STAR, folder)


def widest(folder: Path, persons: int, seed: int = 1) -> Staged:
    """One row a person: the largest table that a single-table synthesizer may take, staged in ``folder``."""
    made = simulate(persons, seed)
    people = {name: values for name, values in made["IR_BEN_R"].items() if name not in DROPPED}
    people[KEY] = np.array([text.partition("\x1f")[0] for text in people["__person"].tolist()])
    order = {text: place for place, text in enumerate(made["IR_BEN_R"]["__person"].tolist())}
    for table in ("ER_PRS_F", "ER_PHA_F", "T_MCOaaB", "T_MCOaaD"):
        owner = made[table].get("__person")
        if owner is not None:
            place = np.array([order[text] for text in owner.tolist()], dtype=np.int64)
            people[f"N_{table}"] = np.bincount(place, minlength=len(order))
    return _staged({"IR_BEN_R": people | {"__person": people[KEY]}}, ("IR_BEN_R",), folder)


def _staged(tables: Tables, names: tuple[str, ...], folder: Path) -> Staged:
    """The tables written as Parquet, with a profile of keys of one column."""
    written = source.stage_tables(tables, folder)
    described: dict[str, Any] = {}
    for name in names:
        described[name] = source.describe(name, list(tables[name])) | {"primary_key": [OWN.get(name, KEY)]}
        direct = {KEY, OWN.get(name, KEY)}
        for column in direct:
            described[name]["columns"][column]["role"] = "direct"
        for column in described[name]["columns"]:
            if column.startswith("N_"):
                described[name]["columns"][column]["type"] = "integer"
        described[name].pop("person", None)
        described[name]["foreign_keys"] = [{"columns": [KEY], "references": "IR_BEN_R"}]
    described["IR_BEN_R"] |= {"person": [KEY], "foreign_keys": []}
    profile = Profile.model_validate(
        {"version": 1, "id": "etoile", "title": "Étoile", "seed": SEED, "tables": described}
    )
    return Staged(profile, folder, written.tables)


def hma_tables(persons: int, folder: Path) -> tuple[Staged, Mapping[str, Path]]:
    """The star's source and HMA's tables for it (Parquet files with ``__person``), both below ``folder``."""
    staged = star(folder / "source", persons)
    made = _make(staged, "sdv-hma", folder / "hma")
    return staged, {name: table.path for name, table in made.items()}


def _make(staged: Staged, engine: str, folder: Path) -> Mapping[str, Any]:
    synth = Synth.model_validate({"engine": engine})
    fitted = split_persons(staged, synth, SEED, FLOOR)
    persons = len(fitted.fitted) + len(fitted.holdout)
    return make_synthetic(staged, synth, fitted.fitted, persons, seed=SEED, folder=folder, floor=FLOOR).tables


def _lines(staged: Staged, made: Mapping[str, Any]) -> dict[str, float]:
    """Distances to the source, by line: 0 is the same."""
    import pyarrow.parquet as pq

    found: dict[str, float] = {}

    def both(table: str, column: str) -> list[np.ndarray[Any, Any]]:
        tables = (pq.read_table(one.path) for one in (staged.tables[table], made[table]))
        return [np.array(one[column].fill_null("").to_pylist(), dtype=str) for one in tables]

    for table, column in CODES:
        if table in made and column in staged.profile.tables[table].columns:
            found[f"tv {column}"] = fidelity.total_variation(*both(table, column))
    people = [
        np.unique(pq.read_table(one["IR_BEN_R"].path)["__person"].to_pylist())
        for one in (staged.tables, made)
    ]
    for table in (name for name in made if name != "IR_BEN_R"):
        rows = [
            np.searchsorted(who, names) for who, names in zip(people, both(table, "__person"), strict=True)
        ]
        found[f"rows {table}"] = fidelity.cardinality(rows[0], len(people[0]), rows[1], len(people[1]))
    if "ER_PHA_F" in made:
        classes, packs = both("ER_PHA_F", "PHA_ATC_C07"), both("ER_PHA_F", "PHA_PRS_C13")
        reference = dict(zip(packs[0].tolist(), classes[0].tolist(), strict=True))
        found["agree CIP13-ATC"] = 1 - fidelity.agreement(packs[1], classes[1], reference)
    return {name: round(float(value), 4) for name, value in found.items()}


SIDES: dict[str, tuple[Callable[[Path, int], Staged], str]] = {
    "ours, star": (star, "pathway"),
    "SDV HMA, star": (star, "sdv-hma"),
    "ours, one table": (widest, "pathway"),
    "SDV copula, one table": (widest, "sdv-gaussian-copula"),
}


def measure(side: str, persons: int) -> dict[str, Any]:
    """One side, in this process."""
    build, engine = SIDES[side]
    with tempfile.TemporaryDirectory() as folder:
        staged = build(Path(folder) / "source", persons)
        started, clock = time.process_time(), time.perf_counter()
        made = _make(staged, engine, Path(folder) / "made")
        cpu, wall = time.process_time() - started, time.perf_counter() - clock
        rows = sum(table.rows for table in staged.tables.values())
        lines = _lines(staged, made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "side": side, "persons": persons, "rows": rows, "cpu_s": round(cpu, 2), "wall_s": round(wall, 2),
        "peak_mib": round(peak), "lines": lines,
    }  # fmt: skip


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
        return
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    for side in SIDES:
        command = [sys.executable, "-m", "benchmarks.synth.peers", side, str(persons)]
        print(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


if __name__ == "__main__":
    main()
