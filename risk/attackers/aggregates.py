"""The intruder subtracts: from all published cells and totals, what can be told of the hidden ones.

Knowledge: the bytes of the published file, how totals add up, that a listed cell holds somebody,
the floor of persons. Targets: every hidden cell, small ones and those that protect them. Success:
the interval that linear programming gives (the least and the largest value in any table that agrees
with the publication) is narrower than the protection asked. A published cell under the floor of
persons, or where one person weighs too much, counts as a success too.

Source: Hundepool et al., Statistical Disclosure Control, 2012, chapter 4 (intervals, dominance).

Limits: measures are attacked one by one, not the ties between them (each person has a row); the
linear relaxation ignores that counts are whole; what a contributor knows of itself is not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.aggregated.audit import CLOSE, NotSolvedError, audit
from anonymize.aggregated.build import asked_of
from anonymize.aggregated.measure import Asked, width_of_count, width_of_sum
from anonymize.aggregated.rules import Flags, Values
from profiles.model import Aggregate
from profiles.model import Measure as MeasureSpec
from risk.attackers.interface import Attacker, Nature
from risk.decide import Evidence
from risk.findings import Criterion, Finding
from risk.published_cells import Key, PublishedCells, UnusableError, known_rules, read_cells
from risk.statistics import Interval
from risk.subject import Subject
from tables.candidate import PERSONS, PRIMARY, TRUE, AggregatedTable


@dataclass(frozen=True)
class Truth:
    """What the intruder does not see, cell by cell in the order of the file."""

    persons: Values
    primary: Flags
    values: Mapping[str, Values]
    """Measure -> true value, in units of its last decimal."""


class Aggregates(Attacker):
    """Share of cells that are betrayed or should not be there; the limit is 0."""

    name: ClassVar[str] = "aggregates"
    criterion: ClassVar[Criterion] = Criterion.ALL

    def gates(self, nature: Nature) -> bool:  # noqa: ARG002 - totals of any tables
        """Always."""
        return True

    def applies(self, subject: Subject) -> bool:
        """When totals are published."""
        return bool(subject.candidate.aggregated)

    def run(self, subject: Subject) -> list[Finding]:
        """One finding a table, ``aggregates:<name>``."""
        return [self._attack(subject, table) for table in subject.candidate.aggregated.values()]

    def _attack(self, subject: Subject, table: AggregatedTable) -> Finding:
        check, spec = f"{self.name}:{table.name}", subject.profile.aggregate[table.name]
        if subject.package is None:
            return self.inconclusive(subject, check, "not_measured")
        asked = asked_of(spec, subject.policy)
        try:
            cells = read_cells(subject.package / "data" / f"{table.name}.csv", spec)
            truth = _truth(table, spec, cells)
            betrayed, narrowest = _betrayed(cells, truth, table, spec, asked)
        except (UnusableError, NotSolvedError):
            return self.inconclusive(subject, check, "margins_contradict")
        hidden = np.array([cells.hidden(name) for name in cells.values]).all(axis=0)
        shown = ~hidden
        below = shown & (truth.primary | (truth.persons < asked.floor))
        count = len(cells.keys)
        evidence = Evidence(
            interval=Interval.exact((int(betrayed.sum()) + int(below.sum())) / max(1, count)),
            threshold=0.0,
            attempted=count,
            targets=count,
            refused_as="cells_below_floor" if below.any() else "cells_betrayed",
        )
        details = {
            "cells_hidden": int(hidden.sum()),
            "cells_betrayed": int(betrayed.sum()),
            "cells_below": int(below.sum()),
            "cells_published": int(shown.sum()),
            "floor": asked.floor,
            "narrowest": narrowest,
        }
        return self.finding(subject, check, evidence, details=details)


def _betrayed(
    cells: PublishedCells, truth: Truth, table: AggregatedTable, spec: Aggregate, asked: Asked
) -> tuple[Flags, float]:
    """Hidden cells that are known too well, and the smallest width found as a share of the one asked."""
    betrayed, narrowest = np.zeros(len(cells.keys), bool), 1.0
    for name, about in spec.measures.items():
        hidden = cells.hidden(name)
        required = _required(truth, name, about, asked)[hidden]
        lower = 0.0 if about.sum is not None else 1.0
        exclusive = table.exclusive if about.count == "persons" else None
        found = audit(known_rules(cells, lower, exclusive), cells.values[name], hidden, required)
        betrayed[np.flatnonzero(hidden)[found.width < required * (1 - CLOSE)]] = True
        share = found.width / np.maximum(required, 1e-9)
        narrowest = min(narrowest, float(share.min(initial=1.0)))
    return betrayed, narrowest


def _required(truth: Truth, name: str, about: MeasureSpec, asked: Asked) -> Values:
    values = truth.values[name]
    if about.sum is None:
        return width_of_count(values, truth.primary, asked)
    return width_of_sum(values, truth.persons, truth.primary, asked)


def _truth(table: AggregatedTable, spec: Aggregate, cells: PublishedCells) -> Truth:
    """The private values of the cells of the file. UnusableError when the two are not the same table."""
    private = pq.read_table(table.path)
    names = [f"{name}_{level}" for name, one in spec.dimensions.items() for level in one.levels or [""]]
    columns = [private.column(name.removesuffix("_")).to_pylist() for name in names]
    order = {_flat(labels): row for row, labels in enumerate(zip(*columns, strict=True))}
    depths = [len(one.levels) or 1 for one in spec.dimensions.values()]
    try:
        rows = [order[_labels(key, depths)] for key in cells.keys]
    except KeyError:
        raise UnusableError from None
    if len(rows) != private.num_rows:
        raise UnusableError
    values: dict[str, Values] = {}
    for name, about in spec.measures.items():
        unit = 1 if about.sum is None else 10**about.decimals
        values[name] = (_column(private, TRUE + name)[rows].astype(np.float64) * unit).round()
        shown = ~cells.hidden(name)
        if (values[name][shown] != cells.values[name][shown]).any():
            raise UnusableError
    persons = _column(private, PERSONS)[rows].astype(np.float64)
    return Truth(persons, _column(private, PRIMARY)[rows].astype(bool), values)


def _column(table: pa.Table, name: str) -> Values:
    found: Values = table.column(name).to_numpy()
    return found


def _flat(labels: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(label or "" for label in labels)


def _labels(key: Key, depths: list[int]) -> tuple[str, ...]:
    return tuple(
        label
        for members, depth in zip(key, depths, strict=True)
        for label in (*members, *("TOTAL",) * (depth - len(members)))
    )
