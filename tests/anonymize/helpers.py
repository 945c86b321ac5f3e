"""Transforms made from what a profile would say, and batches to feed them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from anonymize.keys import Keys
from anonymize.tabular.interface import Context, Transform
from anonymize.tabular.registry import BY_NAME
from anonymize.tabular.waiting import Waiting, Whole
from profiles.model import Column, Kind
from profiles.transforms import Transforms
from tables.candidate import PERSON
from tables.duck import connect
from tables.typing import ARROW

KEYS = Keys(b"a secret of more than 128 bits", "essai")
PEOPLE = ("p1", "p2", "p3")


def make(
    name: str, params: Any = None, kind: Kind = Kind.TEXT, *, keys: Keys | None = KEYS, **more: Any
) -> Transform:
    """One step of column ``T.C``; ``params`` as a profile writes them."""
    step = getattr(Transforms.model_validate({name: params} if params is not None else name), name)
    context = Context(
        table="T",
        column="C",
        spec=Column.model_validate({"role": "other", "type": kind}),
        domain=more.get("domain", "T.C"),
        keys=keys,
        resolve=more.get("resolve", Path),
        seed=more.get("seed", 0),
    )
    return BY_NAME[name](step, kind, context)


def run(transform: Transform, values: Sequence[Any], persons: Sequence[str] | None = None) -> list[Any]:
    """What comes out of one batch; its Arrow type is checked on the way."""
    people = pa.array(persons or ["p1"] * len(values), pa.string())
    result = transform.apply(pa.array(values, ARROW[transform.kind]), people)
    assert (
        result.type
        == ARROW[transform.held_kind() if isinstance(transform, Waiting) else transform.output_kind()]
    )
    assert len(result) == len(values)
    return result.to_pylist()


def wait(
    folder: Path,
    transform: Transform,
    values: Sequence[Any],
    persons: Sequence[str] | None = None,
    size: int = 3,
    **others: pa.Array,
) -> tuple[list[Any], int]:
    """What comes out of a step that waits, in batches of ``size``, and what it counts.

    The values are column ``C`` of table ``T``; ``others``: more columns of that table.
    """
    assert isinstance(transform, Waiting)
    people = pa.array(persons or [f"p{row}" for row in range(len(values))], pa.string())
    source = pa.table({"C": pa.array(values, ARROW[transform.kind]), PERSON: people, **others})
    held = transform.apply(source.column("C").combine_chunks(), people)
    folder.mkdir(exist_ok=True)
    pq.write_table(source, folder / "source.parquet")
    pq.write_table(source.set_column(0, "C", held), folder / "seen.parquet")
    with connect(folder) as con:
        paths = [{"T": folder / f"{name}.parquet"} for name in ("seen", "source")]
        ending = transform.see(Whole(con, "T", "C", *paths, (("T", "C"),), folder))
        parts = [ending(held[:0])]
        parts += [ending(held[start : start + size]) for start in range(0, len(held), size)]
    assert {part.type for part in parts} == {ARROW[transform.output_kind()]}
    return [value for part in parts for value in part.to_pylist()], ending.counted


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Lists of values and nulls."""
    return st.lists(st.one_of(st.none(), values), max_size=25)


def oracle(values: Sequence[Any], function: Callable[[Any], Any]) -> list[Any]:
    """``function`` of each value by pandas, null staying null."""
    import pandas as pd

    column = pd.Series(list(values), dtype=object)
    return [None if pd.isna(item) else item for item in column.map(function, na_action="ignore")]
