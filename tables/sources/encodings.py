"""From the declared encoding to UTF-8, block by block, with proof that the declaration is right."""

import codecs
from abc import ABC, abstractmethod

C1 = bytes(range(0x80, 0xA0))
"""Controls that no Latin-1 text holds; in CP1252 they are ’ œ € and others."""
FEW = 3
"""Bytes that may look like UTF-8 by chance in a file that is not."""


class MisreadError(Exception):
    """The file is not in the declared encoding; ``offset`` of the byte that shows it, when one does."""

    def __init__(self, code: str, offset: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.offset = offset


class ToUtf8(ABC):
    """One encoding. Blocks may cut a character."""

    def __init__(self) -> None:
        self.offset = 0
        """Bytes of the file seen so far."""

    def convert(self, block: bytes) -> bytes:
        """The next bytes as UTF-8. Raises MisreadError."""
        if self.offset == 0 and block.startswith(codecs.BOM_UTF8):
            self.start_with_bom()
        out = self.checked(block)
        self.offset += len(block)
        return out

    @abstractmethod
    def start_with_bom(self) -> None:
        """The file says by its first bytes that it is UTF-8."""

    @abstractmethod
    def checked(self, block: bytes) -> bytes:
        """``block`` as UTF-8. Raises MisreadError."""

    @abstractmethod
    def finish(self) -> None:
        """The file is over. Raises MisreadError when the whole of it shows another encoding."""


class Utf8(ToUtf8):
    """UTF-8 stays as it is, once checked."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def start_with_bom(self) -> None:
        """Right."""

    def checked(self, block: bytes) -> bytes:
        """The same bytes, without the mark at the start of the file."""
        if not (block.isascii() and not self._decoder.getstate()[0]):
            self._decode(block, final=False)
        return block.removeprefix(codecs.BOM_UTF8) if self.offset == 0 else block

    def finish(self) -> None:
        """A character cut by the end of the file is an error."""
        self._decode(b"", final=True)

    def _decode(self, block: bytes, *, final: bool) -> None:
        held = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            raise MisreadError("source-encoding", self.offset - held + error.start) from None


class SingleByte(ToUtf8):
    """Latin-1 or CP1252: nearly every byte is valid, so look for signs of the other encodings."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._maybe_utf8 = True
        self._foreign = 0
        self._control: int | None = None

    def start_with_bom(self) -> None:
        """The mark of UTF-8 settles it."""
        raise MisreadError("source-encoding-utf8")

    def checked(self, block: bytes) -> bytes:
        """Decoded and encoded again, unless there is nothing but ASCII."""
        self._suspect_utf8(block)
        if block.isascii():
            return block
        if self._encoding == "latin-1" and self._control is None:
            self._suspect_cp1252(block)
        try:
            return block.decode(self._encoding).encode("utf-8")
        except UnicodeDecodeError as error:
            raise MisreadError("source-encoding", self.offset + error.start) from None

    def finish(self) -> None:
        """Enough sequences of UTF-8 and nothing else, or controls that only CP1252 explains."""
        if self._maybe_utf8 and self._foreign >= FEW and not self._decoder.getstate()[0]:
            raise MisreadError("source-encoding-utf8")
        if self._control is not None:
            raise MisreadError("source-encoding-cp1252", self._control)

    def _suspect_utf8(self, block: bytes) -> None:
        if not self._maybe_utf8 or (block.isascii() and not self._decoder.getstate()[0]):
            return
        try:
            self._foreign += len(block) - len(self._decoder.decode(block))
        except UnicodeDecodeError:
            self._maybe_utf8 = False

    def _suspect_cp1252(self, block: bytes) -> None:
        if len(block.translate(None, C1)) < len(block):
            self._control = self.offset + next(at for at, byte in enumerate(block) if byte in C1)


def to_utf8(encoding: str) -> ToUtf8:
    """The converter for an encoding of a profile: ``utf-8``, ``latin-1`` or ``cp1252``."""
    return Utf8() if encoding == "utf-8" else SingleByte(encoding)
