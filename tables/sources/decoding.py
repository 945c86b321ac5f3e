"""A file of text as checked UTF-8 bytes, in bounded memory, for Arrow to parse."""

from pathlib import Path

from profiles.errors import Place, SourceError
from profiles.model import Source
from tables.sources.encodings import MisreadError, to_utf8
from tables.sources.quoting import QuoteCheck
from tables.sources.raw import BLOCK, line_at, open_raw, reading


class CheckedText:
    """What :class:`pyarrow.PythonFile` reads from: ``read``, ``close`` and ``closed``.

    ``read`` raises SourceError, with the line, for bytes that the declared encoding does not have,
    NUL bytes, misplaced quotes and damaged gzip.
    """

    def __init__(self, path: Path, source: Source, delimiter: str, place: Place) -> None:
        self._path, self._place = path, place
        self._declared = source.encoding
        self._plain, self._file = open_raw(path, place)
        self._quotes = QuoteCheck(delimiter, source.quote)
        self._to_utf8 = to_utf8(source.encoding)
        self._ready = b""
        self._last = b""
        self._ended = False
        self.closed = False

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes of UTF-8; empty at the end. The last line always ends."""
        while len(self._ready) < size and not self._ended:
            self._ready += self._next()
        out, self._ready = self._ready[:size], self._ready[size:]
        return out

    def peek(self) -> bytes:
        """The first block, which stays to be read."""
        self._ready = self.read(BLOCK)
        return self._ready

    def position(self) -> int:
        """Bytes of the file on disk that were read."""
        return 0 if self.closed else self._file.tell()

    def open_quote_line(self) -> int:
        """Line of the last quote that opened: where a record without end probably begins."""
        return line_at(self._path, self._quotes.opened_at, self._place)

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._file.close()

    def _next(self) -> bytes:
        with reading(self._place):
            block = self._plain.read(BLOCK)
        if not block:
            return self._end()
        if b"\0" in block:
            raise self._error("source-nul", self._to_utf8.offset + block.index(b"\0"))
        misplaced = self._quotes.feed(block)
        if misplaced is not None:
            raise self._error("source-quote", misplaced)
        self._last = block[-1:]
        try:
            return self._to_utf8.convert(block)
        except MisreadError as error:
            raise self._error(error.code, error.offset) from None

    def _end(self) -> bytes:
        self._ended = True
        misplaced = self._quotes.finish()
        if misplaced is not None:
            raise self._error("source-quote-open" if self._quotes.inside else "source-quote", misplaced)
        try:
            self._to_utf8.finish()
        except MisreadError as error:
            raise self._error(error.code, error.offset) from None
        return b"" if self._last in b"\n" else b"\n"

    def _error(self, code: str, offset: int | None) -> SourceError:
        line = None if offset is None else line_at(self._path, offset, self._place)
        place = Place(file=self._place.file, line=line, table=self._place.table)
        return SourceError(code, place, declared=self._declared)
