"""What is wrong in a table, counted while it streams by: never the values themselves."""

from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from profiles.errors import Place
from profiles.model import Column, Table
from tables.problems import Problem


@dataclass
class Ledger:
    """Counts what is wrong per column, and remembers the first record."""

    place: Place
    rows: int = 0
    found: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def note(self, column: str, code: str, wrong: pa.Array) -> None:
        """``wrong``: a mask over the current batch, true for each record at fault."""
        count = pc.sum(wrong).as_py() or 0
        if count:
            first = self.rows + pc.index(wrong, value=True).as_py() + 1
            earlier, start = self.found.get((column, code), (0, first))
            self.found[column, code] = (earlier + count, start)

    def problems(self, table: Table) -> list[Problem]:
        """One problem a column and code, by the first record."""
        ordered = sorted(self.found.items(), key=lambda item: item[1][1])
        return [
            Problem(
                code,
                replace(self.place, column=column, record=first),
                facts={"count": count, **_facts(table.columns[column])},
            )
            for (column, code), (count, first) in ordered
        ]


def _facts(column: Column) -> dict[str, object]:
    """What was expected of a value."""
    return {"format": column.format or "YYYY-MM-DD"}
