"""What is known of the person of each row of a table: its direct identifiers in every table."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.tabular.waiting import Whole, ending_path
from anonymize.text.crowd import USUAL, Crowd, crowd_of, doubtful_words
from anonymize.text.folding import fold
from anonymize.text.known import Known, known_of
from tables.candidate import PERSON
from tables.duck import quote, scan, stream
from tables.engine import read_batches, write_batches

VALUES = pa.schema([("values", pa.list_(pa.string()))])
MOST = 400
"""Values of one person beyond which the rest is left to the rules."""

FEW = 4
"""A column of so few values holds civilities, not names."""


def write_known(whole: Whole, columns: Iterable[tuple[str, str]]) -> Path:
    """One row for each row of the table, in its order: the person's values in ``columns``, sorted.

    The file is private and does not outlive the run. Dates are in ISO 8601.
    """
    parts = [
        f"SELECT {PERSON} AS who, trim({quote(column)}::VARCHAR) AS v FROM {scan(whole.sources[table])}"
        for table, column in columns
    ]
    union = " UNION ".join(parts) if parts else "SELECT NULL AS who, NULL AS v WHERE FALSE"
    held = f"SELECT who, list(v ORDER BY v)[:{MOST}] AS values FROM ({union}) WHERE v <> '' GROUP BY who"
    sql = (
        f"SELECT coalesce(k.values, []) AS values FROM {scan(whole.sources[whole.table], row=True)} t"
        f" LEFT JOIN ({held}) k ON t.{PERSON} = k.who ORDER BY t.file_row_number"
    )
    path = ending_path(whole)
    write_batches((batch.cast(VALUES) for batch in stream(whole.con, sql, 1 << 13)), VALUES, path)
    return path


def names_of_everybody(whole: Whole, columns: Iterable[tuple[str, str]]) -> Crowd:
    """Names in the text columns among ``columns``; not codes nor civilities.

    With the words that the texts of the step write too often to be names.
    """
    found: list[str] = []
    for table, column in columns:
        with pq.ParquetFile(whole.sources[table]) as file:
            kind = file.schema_arrow.field(column).type
        if pa.types.is_string(kind):
            sql = f"SELECT DISTINCT {quote(column)} AS v FROM {scan(whole.sources[table])} ORDER BY v"
            values = [
                value for batch in stream(whole.con, sql) for value in batch.column(0).to_pylist() if value
            ]
            found += [fold(value).text for value in values] if len(values) > FEW else []
    crowd = crowd_of(dict.fromkeys(found))
    return replace(crowd, usual=_usual(whole, crowd)) if crowd.words else crowd


def _usual(whole: Whole, crowd: Crowd) -> frozenset[str]:
    """Doubtful words in the texts of at least :data:`USUAL` persons."""
    persons: dict[str, set[str]] = {}
    for batch in read_batches(whole.path, [whole.column, PERSON]):
        for text, person in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            for word in doubtful_words(fold(text).text, crowd) if text else ():
                known = persons.setdefault(word, set())
                if len(known) < USUAL:
                    known.add(person)
    return frozenset(word for word, known in persons.items() if len(known) >= USUAL)


@lru_cache(maxsize=256)
def known_from(values: tuple[str, ...]) -> Known:
    """The spellings of one person's values, remembered for the person's next rows."""
    return known_of(values)
