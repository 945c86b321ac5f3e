"""What is known of each row while columns are fitted or drawn: its own, its parent's, its person's."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synth.fitted.bounds import year_span
from synth.fitted.contexts import Context
from synth.fitted.domains import Floats, Ints
from synth.fitted.frames import Nature, Raw

Texts = npt.NDArray[np.object_]


@dataclass
class Scene:
    """Columns of some rows, by name."""

    size: int
    pool: dict[str, Context] = field(default_factory=dict)
    """Columns by which others may be told."""
    numbers: dict[str, Floats] = field(default_factory=dict)
    """Numbers and days."""
    texts: dict[str, Texts] = field(default_factory=dict)
    """Codes."""
    days: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    """Days, and years as their first and last day."""

    def at(self, rows: Ints) -> "Scene":
        """The same columns, for the rows of a part."""
        return Scene(
            len(rows),
            {name: context.at(rows) for name, context in self.pool.items()},
            {name: values[rows] for name, values in self.numbers.items()},
            {name: values[rows] for name, values in self.texts.items()},
            {name: (first[rows], last[rows]) for name, (first, last) in self.days.items()},
        )

    def put(self, drawn: "Scene", rows: Ints, name: str) -> None:
        """A column of some ``rows`` that were drawn again."""
        index = self.pool[name].index.copy()
        index[rows] = drawn.pool[name].index
        self.pool[name] = Context(index, self.pool[name].lookup)
        if name in self.texts:
            self.texts[name][rows] = drawn.texts[name]
        if name in self.numbers:
            self.numbers[name][rows] = drawn.numbers[name]

    def put_day(self, name: str, day: Floats) -> None:
        """A column that is a day."""
        self.numbers[name] = day
        self.days[name] = (day, day)

    def put_year(self, name: str, year: Floats) -> None:
        """A column that is a year."""
        self.numbers[name] = year
        self.days[name] = year_span(year)


def take(raws: Mapping[str, Raw], rows: Ints) -> dict[str, Raw]:
    """Columns of the parent, for the rows of a part."""
    at = pa.array(rows)
    return {
        name: replace(
            raw,
            texts=None if raw.texts is None else raw.texts.take(at),
            numbers=None if raw.numbers is None else raw.numbers[rows],
        )
        for name, raw in raws.items()
    }


def days_of(raws: Mapping[str, Raw], years: set[str], counters: set[str]) -> dict[str, tuple[Floats, Floats]]:
    """Of columns that are days, count days or are ``years``, the first and last day of a value."""
    found = {
        name: (raw.floats, raw.floats)
        for name, raw in raws.items()
        if raw.nature is Nature.DAY or name in counters
    }
    return found | {name: year_span(raws[name].floats) for name in raws if name in years}
