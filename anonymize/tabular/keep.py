"""Publish a value as it is."""

from collections.abc import Mapping

import pyarrow as pa

from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles.model import Bilingual


class Keep(Transform):
    """The value itself: for a column that tells nobody who a person is."""

    name = "keep"

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The same values."""
        return values

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual] | None:
        """The values declared for the source."""
        return values

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.keep")
