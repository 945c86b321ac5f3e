"""One whole copy is told from chance by its numbers, where they show that chance would not make it."""

import numpy as np
import pyarrow as pa
import pytest

from risk.coincidence import copies_beyond_chance, expected_coincidences
from risk.traits import traits_of

FITTED, MADE, APART = 4000, 4000, 1000


def drawn(persons, seed, *, digits=1, depends=False):
    """Persons with a weight and a height, a town and fourteen answers that go together."""
    random = np.random.default_rng([persons, seed])
    weight = np.round(random.normal(70, 12, persons), digits)
    height = np.round(2 * weight, digits) if depends else np.round(random.normal(170, 9, persons), digits)
    kind = random.random(persons) < 0.3
    columns = {"weight": weight, "height": height, "town": random.integers(0, 30, persons).astype(str)}
    for place in range(14):
        columns[f"answer{place}"] = np.where(random.random(persons) < 0.2 + 0.5 * kind, "yes", "no")
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def parts(seed, *, copied=None, **shape):
    """Fitted, synthetic and kept away persons; the synthetic ones hold the fitted one at ``copied``."""
    sizes = zip((FITTED, MADE, APART), (1, 2, 3), strict=True)
    fitted, made, apart = (drawn(size, 10 * seed + place, **shape) for size, place in sizes)
    if copied is not None:
        made = pa.concat_tables([made.slice(1), fitted.slice(copied, 1)])
    return traits_of(fitted, made, apart)


def usual(seed, **shape):
    """An ordinary person: near the middle of both numbers."""
    fitted = drawn(FITTED, 10 * seed + 1, **shape)
    far = np.abs(np.array(fitted["weight"]) - 70) + np.abs(np.array(fitted["height"]) - 170)
    return int(np.argsort(far)[20])


@pytest.mark.parametrize("seed", range(3))
def test_one_copy_of_an_ordinary_person_is_seen_by_two_exact_numbers(seed):
    random = np.random.default_rng(seed)

    assert copies_beyond_chance(parts(seed, copied=usual(seed, digits=2), digits=2), random) == 1
    assert copies_beyond_chance(parts(seed, digits=2), random) == 0


def test_numbers_that_depend_on_each_other_are_one_proof():
    free, bound = (
        expected_coincidences(parts(1, depends=depends), np.random.default_rng(1))
        for depends in (False, True)
    )

    assert free < 0.1 * bound
    assert copies_beyond_chance(parts(1, copied=5, depends=True), np.random.default_rng(1)) == 0


def test_whole_numbers_that_many_have_prove_nothing():
    traits = parts(1, copied=usual(1, digits=0), digits=0)

    assert copies_beyond_chance(traits, np.random.default_rng(1)) == 0


def test_somebody_kept_away_who_is_met_too_shows_that_chance_does_it():
    fitted, made, apart = (
        drawn(size, place, digits=2) for size, place in ((FITTED, 1), (MADE, 2), (APART, 3))
    )
    copies = [fitted.slice(7, 1), apart.slice(7, 1)]
    met = traits_of(fitted, pa.concat_tables([made, *copies]), apart)

    assert copies_beyond_chance(met, np.random.default_rng(1)) == 0


def test_without_numbers_a_copy_may_be_chance():
    words = [drawn(size, 1).drop_columns(["weight", "height"]) for size in (FITTED, MADE, APART)]

    assert expected_coincidences(traits_of(*words), np.random.default_rng(1)) > 1
