"""Fixtures for every room."""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.factories import KEY

os.environ["VITRAIL_LEDGER"] = tempfile.mkdtemp(prefix="vitrail-ledger-")
atexit.register(shutil.rmtree, os.environ["VITRAIL_LEDGER"], ignore_errors=True)

# Modules are compiled once, not again in each of the hundreds of processes that tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What is drawn from noisy counts does not depend on how fast the fit of them was compiled to run.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

LONGEST_FIRST = ("spark", "cli", "release", "synth", "risk", "anonymize")
"""Folders in the order in which workers of xdist take their files; the others are short, and come last."""

settings.register_profile("default", deadline=None, max_examples=50, derandomize=True)
settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files are shared out whole, those on Spark together: one worker starts one Java for all of them."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class SparkTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/spark" if nodeid.startswith("tests/spark/") else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return SparkTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files before short ones, so that no worker waits for another at the end."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    here = item.path.relative_to(Path(__file__).parent).parts[0]
    return LONGEST_FIRST.index(here) if here in LONGEST_FIRST else len(LONGEST_FIRST)


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@pytest.fixture
def vitrail(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command in this process, with a key in the environment."""
    monkeypatch.setenv("VITRAIL_KEY", KEY)

    def call(*arguments: str | Path) -> Ran:
        from cli.outcome import guarded

        capfd.readouterr()
        code = guarded([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call
