"""Codes above the floor of persons; those below rise to their parent, or are not learnt."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.fitted.counting import distinct, distinct_persons
from synth.fitted.domains import LOST, Domain, Encoded, Ints, Texts

_TREE = re.compile(r"[A-Z][0-9][0-9A-Z]([A-Z]{1,2}[0-9]{0,2}|\.?[0-9X]{0,3}([A-Z]|[+-][0-9]{1,2})?)")
"""The look of ATC and CIM-10 codes, whose beginning is the code of a wider class."""
SHORTEST = 3


def encode_codes(
    values: pa.Array,
    persons: Ints,
    floor: int,
    allowed: tuple[str, ...] | None = None,
    declared: tuple[str, ...] | None = None,
) -> Encoded:
    """Index the codes; a code of fewer than ``floor`` persons rises to the longest prefix that reaches it.

    A prefix is taken only when the code looks like a hierarchical one, when some code of the column is
    frequent (numbers of households are not), when no row has it as a rare code of its own, and when
    ``allowed`` and ``declared`` (if given) have it. Nulls are learnt if ``floor`` persons
    have one. Codes out of ``allowed`` are not learnt.
    """
    encoded = pc.dictionary_encode(values)
    texts = np.array(encoded.dictionary.to_pylist(), dtype=str)
    raw = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
    counts = distinct_persons(raw, persons, len(texts))
    good = counts >= floor
    if allowed is not None:
        good &= np.isin(texts, np.array(allowed, dtype=str))
    parent = _parents(texts, raw, persons, good, floor, declared if allowed is None else allowed)
    target = np.where(good, texts, parent) if len(texts) else texts
    labels = np.unique(target[target != ""]) if len(texts) else texts
    place = np.searchsorted(labels, target) + 1 if len(labels) else np.zeros(len(texts), np.int64)
    place = np.where(target == "", LOST, place) if len(texts) else place
    index = np.where(raw >= 0, place[np.maximum(raw, 0)] if len(texts) else LOST, 0)
    index = _nulls(index, raw, persons, floor, empty=not len(labels))
    rows = np.bincount(raw[raw >= 0], minlength=len(texts))
    return Encoded(
        Domain(labels=labels),
        index,
        rare=int((~good).sum()),
        raised=int(rows[~good & (target != "")].sum()),
        lost=int((index == LOST).sum()) if len(labels) else int((raw >= 0).sum()),
    )


def _nulls(index: Ints, raw: Ints, persons: Ints, floor: int, *, empty: bool) -> Ints:
    missing = raw < 0
    if empty:
        return np.zeros_like(index)
    if missing.any() and len(distinct(persons[missing])) < floor:
        return np.where(missing, LOST, index)
    return index


def _parents(
    texts: Texts,
    raw: Ints,
    persons: Ints,
    good: "np.typing.NDArray[np.bool_]",
    floor: int,
    allowed: tuple[str, ...] | None,
) -> Texts:
    """For each rare code the prefix it rises to, empty when there is none."""
    parent = np.full(len(texts), "", dtype=texts.dtype if len(texts) else "U1")
    if not good.any() or not hierarchical(texts):
        return parent
    own = set(texts[~good].tolist())
    for length in range(int(np.char.str_len(texts).max()) - 1, SHORTEST - 1, -1):
        waiting = np.flatnonzero(~good & (parent == "") & (np.char.str_len(texts) > length))
        if not len(waiting):
            continue
        cut = texts[waiting].astype(f"U{length}")
        prefixes, group = np.unique(cut, return_inverse=True)
        lookup = np.full(len(texts), LOST)
        lookup[waiting] = group
        known = np.where(raw >= 0, lookup[np.maximum(raw, 0)], LOST)
        enough = distinct_persons(known, persons, len(prefixes)) >= floor
        enough &= np.array([prefix not in own for prefix in prefixes.tolist()], dtype=bool)
        if allowed is not None:
            enough &= np.isin(prefixes, np.array(allowed, dtype=str))
        parent[waiting] = np.where(enough[group], cut, "")
    return parent


def hierarchical(texts: Texts) -> bool:
    """Whether nine in ten codes look like ATC or CIM-10 codes."""
    looks = [bool(_TREE.fullmatch(text)) for text in texts.tolist()]
    return len(looks) > 0 and sum(looks) >= 0.9 * len(looks)
