"""The nine columns that name a line of reimbursement in the DCIR."""

from dataclasses import dataclass, fields

import numpy as np

from tables.demo.codes import COMMUNES
from tables.demo.persons import Days, Persons, Text, Whole


@dataclass(frozen=True)
class JoinKeys:
    """One entry a line; each field is the column of the same name."""

    flx_dis_dtd: Days
    """First day of the month in which the data were made available."""
    flx_trt_dtd: Days
    """Settlement."""
    flx_emt_typ: Whole
    flx_emt_num: Text
    flx_emt_ord: Whole
    org_cle_num: Text
    dct_ord_num: Whole
    prs_ord_num: Whole
    rem_typ_aff: Whole

    def take(self, lines: Whole) -> "JoinKeys":
        """The keys of some lines."""
        return JoinKeys(**{field.name: getattr(self, field.name)[lines] for field in fields(self)})


def draw_keys(rng: np.random.Generator, persons: Persons, person: Whole, day: Days, bill: Whole) -> JoinKeys:
    """Keys of lines given by person, day of care and bill; lines of a bill follow each other."""
    starts = np.flatnonzero(np.diff(bill, prepend=-1))
    line = np.arange(len(bill)) - np.repeat(starts, np.diff(np.append(starts, len(bill))))
    settled = day + (3 + rng.integers(0, 40, bill.max(initial=0) + 1))[bill]
    organism = organisms()[persons.commune[person]]
    return JoinKeys(
        flx_dis_dtd=(settled.astype("datetime64[M]") + 1).astype("datetime64[D]"),
        flx_trt_dtd=settled,
        flx_emt_typ=np.ones(len(bill), dtype=np.int64),
        flx_emt_num=np.array([text[3:5] for text in organism]),
        flx_emt_ord=1 + settled.astype(np.int64) % 7 * 100 + bill % 37,
        org_cle_num=organism,
        dct_ord_num=_shuffled_bills(rng, bill),
        prs_ord_num=line + 1,
        rem_typ_aff=np.zeros(len(bill), dtype=np.int64),
    )


def organisms() -> Text:
    """The health insurance fund of each commune: nine characters around its département."""
    return np.array([f"01C{commune.department[1:]}1000" for commune in COMMUNES])


def _shuffled_bills(rng: np.random.Generator, bill: Whole) -> Whole:
    """A distinct number for each bill, of six digits, in no order."""
    count = int(bill.max(initial=0)) + 1
    return (100_000 + rng.choice(max(900_000, 2 * count), count, replace=False))[bill]
