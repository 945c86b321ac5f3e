"""Persons kept away from the fit, to attack what it makes: the control group."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import ProfileError
from tables.candidate import PERSON, Staged

STAGE = 61
"""Of the random numbers: shared with no other draw."""


@dataclass(frozen=True)
class Split:
    """The persons of the source, by their ``__person``, each list sorted."""

    fitted: pa.Array
    holdout: pa.Array


def split(staged: Staged, share: float, seed: int, floor: int) -> Split:
    """Draw ``share`` of the persons of all tables as holdout; the same for the same seed and persons.

    Raises ProfileError ``synth-too-few-persons`` when fewer than ``floor`` would be fitted.
    """
    columns = [pq.read_table(table.path, columns=[PERSON]).column(PERSON) for table in staged.tables.values()]
    texts = [pc.unique(column).cast(pa.string()) for column in columns]
    everyone = pc.unique(pa.concat_arrays(texts)).drop_null()
    everyone = everyone.take(pc.sort_indices(everyone))
    kept_away = round(share * len(everyone))
    if len(everyone) - kept_away < floor:
        raise ProfileError("synth-too-few-persons", persons=len(everyone) - kept_away, floor=floor)
    chosen = np.zeros(len(everyone), dtype=bool)
    chosen[np.random.default_rng([seed, STAGE]).permutation(len(everyone))[:kept_away]] = True
    mask = pa.array(chosen)
    return Split(everyone.filter(pc.invert(mask)), everyone.filter(mask))
