"""Give a value to the search for the best generalization."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pyarrow as pa

from anonymize.hierarchies.interface import Hierarchy
from anonymize.hierarchies.registry import find_hierarchy
from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.grid import decimal, is_whole, plain
from anonymize.tabular.interface import ANY_KIND, DATES, NUMBERS, Context, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.errors import ProfileError, SourceError
from profiles.model import Bilingual, Kind

Labels = list[str | None]


class Search(Transform):
    """The value as text: what it becomes is decided once every person is seen (``anonymize.search``).

    A missing value is a leaf of its own under the root of the hierarchy.
    """

    name = "search"
    params: transforms.Search

    def __init__(self, params: transforms.Search, kind: Kind, context: Context) -> None:
        """Raises ProfileError when the rule does not suit the type, or the hierarchy is unknown."""
        super().__init__(params, kind, context)
        suited = NUMBERS if params.widths else DATES if params.dates else ANY_KIND
        if kind not in suited:
            raise ProfileError("anonymize-kind", context.place, step=self.name, kind=kind.value)
        self._hierarchy: Hierarchy | None = None
        if params.hierarchy is not None:
            self._hierarchy = find_hierarchy(params.hierarchy, context.resolve, context.place)

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The values as text."""
        return canonical_text(values)

    def output_kind(self) -> Kind:
        """Text: a group of values is no number."""
        return Kind.TEXT

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.search")

    def leaves(self, values: Sequence[str | None]) -> Labels:
        """Every leaf of the hierarchy: those of the file, else the values that occur."""
        known = None if self._hierarchy is None else self._hierarchy.leaves()
        if known is None:
            return list(values)
        self._check_known(values)
        return [*known, *(value for value in values if value is None)]

    def levels(self, leaves: Sequence[str | None]) -> list[Labels]:
        """The label of each leaf at each level, finest first.

        Raises SourceError when a shipped hierarchy does not know a value.
        """
        own: list[Labels] = [list(leaves)]
        if self._hierarchy is not None:
            texts = [leaf for leaf in leaves if leaf is not None]
            for level in range(1, len(self._hierarchy.levels)):
                found = iter(self._hierarchy.generalize(texts, level))
                own.append([None if leaf is None else next(found) for leaf in leaves])
            self._check_complete(leaves, own)
            return own
        own += [[None if leaf is None else rule(leaf) for leaf in leaves] for rule in self._rules()]
        return own

    def _check_known(self, values: Sequence[str | None]) -> None:
        known = set((self._hierarchy.leaves() or ()) if self._hierarchy else ())
        unknown = sum(value is not None and value not in known for value in values)
        if unknown:
            raise SourceError("search-value-unknown", self.context.place, count=unknown)

    def _check_complete(self, leaves: Sequence[str | None], levels: list[Labels]) -> None:
        found = [place for place, leaf in enumerate(leaves) if leaf is not None]
        lost = sum(any(row[place] is None for row in levels) for place in found)
        if lost:
            raise SourceError("search-value-unknown", self.context.place, count=lost)

    def _rules(self) -> list[Callable[[str], str]]:
        if self.params.prefix:
            return [itemgetter(slice(size)) for size in self.params.prefix]
        if self.params.widths:
            return [_interval(decimal(width), self.kind) for width in self.params.widths]
        return [_PERIODS[period] for period in self.params.dates or ()]


def _interval(width: Decimal, kind: Kind) -> Callable[[str], str]:
    whole = kind is not Kind.NUMBER and is_whole(width)

    def label(text: str) -> str:
        low = (Decimal(text) / width).to_integral_value("ROUND_FLOOR") * width
        if not whole:
            return f"[{plain(low)};{plain(low + width)}["
        high = low + width - 1
        return f"[{plain(low)};{plain(high)}]" if low < 0 else f"{plain(low)}-{plain(high)}"

    return label


def _quarter(text: str) -> str:
    return f"{text[:4]}-Q{(int(text[5:7]) + 2) // 3}"


_PERIODS: dict[Any, Callable[[str], str]] = {
    "month": lambda text: text[:7],
    "quarter": _quarter,
    "year": lambda text: text[:4],
}
