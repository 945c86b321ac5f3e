"""A simulated source, fitted once for all tests of this folder."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.synth.source import simulated
from synth.fitted.fit import fit
from synth.fitted.holdout import Split, split
from synth.fitted.model import Model
from synth.fitted.sampling import sample
from synth.fitted.settings import FitSettings
from tables.candidate import Staged

PERSONS, SEED, FLOOR = 2500, 7, 11


@cache
def staged() -> Staged:
    return simulated(Path(mkdtemp()), PERSONS)


@cache
def parts() -> Split:
    return split(staged(), 0.2, SEED, FLOOR)


@cache
def model() -> Model:
    return fit(staged(), FitSettings(floor=FLOOR), parts().fitted, SEED)


@cache
def drawn() -> Path:
    folder = Path(mkdtemp())
    sample(model(), PERSONS, SEED, folder)
    return folder


def real(table: str, *, fitted: bool = False) -> pa.Table:
    found = pq.read_table(staged().tables[table].path)
    if not fitted:
        return found
    import pyarrow.compute as pc

    return found.filter(pc.is_in(found["__person"], value_set=parts().fitted))


def synthetic(table: str) -> pa.Table:
    return pq.read_table(drawn() / f"{table}.parquet")
