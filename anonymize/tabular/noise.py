"""Add a random number."""

import math
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from anonymize.keys import Uniforms
from anonymize.tabular.grid import EXACT, Floats, decimal, plain
from anonymize.tabular.interface import NUMBERS, WHOLE_NUMBERS, Context, Transform
from anonymize.tabular.words import words
from profiles import transforms
from profiles.errors import ProfileError
from profiles.model import Bilingual, Kind

DIGITS = 3
"""Digits of the noise that are published: the last bits of a double would tell the true value
(Mironov 2012, doi:10.1145/2382196.2382264)."""


class Noise(Transform):
    """A Laplace or Gaussian number is added, then brought back between the bounds.

    It is drawn from the key, the profile's seed, the column, the person and the value: a value
    that a person repeats gets the same noise each time, so that a mean over the rows does not wash
    it off, and nobody who knows the seed alone can take it away. Whole numbers stay whole.
    """

    name = "noise"
    needs_key = True
    accepts = NUMBERS
    params: transforms.Noise

    def __init__(self, params: transforms.Noise, kind: Kind, context: Context) -> None:
        """Raises ProfileError when no whole number lies between the bounds of a whole column."""
        super().__init__(params, kind, context)
        self._low, self._high = self._limits()
        if self._low is not None and self._high is not None and self._low >= self._high:
            raise ProfileError("noise-no-room", context.place)
        self._purpose = f"noise {context.seed} {context.table}.{context.column}"
        self._draw = self.keys().draws(self._purpose)

    def _limits(self) -> tuple[float | None, float | None]:
        low, high = self.params.low, self.params.high
        if self.kind not in WHOLE_NUMBERS:
            return low, high
        return low if low is None else math.ceil(low), high if high is None else math.floor(high)

    def apply(self, values: pa.Array, persons: pa.Array) -> pa.Array:
        """The noisy numbers, of the same type."""
        missing = values.is_null().to_numpy(zero_copy_only=False)
        numbers = values.fill_null(0).to_numpy(zero_copy_only=False)
        held = np.isfinite(numbers) & (np.abs(numbers.astype(np.float64)) < EXACT)
        self.check(pa.array(~held & ~missing), "number-out-of-range")
        # Adding zero turns -0.0 into 0.0, which is the same value.
        bits = (numbers + 0.0).astype(np.float64).view(np.uint64)
        people = self.keys().person_numbers(self._purpose)(persons).to_numpy(zero_copy_only=False)
        noise = SHAPES[self.params.distribution](self._draw(people.view(np.uint64), bits)) * self.params.scale
        noisy = self._bounded(np.round(numbers + noise, self._decimals))
        if self.kind in WHOLE_NUMBERS:
            return pa.array(noisy.astype(np.int64), pa.int64(), mask=missing)
        return pa.array(np.round(noisy, self._decimals) + 0.0, pa.float64(), mask=missing)

    @property
    def _decimals(self) -> int:
        if self.kind in WHOLE_NUMBERS:
            return 0
        if self.params.decimals is not None:
            return self.params.decimals
        return max(0, DIGITS - math.floor(math.log10(self.params.scale)))

    def _bounded(self, numbers: Floats) -> Floats:
        if self._low is None and self._high is None:
            return numbers
        if self.params.bounds == "clip":
            clipped: Floats = np.clip(numbers, self._low, self._high)
            return clipped
        return reflect(numbers, self._low, self._high)

    def explain(self) -> Bilingual:
        """What happens to a value."""
        scale = plain(decimal(self.params.scale))
        bounds = [plain(decimal(bound)) for bound in (self._low, self._high) if bound is not None]
        key = f"transform.noise.{self.params.distribution}"
        if not bounds:
            return words(key, scale=scale)
        ends = "both" if len(bounds) == 2 else "high" if self._low is None else "low"
        return words(f"{key}.{ends}", scale=scale, **dict(zip(("bound", "other"), bounds, strict=False)))


def reflect(numbers: Floats, low: float | None, high: float | None) -> Floats:
    """The numbers folded back at each bound as often as needed, as by two mirrors."""
    if low is None:
        return high - np.abs(high - numbers) if high is not None else numbers
    above: Floats = np.abs(numbers - low)
    if high is None:
        return low + above
    width = high - low
    folded: Floats = low + width - np.abs(above % (2 * width) - width)
    return folded


def laplace(uniforms: Uniforms) -> Floats:
    """Laplace numbers of scale 1, by inversion."""
    centred = uniforms[:, 0] - 0.5
    numbers: Floats = -np.sign(centred) * np.log1p(-2 * np.abs(centred))
    return numbers


def gaussian(uniforms: Uniforms) -> Floats:
    """Normal numbers of variance 1 (Box and Muller 1958, doi:10.1214/aoms/1177706645)."""
    numbers: Floats = np.sqrt(-2 * np.log(uniforms[:, 0])) * np.cos(2 * np.pi * uniforms[:, 1])
    return numbers


SHAPES: dict[str, Callable[[Uniforms], Floats]] = {"laplace": laplace, "gaussian": gaussian}
