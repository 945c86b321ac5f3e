"""Probabilistic linkage: Fellegi and Sunter (1969), with Winkler's weights by the frequency of a value.

Each comparison weighs log(m / u) when it agrees and log((1 - m) / (1 - u)) when it does not, nothing when a
side has no value; m is the share of agreements among true pairs, u among others. u is counted, value by
value (agreeing on a rare value says more), and m is found by expectation and maximisation on the counts
of patterns of agreement (Winkler 1988), with a weak prior for what few columns leave open.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from risk.registers.best import TIE
from risk.registers.exact import Facts, Shares, agreement, is_known, taken
from risk.registers.grain import UNKNOWN, AnyOf, Codes, Comparison, Equal, Within

SAMPLE = 200
"""Lines on which m is estimated."""
ROUNDS = 100
PRIOR_AGREED, PRIOR_PAIRS = 9.0, 10.0
"""Pairs that are imagined before any is seen: nine agreements in ten."""
HIGHEST = 0.999
"""Of m: no file is without error."""
Patterns = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """What agreement and disagreement on one column say, line by line."""

    compared: Comparison
    agreed: Shares = field(repr=False)
    differed: Shares = field(repr=False)
    lines: npt.NDArray[np.bool_] = field(repr=False)
    """Lines that have a value."""
    rows: npt.NDArray[np.bool_] = field(repr=False)
    """Rows of the release that have one."""

    def on_rows(self, rows: Codes) -> "Weights":
        """The same for some rows of the release, in their order."""
        return replace(self, compared=taken(self.compared, rows), rows=self.rows[rows])

    def on_lines(self, lines: Codes) -> "Weights":
        """The same for some lines of the register, in their order."""
        one = self.compared
        names = ["register_low", "register_high"] if isinstance(one, Within) else ["register"]
        compared = replace(one, **{name: getattr(one, name)[lines] for name in names})
        return Weights(compared, self.agreed[lines], self.differed[lines], self.lines[lines], self.rows)

    def of_line(self, line: int) -> Shares | float:
        """Of one line with every row."""
        return self.of_pairs(line, slice(None))

    def of_pairs(self, line: int, rows: Codes | slice) -> Shares | float:
        """Of one line with some rows."""
        if not self.lines[line]:
            return 0.0
        agree = agreement(self.compared, np.array([line]), rows)
        found = np.where(agree, self.agreed[line], self.differed[line])
        if not self.all_rows:
            found[~self.rows[rows]] = 0.0
        return found

    def most(self, line: int) -> float:
        """The highest weight that a line has with any row."""
        return max(float(self.agreed[line]), 0.0) if self.lines[line] else 0.0

    def otherwise(self, line: int) -> float:
        """The highest weight that a line has with a row that does not agree."""
        if not self.lines[line]:
            return 0.0
        return float(self.differed[line]) if self.all_rows else max(float(self.differed[line]), 0.0)

    def code(self, line: int) -> int | None:
        """The code of the release that agrees with a line; None when it may be any, or several."""
        if not isinstance(self.compared, Equal) or not self.lines[line]:
            return None
        return int(self.compared.register[line])

    @cached_property
    def all_rows(self) -> bool:
        """Whether every row of the release has a value."""
        return bool(self.rows.all())

    def of_row(self, row: int) -> Shares | float:
        """Of every line with one row."""
        if not self.rows[row]:
            return 0.0
        agree = agreement(self.compared, slice(None), np.array([row]))
        found = np.where(agree, self.agreed, self.differed)
        found[~self.lines] = 0.0
        return found

    def stranger(self) -> Shares:
        """Weight of a person of whom the release has no row."""
        return np.where(self.lines, self.differed, 0.0)


def _has(compared: Comparison) -> npt.NDArray[np.bool_]:
    """Rows of the release that have a value."""
    if isinstance(compared, Within):
        known: npt.NDArray[np.bool_] = ~np.isnan(compared.release_low)
        return known
    there: npt.NDArray[np.bool_] = compared.release != UNKNOWN
    return there


def chance(compared: Comparison) -> Shares:
    """U of each line: the share of the release's known rows that agree with it, whoever they are of."""
    if isinstance(compared, Within):
        known = ~np.isnan(compared.release_low)
        lows, highs = np.sort(compared.release_low[known]), np.sort(compared.release_high[known])
        met = np.searchsorted(lows, compared.register_high, side="right") - np.searchsorted(
            highs, compared.register_low, side="left"
        )
        return _share(met, int(known.sum()))
    theirs = compared.release[compared.release != UNKNOWN]
    if isinstance(compared, AnyOf):
        sizes = np.bincount(theirs, minlength=compared.fits.shape[1])
        met = compared.fits @ sizes
        return _share(met[compared.register], len(theirs))
    high = int(max(compared.register.max(initial=0), theirs.max(initial=0))) + 1
    return _share(np.bincount(theirs, minlength=high)[np.maximum(compared.register, 0)], len(theirs))


def _share(count: Codes, rows: int) -> Shares:
    """Never 0 nor 1, of which there is no logarithm."""
    return np.clip(count / max(1, rows), 0.5 / max(1, rows), 1 - 0.5 / max(2, rows))


def estimate_m(counts: Shares, states: Patterns, u: Shares, pairs: float, matches: float) -> Shares:
    """The m of each column, by expectation and maximisation.

    ``states``: pattern × column, 1 agreement, 0 difference, -1 a value is missing. ``counts``: pairs with
    each pattern. ``u``: of each column. ``matches``: true pairs to expect among ``pairs``, at most.
    """
    m = np.maximum(0.9, u)
    share = min(0.5, matches / max(pairs, 1.0))
    agreed, known = states == 1, states >= 0
    for _ in range(ROUNDS):
        differed = np.where(known, np.log((1 - m) / (1 - u)), 0.0)
        odds = np.where(agreed, np.log(m / u), differed).sum(axis=1)
        true = 1.0 / (1.0 + np.exp(-np.clip(odds + np.log(share / (1 - share)), -700, 700)))
        weight = counts * true
        found = (weight @ agreed + PRIOR_AGREED) / (weight @ known + PRIOR_PAIRS)
        found = np.clip(found, np.minimum(u + 1e-6, HIGHEST), HIGHEST)
        share = float(np.clip(weight.sum() / counts.sum(), 1e-12, min(0.5, matches / max(pairs, 1.0))))
        if np.abs(found - m).max(initial=0.0) < TIE:
            break
        m = found
    return m


def weights(facts: Facts, random: np.random.Generator) -> tuple[Weights, ...]:
    """The weights of the columns of ``facts``, m being estimated on a sample of lines."""
    chances = [chance(one) for one in facts.compared]
    if not chances:
        return ()
    m = _estimated(facts, chances, random)
    return tuple(
        Weights(
            one,
            np.log(each / np.minimum(u, each)),
            np.log((1 - each) / (1 - np.minimum(u, each))),
            is_known(one),
            _has(one),
        )
        for one, u, each in zip(facts.compared, chances, m, strict=True)
    )


def _estimated(facts: Facts, chances: list[Shares], random: np.random.Generator) -> Shares:
    lines = len(chances[0])
    sample = np.sort(random.choice(lines, min(SAMPLE, lines), replace=False))
    rows = np.arange(len(facts.persons))
    lines_known, rows_known = [is_known(one) for one in facts.compared], [_has(one) for one in facts.compared]
    base = 3 ** np.arange(len(facts.compared))
    counts = np.zeros(3 ** len(facts.compared))
    whole = [bool(known.all()) for known in rows_known]
    for line in sample:
        code, always = np.zeros(len(rows), dtype=np.int64), 0
        for column, one in enumerate(facts.compared):
            if lines_known[column][line]:
                agree = agreement(one, np.array([line]), slice(None))
                if whole[column]:
                    always += int(base[column])
                    code[agree] += base[column]
                else:
                    code += base[column] * np.where(rows_known[column], 1 + agree, 0)
        counts += np.bincount(code + always, minlength=len(counts))
    seen = np.flatnonzero(counts)
    states = seen[:, None] // base[None, :] % 3 - 1
    u = np.array([each[sample].mean() for each in chances])
    return estimate_m(counts[seen], states, u, counts.sum(), float(len(sample)))
