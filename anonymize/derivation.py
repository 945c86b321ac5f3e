"""What one value becomes under the secret: pseudonyms and date offsets, without arrays.

One key is derived for each purpose by HKDF-SHA-256 (RFC 5869), salted with the profile's id, so
that two profiles, or two domains of one profile, give values that can't be linked. A value is then
an HMAC-SHA-256 (RFC 2104) of the canonical text: UTF-8 of its NFC form. ``anonymize.keys`` does the
same to columns; a worker that only rewrites files needs no more than this.
"""

import hashlib
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from profiles.errors import ProfileError

KEY_BYTES = 32
SECRET_BYTES = 16
"""Shortest secret accepted: 128 bits."""
PSEUDONYM_BYTES = 16
"""128 bits kept: no collision is to be expected below 2**60 persons."""
BLOCK_BYTES = 64
"""Block of SHA-256, to which HMAC pads its key."""


class Derivation:
    """What the secret of a profile gives to single values; shows only its fingerprint."""

    def __init__(self, secret: bytes, profile_id: str) -> None:
        """Raises ProfileError when the secret is shorter than 128 bits."""
        if len(secret) < SECRET_BYTES:
            raise ProfileError("anonymize-weak-secret", bits=8 * len(secret), minimum=8 * SECRET_BYTES)
        self._secret = secret
        self._salt = profile_id.encode()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_id={self.key_id!r})"

    def __reduce__(self) -> str:
        raise TypeError("keys are never written down")

    def for_a_pipe(self) -> tuple[bytes, str]:
        """The secret and the profile, to make the same keys in a worker: for a pipe, never for a file."""
        return self._secret, self._salt.decode()

    @property
    def key_id(self) -> str:
        """Fingerprint of the key, 16 hexadecimal digits: tells two keys apart, reveals neither."""
        return self._derive("key-id", "")[:8].hex()

    def pseudonym(self, domain: str) -> Callable[[str], str]:
        """The function that gives the pseudonym of an identifier in ``domain``: 26 characters A-Z, 2-7."""
        digest = Hmac(self._derive("pseudonym", domain))
        return lambda value: b32encode(digest(canonical(value))[:PSEUDONYM_BYTES]).decode().rstrip("=")

    def offset(self, days: int) -> Callable[[str], int]:
        """The function that gives the offset of a person, in days: within ±``days``, never 0.

        Uniform but for 2 * days / 2**64, which no data set is large enough to show.
        """
        digest = Hmac(self._derive("date-offset", str(days)))
        return lambda person: _spread(int.from_bytes(digest(canonical(person))[:8]), days)

    def digest(self, purpose: str, domain: str) -> "Hmac":
        """The keyed digest of ``domain`` for ``purpose``: 32 bytes for each message."""
        return Hmac(self._derive(purpose, domain))

    def _derive(self, purpose: str, domain: str) -> bytes:
        return derive(self._secret, self._salt, f"vitrail/1/{purpose}/{domain}".encode())


def derive(secret: bytes, salt: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 (RFC 5869): ``length`` bytes that depend on every argument."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


class Hmac:
    """HMAC-SHA-256 under one key of at most a block, which is hashed once for all messages."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def __call__(self, message: bytes) -> bytes:
        """The 32 bytes of one message."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

    def joined(self, messages: Iterable[bytes]) -> bytes:
        """The digests of ``messages``, one after the other."""
        # The loop is the whole cost of a pseudonym: bound methods, no call of our own.
        start_inner, start_outer, found = self._inner.copy, self._outer.copy, []
        for message in messages:
            inner, outer = start_inner(), start_outer()
            inner.update(message)
            outer.update(inner.digest())
            found.append(outer.digest())
        return b"".join(found)


def canonical(value: str) -> bytes:
    """The bytes that stand for a text: UTF-8 of its NFC form."""
    # Not pyarrow's utf8_normalize: its NFC (version 21) leaves decomposed text decomposed.
    return unicodedata.normalize("NFC", value).encode()


def _spread(number: int, days: int) -> int:
    offset = number % (2 * days) - days
    return offset if offset < 0 else offset + 1
