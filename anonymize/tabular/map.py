"""Replace listed values by others."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.distinct import map_distinct
from anonymize.tabular.interface import Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.model import Bilingual, Kind


class Map(Transform):
    """Each listed value (in its canonical text: 1, 2.5, true, 2020-01-31) becomes the other one.

    Several values may become the same. A value that is not listed stops the run, stays as it is,
    becomes null or becomes a constant, as ``otherwise`` says. An empty text means null.
    """

    name = "map"
    params: transforms.Map

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The mapped values, as text."""
        if self.params.otherwise == "error":
            unlisted = map_distinct(values, lambda distinct: self._found(distinct).is_null())
            self.check(unlisted, "map-unlisted")
        return map_distinct(values, self._distinct)

    def _found(self, values: pa.Array) -> pa.Array:
        """Where each value stands in the list, null when it does not."""
        return pc.index_in(canonical_text(values), value_set=pa.array(self.params.values, pa.string()))

    def _distinct(self, values: pa.Array) -> pa.Array:
        text, found = canonical_text(values), self._found(values)
        mapped = pa.array([to or None for to in self.params.values.values()], pa.string()).take(found)
        if self.params.otherwise == "keep":
            return pc.if_else(found.is_valid(), mapped, text)
        if isinstance(self.params.otherwise, dict):
            return pc.if_else(found.is_valid(), mapped, self._constant())
        return mapped

    def _constant(self) -> pa.Scalar:
        rule = self.params.otherwise
        return pa.scalar(rule["constant"] or None if isinstance(rule, dict) else None, pa.string())

    def may_blank(self) -> bool:
        """When unlisted values do, or a listed one becomes empty."""
        return self.params.otherwise in ("null", {"constant": ""}) or "" in self.params.values.values()

    def output_kind(self) -> Kind:
        """Text, whatever came in."""
        return Kind.TEXT

    def output_values(self, values: Mapping[str, Bilingual] | None) -> Mapping[str, Bilingual] | None:
        """The values after the map; a label stays when one value alone became it."""
        rule, listed = self.params.otherwise, self.params.values
        if values is None:
            return None if rule == "keep" else {target: Bilingual() for target in self._targets() if target}
        sources: dict[str, list[str]] = {}
        for value in values:
            target = listed.get(value, value if rule == "keep" else None)
            target = rule["constant"] if target is None and isinstance(rule, dict) else target
            if target:
                sources.setdefault(target, []).append(value)
        return {
            target: values[origin[0]] if len(origin) == 1 else Bilingual()
            for target, origin in sources.items()
        }

    def _targets(self) -> list[str]:
        rule = self.params.otherwise
        more = [rule["constant"]] if isinstance(rule, dict) else []
        return list(dict.fromkeys([*self.params.values.values(), *more]))

    def explain(self) -> Bilingual:
        """What happens to a value."""
        rule = self.params.otherwise
        constant = rule["constant"] if isinstance(rule, dict) else ""
        name = "constant" if isinstance(rule, dict) else rule
        return words(f"transform.map.{name}", count=len(self.params.values), constant=constant)
