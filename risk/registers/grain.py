"""What a register knows of a column, side by side with what the release holds of it.

The intruder has read the documentation: they do to the register what was done to the data, as far as
no key is needed. What moved dates or numbers by an unknown amount leaves a range instead of a value.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.tabular.age_at import AgeAt
from anonymize.tabular.canonical import canonical_text
from anonymize.tabular.interface import Transform
from anonymize.tabular.microaggregate import Microaggregate
from anonymize.tabular.noise import Noise
from anonymize.tabular.search import Search
from anonymize.tabular.shift import Shift
from anonymize.tabular.suppress_rare import SuppressRare
from anonymize.tabular.tail import Tail
from profiles.errors import SourceError
from profiles.model import Kind
from risk.labels import encode
from risk.registers.reading import Matched, in_pieces

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UNKNOWN, NEVER = -1, -2
"""Codes of a value that a side does not have, and of one of the register that no release could hold."""
USELESS = frozenset({"drop", "constant", "pseudonymize", "surrogate", "swap", "redact", "interval_since"})
"""Steps after which a column tells an outsider nothing of its value."""
NOISE_WIDTHS = 3.0
"""Scales of a noise within which the intruder still believes: 95 % of a Laplace, more of a Gaussian."""
WIDEST = 1 << 22
"""Days or whole numbers between the lowest and the highest value, above which a range is not spelt out."""


@dataclass(frozen=True)
class Equal:
    """Agreement is the same value."""

    reference: str
    register: Codes = field(repr=False)
    release: Codes = field(repr=False)


@dataclass(frozen=True)
class Within:
    """Agreement is that two ranges meet; NaN where a side has no value."""

    reference: str
    register_low: Floats = field(repr=False)
    register_high: Floats = field(repr=False)
    release_low: Floats = field(repr=False)
    release_high: Floats = field(repr=False)


@dataclass(frozen=True)
class AnyOf:
    """Agreement is that the release has the value at one of its levels of detail."""

    reference: str
    register: Codes = field(repr=False)
    release: Codes = field(repr=False)
    fits: npt.NDArray[np.bool_] = field(repr=False)
    """Value of the register × value of the release."""


Comparison = Equal | Within | AnyOf


def useless(matched: Matched, published: bool) -> bool:
    """Whether the release tells nothing of the column to an outsider."""
    return not published or any(step.name in USELESS for step in matched.steps)


def compare(matched: Matched, release: pa.Array, others: dict[str, pa.Array]) -> Comparison | None:
    """How the register compares with the ``release`` values of one column; None when it cannot.

    ``others``: column of the same table -> what the register knows of it, for a step that looks at
    another column.
    """
    steps = [step for step in matched.steps if step.name not in ("keep", "inherit")]
    if matched.rule.grain == "release":
        return equal(matched.reference, matched.values, release)
    if any(isinstance(step, Search) for step in steps):
        return _any_of(matched, steps, release)
    width = _width(matched, steps)
    if width:
        return _within(matched, steps, release, width)
    values: pa.Array | None = matched.values
    for place, step in enumerate(steps):
        values = _stepped(step, values, release, others, last=place == len(steps) - 1)
        if values is None:
            return None
    found = equal(matched.reference, values, release, rare=_rare(steps))
    found.register[(found.register == UNKNOWN) & ~_nulls(matched.values)] = NEVER
    return found


def equal(reference: str, register: pa.Array, release: pa.Array, rare: SuppressRare | None = None) -> Equal:
    """Both sides as codes; where rare values were replaced, what the release does not have is one of them."""
    if register.type != release.type:
        register, release = canonical_text(register), canonical_text(release)
    if rare is not None:
        register = _as_rare(register, release, rare)
    codes = encode(pa.concat_arrays([register, release])).codes
    mine, theirs = codes[: len(register)].copy(), codes[len(register) :].copy()
    if rare is None or rare.params.replacement:
        theirs[_nulls(release)] = UNKNOWN
    mine[_nulls(register)] = UNKNOWN
    if rare is not None and not rare.params.replacement:
        # A missing value is then a value: the intruder knows why it is missing.
        blank = int(codes.max(initial=0)) + 1
        theirs[_nulls(release)] = blank
        mine[_absent(register, release)] = blank
    return Equal(reference, mine, theirs)


def _as_rare(register: pa.Array, release: pa.Array, rare: SuppressRare) -> pa.Array:
    if not rare.params.replacement:
        return register
    return pc.if_else(pa.array(_absent(register, release)), rare.params.replacement, register)


def _absent(register: pa.Array, release: pa.Array) -> npt.NDArray[np.bool_]:
    """Values of the register that the release has nowhere."""
    known = pc.is_in(register, value_set=release.unique().drop_null())
    return np.asarray(
        pc.and_(pc.invert(known), register.is_valid()).to_numpy(zero_copy_only=False), dtype=bool
    )


def _rare(steps: list[Transform]) -> SuppressRare | None:
    return next((step for step in steps if isinstance(step, SuppressRare)), None)


def _stepped(
    step: Transform, values: pa.Array, release: pa.Array, others: dict[str, pa.Array], *, last: bool
) -> pa.Array | None:
    """One step on the register; None when the intruder cannot take it."""
    if isinstance(step, AgeAt) and step.params.column is not None:
        then = others.get(step.params.column)
        return None if then is None else _ages(step, values, then)
    if isinstance(step, Tail):
        return _clipped(values, release) if last else values
    if isinstance(step, Microaggregate):
        return _nearest(values, release) if last else None
    return in_pieces(step, values)


def _ages(step: AgeAt, born: pa.Array, then: pa.Array) -> pa.Array:
    """Ages; a birth after the other date is no age."""
    late = pc.less(then.cast(pa.timestamp("us")), born.cast(pa.timestamp("us"))).fill_null(fill_value=False)
    born = pc.if_else(late, pa.scalar(None, born.type), born)
    return step.apply_in_row(born, pa.nulls(len(born), pa.string()), {step.params.column or "": then})


def _clipped(values: pa.Array, release: pa.Array) -> pa.Array:
    bounds = pc.min_max(release).as_py()
    if bounds["min"] is None:
        return values
    low = pc.if_else(pc.less(values, bounds["min"]), bounds["min"], values)
    return pc.if_else(pc.greater(low, bounds["max"]), bounds["max"], low)


def _nearest(values: pa.Array, release: pa.Array) -> pa.Array:
    """The published mean that is nearest: the values of a group are next to each other."""
    means = np.sort(np.asarray(release.unique().drop_null().to_numpy(zero_copy_only=False), dtype=float))
    if not len(means):
        return pa.nulls(len(values), pa.float64())
    known = np.asarray(values.to_numpy(zero_copy_only=False), dtype=float)
    place = np.clip(np.searchsorted(means, known), 1, max(1, len(means) - 1))
    low, high = means[place - 1], means[np.minimum(place, len(means) - 1)]
    found = np.where(np.abs(known - low) <= np.abs(high - known), low, high)
    return pa.array(found, pa.float64(), mask=_nulls(values)).cast(release.type, safe=False)


def _width(matched: Matched, steps: list[Transform]) -> float:
    """By how much the two sides may differ and still be of the same person."""
    declared = matched.rule.days
    if declared is not None:
        return float(declared)
    moved = [float(step.params.days) for step in steps if isinstance(step, Shift)]
    moved += [NOISE_WIDTHS * step.params.scale for step in steps if isinstance(step, Noise)]
    return max(moved, default=0.0)


def _within(matched: Matched, steps: list[Transform], release: pa.Array, width: float) -> Comparison | None:
    rest = [step for step in steps if not isinstance(step, Shift | Noise | SuppressRare | Tail)]
    if any(isinstance(step, AgeAt) and step.params.column for step in rest):
        return None
    centre = numbers(matched.values)
    low, high = centre - width, centre + width
    if not rest:
        theirs = numbers(release)
        return Within(matched.reference, low, high, theirs, theirs)
    bounds = _spelt_out(matched, rest, low, high, release)
    return None if bounds is None else Within(matched.reference, low, high, *bounds)


def _spelt_out(
    matched: Matched, steps: list[Transform], low: Floats, high: Floats, release: pa.Array
) -> tuple[Floats, Floats] | None:
    """The lowest and the highest value that each published value may stand for."""
    if not np.isfinite(low).any():
        return None
    first, last = np.floor(np.nanmin(low)), np.ceil(np.nanmax(high))
    if matched.kind is Kind.NUMBER:
        domain = np.unique(
            np.concatenate([values[np.isfinite(values)] for values in (low, high, (low + high) / 2)])
        )
    elif last - first > WIDEST:
        return None
    else:
        domain = np.arange(first, last + 1)
    values = _valued(domain, matched)
    for step in steps:
        values = in_pieces(step, values)
    labels = equal(matched.reference, values, release)
    size = int(max(labels.register.max(initial=0), labels.release.max(initial=0))) + 2
    lowest, highest = np.full(size, np.inf), np.full(size, -np.inf)
    known = labels.register >= 0
    np.minimum.at(lowest, labels.register[known], domain[known])
    np.maximum.at(highest, labels.register[known], domain[known])
    lowest[-1] = highest[-1] = np.nan
    return lowest[labels.release], highest[labels.release]


def _valued(domain: Floats, matched: Matched) -> pa.Array:
    if matched.kind is Kind.DATE:
        return pa.array(domain.astype(np.int32)).cast(pa.date32())
    if matched.kind is Kind.DATETIME:
        return pa.array(domain.astype(np.int32)).cast(pa.date32()).cast(pa.timestamp("us"))
    if matched.kind is Kind.NUMBER:
        return pa.array(domain)
    return pa.array(domain.astype(np.int64))


def numbers(values: pa.Array) -> Floats:
    """Dates as days, numbers as they are, NaN for a missing value."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    if pa.types.is_date(values.type):
        values = values.cast(pa.int32())
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return np.full(len(values), np.nan)
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _any_of(matched: Matched, steps: list[Transform], release: pa.Array) -> AnyOf:
    """The value at each level that the search could have chosen."""
    search = next(step for step in steps if isinstance(step, Search))
    values = in_pieces(search, matched.values).dictionary_encode()
    own = values.dictionary
    theirs = canonical_text(release).dictionary_encode()
    fits = np.zeros((len(own), max(1, len(theirs.dictionary))), dtype=bool)
    for labels in (*_levels(search, own), pa.array(["*"] * len(own), pa.string())):
        found = pc.index_in(labels, value_set=theirs.dictionary)
        known = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
        fits[known, found.take(pa.array(known)).to_numpy(zero_copy_only=False)] = True
    return AnyOf(matched.reference, _indices(values), _indices(theirs), fits)


def _levels(search: Search, own: pa.Array) -> list[pa.Array]:
    """The label of each value at each level; null where the hierarchy has no such value."""
    texts = own.to_pylist()
    try:
        return [pa.array(labels, pa.string()) for labels in search.levels(texts)]
    except SourceError:
        if len(texts) == 1:
            return [own]
    half = len(own) // 2
    first, second = _levels(search, own[:half]), _levels(search, own[half:])
    depth = max(len(first), len(second))
    return [
        pa.concat_arrays([first[min(level, len(first) - 1)], second[min(level, len(second) - 1)]])
        for level in range(depth)
    ]


def _indices(values: pa.DictionaryArray) -> Codes:
    return np.asarray(values.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False), dtype=np.int64)


def _nulls(values: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)


def spans(matched: list[Matched], release: dict[str, pa.Array]) -> list[Equal]:
    """Between two dates of a person that were shifted together, the days that the shift left exact."""
    moved = [
        one
        for one in matched
        if one.rule.tolerance is None
        and one.rule.grain == "source"
        and one.kind is Kind.DATE
        and [step.name for step in one.steps] == ["shift"]
    ]
    found = []
    for other in moved[1:]:
        mine = numbers(other.values) - numbers(moved[0].values)
        theirs = numbers(release[other.reference]) - numbers(release[moved[0].reference])
        found.append(equal(f"{moved[0].reference}..{other.reference}", _days(mine), _days(theirs)))
    return found


def _days(values: Floats) -> pa.Array:
    return pa.array(np.nan_to_num(values).astype(np.int64), mask=np.isnan(values))
