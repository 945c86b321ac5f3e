"""The rows of what is reimbursed: ER_PRS_F and its details, and their twins in DCIRS and the EGB."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from synth.catalogue.codes import Item, specialties
from synth.schema_only.events import Events
from synth.schema_only.rows import Rows, follow
from synth.schema_only.values import taken
from synth.tables import Array

FAMILIES = ("ER", "NS", "EB")
EXEMPT_ALD, EXEMPT_NONE = 42, 0
"""EXO_MTF: listed illness, care for it; no exemption (schema-snds, IR_EXO_V)."""
FOR_PAY = {50: 50, 30: 30}
"""Pharmacies and laboratories have an activity and no medical specialty."""
EACH_SPECIALTY = 4
"""Professionals of a specialty in the table of reference."""
DETAILS = ("PHA", "CAM", "BIO", "TIP", "UCD", "ETE")


class Claims:
    """Claims of one shard, in the order of person, day and code."""

    def __init__(self, items: tuple[Item, ...], events: Events, draw: np.random.Generator) -> None:
        self.items, self.events = items, events
        count = len(events.person)
        column = {
            name: np.array([getattr(item, name) for item in items])
            for name in ("nature", "price", "rate", "executant", "table", "large")
        }
        code = events.code
        self.table = column["table"][code]
        drug = self.table == "ER_PHA_F"
        self.quantity = np.where(drug & (draw.random(count) < 0.25), draw.integers(2, 4, count), 1)
        self.price = column["price"][code]
        self.theory = column["rate"][code].astype(np.int64)
        self.rate = np.where(events.ald, 100, self.theory)
        cents = np.rint(self.price * 100).astype(np.int64) * self.quantity
        self.base = cents / 100
        self.paid = np.floor(cents * self.rate / 100 + 0.5) / 100
        freed = (self.table == "") & (column["executant"][code] != 1) & (draw.random(count) < 0.3)
        self.excess = np.where(freed, draw.integers(2, 26, count), 0).astype(np.float64)
        self.nature = column["nature"][code].astype(np.int64)
        self.executant = column["executant"][code].astype(np.int64)
        self.prescriber = _prescriber(items, code, draw)
        self.person_part = draw.integers(0, EACH_SPECIALTY, count)

    def main(self, family: str) -> Rows:
        """Rows of the table of claims of a family (``ER``, ``NS``, ``EB``)."""
        person, day = self.events.person, self.events.day
        count = len(person)
        new = np.ones(count, dtype=bool)
        new[1:] = (person[1:] != person[:-1]) | (day[1:] != day[:-1])
        starts = np.flatnonzero(new)
        document = np.cumsum(new) - 1
        first = np.searchsorted(person, person)
        rank = document - document[first] if count else document
        if family == "NS":
            rank = np.arange(count) - first
        order = np.arange(count) - starts[document] + 1 if count else document
        given = self._given() | {"PRS_ORD_NUM": order, "REM_TYP_AFF": np.ones(count, dtype=np.int64)}
        return Rows(count, person, day, day, None, rank, given, self._refs())

    def detail(self, table: str, known: Mapping[str, Rows]) -> Rows:
        """Rows of a table of detail: those of its claims."""
        family, _, name = table.partition("_")
        positions = np.flatnonzero(self.table == f"ER_{name}")
        rows = follow(known[f"{family}_PRS_F"], positions)
        rows.given = self._detailed(name.removesuffix("_F"), positions)
        return rows

    def _given(self) -> dict[str, pa.Array | Array]:
        count = len(self.base)
        zero, one = np.zeros(count), np.ones(count)
        pay = np.isin(self.executant, list(FOR_PAY))
        given: dict[str, pa.Array | Array] = {
            "PRS_NAT_REF": self.nature,
            "PRS_NAT": self.nature,
            "BSE_PRS_NAT": self.nature,
            "CPL_PRS_NAT": np.zeros(count, dtype=np.int64),
            "BSE_REM_PRU": self.price,
            "BSE_REM_BSE": self.base,
            "BSE_REM_MNT": self.paid,
            "PRS_PAI_MNT": self.base + self.excess,
            "PRS_DEP_MNT": self.excess,
            "PRS_ACT_QTE": self.quantity.astype(np.float64),
            "PRS_ACT_NBR": self.quantity.astype(np.float64),
            "PRS_ACT_COG": one,
            "PRS_ACT_CFT": one,
            "RGO_REM_TAU": self.rate.astype(np.float64),
            "RGO_THE_TAU": self.theory.astype(np.float64),
            "EXO_MTF": np.where(self.events.ald, EXEMPT_ALD, EXEMPT_NONE),
            "PSE_SPE_COD": np.where(pay, 0, self.executant),
            "PSP_SPE_COD": self.prescriber,
            "BSE_REM_SGN": np.ones(count, dtype=np.int64),
            "PRS_GRS_DTD": pa.nulls(count, pa.date32()),
            "PRS_GRS_AMD": pa.nulls(count, pa.string()),
        }
        none = ("CPL_REM_BSE", "CPL_REM_MNT", "CPL_REM_PRU", "CPL_REM_TAU", "RGO_MIN_TAU", "RGO_MOD_MNT")
        return given | dict.fromkeys((*none, "PRS_MNT_MAJ", "PRS_ETA_RAC", "ETE_PRS_MNT"), zero)

    def _refs(self) -> dict[str, Array]:
        known = np.array(specialties())
        executant = np.searchsorted(known, self.executant) * EACH_SPECIALTY + self.person_part
        prescriber = np.searchsorted(known, self.prescriber) * EACH_SPECIALTY + self.person_part
        family_doctor = np.searchsorted(known, 1) * EACH_SPECIALTY + self.events.person % EACH_SPECIALTY
        return {"PFS_EXE_NUM": executant, "PFS_PRE_NUM": prescriber, "PRS_MTT_NUM": family_doctor}

    def _detailed(self, name: str, at: Array) -> dict[str, pa.Array | Array]:
        code = self.events.code[at]
        texts = pa.array([item.cip13 if item.table == "ER_PHA_F" else item.code for item in self.items])
        coded = taken(texts, code)
        price, base, quantity = self.price[at], self.base[at], self.quantity[at]
        if name == "PHA":
            short = pa.array([item.cip13[5:12] if item.table == "ER_PHA_F" else None for item in self.items])
            large = np.array([item.large for item in self.items])[code]
            return {
                "PHA_PRS_C13": coded,
                "PHA_PRS_IDE": taken(short, code),
                "PHA_IDE_CPL": np.full(len(at), 34009),
                "PHA_ACT_QSN": quantity,
                "PHA_ACT_PRU": price,
                "PHA_ATC_CLA": taken(pa.array([item.atc for item in self.items]), code),
                "PHA_GRD_CND": large,
            }
        if name == "CAM":
            return {"CAM_PRS_IDE": coded, "CAM_ACT_PRU": price, "CAM_REM_BSE": base}
        if name == "BIO":
            return {"BIO_PRS_IDE": coded, "BIO_ACT_QSN": quantity}
        if name == "TIP":
            return {"TIP_PRS_IDE": coded, "TIP_ACT_PRU": price, "TIP_ACT_QSN": quantity, "TIP_PUB_PRX": price}
        if name == "UCD":
            total = {"UCD_FAC_PRU": price, "UCD_ACH_PRU": price, "UCD_TTF_MNT": base}
            return {"UCD_UCD_COD": coded, "UCD_DLV_NBR": quantity, **total}
        return {}


def _prescriber(items: tuple[Item, ...], code: Array, draw: np.random.Generator) -> Array:
    """One of the specialties that may prescribe the item: the first half of the time, else any of them."""
    width = max(len(item.prescribers) for item in items)
    table = np.array(
        [[*item.prescribers] + [item.prescribers[0]] * (width - len(item.prescribers)) for item in items]
    )
    pick = np.where(draw.random(len(code)) < 0.5, 0, draw.integers(0, width, len(code)))
    chosen: Array = table[code, pick].astype(np.int64)
    return chosen


def professionals() -> Rows:
    """The table of professionals: a few of each specialty, in the order that claims count on."""
    every = np.repeat(np.array(specialties()), EACH_SPECIALTY)
    return Rows(len(every), given={"PFS_PRA_SPE": pa.array([str(code) for code in every])})


def drugs(items: tuple[Item, ...]) -> Rows:
    """The table of drugs: one row a presentation."""
    listed = [item for item in items if item.table == "ER_PHA_F"]
    given: dict[str, pa.Array | Array] = {
        "PHA_CIP_C13": pa.array([item.cip13 for item in listed]),
        "PHA_PRS_IDE": pa.array([item.cip13[5:12] for item in listed]),
        "PHA_ATC_C07": pa.array([item.atc for item in listed]),
        "PHA_ATC_CLA": pa.array([item.atc[:3] for item in listed]),
        "PHA_CND_TOP": pa.array(["GC" if item.large > 1 else "PC" for item in listed]),
    }
    return Rows(len(listed), given=given)
