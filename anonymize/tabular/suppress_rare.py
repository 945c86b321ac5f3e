"""Replace values that too few persons carry."""

from collections.abc import Mapping

import pyarrow as pa

from anonymize.rare import find_frequent
from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.waiting import ByValue, Ending, Waiting, Whole
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class SuppressRare(Waiting):
    """A value carried by fewer than ``persons`` distinct persons of its table is replaced.

    The values first take the type of their replacement. When those who get the replacement would
    themselves be too few, they get null instead.
    """

    name = "suppress_rare"
    note = "suppressed_values"
    params: transforms.SuppressRare

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The values, as text when a replacement stands among them."""
        return canonical_text(values) if self.params.replacement else values

    def held_kind(self) -> Kind:
        """The kind of what comes out."""
        return self.output_kind()

    def see(self, whole: Whole) -> Ending:
        """Count the persons of each value."""
        return ByValue(find_frequent(whole.con, whole.path, whole.column, self.params).keep)

    def output_kind(self) -> Kind:
        """The same, but text when there is a replacement."""
        return Kind.TEXT if self.params.replacement else self.kind

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual] | None:
        """The same values, and the replacement."""
        if values is None or not self.params.replacement:
            return values
        return {**values, self.params.replacement: Bilingual()}

    def explain(self) -> Bilingual:
        """What happens to a value."""
        replacement, persons = self.params.replacement, self.params.persons
        if not replacement:
            return words("transform.suppress_rare", persons=persons)
        return words("transform.suppress_rare.replacement", persons=persons, value=replacement)
