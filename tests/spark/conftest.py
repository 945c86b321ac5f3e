"""One Spark for all tests that need one; those that want another, or none, close it first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tables.spark.session import Session
from tests.spark.helpers import SECRETS, SHARED


@pytest.fixture(scope="package", autouse=True)
def _ended() -> Iterator[None]:
    yield
    SHARED.close()


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Session:
    """The shared session; the secrets of its workers are those of the test."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return SHARED.open()


@pytest.fixture
def doomed_spark(spark: Session) -> Iterator[Session]:
    """The shared session, for a test that ends it."""
    yield spark
    SHARED.close()


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """No session is open; a Java that is started in vain is a small one."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    SHARED.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that want no Spark come first here, those that end it last, so that it is started once."""
    here = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    for place, item in zip(here, sorted((items[place] for place in here), key=_turn), strict=True):
        items[place] = item


def _turn(item: pytest.Item) -> int:
    wanted = item.fixturenames  # type: ignore[attr-defined]
    return 0 if "no_spark" in wanted else 2 if "doomed_spark" in wanted else 1
