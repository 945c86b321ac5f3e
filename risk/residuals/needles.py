"""Distinctive values, made ready to be looked for anywhere, also in their disguises."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.residuals.disguises import Writings, disguises, key_digests, value_digests
from risk.residuals.folding import Bytes, Flags, Integers, fold_array
from risk.residuals.hidden import DAY, HiddenValues

WITH_DIGIT, OF_LETTERS = 8, 12
"""Folded characters from which a value is distinctive: with at least one digit, without any."""
OF_DIGITS, SIGNIFICANT = 10, 8
"""A number is distinctive from so many digits, so many of them after its leading zeros."""
_NOTHING = pa.array([], pa.large_string())


class Form(IntEnum):
    """How a needle was made from its value."""

    PLAIN = 0
    DISGUISED = 1
    """Reversed, without its leading zeros, in base64 or in hexadecimal."""
    DIGEST = 2
    """MD5, SHA-1 or SHA-256 without a key: whoever has the identifier can compute it again."""


class Alphabet(IntEnum):
    """What a needle is made of, which says how easily chance writes it."""

    DIGITS = 0
    MIXED = 1
    LETTERS = 2


@dataclass(frozen=True)
class Needles:
    """Folded texts to look for anywhere; only a digest may be there twice."""

    texts: pa.Array
    value: Integers
    """Number of the source value that each was made from."""
    form: Bytes
    alphabet: Bytes
    lengths: Integers
    """Bytes of each text."""
    values: int
    """Distinct source values, distinctive or not."""


def build_needles(hidden: Iterable[HiddenValues], keys: pa.Array | None = None) -> Needles:
    """Needles of all hidden values; ``keys``: composite person keys, of which digests are made.

    Distinctive values are looked for as they are and disguised; digests are made of every value.
    """
    raw = pc.unique(pa.concat_arrays([_NOTHING, *(item.values for item in hidden)]))
    keys = _NOTHING if keys is None else keys
    folded = fold_array(raw).strings()
    number = folded.dictionary_encode()
    value, values = number.indices.to_numpy().astype(np.int64), len(number.dictionary)
    chosen = np.flatnonzero(distinctive(raw, folded))
    plain = Writings(folded.take(chosen), value[chosen])
    others = list(disguises(raw.take(chosen), *plain))
    written = _distinct(_part([plain], Form.PLAIN), _part(others, Form.DISGUISED))
    digests = [*value_digests(raw, value), *key_digests(keys, values + np.arange(len(keys)))]
    return _merge(written, _part(digests, Form.DIGEST), values + len(keys))


@dataclass(frozen=True)
class _Part:
    """Needles of one form or more."""

    texts: pa.Array
    value: Integers
    form: Bytes


def _part(writings: Sequence[Writings], form: Form) -> _Part:
    texts = pa.concat_arrays([_NOTHING, *(one.texts.cast(pa.large_string()) for one in writings)])
    value = np.concatenate([np.zeros(0, np.int64), *(one.value for one in writings)])
    return _Part(texts, value, np.full(len(texts), form, np.uint8))


def distinctive(raw: pa.Array, folded: pa.Array) -> Flags:
    """Which values can be looked for anywhere: chance hardly writes them, and no one else's does.

    Dates and numbers under ten digits are ordinary, whatever their length.
    """
    length = _array(pc.utf8_length(folded))
    has_digit = _array(pc.match_substring_regex(folded, "[0-9]"))
    only_digits = _array(pc.match_substring_regex(folded, "^[0-9]+$"))
    significant = _array(pc.utf8_length(pc.utf8_ltrim(folded, "0")))
    long_number = (length >= OF_DIGITS) & (significant >= SIGNIFICANT)
    long_text = np.where(has_digit, length >= WITH_DIGIT, length >= OF_LETTERS)
    chosen: Flags = np.where(only_digits, long_number, long_text).astype(bool)
    return chosen & ~_array(pc.match_substring_regex(raw, DAY))


def _distinct(first: _Part, second: _Part) -> _Part:
    """Both, each text once (its first form), none too short to be looked for."""
    both = _joined(first, second)
    indices = both.texts.dictionary_encode().indices.to_numpy()
    _, at = np.unique(indices, return_index=True)
    kept = np.sort(at[_array(pc.binary_length(both.texts))[at] >= WITH_DIGIT])
    return _Part(both.texts.take(kept), both.value[kept], both.form[kept])


def _joined(first: _Part, second: _Part) -> _Part:
    return _Part(
        pa.concat_arrays([first.texts, second.texts]),
        np.concatenate([first.value, second.value]),
        np.concatenate([first.form, second.form]),
    )


def _merge(written: _Part, digests: _Part, values: int) -> Needles:
    parts = _joined(written, digests)
    lengths = _array(pc.binary_length(parts.texts)).astype(np.int64)
    return Needles(parts.texts, parts.value, parts.form, _alphabets(parts.texts), lengths, values)


def _alphabets(texts: pa.Array) -> Bytes:
    digits = _array(pc.match_substring_regex(texts, "^[0-9]+$"))
    some = _array(pc.match_substring_regex(texts, "[0-9]"))
    return np.where(digits, Alphabet.DIGITS, np.where(some, Alphabet.MIXED, Alphabet.LETTERS)).astype(
        np.uint8
    )


def _array(values: pa.Array) -> npt.NDArray[Any]:
    return np.asarray(values.to_numpy(zero_copy_only=False))
