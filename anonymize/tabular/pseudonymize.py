"""Replace an identifier by a keyed pseudonym."""

import pyarrow as pa

from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles.model import Bilingual, Kind


class Pseudonymize(Transform):
    """Base32 of 128 bits of an HMAC of the value, under a key of the domain (see ``anonymize.keys``).

    The same value has the same pseudonym in every table that shares the domain; nobody can
    compute it or come back from it without the secret.
    """

    name = "pseudonymize"
    needs_key = True

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The pseudonym of each value, in its canonical text."""
        return self.keys().pseudonyms(self.context.domain)(canonical_text(values))

    def output_kind(self) -> Kind:
        """Text of 26 characters."""
        return Kind.TEXT

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.pseudonymize", domain=self.context.domain)
