"""Other writings of an identifier, which its text alone allows anybody to make or to undo."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import md5, sha1, sha256
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.residuals.folding import Integers, fold_array

DIGEST_DIGITS = 16
"""Leading hexadecimal digits of a digest that are looked for: a cut digest is found too."""
_ALGORITHMS = (md5, sha1, sha256)
_JOINTS = ("", " ", "-", "_", "|", "\x1f")
_CHUNK = 100_000
_NIR = "^[1-478][0-9]{4}(?:[0-9]{2}|2[ab])[0-9]{8}$"
"""A folded NIR with its key of two digits: thirteen characters alone name the person as well."""
_NIR_ALONE = 13


class Writings(NamedTuple):
    """Texts, and the number of the value that each was made from."""

    texts: pa.Array
    value: Integers


def disguises(raw: pa.Array, folded: pa.Array, value: Integers) -> Iterator[Writings]:
    """Distinctive values reversed, without leading zeros, in base64 and in hexadecimal; folded.

    A French NIR is also looked for without its key, which anybody can compute again.
    """
    yield Writings(pc.utf8_reverse(folded), value)
    yield Writings(pc.utf8_ltrim(folded, "0"), value)
    keyed = np.flatnonzero(pc.match_substring_regex(folded, _NIR).to_numpy(zero_copy_only=False))
    yield Writings(pc.utf8_slice_codeunits(folded.take(keyed), 0, _NIR_ALONE), value[keyed])
    for start in range(0, len(raw), _CHUNK):
        texts = [text.encode() for text in raw.slice(start, _CHUNK).to_pylist()]
        numbers = value[start : start + _CHUNK]
        encoded = pa.array(map(b64encode, texts), pa.large_binary()).cast(pa.large_string())
        yield Writings(fold_array(encoded).strings(), numbers)
        yield Writings(pa.array(map(bytes.hex, texts), pa.large_string()), numbers)


def value_digests(raw: pa.Array, value: Integers) -> Iterator[Writings]:
    """Unkeyed digests of values as they are, and without their separators."""
    yield from _digests(raw, value)
    compact = pc.replace_substring_regex(raw, "[^0-9A-Za-z]+", "")
    shorter = np.flatnonzero(pc.not_equal(raw, compact).to_numpy(zero_copy_only=False))
    yield from _digests(compact.take(shorter), value[shorter])


def key_digests(keys: pa.Array, value: Integers) -> Iterator[Writings]:
    """Unkeyed digests of composite keys (parts joined by U+001F), their parts joined in the usual ways."""
    for joint in _JOINTS:
        yield from _digests(pc.replace_substring(keys, "\x1f", joint), value)


def _digests(raw: pa.Array, value: Integers) -> Iterator[Writings]:
    for start in range(0, len(raw), _CHUNK):
        texts = raw.slice(start, _CHUNK).to_pylist()
        joined = "".join(digest for text in texts for digest in leading_digits(text))
        offsets = np.arange(len(texts) * len(_ALGORITHMS) + 1, dtype=np.int64) * DIGEST_DIGITS
        found = pa.LargeStringArray.from_buffers(
            len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(joined.encode())
        )
        yield Writings(found, np.repeat(value[start : start + _CHUNK], len(_ALGORITHMS)))


def leading_digits(text: str) -> list[str]:
    """The leading digits of the unkeyed digests of ``text``."""
    data = text.encode()
    return [make(data, usedforsecurity=False).hexdigest()[:DIGEST_DIGITS] for make in _ALGORITHMS]
