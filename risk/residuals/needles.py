"""Distinctive values, and the disguises under which they are also looked for."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import md5, sha1, sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from risk.residuals.folding import Bytes, Flags, Integers, fold_array
from risk.residuals.hidden import DAY, HiddenValues

WITH_DIGIT, OF_LETTERS = 8, 12
"""Folded characters from which a value is distinctive: with at least one digit, without any."""
OF_DIGITS, SIGNIFICANT = 10, 8
"""A number is distinctive from so many digits, so many of them after its leading zeros."""
DIGEST_DIGITS = 16
"""Leading hexadecimal digits of a digest that are looked for: a cut digest is found too."""
_ALGORITHMS = (md5, sha1, sha256)
_JOINTS = ("", " ", "-", "_", "|", "\x1f")


class Form(IntEnum):
    """How a needle was made from its value."""

    PLAIN = 0
    DISGUISED = 1
    """Reversed, base64 or hexadecimal."""
    DIGEST = 2
    """MD5, SHA-1 or SHA-256 without a key: whoever has the identifier can compute it again."""


class Alphabet(IntEnum):
    """What a needle is made of, which says how easily chance writes it."""

    DIGITS = 0
    MIXED = 1
    LETTERS = 2


@dataclass(frozen=True)
class Needles:
    """Distinct folded texts to look for anywhere."""

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
    raw = pc.unique(pa.concat_arrays([pa.array([], pa.large_string()), *(item.values for item in hidden)]))
    folded = fold_array(raw).strings()
    number = folded.dictionary_encode()
    value = number.indices.to_numpy().astype(np.int64)
    chosen = np.flatnonzero(distinctive(raw, folded))
    plain = _Batch(folded.take(chosen), value[chosen], Form.PLAIN)
    batches = [plain, *_disguised(raw.take(chosen), plain), _digests(raw, value)]
    if keys is not None and len(keys):
        batches.append(_key_digests(keys, len(number.dictionary)))
    return _merge(batches, len(number.dictionary) + (len(keys) if keys is not None else 0))


@dataclass(frozen=True)
class _Batch:
    texts: pa.Array
    value: Integers
    form: Form


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


def _disguised(raw: pa.Array, plain: _Batch) -> list[_Batch]:
    texts = [value.encode() for value in raw.to_pylist()]
    encoded = pa.array([b64encode(text) for text in texts], pa.large_binary()).cast(pa.large_string())
    hexadecimal = [text.hex() for text in texts]
    return [
        _Batch(pc.utf8_reverse(plain.texts), plain.value, Form.DISGUISED),
        _Batch(fold_array(encoded).strings(), plain.value, Form.DISGUISED),
        _Batch(pa.array(hexadecimal, pa.large_string()), plain.value, Form.DISGUISED),
    ]


def _digests(raw: pa.Array, value: Integers) -> _Batch:
    found = [digest for text in raw.to_pylist() for digest in digests(text)]
    return _Batch(pa.array(found, pa.large_string()), np.repeat(value, len(_ALGORITHMS)), Form.DIGEST)


def _key_digests(keys: pa.Array, first: int) -> _Batch:
    """Digests of composite keys, their parts joined in the usual ways."""
    joined = [key.replace("\x1f", way) for key in keys.to_pylist() for way in _JOINTS]
    found = [digest for text in joined for digest in digests(text)]
    value = np.repeat(first + np.arange(len(keys)), len(_JOINTS) * len(_ALGORITHMS))
    return _Batch(pa.array(found, pa.large_string()), value, Form.DIGEST)


def digests(text: str) -> list[str]:
    """The leading digits of the unkeyed digests of ``text``."""
    data = text.encode()
    return [make(data, usedforsecurity=False).hexdigest()[:DIGEST_DIGITS] for make in _ALGORITHMS]


def _merge(batches: Sequence[_Batch], values: int) -> Needles:
    """All batches as one, each text once (its first form), none too short to be looked for."""
    texts = pa.concat_arrays([batch.texts.cast(pa.large_string()) for batch in batches])
    value = np.concatenate([batch.value for batch in batches])
    form = np.repeat(
        np.array([batch.form for batch in batches], np.uint8), [len(batch.texts) for batch in batches]
    )
    lengths = _array(pc.binary_length(texts)).astype(np.int64)
    indices = texts.dictionary_encode().indices.to_numpy()
    _, first = np.unique(indices, return_index=True)
    kept = np.sort(first[lengths[first] >= WITH_DIGIT])
    texts = texts.take(kept)
    return Needles(texts, value[kept], form[kept], _alphabets(texts), lengths[kept], values)


def _alphabets(texts: pa.Array) -> Bytes:
    digits = _array(pc.match_substring_regex(texts, "^[0-9]+$"))
    some = _array(pc.match_substring_regex(texts, "[0-9]"))
    return np.where(digits, Alphabet.DIGITS, np.where(some, Alphabet.MIXED, Alphabet.LETTERS)).astype(
        np.uint8
    )


def _array(values: pa.Array) -> npt.NDArray[Any]:
    return np.asarray(values.to_numpy(zero_copy_only=False))
