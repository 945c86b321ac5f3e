"""What a candidate would publish, column by column and batch by batch, each value once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.model import Kind, Profile
from profiles.transforms import Generalize, Map, Model
from risk.residuals.folding import Integers
from risk.residuals.hidden import canonical
from tables.candidate import PERSON, Candidate, OutputColumn

ROWS = 262_144
_CLOSING = {"generalize", "map", "pseudonymize", "inherit", "constant", "bin", "round", "truncate", "search"}
"""Steps after which a text comes from a list and is no longer what somebody wrote."""
CODE = 7
"""Characters that a prefix may keep and still be a code (ATC has seven): a longer one may be a name."""


@dataclass(frozen=True)
class Cells:
    """Distinct texts of one place."""

    place: str
    """``TABLE.COLUMN``, or a path inside the release folder."""
    texts: pa.Array
    rows: Integers
    """For each row of the batch, the number of its text; -1 for null."""
    persons: pa.Array | None = None
    """For each row, its person."""
    open_text: bool = False
    """Whether somebody wrote the text freely, for all the profile says."""
    document: bool = False
    """Whether this is no column of a published table: documentation, report, metadata."""


class UnreadableError(Exception):
    """Something that would be published cannot be searched."""


def candidate_cells(candidate: Candidate, table: str, column: OutputColumn) -> Iterator[Cells]:
    """The values of one published column of a candidate, with the person of each row."""
    free = is_open(candidate.profile, table, column)
    for batch in _batches(candidate.tables[table].path, [column.name, PERSON]):
        yield of_values(f"{table}.{column.name}", batch.column(0), batch.column(1), open_text=free)


def of_values(
    place: str,
    values: pa.Array,
    persons: pa.Array | None = None,
    *,
    open_text: bool = False,
    document: bool = False,
) -> Cells:
    """Cells of an array, lists taken apart; UnreadableError when it has no text form."""
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        persons = None if persons is None else persons.take(pc.list_parent_indices(values))
        return of_values(place, values.flatten(), persons, open_text=open_text, document=document)
    coded = as_text(values).dictionary_encode()
    rows = pc.fill_null(coded.indices, -1).to_numpy().astype(np.int64)
    return Cells(place, coded.dictionary, rows, persons, open_text, document)


def of_texts(place: str, texts: Iterable[str]) -> Cells:
    """Cells of a document."""
    return of_values(place, pa.array(texts, pa.large_string()), document=True)


def as_text(values: pa.Array) -> pa.Array:
    """Values of any simple type as text."""
    try:
        return canonical(values)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise UnreadableError from None


def leaves(tree: Any) -> Iterator[str]:
    """Every text of a JSON tree, keys and values, however deep."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node, *node.values()]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str):
            yield node


def is_open(profile: Profile, table: str, column: OutputColumn) -> bool:
    """Whether a published column may hold whatever somebody wrote."""
    if column.kind is not Kind.TEXT or column.values is not None:
        return False
    spec = profile.tables[table].columns.get(column.name) if table in profile.tables else None
    if spec is None:
        return True
    closed = any(name in _CLOSING and not _lets_through(step) for name, step in spec.transform.steps())
    return spec.values is None and spec.nomenclature is None and not closed


def _lets_through(step: Model) -> bool:
    """Whether a step that usually closes a text leaves whole words of it as they were."""
    if isinstance(step, Map):
        return step.otherwise == "keep"
    return isinstance(step, Generalize) and step.prefix is not None and step.prefix > CODE


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS, columns=columns):
            yield batch.select(columns)
