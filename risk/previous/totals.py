"""Two releases of tables of totals: what the difference of two published cells counts."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.tabular.canonical import canonical_text
from risk.labels import combine, encode
from risk.previous.earlier import Earlier
from risk.previous.released import Difference
from risk.registers.reading import whole
from risk.subject import Subject
from tables.candidate import PUBLISHED, STATUS


def difference_of_totals(subject: Subject, earlier: Earlier) -> Difference | None:
    """The worst of the cells that both publish; None when no table has any."""
    worst: Difference | None = None
    for name, table in subject.candidate.aggregated.items():
        read, spec = earlier.table(name), subject.profile.aggregate[name]
        mine = pq.read_table(table.path)
        dimensions = [
            one.name for one in table.columns if one.name not in spec.measures and one.name != STATUS
        ]
        counted = [one for one, about in spec.measures.items() if about.count is not None]
        if read is None or not {*dimensions, STATUS} <= set(read.column_names):
            continue
        for measure in [one for one in counted if one in read.column_names]:
            floor = max(spec.floor or 0, subject.policy.persons_floor)
            published, kept = (_cells(one, dimensions, measure) for one in (mine, read))
            concerned, isolated = cells(published, kept, dimensions, measure, floor)
            if worst is None or isolated * max(1, worst.concerned) > worst.isolated * max(1, concerned):
                worst = Difference(concerned, isolated, 0, 0, 0)
    return worst


def _cells(table: pa.Table, dimensions: list[str], measure: str) -> pa.Table:
    """Published cells: dimensions as text, the measure as a number."""
    shown = table.filter(pc.equal(table.column(STATUS), PUBLISHED))
    texts = {name: canonical_text(whole(shown.column(name))) for name in dimensions}
    return pa.table(texts | {measure: whole(shown.column(measure)).cast(pa.float64())})


def cells(
    new: pa.Table, old: pa.Table, dimensions: Sequence[str], measure: str, floor: int
) -> tuple[int, int]:
    """Persons whom the difference of two tables of totals counts: all, and those in cells below ``floor``.

    Cells with the same totalled dimensions count the same persons again: the worst such set is taken.
    """
    worst = (0, 0)
    joined = new.select([*dimensions, measure]).join(
        old.select([*dimensions, measure]), keys=list(dimensions), join_type="inner", right_suffix="__old"
    )
    mine = joined.column(measure).to_numpy().astype(float)
    theirs = joined.column(f"{measure}__old").to_numpy().astype(float)
    change = np.abs(mine - theirs)
    levels = combine([encode(pc.equal(joined.column(name), "TOTAL")) for name in dimensions]).codes
    for level in np.unique(levels):
        here = change[levels == level]
        found = int(here.sum()), int(here[here < floor].sum())
        if found[1] * max(1, worst[0]) > worst[1] * max(1, found[0]) or worst == (0, 0):
            worst = found
    return worst
