"""What is known of each row while columns are fitted or drawn: its own, its parent's, its person's."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pyarrow as pa

from synth.fitted.bounds import year_span
from synth.fitted.contexts import Context
from synth.fitted.domains import Codes, Floats, Ints
from synth.fitted.frames import Nature, Raw

V = TypeVar("V")


class Taken(MutableMapping[str, V]):
    """Columns of the rows of a part: each is taken from those of the whole when it is first looked at."""

    def __init__(self, whole: Mapping[str, V], take: Callable[[V], V]) -> None:
        self._waiting, self._take = dict.fromkeys(whole), take
        self._whole = whole
        self._here: dict[str, V] = {}

    def __getitem__(self, name: str) -> V:
        if name in self._waiting:
            self[name] = self._take(self._whole[name])
        return self._here[name]

    def __setitem__(self, name: str, column: V) -> None:
        self._waiting.pop(name, None)
        self._here[name] = column

    def __delitem__(self, name: str) -> None:
        self._waiting.pop(name, None)
        self._here.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._here or name in self._waiting

    def __iter__(self) -> Iterator[str]:
        return iter([*self._here, *self._waiting])

    def __len__(self) -> int:
        return len(self._here) + len(self._waiting)


@dataclass
class Scene:
    """Columns of some rows, by name."""

    size: int
    pool: MutableMapping[str, Context] = field(default_factory=dict)
    """Columns by which others may be told."""
    numbers: MutableMapping[str, Floats] = field(default_factory=dict)
    """Numbers and days."""
    texts: MutableMapping[str, Codes] = field(default_factory=dict)
    """Codes."""
    days: MutableMapping[str, tuple[Floats, Floats]] = field(default_factory=dict)
    """Days, and years as their first and last day."""

    def value(self, name: str) -> Codes | Floats | None:
        """What is drawn of a column, None when nothing is."""
        return self.texts[name] if name in self.texts else self.numbers.get(name)

    def at(self, rows: Ints) -> "Scene":
        """The same columns, for the rows of a part."""
        return Scene(
            len(rows),
            Taken(self.pool, lambda context: context.at(rows)),
            Taken(self.numbers, lambda values: values[rows]),
            Taken(self.texts, lambda codes: codes.at(rows)),
            Taken(self.days, lambda pair: (pair[0][rows], pair[1][rows])),
        )

    def put(self, drawn: "Scene", rows: Ints, name: str) -> None:
        """A column of some ``rows`` that were drawn again."""
        index = self.pool[name].index.copy()
        index[rows] = drawn.pool[name].index
        self.pool[name] = Context(index, self.pool[name].lookup)
        if name in self.texts:
            self.texts[name] = replace(self.texts[name], index=index)
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
