"""Quotes of a CSV file that can be understood in one way only.

Arrow accepts ``1,"abc`` and silently joins records up to the next quote. Here each quote that
opens must follow a delimiter or a line end, each quote that closes must come before one, and
inside quoted text a quote is doubled (RFC 4180). Then quotes alternate, which whole blocks at a
time can be checked for.
"""

import numpy as np
import numpy.typing as npt


class QuoteCheck:
    """Looks at the bytes of a file block after block."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self.quote = quote.encode("ascii")
        self._byte = self.quote[0]
        self._edges = np.zeros(256, dtype=bool)
        self._edges[list(b"\r\n" + delimiter.encode("ascii") + self.quote)] = True
        self._tail = b"\n"
        self._offset = 0
        self._closers = False
        self.opened_at = 0
        """Offset of the last quote that opened."""

    @property
    def inside(self) -> bool:
        """Whether a quote is open so far."""
        return self._closers

    def feed(self, block: bytes) -> int | None:
        """Look at the next bytes; the offset in the file of the first misplaced quote, or None."""
        if self.quote not in block and self._tail[-1:] != self.quote:
            self._tail = (self._tail + block[-2:])[-2:]
            self._offset += len(block)
            return None
        start = self._offset - len(self._tail)
        data = self._tail + block
        found = self._examine(np.frombuffer(data, dtype=np.uint8), start)
        self._tail = data[-2:]
        self._offset += len(block)
        return found

    def finish(self) -> int | None:
        """At the end of the file: the offset of a misplaced last quote, or of one never closed."""
        last = self._tail + b"\n"
        found = self._examine(np.frombuffer(last, dtype=np.uint8), self._offset - len(self._tail))
        return self.opened_at if found is None and self.inside else found

    def _examine(self, data: npt.NDArray[np.uint8], start: int) -> int | None:
        """Judge each quote but the first and last byte, which are context."""
        quotes = np.flatnonzero(data[1:-1] == self._byte) + 1
        first = 1 if self._closers else 0
        opens, closes = quotes[first::2], quotes[1 - first :: 2]
        wrong = np.concatenate((opens[~self._edges[data[opens - 1]]], closes[~self._edges[data[closes + 1]]]))
        if len(opens):
            self.opened_at = start + int(opens[-1])
        self._closers ^= len(quotes) % 2 == 1
        return start + int(wrong.min()) if len(wrong) else None
