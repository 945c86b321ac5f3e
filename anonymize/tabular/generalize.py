"""Replace a code by a coarser one."""

from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.hierarchies.interface import Hierarchy
from anonymize.hierarchies.registry import find_hierarchy
from anonymize.keyed_lookup import KeyedLookup
from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.interface import Context, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.errors import ProfileError
from profiles.model import Bilingual, Kind


class Generalize(Transform):
    """The first characters of a code, or what stands above it in a hierarchy.

    A code shorter than the prefix stays as it is. A code that the hierarchy does not know stops
    the run: publishing it would publish something nobody has looked at.
    """

    name = "generalize"
    params: transforms.Generalize

    def __init__(self, params: transforms.Generalize, kind: Kind, context: Context) -> None:
        """Raises ProfileError on an unknown hierarchy or level, SourceError on a broken file."""
        super().__init__(params, kind, context)
        if params.prefix is not None and kind is not Kind.TEXT:
            raise ProfileError("anonymize-kind", context.place, step=self.name, kind=kind.value)

    @cached_property
    def _way(self) -> tuple[Hierarchy, int]:
        hierarchy = find_hierarchy(str(self.params.hierarchy), self.context.resolve, self.context.place)
        return hierarchy, hierarchy.level_number(str(self.params.level), self.context.place)

    @cached_property
    def _lookup(self) -> KeyedLookup:
        hierarchy, level = self._way
        return KeyedLookup(
            lambda codes: pa.array(hierarchy.generalize(codes.to_pylist(), level), pa.string())
        )

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The coarser codes, as text."""
        if self.params.prefix is not None:
            return pc.utf8_slice_codeunits(values, 0, self.params.prefix)
        coarse = self._lookup(canonical_text(values))
        if coarse.null_count > values.null_count:
            self.check(pc.and_(values.is_valid(), coarse.is_null()), "hierarchy-value-unknown")
        return coarse

    def output_kind(self) -> Kind:
        """Text."""
        return Kind.TEXT

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if self.params.prefix is not None:
            return words("transform.generalize.prefix", prefix=self.params.prefix)
        hierarchy, level = self._way
        return words(
            "transform.generalize.hierarchy", hierarchy=hierarchy.name, level=hierarchy.levels[level]
        )
