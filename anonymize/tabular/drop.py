"""Leave a column out."""

import pyarrow as pa

from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles.model import Bilingual


class Drop(Transform):
    """No value at all: the column is absent from the release."""

    name = "drop"

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """Nulls, which nobody publishes."""
        return pa.nulls(len(values), values.type)

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.drop")
