"""Replace a code by a coarser one."""

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
        self._way = None if params.hierarchy is None else self._find(params.hierarchy, str(params.level))
        self._lookup = KeyedLookup(self._coarse)

    def _find(self, name: str, level: str) -> tuple[Hierarchy, int]:
        hierarchy = find_hierarchy(name, self.context.resolve, self.context.place)
        return hierarchy, hierarchy.level_number(level, self.context.place)

    def _coarse(self, codes: pa.Array) -> pa.Array:
        if self._way is None:
            return pc.utf8_slice_codeunits(codes, 0, self.params.prefix)
        hierarchy, level = self._way
        return pa.array(hierarchy.generalize(codes.to_pylist(), level), pa.string())

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The coarser codes, as text."""
        coarse = self._lookup(canonical_text(values))
        if coarse.null_count > values.null_count:
            self.check(pc.and_(values.is_valid(), coarse.is_null()), "hierarchy-value-unknown")
        return coarse

    def output_kind(self) -> Kind:
        """Text."""
        return Kind.TEXT

    def explain(self) -> Bilingual:
        """What happens to a value."""
        if self._way is None:
            return words("transform.generalize.prefix", prefix=self.params.prefix)
        hierarchy, level = self._way
        return words(
            "transform.generalize.hierarchy", hierarchy=hierarchy.name, level=hierarchy.levels[level]
        )
