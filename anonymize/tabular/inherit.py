"""Follow the column that a foreign key points at."""

from collections.abc import Mapping

import pyarrow as pa

from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles.model import Bilingual


class Inherit(Transform):
    """The transform of the referenced column, with its parameters and its pseudonym domain.

    It has no kernel of its own: the plan puts the steps of the column at the root of the foreign
    keys (``profiles.key_chain``) after this one, so that every join holds.
    """

    name = "inherit"

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The same values; the steps that follow are those of the root column."""
        return values

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual] | None:
        """The values declared for this column."""
        return values

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.inherit")
