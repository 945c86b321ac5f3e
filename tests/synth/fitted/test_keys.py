"""Made-up numbers are never real ones, however long, short or alike the real ones are."""

import string
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.synth.fitted.test_shapes import draw, stage

LETTERS = string.ascii_uppercase + string.digits
RANDOM = np.random.default_rng(5)
CASES = {
    "hashes of 64 bits": ("integer", [int(one) for one in RANDOM.integers(-(2**63), 2**63 - 1, 60)]),
    "nineteen digits in a row": ("integer", [10**18 + one for one in range(60)]),
    "eighteen digits": ("integer", [10**18 - 1 - one for one in range(60)]),
    "numbers with a comma": ("number", [float(10 + one) for one in range(60)]),
    "every first letter": ("text", [f"{a}{b}0001" for a, b in product(LETTERS, LETTERS)]),
    "serial numbers behind our letter": ("text", [f"S{one:04d}" for one in range(60)]),
    "one letter or digit": ("text", list(LETTERS)),
}


@pytest.mark.parametrize("case", CASES)
def test_made_up_numbers_are_none_of_the_real_ones(tmp_path: Path, case: str) -> None:
    kind, real = CASES[case]
    columns = {"id": real, "sex": ["1", "2"] * (len(real) // 2), "__person": [str(one) for one in real]}
    spec = {
        "primary_key": ["id"],
        "person": ["id"],
        "columns": {"id": {"role": "direct", "type": kind}, "sex": {"role": "quasi"}},
    }
    staged = stage(tmp_path, {"people": columns}, {"people": spec})

    drawn = draw(staged, 2 * len(real), tmp_path / "out")["people"]["id"].to_pylist()

    assert len(set(drawn)) == 2 * len(real)
    assert not set(drawn) & set(real)
