"""When is a guess of a secret right, and which guess is right for most?

A category must be the same. A number must be within 5 % of the true value and within 5 % of the
spread of the secret (from its 5th to its 95th centile in the candidate); the first has no meaning,
and is left out, for dates and when some values are negative. A missing value must be guessed
missing. (anonymeter divides by the guess with its sign: every negative guess is right.)
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from risk.anonymeter_adapter.encoding import Column, Floats, Scale

TOLERANCE = 0.05


@dataclass(frozen=True)
class Judge:
    """A secret in the three frames, and when a guess of it is right."""

    original: Floats
    candidate: Floats
    control: Floats | None
    spread: float
    """Largest error allowed; 0 for a category."""
    signed: bool
    """Whether a share of the true value has no meaning: dates, and values below 0."""
    absent: float
    """What stands for a missing value: far from all others."""

    def tolerance(self, truth: Floats) -> Floats:
        """Largest error allowed for each true value."""
        allowed = np.inf if self.signed else TOLERANCE * np.abs(truth)
        return np.where(truth == self.absent, 0.0, np.minimum(self.spread, allowed))

    def right(self, guesses: Floats | float, truth: Floats) -> npt.NDArray[np.bool_]:
        """Whether each guess is right."""
        return np.asarray(np.abs(guesses - truth) <= self.tolerance(truth))

    def best(self, values: Floats, prior: Floats | None = None) -> float:
        """The one of ``values`` that is right for most of them; ``prior`` (below 1) decides ties."""
        votes = self.supporters(values, values).astype(np.float64)
        return float(values[np.argmax(votes if prior is None else votes + prior)])

    def supporters(self, guesses: Floats, values: Floats) -> npt.NDArray[np.int64]:
        """For how many of ``values`` each guess is right."""
        allowed = self.tolerance(values)
        opened = np.searchsorted(np.sort(values - allowed), guesses, side="right")
        closed = np.searchsorted(np.sort(values + allowed), guesses, side="left")
        return (opened - closed).astype(np.int64)


def judge_of(secret: Column) -> Judge:
    """The rule of what is right, from the kind of the secret and from its values in the candidate."""
    every = np.concatenate(secret.parts())
    known = every[~np.isnan(every)]
    absent = 4 * (float(np.abs(known).max(initial=0.0)) + 1)
    parts = [np.where(np.isnan(part), absent, part) for part in secret.parts()]
    published = secret.candidate[~np.isnan(secret.candidate)]
    spread = 0.0
    if not secret.is_category and len(published):
        spread = TOLERANCE * float(np.ptp(np.quantile(published, [0.05, 0.95])))
    signed = secret.scale is Scale.TIME or bool((known < 0).any())
    return Judge(parts[0], parts[1], parts[2] if len(parts) > 2 else None, spread, signed, absent)
