"""SDV kept in bounds: seeded, on one thread, silent, and with errors of ours in place of its own."""

import contextlib
from collections.abc import Iterator

from profiles.errors import Place, SourceError, VitrailError
from synth.hushed import SEEDS, hushed


@contextlib.contextmanager
def quiet(seed: int, engine: str, stage: str) -> Iterator[None]:
    """Run SDV with the global generators of numpy and torch at ``seed``, and give them back as they were.

    Nothing that SDV prints, logs or warns of comes out. Whatever it raises becomes SourceError
    ``synth-sdv-failed`` with the ``stage`` (``fit`` or ``sample``), without its words: they may quote data.
    """
    import torch

    threads = torch.get_num_threads()
    with hushed(seed), torch.random.fork_rng(devices=[]):
        torch.set_num_threads(1)
        torch.manual_seed(seed % SEEDS)
        try:
            yield
        except (VitrailError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - SDV raises anything, and quotes values
            raise SourceError("synth-sdv-failed", Place(), engine=engine, stage=stage) from None
        finally:
            torch.set_num_threads(threads)
