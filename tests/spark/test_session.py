"""A Spark that is not there: a clear error within a bounded time, nothing written."""

import socket
import time
from importlib import util

import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import Place, UsageError
from profiles.model import SparkSettings
from tables.spark.session import open_session
from tests.anonymize import example
from tests.spark.helpers import needs_spark


def refusal(**settings: object) -> UsageError:
    with pytest.raises(UsageError) as caught, open_session(SparkSettings(**settings), Place()):
        pass
    for lang in Lang:
        assert error_text(caught.value, lang)
    return caught.value


@pytest.mark.usefixtures("no_spark")
@needs_spark
def test_missing_java_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert refusal(master="local[1]").code == "spark-no-java"

    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(master="local[1]").code == "spark-no-java"


def test_missing_extra_is_named(monkeypatch):
    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "pyspark" else find(name))

    assert refusal(master="local[1]").code == "spark-missing"


@pytest.mark.usefixtures("no_spark")
@needs_spark
@pytest.mark.soak
def test_a_master_that_nobody_listens_at_is_given_up_in_time():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()

    assert refusal(master=f"spark://127.0.0.1:{port}", timeout=3).code == "spark-unreachable"
    assert time.monotonic() - start < 60


@pytest.mark.usefixtures("no_spark")
@needs_spark
def test_a_master_that_accepts_and_says_nothing_is_given_up_in_time():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        start = time.monotonic()
        error = refusal(master=f"spark://127.0.0.1:{mute.getsockname()[1]}", timeout=3)

    assert error.code == "spark-unreachable"
    assert time.monotonic() - start < 60


@pytest.mark.usefixtures("no_spark")
@needs_spark
def test_a_master_that_makes_no_sense_is_refused():
    assert refusal(master="nonsense[", timeout=120).code in {"spark-refused", "spark-not-started"}


@pytest.mark.usefixtures("no_spark")
@needs_spark
def test_a_run_without_spark_leaves_nothing_behind(tmp_path, monkeypatch, vitrail):
    monkeypatch.setenv("CANARY_KEY", example.SECRET)
    engine = {"engine": "spark", "spark": {"master": "spark://127.0.0.1:1", "timeout": 3}}
    example.write(tmp_path, example.document() | engine, example.tables(12))
    before = sorted(tmp_path.iterdir())
    start = time.monotonic()
    ran = vitrail("anonymize", tmp_path / "profile.yaml", "--to", tmp_path / "candidate")

    assert ran.code == 2
    assert "Spark" in ran.said
    assert time.monotonic() - start < 60
    assert sorted(tmp_path.iterdir()) == before
