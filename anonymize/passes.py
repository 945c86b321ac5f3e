"""All tables through all their steps, in as many passes as the steps that wait ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from anonymize.kernel import PassKernel, RowKernel
from anonymize.keyed_lookup import KeyedLookup
from anonymize.plan import TablePlan
from anonymize.tabular.waiting import Ending, Waiting, Whole
from tables.candidate import Staged
from tables.engine import map_batches
from tables.progress import Progress


@dataclass
class Passes:
    """Reads every table once, then again those with steps that had to see all rows."""

    con: duckdb.DuckDBPyConnection
    plans: Mapping[str, TablePlan]
    staged: Staged
    work: Path
    """Private folder for what lies between two passes."""
    progress: Progress
    notes: dict[str, int] = field(default_factory=dict, init=False)
    """``<word of the step>:TABLE.COLUMN`` -> rows."""

    def run(self, persons: KeyedLookup, folder: Path) -> dict[str, Path]:
        """Write each table in ``folder``, its rows in the order of the source."""
        paths = {name: self._first(name, persons, folder) for name in self.staged.tables}
        for number in range(1, max(plan.passes for plan in self.plans.values())):
            paths = self._again(number, paths, folder)
        return paths

    def _first(self, table: str, persons: KeyedLookup, folder: Path) -> Path:
        source, plan = self.staged.tables[table], self.plans[table]
        target = self._target(plan, 0, source.path, folder)
        self.progress.start("anonymize", source.rows, table=table)
        map_batches(source.path, RowKernel(plan, persons), target, self.progress)
        self.progress.done()
        return target

    def _again(self, number: int, paths: dict[str, Path], folder: Path) -> dict[str, Path]:
        """One more pass over the tables that need it; all look before any of them changes."""
        seen = {name: self._endings(number, name, paths) for name in paths}
        after = dict(paths)
        for table, endings in seen.items():
            if endings:
                after[table] = self._target(self.plans[table], number, self.staged.tables[table].path, folder)
                map_batches(paths[table], PassKernel(self.plans[table], number, endings), after[table])
                paths[table].unlink()
                self._count(number, table, endings)
        for path in self.work.glob("ending-*"):
            path.unlink()
        return after

    def _target(self, plan: TablePlan, number: int, source: Path, folder: Path) -> Path:
        last = number == plan.passes - 1
        return folder / source.name if last else self.work / f"{number}-{source.name}"

    def _endings(self, number: int, table: str, paths: Mapping[str, Path]) -> dict[str, Ending]:
        """Column -> what its step that waited for this pass finds."""
        sources = {name: staged.path for name, staged in self.staged.tables.items()}
        return {
            column: step.see(
                Whole(
                    self._asked(step, paths[table]),
                    table,
                    column,
                    paths,
                    sources,
                    self._alike(number, step),
                    self.work,
                )
            )
            for column, step in _waiting(self.plans[table], number).items()
        }

    def _asked(self, step: Waiting, path: Path) -> duckdb.DuckDBPyConnection:  # noqa: ARG002 - for other engines
        """The engine that ``step`` asks about the rows at ``path``."""
        return self.con

    def _alike(self, number: int, step: Waiting) -> tuple[tuple[str, str], ...]:
        return tuple(
            (table, column)
            for table, plan in self.plans.items()
            for column, other in _waiting(plan, number).items()
            if (other.name, other.context.domain) == (step.name, step.context.domain)
        )

    def _count(self, number: int, table: str, endings: Mapping[str, Ending]) -> None:
        steps = _waiting(self.plans[table], number)
        for column, ending in endings.items():
            if steps[column].note:
                self.notes[f"{steps[column].note}:{table}.{column}"] = ending.counted
            for word, count in ending.by_word().items():
                self.notes[f"{word}:{table}.{column}"] = count


def _waiting(plan: TablePlan, number: int) -> dict[str, Waiting]:
    ending = {
        column.name: column.passes[number].ending for column in plan.columns if len(column.passes) > number
    }
    return {column: step for column, step in ending.items() if step is not None}
