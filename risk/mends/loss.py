"""What a mend loses: the measure of the search for the best generalization (``anonymize.search.trees``).

Normalized certainty penalty (Xu et al. 2006, doi:10.1145/1150402.1150504): the values that can no
longer be told from the one published, less one, over all values, less one; a value that was removed
loses 1, and so does each cell of a person left out. The mean is over persons, then over the columns
that an intruder knows or wants, weighted by ``anonymity.weights``.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from risk.labels import Labels, combine, encode
from risk.mends.bench import Bench
from risk.mends.columns import Columns, Option
from tables.candidate import PERSON

TENTHS = 10
"""Intervals, of as many real values each, into which quantities of many values are put."""


@dataclass
class Losses:
    """The loss of each option of each column, computed once."""

    bench: Bench
    columns: Columns
    references: tuple[str, ...]
    """Columns over which the mean is taken."""
    _known: dict[tuple[str, str], float] = field(default_factory=dict, init=False)

    def of(self, reference: str, option: Option) -> float:
        """Mean penalty of a cell of ``reference`` under ``option``; None: as it is now."""
        key = (reference, str(option))
        if key not in self._known:
            self._known[key] = self._penalty(reference, option)
        return self._known[key]

    def total(self, options: dict[str, Option], left_out: float) -> float:
        """The loss with these options, the other columns as they are; ``left_out``: share of persons."""
        weights = {name: self.weight(name) for name in self.references}
        whole = sum(weights.values()) or 1.0
        mean = sum(weights[name] * self.of(name, options.get(name)) for name in self.references) / whole
        return (1 - left_out) * mean + left_out

    def weight(self, reference: str) -> float:
        """What a loss in this column counts for."""
        anonymity = self.bench.loaded.profile.anonymity
        return anonymity.weights.get(reference, 1.0) if anonymity else 1.0

    def _penalty(self, reference: str, option: Option) -> float:
        shown = self.columns.file(reference, option)
        if shown is None:
            return 1.0
        leaves = self.columns.file(reference, {"keep": {}}) or shown
        now = self.columns.file(reference, None)
        if now is not None and not _follows(leaves, now):
            # A shift or a noise is no coarsening: what is published now takes the place of the source.
            leaves = now
        return penalty(leaves, shown)


def penalty(leaves: Path, shown: Path) -> float:
    """Mean over persons of the penalty of their values in the file ``shown``; ``leaves``: before."""
    before, after = _values(leaves), _values(shown)
    fine, coarse = encode(before), encode(after)
    lost = np.asarray(pc.and_(pc.is_null(after), pc.is_valid(before))).astype(bool)
    pairs = combine([coarse, fine])
    first = np.zeros(pairs.groups, dtype=np.int64)
    first[pairs.codes] = np.arange(len(pairs.codes))
    held = np.bincount(coarse.codes[first], minlength=coarse.groups)
    cells = (held[coarse.codes] - 1) / max(1, fine.groups - 1)
    cells[lost] = 1.0
    persons = encode(pq.read_table(shown, columns=[PERSON]).column(0))
    return float((cells / persons.sizes[persons.codes]).sum() / max(1, persons.groups))


def follows(fine: Labels, coarse: Labels) -> bool:
    """Whether ``coarse`` is a function of ``fine``."""
    return combine([fine, coarse]).groups == fine.groups


def _follows(leaves: Path, shown: Path) -> bool:
    return follows(encode(_values(leaves)), encode(_values(shown)))


def _values(path: Path) -> pa.Array:
    column = pq.read_table(path).drop_columns([PERSON]).column(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks != 1 else column.chunk(0)


def merged(before: pa.ChunkedArray, after: pa.ChunkedArray) -> float:
    """The penalty of values merged evenly, for columns of which the rows are not the same."""
    fine, coarse = (pc.count_distinct(values).as_py() for values in (before, after))
    return float(max(0.0, (fine / max(1, coarse) - 1) / max(1, fine - 1)))


def distance(real: pa.ChunkedArray, drawn: pa.ChunkedArray) -> float:
    """How far the values drawn are from the real ones: total variation, by tenths where they are many."""
    if len(real) == 0 or len(drawn) == 0:
        return 1.0
    both = pa.chunked_array([*real.chunks, *drawn.cast(real.type).chunks])
    if pa.types.is_temporal(both.type):
        both = both.cast(pa.timestamp("us")).cast(pa.int64())
    many = pc.count_distinct(both).as_py() > TENTHS**2
    if many and (pa.types.is_integer(both.type) or pa.types.is_floating(both.type)):
        numbers = np.asarray(both.cast(pa.float64()).to_numpy())
        edges = np.nanquantile(numbers[: len(real)], np.linspace(0, 1, TENTHS + 1)[1:-1])
        codes = np.where(np.isnan(numbers), TENTHS, np.searchsorted(edges, numbers))
    else:
        codes = encode(both).codes
    shares = [
        np.bincount(part, minlength=codes.max() + 1) for part in (codes[: len(real)], codes[len(real) :])
    ]
    return float(np.abs(shares[0] / len(real) - shares[1] / len(drawn)).sum() / 2)
