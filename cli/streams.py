"""Standard output and error that outlive their reader and their alphabet.

A reader that leaves (``| head``) ends no run: what it would have read is dropped, and the exit code
stays that of the work. A terminal without accents gets the letters without them.
"""

import codecs
import errno
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from profiles.errors import UsageError

PLAIN = "vitrail.plain"
"""Name of the way in which characters that a stream cannot show are replaced."""
GONE = (errno.EPIPE, errno.EINVAL)
"""The reader left; Windows says EINVAL."""
LOOKALIKES = {"→": "->", "✗": "x", "«": '"', "»": '"', "’": "'", "–": "-", "—": "-", "œ": "oe", "…": "..."}


class Outlet:
    """A text stream whose failures are decided here; everything else is the stream's own."""

    def __init__(self, stream: TextIO, *, vital: bool) -> None:
        """``vital``: losing text for another reason than a reader that left is an error."""
        self._stream = stream
        self._vital = vital

    def write(self, text: str) -> int:
        """Write, or drop what nobody reads; UsageError when a vital text is lost."""
        if not self._vital and isinstance(sys.stdout, Outlet) and sys.stdout is not self:
            # In a log that takes both, what was said first stands first.
            sys.stdout.flush()
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """The same for what was not yet sent."""
        self._attempt(self._stream.flush)

    def settle(self) -> None:
        """Send what is left; from now on a loss is nobody's concern, another error is being told."""
        self._vital = False
        self.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as error:
            self._drop()
            if self._vital and error.errno not in GONE:
                raise UsageError("output-lost") from None

    def _drop(self) -> None:
        """Send the rest to nowhere, so that the interpreter has nothing to complain of at its end."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextmanager
def outlets() -> Iterator[None]:
    """Both standard streams as :class:`Outlet`, for the time of one command."""
    codecs.register_error(PLAIN, _plain)
    before = sys.stdout, sys.stderr
    hooks = sys.excepthook, sys.unraisablehook
    # What an extension module prints of an error on its own may hold data.
    sys.excepthook = sys.unraisablehook = _hush
    for name, stream in zip(("stdout", "stderr"), before, strict=True):
        # A program may be started without one of them.
        if stream is not None:
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=PLAIN)
            setattr(sys, name, cast("TextIO", Outlet(stream, vital=name == "stdout")))
    try:
        yield
    finally:
        settle()
        sys.stdout, sys.stderr = before
        sys.excepthook, sys.unraisablehook = hooks


def _hush(*_: object) -> None:
    """Say nothing."""


def settle() -> None:
    """:meth:`Outlet.settle` on both streams."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Outlet):
            stream.settle()


def shows_accents() -> bool:
    """Whether standard output can show any character."""
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Characters without their accents, a look-alike, or a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_nearest(each) for each in error.object[error.start : error.end]), error.end


def _nearest(character: str) -> str:
    plain = LOOKALIKES.get(character) or unicodedata.normalize("NFKD", character)
    return plain.encode("ascii", "ignore").decode() or "?"
