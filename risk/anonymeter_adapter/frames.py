"""Three frames as columns of plain numbers.

Neither a quote nor a date nor a missing value can then do harm in anonymeter: texts, booleans and
sets become the number of a category, dates a number of days, and a missing value is a category of
its own or, among numbers, NaN.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from risk.anonymeter_adapter.encoding import Column, column_of, encode_column


@dataclass(frozen=True)
class Frames:
    """Original, candidate and, when there is one, control, one row a person."""

    columns: tuple[Column, ...]
    """Columns that vary."""
    constant: tuple[str, ...] = ()
    """Columns left out because all persons of all frames have the same value."""

    @property
    def originals(self) -> int:
        """Persons that the candidate was made from."""
        return len(self.columns[0].original) if self.columns else 0

    @property
    def controls(self) -> int | None:
        """Persons that the candidate was not made from; None without a control."""
        control = self.columns[0].control if self.columns else None
        return None if control is None else len(control)

    def select(self, names: Iterable[str]) -> "Frames":
        """The same frames with the varying columns of ``names`` only, in that order."""
        known = {column.name: column for column in self.columns}
        return Frames(tuple(known[name] for name in names if name in known), self.constant)


def encode(
    original: Any, candidate: Any, control: Any = None, columns: Sequence[str] | None = None
) -> Frames:
    """Encode ``columns`` (default: all that every frame has) of pandas, polars or Arrow frames."""
    frames = [original, candidate, *([] if control is None else [control])]
    shared = [name for name in _names(candidate) if all(name in _names(frame) for frame in frames)]
    wanted = shared if columns is None else [name for name in columns if name in shared]
    encoded = [encode_column(name, [column_of(frame, name) for frame in frames]) for name in wanted]
    varying = tuple(column for column in encoded if not column.is_constant)
    return Frames(varying, tuple(column.name for column in encoded if column.is_constant))


def _names(frame: Any) -> list[str]:
    return list(frame.column_names) if isinstance(frame, pa.Table) else list(frame.columns)
