"""What every test on Spark needs: one session for all of them, and all that Spark wrote of it."""

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path

import pytest

from profiles.errors import Place
from profiles.model import SparkSettings
from tables.spark.session import Session, open_session
from tests.anonymize import example
from tests.factories import KEY

HAS_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
HAS_SPARK = HAS_JAVA and util.find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(
    not HAS_SPARK, reason="Spark tests left out: Java 17 or the extra 'spark' is not installed"
)
LOCAL = SparkSettings(master="local[2]", timeout=300)
ENGINE = {"engine": "spark", "spark": {"master": LOCAL.master, "timeout": LOCAL.timeout}}
"""Lines of a profile whose commands find the shared session."""
SECRETS = {"CANARY_KEY": example.SECRET, "VITRAIL_KEY": KEY}
"""What workers find in their environment."""
LEAN = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Tables of a few rows need no code made for them."""


@dataclass
class Shared:
    """The session that tests share, while they need it."""

    _stack: ExitStack | None = None
    _session: Session = None
    _log: Path = field(default_factory=Path)
    _marks: int = 0

    def open(self) -> Session:
        """The session, started when nobody has yet."""
        if self._stack is None:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrail-spark-")))
                patch = stack.enter_context(pytest.MonkeyPatch.context())
                for name, value in SECRETS.items():
                    patch.setenv(name, value)
                self._log = log_events(folder, patch)
                self._session = stack.enter_context(open_session(LOCAL, Place()))
                self._session.conf.set("spark.sql.shuffle.partitions", "2")
                self._stack = stack.pop_all()
                patch.undo()
        return self._session

    def close(self) -> None:
        """End it: those who want a Spark of their own, or none, cannot have another one beside them."""
        if self._stack is not None:
            stack, self._stack = self._stack, None
            stack.close()

    def events(self) -> str:
        """All that Spark has kept of its work so far, plans included."""
        self._marks += 1
        mark = f"mark-{self._marks}-of-the-tests"
        self._session.sparkContext.setJobDescription(mark)
        self._session.range(1).count()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            text = "".join(path.read_text("utf-8", "replace") for path in self._log.iterdir())
            if mark in text:
                return text
            time.sleep(0.05)
        raise AssertionError("Spark keeps no log")


SHARED = Shared()


def log_events(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Let Spark keep its event log, readable, in a folder; gives the folder."""
    log, conf = folder / "events", folder / "conf"
    log.mkdir()
    conf.mkdir()
    kept = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{log}",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.sql.maxPlanStringLength": "10000000",
    }
    lines = [f"{name} {value}\n" for name, value in {**kept, **LEAN}.items()]
    (conf / "spark-defaults.conf").write_text("".join(lines))
    patch.setenv("SPARK_CONF_DIR", str(conf))
    return log
