"""What every test on Spark needs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

import pytest

from profiles.errors import Place
from profiles.model import SparkSettings
from tables.spark.session import Session, open_session

HAS_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
HAS_SPARK = HAS_JAVA and util.find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(
    not HAS_SPARK, reason="Spark tests left out: Java 17 or the extra 'spark' is not installed"
)
LOCAL = SparkSettings(master="local[2]", timeout=300)


@contextmanager
def session(settings: SparkSettings = LOCAL) -> Iterator[Session]:
    """A session of two cores."""
    with open_session(settings, Place()) as opened:
        yield opened


def log_events(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Let Spark keep its event log, readable, in a folder; gives the folder."""
    log, conf = folder / "events", folder / "conf"
    log.mkdir()
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{log}\n"
        "spark.eventLog.compress false\nspark.eventLog.rolling.enabled false\n"
        "spark.sql.maxPlanStringLength 10000000\n"
    )
    patch.setenv("SPARK_CONF_DIR", str(conf))
    return log
