"""The shape of a column transform."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.keys import Keys
from profiles.errors import Place, ProfileError, SourceError
from profiles.model import Bilingual, Column, Kind
from profiles.transforms import Model

ANY_KIND = frozenset(Kind)
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.YEAR})
WHOLE_NUMBERS = frozenset({Kind.INTEGER, Kind.YEAR})
DATES = frozenset({Kind.DATE, Kind.DATETIME})


@dataclass(frozen=True)
class Context:
    """What a transform may know besides the values: its column, its keys, its files."""

    table: str
    column: str
    spec: Column
    domain: str
    """Pseudonym domain: ``TABLE.COLUMN`` at the root of the foreign keys, or the profile's word."""
    keys: Keys | None
    """None when the profile needs no key."""
    resolve: Callable[[str], Path]
    """The real path of a file that the transform's parameters name; ProfileError when out of bounds."""
    seed: int = 0
    """Seed of the profile; what is drawn from it also depends on the keys, since the profile is no secret."""

    identifiers: tuple[tuple[str, str], ...] = ()
    """Table and column of all that points at a person in the source."""

    @property
    def place(self) -> Place:
        """The column, for an error."""
        return Place(table=self.table, column=self.column)


class Transform(ABC):
    """One step on one column: array in, array of the same length out; null stays null.

    What comes out of a row depends on its value and its person only, so that any split of a
    table into batches gives the same.
    """

    name: ClassVar[str]
    needs_key: ClassVar[bool] = False
    accepts: ClassVar[frozenset[Kind]] = ANY_KIND
    """Logical types of the values it can take."""

    def __init__(self, params: Model, kind: Kind, context: Context) -> None:
        """Raises ProfileError when the parameters do not suit the kind of values."""
        self.params = params
        self.kind = kind
        """Logical type of the values that come in."""
        self.context = context
        if kind not in self.accepts:
            raise ProfileError("anonymize-kind", context.place, step=self.name, kind=kind.value)
        if self.needs_key and context.keys is None:
            raise ProfileError("anonymize-no-secret", context.place, step=self.name)

    @abstractmethod
    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """Transform one batch.

        ``persons``: the source person of each row, text, plain or dictionary-encoded. Raises
        SourceError (see :meth:`check`) when a value can't be transformed.
        """

    def apply_in_row(self, values: pa.Array, persons: pa.Array, row: Mapping[str, pa.Array]) -> pa.Array:
        """:meth:`apply`, for a step that looks at other columns too; ``row``: as the source has them."""
        return self.apply(values, persons)

    def output_kind(self) -> Kind:
        """Logical type of the values that come out."""
        return self.kind

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual] | None:
        """The only values that can come out when only ``values`` come in; None when not limited."""
        return None

    def may_blank(self) -> bool:
        """Whether a value may become null, rare values apart."""
        return False

    @abstractmethod
    def explain(self) -> Bilingual:
        """What happens to a value, in words for a steward."""

    def keys(self) -> Keys:
        """The keys, which a transform with ``needs_key`` always has."""
        if self.context.keys is None:
            raise ProfileError("anonymize-no-secret", self.context.place, step=self.name)
        return self.context.keys

    def check(self, bad: pa.Array, code: str) -> None:
        """Raise SourceError ``code`` when any of ``bad`` (boolean, one a row) is true.

        It tells how many rows of the batch are bad and where the first is: 1-based within the
        batch, which :mod:`anonymize.kernel` turns into a record of the table.
        """
        count = pc.sum(bad).as_py() or 0
        if count:
            place = Place(
                table=self.context.table,
                column=self.context.column,
                record=pc.index(bad, pa.scalar(value=True)).as_py() + 1,
            )
            raise SourceError(code, place, step=self.name, count=count)
