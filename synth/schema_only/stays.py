"""The rows of hospital stays: T_MCOaaB and what completes it (diagnoses, acts, units, chaining)."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from synth.catalogue.codes import StayKind
from synth.schema_only.events import Events
from synth.schema_only.population import Population
from synth.schema_only.rows import Rows, follow
from synth.schema_only.values import taken
from synth.tables import Array

MOST = 50
"""Stays of one person that are kept."""
NIGHTS = (0, 3, 4, 5)
"""Least nights of levels 1 to 4 of a group of stays (GHM classification, version 11)."""
HOME = "8"


class Stays:
    """Stays of one shard, by person and day."""

    def __init__(
        self, kinds: tuple[StayKind, ...], events: Events, people: Population, draw: np.random.Generator
    ) -> None:
        first = np.searchsorted(events.person, events.person)
        rank = np.arange(len(events.person)) - first
        keep = rank < MOST
        self.kinds, self.people = kinds, people
        self.person, self.day, self.kind = events.person[keep], events.day[keep], events.code[keep]
        self.rank = rank[keep]
        low, high = np.array([kind.nights for kind in kinds]).T
        nights = low[self.kind] + (draw.beta(1.2, 3, len(self.kind)) * (high - low + 1)[self.kind]).astype(
            int
        )
        self.end = np.minimum(self.day + np.minimum(nights, high[self.kind]), people.end[self.person])
        self.nights = self.end - self.day
        self.associated = _some(kinds, "associated", self.kind, 3, draw)
        self.acts = _some(kinds, "acts", self.kind, 2, draw)
        self.principal = _one(kinds, self.kind, draw)
        severe = self.associated[1]
        self.level = np.minimum(np.searchsorted(NIGHTS, self.nights, side="right"), np.minimum(severe, 3) + 1)
        self.session = np.array([len(kind.ghm) == 6 and kind.nights[1] == 0 for kind in kinds])[self.kind]
        self.birth = np.array([kind.name in ("birth", "delivery") for kind in kinds])[self.kind]
        self._term = draw.integers(37, 42, len(self.kind))

    def main(self) -> Rows:
        """Rows of T_MCOaaB."""
        return Rows(len(self.person), self.person, self.day, self.end, None, self.rank, self._given())

    def detail(self, table: str, known: Mapping[str, Rows]) -> Rows | None:
        """Rows of a table that completes stays, or None when nothing is known of it."""
        stays = known["T_MCOaaB"]
        every = np.arange(stays.count)
        if table in ("T_MCOaaC", "T_MCOaaUM"):
            rows = follow(stays, every)
            rows.given = self._given()
            return rows
        if table not in ("T_MCOaaD", "T_MCOaaA"):
            return None
        codes, counts = self.associated if table == "T_MCOaaD" else self.acts
        at = np.repeat(every, counts)
        rank = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = follow(stays, at)
        values = codes[at, rank]
        if table == "T_MCOaaD":
            rows.given = {"ASS_DGN": pa.array(values.tolist(), pa.string()).dictionary_encode()}
        else:
            delay = (self.nights[at] * (0.3 * rank)).astype(np.int64)
            one = np.ones(len(at), dtype=np.int64)
            acts = pa.array(values.tolist(), pa.string()).dictionary_encode()
            rows.given = {"CDC_ACT": acts, "ENT_DAT_DEL": delay, "NBR_EXE_ACT": one}
        return rows

    def _given(self) -> dict[str, pa.Array | Array]:
        count = len(self.person)
        session = self.session
        level = np.where(session, 1, self.level)
        groups = [_group(kind, rank) for kind in self.kinds for rank in range(4)]
        ghm = taken(pa.array(groups), self.kind * 4 + level - 1)
        base = np.array([kind.ghs for kind in self.kinds])[self.kind]
        ghs = np.where(session, base, base + level - 1)
        numbers = pa.array(ghs, mask=ghs < 1_000)
        nights = pa.array(self.nights, mask=session)
        related = np.array([kind.associated[0] for kind in self.kinds])[self.kind]
        relation = pa.array(related.tolist(), pa.string(), mask=~session).dictionary_encode()
        principal = pa.array(self.principal.tolist(), pa.string()).dictionary_encode()
        term = pa.array(self._term, mask=~self.birth)
        home = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([HOME]))
        days = self.day - self.people.birth[self.person]
        infant = pa.array(np.clip(days, 0, 365), mask=self.people.age(self.person, self.day) >= 1)
        one, zero = np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        return {
            "GRG_GHM": ghm,
            "GRC_GHM": ghm,
            "GHS_NUM": numbers,
            "ETE_GHS_NUM": numbers,
            "DGN_PAL": principal,
            "DGN_REL": relation,
            "SEJ_NBJ": nights,
            "PAR_DUR_SEJ": nights,
            "NBR_SEA": np.where(session, 1, 0),
            "NBR_DGN": self.associated[1],
            "DGN_ASS_NBR": self.associated[1],
            "NBR_ACT": self.acts[1],
            "ACT_RUM_NBR": self.acts[1],
            "NBR_RUM": one,
            "ENT_MOD": home,
            "SOR_MOD": home,
            "AGE_GES": term,
            "DEL_REG_ENT": pa.array(self._term * 7, mask=~self.birth),
            "AGE_JOU": infant,
            "POI_NAI": pa.nulls(count, pa.int64()),
            "NBR_NAIS_ANT": zero,
        }


def _group(kind: StayKind, rank: int) -> str:
    """The group with its level, a letter for deliveries."""
    return (
        kind.ghm if len(kind.ghm) == 6 else kind.ghm + ("ABCD" if kind.ghm.startswith("14") else "1234")[rank]
    )


def _one(kinds: tuple[StayKind, ...], kind: Array, draw: np.random.Generator) -> Array:
    width = max(len(one.principal) for one in kinds)
    table = np.array(
        [list(one.principal) + [one.principal[0]] * (width - len(one.principal)) for one in kinds]
    )
    chosen: Array = table[kind, np.where(draw.random(len(kind)) < 0.5, 0, draw.integers(0, width, len(kind)))]
    return chosen


def _some(
    kinds: tuple[StayKind, ...], name: str, kind: Array, most: int, draw: np.random.Generator
) -> tuple[Array, Array]:
    """Codes of each stay, different ones, and how many of them count; an act of a kind is always there."""
    width = max(most, *(len(getattr(one, name)) for one in kinds))
    lists = [list(getattr(one, name)) for one in kinds]
    table = np.array([codes + [""] * (width - len(codes)) for codes in lists])
    sizes = np.array([len(codes) for codes in lists])[kind]
    shift = draw.integers(0, 1_000, len(kind))
    turned = (np.arange(width)[None, :] + shift[:, None]) % np.maximum(sizes, 1)[:, None]
    counts = np.minimum(draw.integers(0 if name == "associated" else 1, most + 1, len(kind)), sizes)
    return table[kind[:, None], turned], counts
