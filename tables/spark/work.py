"""Work on parts of a table in Spark's Python workers, by ``mapInArrow`` over the numbers of the parts.

A worker writes its part as one Parquet file, which exists only once it is whole, and gives back a
few counts. A part that is done twice, because a worker died, makes the same bytes.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from profiles.errors import Place, ProfileError, SourceError, UsageError, VitrailError
from tables.engine import write_batches
from tables.spark.session import Session

Result = dict[str, Any]
MARK = "vitrail-failure:"
_RAISED: dict[str, type[VitrailError]] = {
    kind.__name__: kind for kind in (VitrailError, ProfileError, SourceError, UsageError)
}


class PartWork(Protocol):
    """What is done to one part; sent to the workers, so that it must hold no secret and no data."""

    def __call__(self, part: int) -> Result:
        """Do the part ``part`` and give what JSON can say of it."""


def run_parts(session: Session, work: PartWork, parts: int, done: Callable[[int], None]) -> list[Result]:
    """Do the parts 0 to ``parts`` - 1, each as a task; the results in that order.

    Raises the VitrailError of a worker, and VitrailError ``spark-failed`` for anything else: what
    a library says may hold data.
    """
    with told():
        rows = sorted((row.part, row.result) for row in planned(session, work, parts).collect())
    results = [json.loads(result) for _, result in rows]
    done(len(results))
    return results


def planned(session: Session, work: PartWork, parts: int) -> Any:
    """The data frame that does the work when it is collected: one task a part."""

    def batches(numbers: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in numbers:
            for part in batch.column(0).to_pylist():
                yield pa.RecordBatch.from_pydict({"part": [part], "result": [_attempt(work, part)]})

    return session.range(0, parts, 1, parts).mapInArrow(batches, "part bigint, result string")


def _attempt(work: PartWork, part: int) -> str:
    """The result as JSON; any failure as a neutral exception, since Spark logs its text."""
    try:
        return json.dumps(work(part))
    except VitrailError as error:
        raise RuntimeError(_marked(error)) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not leave the worker
        raise RuntimeError(_marked(VitrailError("spark-failed", kind=type(error).__name__))) from None


def _marked(error: VitrailError) -> str:
    facts = {name: fact if isinstance(fact, int | float) else str(fact) for name, fact in error.facts.items()}
    kind = next((name for name in _RAISED if type(error).__name__ == name), "ProfileError")
    written = {"kind": kind, "code": error.code, "place": vars(error.place), "facts": facts}
    return MARK + json.dumps(written).encode().hex() + ";"


@contextmanager
def told() -> Iterator[None]:
    """Turns what Spark raises into the error that a worker met."""
    try:
        yield
    except VitrailError:
        raise
    except Exception as error:  # noqa: BLE001 - the text of any of them may hold data
        raise _found(str(error)) or VitrailError("spark-failed", kind=type(error).__name__) from None


def _found(message: str) -> VitrailError | None:
    _, mark, rest = message.partition(MARK)
    if not mark:
        return None
    said = json.loads(bytes.fromhex(rest.partition(";")[0]))
    return _RAISED[said["kind"]](said["code"], Place(**said["place"]), **said["facts"])


def part_name(part: int) -> str:
    """File of a part: names in their order."""
    return f"part-{part:06d}.parquet"


def write_part(batches: Iterable[pa.RecordBatch], schema: pa.Schema, folder: Path, part: int) -> int:
    """Write one part, whole or not at all, whoever else writes the same one; gives its rows."""
    own = folder / f"{part_name(part)}.{uuid.uuid4().hex}"
    try:
        rows = write_batches(batches, schema, own)
        own.replace(folder / part_name(part))
    finally:
        own.unlink(missing_ok=True)
    return rows
