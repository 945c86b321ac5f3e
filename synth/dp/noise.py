"""Noise that nobody can draw again: from the profile's secret, by AES, on whole numbers.

The profile's seed is public: noise drawn from it could be taken away. Here a key is derived from the secret,
from everything that is asked, and from the data themselves: the same run gives the same bytes, and a run on
other data never has the same noise, which the difference of two releases would show. Whole numbers, since
noise in floating point gives the exact value away by its last digits (Mironov 2012, On significance of the
least significant bits for differential privacy).
"""

import hashlib
import hmac
import math
from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from synth.fitted.domains import Floats, Ints

PURPOSE = b"vitrail synth dp 1"
BITS = 128
"""Of each draw: chances are exact to 2 to the power of minus this."""
TAIL = 13.6
"""Deviations beyond which the chance is under that."""
Words = npt.NDArray[np.uint64]


def noise_key(secret: bytes, *parts: bytes) -> bytes:
    """32 bytes for one run: HMAC-SHA-256 over the lengths and bytes of ``parts``."""
    message = b"".join(len(part).to_bytes(8, "big") + part for part in (PURPOSE, *parts))
    return hmac.new(secret, message, hashlib.sha256).digest()


class Stream:
    """Uniform draws from a key: AES-256 in counter mode (NIST SP 800-38A)."""

    def __init__(self, key: bytes) -> None:
        self._encryptor = Cipher(AES(key), CTR(bytes(16))).encryptor()

    def words(self, size: int) -> Words:
        """``size`` uniform numbers of 64 bits."""
        return np.frombuffer(self._encryptor.update(bytes(8 * size)), "<u8").astype(np.uint64)

    def uniform(self) -> float:
        """One number in [0, 1)."""
        return float(self.words(1)[0] >> np.uint64(11)) / 2.0**53

    def seed(self) -> int:
        """A seed below 2³², for what comes after the noise."""
        return int(self.words(1)[0] >> np.uint64(32))


def discrete_gaussian(sigma: float, size: int, stream: Stream) -> Ints:
    """``size`` whole numbers of chance proportional to exp(-x²/(2σ²)) (Canonne, Kamath and Steinke 2020).

    By the inverse of the distribution, its steps known to 128 bits.
    """
    high, low, first = _steps(sigma)
    top, rest = stream.words(size), stream.words(size)
    place = np.searchsorted(high, top, side="left")
    for row in np.flatnonzero(high[np.minimum(place, len(high) - 1)] == top).tolist():
        at = int(place[row])
        while at < len(high) and (int(high[at]), int(low[at])) <= (int(top[row]), int(rest[row])):
            at += 1
        place[row] = at
    return first + place.astype(np.int64)


@lru_cache(maxsize=64)
def _steps(sigma: float) -> tuple[Words, Words, int]:
    """Where each whole number from ``first`` on ends, in 128 bits as two words; the last has no end."""
    most = math.ceil(TAIL * sigma) + 1
    with localcontext() as context:
        context.prec = 60
        double = 2 * Decimal(sigma) ** 2
        half = [(-Decimal(value * value) / double).exp() for value in range(most + 1)]
        weights = half[:0:-1] + half
        total, running, ends = sum(weights), Decimal(0), []
        for weight in weights[:-1]:
            running += weight
            ends.append(min(int(running / total * (1 << BITS)), (1 << BITS) - 1))
    mask = (1 << 64) - 1
    return (
        np.array([end >> 64 for end in ends], np.uint64),
        np.array([end & mask for end in ends], np.uint64),
        -most,
    )


def choose(scores: Floats, epsilon: float, sensitivity: float, stream: Stream) -> int:
    """A place by the exponential mechanism: of chance proportional to exp(ε·score/(2·sensitivity)).

    McSherry and Talwar (2007).
    """
    powers = epsilon * scores / (2 * sensitivity)
    weights = np.exp(powers - powers.max())
    running = np.cumsum(weights)
    return int(min(np.searchsorted(running, stream.uniform() * running[-1], side="right"), len(scores) - 1))
