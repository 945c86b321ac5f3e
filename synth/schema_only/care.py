"""From scenarios to the rows of the core tables: the story that a shard tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from synth.catalogue.codes import Item, StayKind, items, stays
from synth.schema_only import claims, events
from synth.schema_only.aggregates import odds
from synth.schema_only.population import Population
from synth.schema_only.rows import Rows, Story
from synth.schema_only.scenarios import Line, Scenario, load
from synth.schema_only.stays import Stays
from synth.tables import Array, SchemaSpec, random

STAGE = 2
COLUMNS = {
    "ER_PHA_F": None,
    "ER_CAM_F": "CAM_PRS_IDE",
    "ER_BIO_F": "BIO_PRS_IDE",
    "ER_TIP_F": "TIP_PRS_IDE",
    "ER_UCD_F": "UCD_UCD_COD",
}
"""Column whose code list an item must be in, when the schema has one."""
ILLNESSES = ("IR_IMB_R", "EB_IMB_R")
LISTED = 41
"""IMB_ETM_NAT of a listed long-term illness (schema-snds, IR_ETM_V)."""


@dataclass(frozen=True)
class Care:
    """What may happen to the persons of any shard."""

    scenarios: tuple[Scenario, ...]
    items: tuple[Item, ...]
    kinds: tuple[StayKind, ...]
    odds: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def reference(self) -> Mapping[str, Callable[[], Rows]]:
        """Tables of reference whose rows are known."""
        return {"DA_PRA_R": claims.professionals, "IR_PHA_R": lambda: claims.drugs(self.items)}

    def names(self) -> tuple[str, ...]:
        """Of the scenarios."""
        return tuple(one.name for one in self.scenarios)

    def story(self, seed: int, shard: int, people: Population) -> Story:
        """Rows of the core tables for ``people``."""
        draw = random(seed, STAGE, shard)
        conditions = [events.condition(one, people, draw) for one in self.scenarios]
        for has in conditions:
            mask = np.zeros(len(people), dtype=np.int64)
            mask[has.persons] = 1
            people.conditions[has.scenario.name] = mask
        claimed: list[events.Events] = []
        stayed: list[events.Events] = []
        for has in conditions:
            for line in has.scenario.care:
                self._follow(line, has, people, draw=draw, claimed=claimed, stayed=stayed)
        bills = claims.Claims(self.items, events.joined(claimed), draw)
        hospital = Stays(self.kinds, events.joined(stayed), people, draw)

        def tell(table: str, known: Mapping[str, Rows]) -> Rows | None:
            family, _, rest = table.partition("_")
            if family in claims.FAMILIES and rest == "PRS_F":
                return bills.main(family)
            if family in claims.FAMILIES and rest.removesuffix("_F") in claims.DETAILS:
                return bills.detail(table, known) if f"{family}_PRS_F" in known else None
            if table == "T_MCOaaB":
                return hospital.main()
            if "T_MCOaaB" in known and table.startswith("T_MCOaa"):
                return hospital.detail(table, known)
            return illnesses(conditions, people) if table in ILLNESSES else None

        return tell

    def _follow(
        self,
        line: Line,
        has: events.Condition,
        people: Population,
        *,
        draw: np.random.Generator,
        claimed: list[events.Events],
        stayed: list[events.Events],
    ) -> None:
        wanted = [(at, item.atc or item.code) for at, item in enumerate(self.items) if _in(item, line)]
        kinds = [
            (at, kind.name) for name in line.stays for at, kind in enumerate(self.kinds) if kind.name == name
        ]
        for found, known, into in ((wanted, self.items, claimed), (kinds, self.kinds, stayed)):
            if found:
                codes = tuple(at for at, _ in found)
                weights = events.weights_of(tuple(name for _, name in found), self.odds)
                made = events.care(line, has, people, codes=codes, odds=weights, draw=draw)
                sexes = np.array([one.sex or 0 for one in known])
                into.append(events.suited(made, people, sexes, np.array([one.ages for one in known])))


def care_of(schema: SchemaSpec, scenarios: Sequence[str | Path] | None, aggregates: Sequence[Path]) -> Care:
    """Scenarios and odds, with the codes that the code lists of ``schema`` know."""
    kept = tuple(item for item in items() if _known(schema, item.table, item.code))
    return Care(load(scenarios), kept, stays(), odds(aggregates))


def illnesses(conditions: Sequence[events.Condition], people: Population) -> Rows:
    """One row a recognised long-term illness, by person."""
    with_ald = [has for has in conditions if has.scenario.ald is not None]
    person = np.concatenate([has.persons[has.ald >= 0] for has in with_ald] or [np.zeros(0, dtype=np.int64)])
    begin = np.concatenate([has.ald[has.ald >= 0] for has in with_ald] or [np.zeros(0, dtype=np.int64)])
    number: list[int] = []
    diagnosis: list[str] = []
    for has in with_ald:
        assert has.scenario.ald is not None  # noqa: S101 - with_ald holds no other
        chosen = has.diagnosis[has.ald >= 0]
        number.extend([has.scenario.ald[0]] * len(chosen))
        diagnosis.extend(has.scenario.ald[1][at] for at in chosen)
    order = np.argsort(person, kind="stable")
    death = people.death[person]
    end = np.where(death >= 0, death, begin + 5 * 365)
    given: dict[str, pa.Array | Array] = {
        "IMB_ALD_NUM": np.array(number, dtype=np.int64)[order],
        "MED_MTF_COD": pa.array([diagnosis[at] for at in order], pa.string()).dictionary_encode(),
        "IMB_ETM_NAT": np.full(len(order), LISTED),
    }
    return Rows(len(order), person[order], begin[order], end[order], None, None, given)


def _in(item: Item, line: Line) -> bool:
    return (item.atc if item.table == "ER_PHA_F" else item.code) in line.items


def _known(schema: SchemaSpec, table: str, code: str) -> bool:
    spec = schema.tables.get(table)
    name = COLUMNS.get(table)
    column = spec.columns.get(name) if spec and name else None
    if column is None or column.nomenclature is None:
        return True
    return code in schema.nomenclatures.get(column.nomenclature, ())
