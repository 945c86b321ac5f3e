"""Fixtures for every room."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.factories import KEY

os.environ["VITRAIL_LEDGER"] = tempfile.mkdtemp(prefix="vitrail-ledger-")
atexit.register(shutil.rmtree, os.environ["VITRAIL_LEDGER"], ignore_errors=True)

settings.register_profile("default", deadline=None, max_examples=50, derandomize=True)
settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


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
