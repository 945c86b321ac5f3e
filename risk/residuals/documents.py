"""What a release folder would publish, file by file: data, documentation, metadata.

A reader takes a file and its place and yields :class:`~risk.residuals.cells.Cells`. One that
cannot read its file raises ``UnreadableError``: what cannot be searched cannot be published.
"""

import csv
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from risk.residuals.cells import ROWS, Cells, UnreadableError, leaves, of_texts, of_values
from risk.residuals.images import image_cells

DATA = "data"
"""Folder of the published tables."""
Reader = Callable[[Path, str, "Expected"], Iterator[Cells]]

_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r'[|"“”«»]|(?<=\d)[,;:]\s+(?=\d)')
"""What no identifier is written across: quotes, borders of cells, punctuation between two numbers."""
_BLOCK = 16 << 20
_JSON_LIMIT = 256 << 20
_CONTROLS = {chr(code) for code in range(32)} - set("\t\n\r\f\x1f")


@dataclass(frozen=True)
class Expected:
    """What the profile says of the published tables."""

    columns: Mapping[str, frozenset[str]]
    """Table -> its columns."""
    free: Mapping[str, frozenset[str]]
    """Table -> its columns that hold whatever somebody wrote."""

    def places(self, path: Path, place: str, names: list[str]) -> list[str]:
        """How a report names the columns of a file: an unknown name could be a value of the data."""
        known = self.columns.get(path.stem, frozenset()) if path.parent.name == DATA else frozenset()
        return [
            f"{path.stem}.{name}" if name in known else f"{place}:#{number}"
            for number, name in enumerate(names, start=1)
        ]


def files_of(package: Path) -> list[Path]:
    """Every file below ``package``, in order. UnreadableError for a link or a special file."""
    found = sorted(path for path in package.rglob("*") if path.is_symlink() or not path.is_dir())
    if any(path.is_symlink() or not path.is_file() for path in found):
        raise UnreadableError
    return found


def document_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:
    """Everything in one file. UnreadableError when its bytes are of no known kind."""
    try:
        yield from READERS.get(path.suffix.casefold() or path.name, text_cells)(path, place, expected)
    except (OSError, pa.ArrowException):
        raise UnreadableError from None


def csv_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:
    """Cells of a CSV file with commas; a file that is none is read as lines of text."""
    header = _header(path)
    try:
        yield from _csv_columns(path, place, header, expected)
    except (pa.ArrowException, UnicodeDecodeError):
        yield from text_cells(path, place, expected)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _csv_columns(path: Path, place: str, header: list[str], expected: Expected) -> Iterator[Cells]:
    numbers = [str(number) for number in range(len(header))]
    reader = pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(block_size=_BLOCK, column_names=numbers, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(numbers, pa.string())),
    )
    is_data = path.parent.name == DATA
    free = expected.free.get(path.stem, frozenset()) if is_data else frozenset()
    places = expected.places(path, place, header)
    yield of_texts(place, header)
    for batch in reader:
        for name, shown, values in zip(header, places, batch.columns, strict=True):
            yield of_values(shown, values, open_text=name in free, document=not is_data)


def parquet_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:
    """Cells of a Parquet file, and the texts of its metadata."""
    free = expected.free.get(path.stem, frozenset())
    with pq.ParquetFile(path) as file:
        metadata = [text for pair in (file.schema_arrow.metadata or {}).items() for text in pair]
        names = file.schema_arrow.names
        yield of_texts(place, [*names, *(text.decode("utf-8", "replace") for text in metadata)])
        for name, shown in zip(names, expected.places(path, place, names), strict=True):
            for batch in file.iter_batches(ROWS, columns=[name]):
                yield of_values(shown, batch.column(0), open_text=name in free)


def json_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:
    """Keys and values of a JSON document, and its lines, quote by quote."""
    yield from text_cells(path, place, expected)
    if path.stat().st_size > _JSON_LIMIT:
        raise UnreadableError
    try:
        tree = json.loads(path.read_bytes(), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return
    yield of_texts(place, list(leaves(tree)))


def html_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:
    """Lines of a page, as they are and as a reader sees them (no tags, no ``&eacute;``)."""
    yield from text_cells(path, place, expected)
    seen = (html.unescape(_TAG.sub("", line)) for lines in _lines(path) for line in lines)
    yield of_texts(place, [piece for line in seen for piece in _APART.split(line)])


def text_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:  # noqa: ARG001 - shape of a reader
    """Pieces of lines of a text in UTF-8, else in Latin-1; UnreadableError for anything else."""
    for lines in _lines(path):
        yield of_texts(place, [piece for line in lines for piece in _APART.split(line)])


def _lines(path: Path) -> Iterator[list[str]]:
    encoding = "utf-8" if _is_utf8(path) else "latin-1"
    with path.open(encoding=encoding, newline="") as file:
        while lines := file.readlines(_BLOCK):
            if any(_CONTROLS & set(line) for line in lines):
                raise UnreadableError
            yield lines


def no_cells(path: Path, place: str, expected: Expected) -> Iterator[Cells]:  # noqa: ARG001 - shape of a reader
    """A TIFF that we wrote: pixels and nothing else."""
    yield of_texts(place, [])


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            while file.read(_BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True


READERS: Mapping[str, Reader] = {
    ".dcm": image_cells,
    "DICOMDIR": image_cells,
    ".tif": no_cells,
    ".csv": csv_cells,
    ".parquet": parquet_cells,
    ".json": json_cells,
    ".jsonld": json_cells,
    ".html": html_cells,
}
"""By suffix; every other file must be text."""
