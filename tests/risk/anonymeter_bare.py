"""anonymeter as it is shipped, and ours, called the same way on plain frames."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

from risk.anonymeter_adapter import inference, linkability, singling_out
from risk.anonymeter_adapter.encoding import column_of, encode_column
from risk.anonymeter_adapter.frames import encode
from risk.anonymeter_adapter.outcome import Outcome
from risk.anonymeter_adapter.predicates import Mode
from risk.statistics import Rate


def bare_singling_out(original: Any, candidate: Any, control: Any = None, *, asked: int, **more: Any) -> Any:
    """Results of the shipped evaluator, multivariate."""
    start = {"n_cols": 2, "seed": 1, "max_attempts": 3000}
    evaluator = SinglingOutEvaluator(
        original, candidate, n_attacks=asked, control=control, **(start | more)
    ).evaluate()
    return _results(evaluator)


def bare_linkability(original: Any, candidate: Any, halves: Any, *, asked: int, control: Any = None) -> Any:
    """Results of the shipped evaluator."""
    evaluator = LinkabilityEvaluator(original, candidate, halves, n_attacks=asked, control=control)
    return _results(evaluator.evaluate(n_jobs=1))


def bare_inference(original: Any, candidate: Any, known: list[str], *, asked: int, **more: Any) -> Any:
    """Results of the shipped evaluator on the column ``secret``."""
    evaluator = InferenceEvaluator(original, candidate, known, "secret", n_attacks=asked, **more)
    return _results(evaluator.evaluate(n_jobs=1))


def _results(evaluator: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return evaluator.results()


def our_singling_out(
    original: Any,
    candidate: Any,
    control: Any = None,
    *,
    asked: int,
    mode: Mode = Mode.MULTIVARIATE,
    seed: int = 1,
) -> Outcome:
    """The same attack through the adapter."""
    return singling_out.attack(encode(original, candidate, control), mode, asked, np.random.default_rng(seed))


def our_linkability(
    original: Any, candidate: Any, halves: Any = None, *, asked: int, control: Any = None, seed: int = 1
) -> Outcome:
    """The same attack through the adapter."""
    frames = encode(original, candidate, control)
    return linkability.attack(frames, asked, np.random.default_rng(seed), halves)


def our_inference(
    original: Any, candidate: Any, known: list[str], *, asked: int, control: Any = None, seed: int = 1
) -> Outcome:
    """The same attack through the adapter."""
    parts = [original, candidate, *([] if control is None else [control])]
    secret = encode_column("secret", [column_of(part, "secret") for part in parts])
    found = inference.search(encode(*parts, columns=known), asked, np.random.default_rng(seed))
    return inference.attack(found, secret)


def persons(count: int, seed: int) -> pd.DataFrame:
    """Persons with two numbers that have nothing to do with each other nor with other persons."""
    random = np.random.default_rng(seed)
    return pd.DataFrame({"a": random.normal(size=count), "b": random.normal(size=count)})


def with_nulls(frame: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """The same persons with missing values at random."""
    return frame.mask(np.random.default_rng(seed).random(frame.shape) < share)


def share(rate: Rate) -> float:
    """Success of a rate with at least one target."""
    assert rate.targets
    return rate.estimate
