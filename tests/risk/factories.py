"""Candidates and profiles for tests, from columns written by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.model import Kind, Profile, Role
from profiles.policy import effective_policy
from risk.decide import Evidence
from risk.findings import Criterion, Decision, Finding
from risk.statistics import Interval
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn

Columns = Mapping[str, Sequence[Any]]


def profile(roles: Mapping[str, Mapping[str, str]], **more: Any) -> Profile:
    """A profile whose tables have columns of the given roles."""
    tables = {
        name: {
            "source": {"path": f"{name}.csv"},
            "columns": {column: {"role": role} for column, role in columns.items()},
        }
        for name, columns in roles.items()
    }
    start = {"version": 1, "id": "test", "title": "test", "seed": 7, "tables": tables}
    return Profile.model_validate(start | more)


def candidate(
    folder: Path,
    spec: Profile,
    tables: Mapping[str, Columns],
    nature: Literal["real", "synthetic"] = "real",
) -> Candidate:
    """A candidate with these values; ``__person`` is a column of each table, one person a row if absent."""
    written = {}
    for name, columns in tables.items():
        rows = len(next(iter(columns.values())))
        persons = columns.get(PERSON, [f"p{number:06d}" for number in range(rows)])
        values = {column: value for column, value in columns.items() if column != PERSON}
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table({PERSON: pa.array(persons, pa.string()), **values}), path)
        published = tuple(
            OutputColumn(column, Kind.TEXT, Role(spec.tables[name].columns[column].role)) for column in values
        )
        written[name] = CandidateTable(name, path, rows, published)
    persons = {
        person for table in written.values() for person in pq.read_table(table.path)[PERSON].to_pylist()
    }
    return Candidate(spec, folder, written, nature, persons=len(persons))


def subject(
    folder: Path,
    tables: Mapping[str, Columns],
    roles: Mapping[str, Mapping[str, str]],
    nature: Literal["real", "synthetic"] = "real",
    **more: Any,
) -> Subject:
    """A subject whose candidate holds these values."""
    spec = profile(roles, **more)
    return Subject(spec, effective_policy(spec), candidate(folder, spec, tables, nature))


def finding(check: str, decision: Decision, *, gates: bool = True, **more: Any) -> Finding:
    """A finding with the given decision."""
    attacker = check.partition(":")[0]
    return Finding(check, attacker, Criterion.SINGLING_OUT, gates, decision, **more)


def evidence(
    estimate: float, lower: float, upper: float, threshold: float | None = 0.09, **more: Any
) -> Evidence:
    """Evidence on 1,000 of 1,000 targets at 0.95."""
    start: dict[str, Any] = {"attempted": 1000, "targets": 1000, "confidence": 0.95}
    return Evidence(interval=Interval(estimate, lower, upper), threshold=threshold, **(start | more))
