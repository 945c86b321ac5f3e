"""Pseudonyms and date offsets of columns: everything that depends on the secret, and nothing else does.

``anonymize.derivation`` says how one value is derived; here are the same functions on arrays, and
the draws that noise is made of.
"""

import hashlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from anonymize.derivation import PSEUDONYM_BYTES, SECRET_BYTES, Derivation, Hmac, canonical, derive
from anonymize.keyed_lookup import KeyedLookup

__all__ = ["SECRET_BYTES", "Keys", "Uniforms", "derive", "private_keys"]

PSEUDONYM_LENGTH = 26
"""Characters of 128 bits in base32 without padding."""

Digests = npt.NDArray[np.uint8]
"""One row of 32 bytes a value."""

Numbers = npt.NDArray[np.uint64]
Uniforms = npt.NDArray[np.float64]
"""Two columns."""

PERSON_DOMAIN = "person"
"""Domain of the person of a row, in the private folder."""


class Keys(Derivation):
    """What the secret of a profile gives; shows only its fingerprint."""

    def __init__(self, secret: bytes, profile_id: str) -> None:
        """Raises ProfileError when the secret is shorter than 128 bits."""
        super().__init__(secret, profile_id)
        self._lookups: dict[tuple[str, str], KeyedLookup] = {}

    def pseudonyms(self, domain: str) -> KeyedLookup:
        """:meth:`pseudonym` on arrays of text; remembered by the keys, so that tables share it."""
        return self._lookup("pseudonym", domain, _pseudonyms)

    def persons(self) -> KeyedLookup:
        """Pseudonyms of persons in the private folder; a new lookup, which counts those of one run."""
        digest = Hmac(self._derive("pseudonym", PERSON_DOMAIN))
        return KeyedLookup(lambda values: _pseudonyms(_digests(digest, values)))

    def offsets(self, days: int) -> KeyedLookup:
        """:meth:`offset` on arrays of persons, as int32."""
        return self._lookup("date-offset", str(days), lambda digests: _offsets(digests, days))

    def draws(self, purpose: str) -> Callable[[Numbers, Numbers], Uniforms]:
        """The function that draws two numbers in ]0, 1[ for each pair of 64-bit numbers.

        The same pair always draws the same, another pair independently: a pair is one block of
        AES-256 (FIPS 197) under a key of ``purpose``, and no block comes twice but for the same draw.
        """
        key = self._derive("draws", purpose)

        def draw(first: Numbers, second: Numbers) -> Uniforms:
            blocks = np.stack([first, second], axis=1).astype("<u8").tobytes()
            # ECB is AES on each block by itself, which is what is wanted here; nothing is enciphered.
            encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305
            drawn = np.frombuffer(encryptor.update(blocks) + encryptor.finalize(), "<u8")
            uniforms: Uniforms = ((drawn >> np.uint64(11)).reshape(-1, 2) + 0.5) / 2.0**53
            return uniforms

        return draw

    def person_numbers(self, purpose: str) -> KeyedLookup:
        """A 64-bit number of each person, as int64, to draw from."""
        return self._lookup("person-number", purpose, _numbers)

    def _lookup(self, purpose: str, domain: str, finish: Callable[[Digests], pa.Array]) -> KeyedLookup:
        if (purpose, domain) not in self._lookups:
            digest = Hmac(self._derive(purpose, domain))
            self._lookups[purpose, domain] = KeyedLookup(lambda values: finish(_digests(digest, values)))
        return self._lookups[purpose, domain]


def private_keys(seed: int, profile_id: str, keys: Keys | None) -> Keys:
    """``keys``, else some made of ``seed``: without a secret nothing published depends on a key.

    Persons still get names of their own in the private folder.
    """
    return keys or Keys(hashlib.sha256(f"seed {seed}".encode()).digest(), profile_id)


def _digests(digest: Hmac, values: pa.Array) -> Digests:
    """Digests of a text array without null, one row of 32 bytes each."""
    return np.frombuffer(digest.joined(_messages(values)), np.uint8).reshape(-1, 32)


def _messages(values: pa.Array) -> list[bytes]:
    """The canonical bytes of each text; pure ASCII is its own canonical form."""
    if not pc.all(pc.string_is_ascii(values), min_count=0).as_py():
        return [canonical(value) for value in values.to_pylist()]
    _, places, data = values.buffers()
    if not len(values) or data is None:
        return [b""] * len(values)
    # Slices of one bytes object: four times as fast as to_pylist.
    ends = np.frombuffer(places, np.int32)[values.offset : values.offset + len(values) + 1]
    start, end = int(ends[0]), int(ends[-1])
    text = data.slice(start, end - start).to_pybytes()
    return [text[first:last] for first, last in pairwise((ends - start).tolist())]


def _numbers(digests: Digests) -> pa.Array:
    return pa.array(np.ascontiguousarray(digests[:, :8]).view("<i8").ravel())


def _pseudonyms(digests: Digests) -> pa.Array:
    return _base32(digests[:, :PSEUDONYM_BYTES])


def _base32(digests: Digests) -> pa.Array:
    """Base32 (RFC 4648) of rows of 16 bytes, as text without padding."""
    count = len(digests)
    padded = np.zeros((count, 20), np.uint64)
    padded[:, :PSEUDONYM_BYTES] = digests
    groups = padded.reshape(count, 4, 5)
    words = sum(groups[:, :, byte] << np.uint64(32 - 8 * byte) for byte in range(5))
    shifts = np.arange(35, -5, -5, dtype=np.uint64)
    symbols = (np.asarray(words)[:, :, None] >> shifts) & np.uint64(31)
    alphabet = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
    text = alphabet[symbols].reshape(count, 32)[:, :PSEUDONYM_LENGTH]
    ends = np.arange(count + 1, dtype=np.int32) * PSEUDONYM_LENGTH
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(text.tobytes()))


def _offsets(digests: Digests, days: int) -> pa.Array:
    numbers = np.ascontiguousarray(digests[:, :8]).view(">u8").ravel()
    offsets = (numbers % np.uint64(2 * days)).astype(np.int64) - days
    return pa.array(np.where(offsets < 0, offsets, offsets + 1), pa.int32())
