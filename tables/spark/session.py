"""A Spark that answers within a bounded time, or an error that says what to do."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import util
from pathlib import Path
from typing import Any

from profiles.errors import Place, UsageError
from profiles.model import SparkSettings

HERE = str(Path(__file__).resolve().parents[2])
"""Where the rooms are imported from."""
FIXED = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled": "true",
}
"""What the same SQL needs to mean the same as in DuckDB. Nothing here comes from data or from a secret."""
Session = Any
"""A ``pyspark.sql.SparkSession``: pyspark is an extra, so that its types may be absent."""


_open: list[tuple[SparkSettings, Session]] = []
"""The session of this process, if it has one: Spark allows no second one."""


@contextmanager
def open_session(settings: SparkSettings, place: Place) -> Iterator[Session]:
    """A session that has run a first job; stopped at the end, with the Java process.

    Within another one of the same settings, it is that one, and whoever opened it stops it: the stages
    of a command share a Spark. Its configuration and its environment hold no secret but what the
    process already had. Raises UsageError when pyspark or Java is missing, or when Spark does not
    answer in time.
    """
    if _open and _open[-1][0] == settings:
        yield _open[-1][1]
        return
    with _started(settings, place) as session:
        _open.append((settings, session))
        try:
            yield session
        finally:
            _open.pop()


@contextmanager
def _started(settings: SparkSettings, place: Place) -> Iterator[Session]:
    _check_installed(place)
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf(loadDefaults=False)
    for name, value in _configuration(settings).items():
        conf.set(name, value)
    # What Java prints may quote a failure of ours, and a failure may quote data.
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        gateway = launch_gateway(conf, quiet)
    except Exception:  # noqa: BLE001 - py4j, pyspark and the system each have their own
        raise UsageError("spark-not-started", place) from None
    try:
        context = _within(
            settings.timeout, lambda: SparkContext(gateway=gateway, conf=conf), gateway.proc.kill, place
        )
        session = SparkSession(context)
        _within(settings.timeout, session.range(1).count, context.cancelAllJobs, place)
        yield session
    finally:
        _end(SparkContext, gateway)


def _configuration(settings: SparkSettings) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH")]))
    found = {**FIXED, "spark.app.name": "vitrail", "spark.executorEnv.PYTHONPATH": path}
    if settings.master is not None:
        found["spark.master"] = settings.master
    if (settings.master or "").startswith("local"):
        found["spark.sql.shuffle.partitions"] = "8"
    return found


def _check_installed(place: Place) -> None:
    if util.find_spec("pyspark") is None:
        raise UsageError("spark-missing", place)
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else None
    if not (java.is_file() if java is not None else shutil.which("java")):
        raise UsageError("spark-no-java", place)


def _within(seconds: float, work: Callable[[], Any], stop: Callable[[], Any], place: Place) -> Any:
    """What ``work`` gives; ``stop`` ends it when the time is over."""
    found: list[Any] = []
    failed: list[bool] = []

    def attempt() -> None:
        try:
            found.append(work())
        except BaseException:  # noqa: BLE001 - the caller raises our own error in its place
            failed.append(True)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        late = not failed
        with suppress(Exception):
            stop()
        raise UsageError("spark-unreachable" if late else "spark-refused", place, seconds=seconds) from None
    return found[0]


def _end(context: Any, gateway: Any) -> None:
    """Stop the session and its Java process, so that the next one starts from its own environment."""
    active = context._active_spark_context  # noqa: SLF001 - pyspark keeps one context a process
    if active is not None:
        with suppress(Exception):
            _bounded(active.stop)
    context._active_spark_context = context._gateway = context._jvm = None  # noqa: SLF001
    with suppress(Exception):
        _bounded(gateway.shutdown)
    if gateway.proc is not None:
        with suppress(OSError):
            gateway.proc.stdin.close()
        try:
            gateway.proc.wait(10)
        except subprocess.TimeoutExpired:
            gateway.proc.kill()
            gateway.proc.wait()


def _bounded(stop: Callable[[], Any]) -> None:
    """Wait at most a few seconds for an end that may never come; a Spark that died says nothing more."""

    def quietly() -> None:
        with suppress(Exception):
            stop()

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    thread.join(10)
