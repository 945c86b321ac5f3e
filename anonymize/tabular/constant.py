"""Replace every value by one."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class Constant(Transform):
    """The same text in every row that had a value: only whether there was one is published."""

    name = "constant"
    params: transforms.Constant

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The constant where there is a value."""
        constant = pa.scalar(self.params.value or None, pa.string())
        return pc.if_else(values.is_valid(), constant, pa.scalar(None, pa.string()))

    def may_blank(self) -> bool:
        """With an empty constant."""
        return not self.params.value

    def output_kind(self) -> Kind:
        """Text, whatever came in."""
        return Kind.TEXT

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual]:
        """The constant alone."""
        return {self.params.value: Bilingual()} if self.params.value else {}

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.constant", value=self.params.value)
