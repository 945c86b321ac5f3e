"""Libraries that print, warn, log and draw from numpy's global generator, kept in bounds."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SEEDS = 2**32
"""Seeds of numpy's global generator are below."""


@contextlib.contextmanager
def hushed(seed: int) -> Iterator[None]:
    """Nothing is printed, logged or warned of; numpy's global generator starts at ``seed``, and goes back."""
    state = np.random.get_state()  # noqa: NPY002 - the libraries use no other
    disabled = logging.root.manager.disable
    with contextlib.ExitStack() as stack:
        nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        stack.enter_context(contextlib.redirect_stdout(nowhere))
        stack.enter_context(contextlib.redirect_stderr(nowhere))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        np.random.seed(seed % SEEDS)  # noqa: NPY002
        try:
            yield
        finally:
            logging.disable(disabled)
            np.random.set_state(state)  # noqa: NPY002
