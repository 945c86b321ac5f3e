"""SDV kept in bounds: seeded, on one thread, silent, and with errors of ours in place of its own."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from profiles.errors import Place, SourceError, VitrailError

SEEDS = 2**32
"""Seeds of numpy's and SDV's generators are below."""


@contextlib.contextmanager
def quiet(seed: int, engine: str, stage: str) -> Iterator[None]:
    """Run SDV with the global generators of numpy and torch at ``seed``, and give them back as they were.

    Nothing that SDV prints, logs or warns of comes out. Whatever it raises becomes SourceError
    ``synth-sdv-failed`` with the ``stage`` (``fit`` or ``sample``), without its words: they may quote data.
    """
    import torch

    threads, state = torch.get_num_threads(), np.random.get_state()  # noqa: NPY002 - SDV uses no other
    disabled = logging.root.manager.disable
    with contextlib.ExitStack() as stack:
        nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        stack.enter_context(contextlib.redirect_stdout(nowhere))
        stack.enter_context(contextlib.redirect_stderr(nowhere))
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(torch.random.fork_rng(devices=[]))
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        torch.set_num_threads(1)
        torch.manual_seed(seed % SEEDS)
        np.random.seed(seed % SEEDS)  # noqa: NPY002
        try:
            yield
        except (VitrailError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - SDV raises anything, and quotes values
            raise SourceError("synth-sdv-failed", Place(), engine=engine, stage=stage) from None
        finally:
            logging.disable(disabled)
            torch.set_num_threads(threads)
            np.random.set_state(state)  # noqa: NPY002
