"""Replace an identifier by a number."""

import pyarrow as pa

from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.waiting import Ending, Waiting, Whole, by_query
from anonymize.tabular.words import words
from profiles.model import Bilingual, Kind
from tables.duck import quote, scan


class Surrogate(Waiting):
    """Numbers 1, 2, 3… in the order of a keyed pseudonym, which tells nothing of the identifiers.

    The same value has the same number wherever the domain is the same. Nothing of the key is in
    the numbers themselves; without it they can't be attributed again, and another value in the
    source may change them all.
    """

    name = "surrogate"
    needs_key = True

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The pseudonym that orders the numbers."""
        return self.keys().pseudonyms(f"surrogate {self.context.domain}")(canonical_text(values))

    def held_kind(self) -> Kind:
        """Text of 26 characters."""
        return Kind.TEXT

    def see(self, whole: Whole) -> Ending:
        """Number the pseudonyms of the domain, over all tables."""
        values = " UNION ALL ".join(
            f"SELECT {quote(column)} AS value FROM {scan(whole.paths[table])}"
            for table, column in whole.alike
        )
        numbers = (
            f"SELECT value, row_number() OVER (ORDER BY value) AS number"
            f" FROM (SELECT DISTINCT value FROM ({values}) WHERE value IS NOT NULL)"
        )
        return by_query(
            whole,
            f"SELECT n.number FROM {scan(whole.path, row=True)} AS t LEFT JOIN ({numbers}) AS n"
            f" ON t.{quote(whole.column)} = n.value ORDER BY t.file_row_number",
            Kind.INTEGER,
        )

    def output_kind(self) -> Kind:
        """A whole number."""
        return Kind.INTEGER

    def explain(self) -> Bilingual:
        """What happens to a value."""
        return words("transform.surrogate", domain=self.context.domain)
