"""Synthetic persons of this release and of earlier ones, together: what an intruder holds.

Each release of invented persons is one draw. Draws from one source average out: who was learnt from stands
out of their union more than out of each of them. So the attacks that ask who was learnt from are made again
on the union, as if it were the candidate.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.model import Kind, Profile
from risk.gathering import describing
from risk.previous.earlier import Earlier
from risk.previous.regrouped import aligned
from risk.previous.two_tables import identities, typed
from risk.registers.reading import whole
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable
from tables.typing import ARROW


@contextmanager
def together(subject: Subject, earlier: Sequence[Earlier]) -> Iterator[Subject | None]:
    """The subject with the persons of all draws, on what all of them say; None when that is nothing.

    The files are removed afterwards. OSError and ArrowInvalid when an earlier release cannot be read.
    """
    with TemporaryDirectory(dir=subject.candidate.folder, prefix="draws-") as folder:
        made = _union(subject.candidate, [_tables(subject.profile, one) for one in earlier], Path(folder))
        yield None if made is None else replace(subject, candidate=made, _views={})


def _tables(profile: Profile, earlier: Earlier) -> dict[str, pa.Table]:
    """The earlier tables whose rows can be given to persons, with :data:`PERSON`, as text."""
    read = {name: earlier.table(name) for name in profile.tables}
    there = {name: table for name, table in read.items() if table is not None}
    return {
        name: there[name].append_column(PERSON, pc.binary_join_element_wise(f"{earlier.number}:", who, ""))
        for name, who in identities(profile, there).items()
    }


def _union(candidate: Candidate, draws: Sequence[Mapping[str, pa.Table]], folder: Path) -> Candidate | None:
    wanted, _ = describing(candidate.profile, [candidate, candidate])
    tables, everybody = {}, set()
    for name in (one for one in wanted if all(one in draw for draw in draws)):
        found = _stacked(candidate.tables[name], wanted[name], [draw[name] for draw in draws])
        if found is not None:
            table, rows = found
            path = folder / f"{name}.parquet"
            pq.write_table(rows, path)
            everybody |= set(pc.unique(rows.column(PERSON)).to_pylist())
            tables[name] = replace(table, path=path, rows=rows.num_rows)
    return replace(candidate, folder=folder, tables=tables, persons=len(everybody)) if tables else None


def _stacked(
    table: CandidateTable, columns: Sequence[str], draws: Sequence[pa.Table]
) -> tuple[CandidateTable, pa.Table] | None:
    """The rows of the candidate's table and of the earlier ones, on the columns that all group alike."""
    mine = pq.read_table(table.path, columns=[*columns, PERSON])
    kinds = {column.name: column.kind for column in table.columns}
    said = {name: [_values(mine.column(name), kinds[name], draw, name) for draw in draws] for name in columns}
    kept = [name for name, values in said.items() if all(each is not None for each in values)]
    if not kept:
        return None
    who = pc.binary_join_element_wise("0:", whole(mine.column(PERSON)), "")
    rows = mine.select(kept).append_column(PERSON, who)
    parts = [
        pa.table([*(said[name][place] for name in kept), draw.column(PERSON)], schema=rows.schema)
        for place, draw in enumerate(draws)
    ]
    published = tuple(column for column in table.columns if column.name in kept)
    return replace(table, columns=published), pa.concat_tables([rows, *parts])


def _values(mine: pa.ChunkedArray, kind: Kind, draw: pa.Table, name: str) -> pa.Array | None:
    """A column of an earlier draw, typed as the candidate's; None when it is absent or grouped otherwise."""
    if draw.column_names.count(name) != 1:
        return None
    texts = whole(draw.column(name))
    values = typed(kind, texts)
    if values.null_count != texts.null_count:
        return None
    if ARROW[kind] == pa.string():
        both = aligned(whole(mine), values)
        if both is None or both[1] is not values:
            return None
    return values.cast(mine.type)


def said_before(subject: Subject, earlier: Earlier) -> tuple[str, ...]:
    """Columns that describe persons in both releases and are no secret, as ``TABLE.COLUMN``."""
    wanted, _ = describing(subject.profile, [subject.candidate, subject.candidate])
    found = []
    for name, columns in wanted.items():
        read = earlier.table(name)
        there = [] if read is None else [one for one in columns if one in read.column_names]
        found += [f"{name}.{one}" for one in there]
    return tuple(item for item in found if item not in subject.references.secrets)


def knowing(subject: Subject, more: Sequence[str]) -> Subject:
    """The same subject, attacked by somebody who knows ``more`` of everybody."""
    known = tuple(dict.fromkeys((*subject.profile.risk.knowledge, *more)))
    risk = subject.profile.risk.model_copy(update={"knowledge": known})
    return replace(subject, profile=subject.profile.model_copy(update={"risk": risk}), _views={})
