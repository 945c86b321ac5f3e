"""Looks for planted identifiers in any folder of files, in every disguise it can think of.

Independent of the tool on purpose: raw bytes, their decompressed and decoded forms, and names of files;
nothing of the tool is imported. A hit is found by eight characters of an identifier once everything but
letters and digits is dropped, accents and case are folded, and then confirmed.
"""

import base64
import re
import struct
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.dicom.sheet import Plant

SHORTEST = 8
ASIAN = ("iso2022_jp", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "iso8859_5", "iso8859_7", "cp1251")
MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
ENGLISH = "january february march april may june july august september october november december".split()
LARGEST = 64 * 2**20


@dataclass(frozen=True)
class Leak:
    """One identifier found in an output."""

    plant: Plant
    found_in: str
    needle: str


def leaks(folder: Path, plants: list[Plant], originals: Path | None = None) -> list[Leak]:
    """Every plant that the files below ``folder``, or their names, still show; one entry a plant.

    ``originals``: where the files as planted are, to look for burned-in text.
    """
    wanted = Wanted(plants)
    found: dict[int, Leak] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        content = path.read_bytes()
        for number, needle in [*wanted.search(content), *wanted.search(name.encode())]:
            found.setdefault(number, Leak(plants[number], name, needle))
        for number in burned(content, plants, originals):
            found.setdefault(number, Leak(plants[number], name, "pixels"))
    return [found[number] for number in sorted(found)]


class Wanted:
    """The needles of all plants, ready to be looked for in bytes."""

    def __init__(self, plants: list[Plant]) -> None:
        self._by_start: dict[bytes, list[tuple[int, str, str]]] = {}
        self._raw: list[tuple[bytes, int, str]] = []
        self._binary: dict[bytes, tuple[int, str]] = {}
        for number, plant in enumerate(plants):
            for needle in plant.canary.needles:
                for form in forms(needle, plant.canary.kind):
                    key = form[:SHORTEST].encode()
                    assert len(key) == SHORTEST, plant
                    self._by_start.setdefault(key, []).append((number, needle, form))
                for form in packed(needle):
                    self._binary.setdefault(form, (number, needle))
            if any(ord(letter) > 0x17F for letter in plant.canary.text):
                self._raw += [(form, number, plant.canary.text) for form in asian(plant.canary.text)]
        self._keys = np.sort(np.frombuffer(b"".join(self._by_start), np.uint64))
        self._eights = np.sort(np.frombuffer(b"".join(self._binary), np.uint64))

    def search(self, content: bytes) -> Iterator[tuple[int, str]]:
        """Number of the plant and the needle, of each hit."""
        seen: set[tuple[int, str]] = set()
        for view in views(content):
            for text in texts(view):
                yield from self._in_text(text, seen)
                yield from self._in_text(text[::-1], seen)
            yield from ((number, needle) for form, number, needle in self._raw if form in view)
        yield from self._numbers(content)

    def _in_text(self, text: str, seen: set[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        letters = np.frombuffer(squeezed(text), np.uint8)
        if len(letters) < SHORTEST:
            return
        windows = np.lib.stride_tricks.sliding_window_view(letters, SHORTEST)
        starts = np.ascontiguousarray(windows).view(np.uint64).ravel()
        places = np.minimum(np.searchsorted(self._keys, starts), len(self._keys) - 1)
        for hit in np.flatnonzero(self._keys[places] == starts):
            key = letters[hit : hit + SHORTEST].tobytes()
            for number, needle, form in self._by_start[key]:
                if (number, needle) not in seen and confirmed(text, form):
                    seen.add((number, needle))
                    yield number, needle

    def _numbers(self, content: bytes) -> Iterator[tuple[int, str]]:
        if len(content) > LARGEST or not self._binary:
            return
        cut = content.rfind(b"\xe0\x7f\x10\0")  # pixels hold every number sooner or later
        head = np.frombuffer(content[: cut if cut > 0 else len(content)], np.uint8)
        for start in range(8):
            eights = head[start : start + (len(head) - start) // 8 * 8].view(np.uint64)
            places = np.minimum(np.searchsorted(self._eights, eights), len(self._eights) - 1)
            for hit in np.flatnonzero(self._eights[places] == eights):
                yield self._binary[eights[hit].tobytes()]


def forms(needle: str, kind: str) -> tuple[str, ...]:
    """How a needle can be written, squeezed: a date has several orders and names of months."""
    plain = squeezed(needle).decode()
    if kind != "date" or not re.fullmatch(r"\d{8}", plain):
        return (plain,)
    year, month, day = plain[:4], plain[4:6], plain[6:]
    named = [f"{int(day)}{names[int(month) - 1]}{year}" for names in (MONTHS, ENGLISH)]
    return tuple(
        form for form in (plain, day + month + year, month + day + year, *named) if len(form) >= SHORTEST
    )


def packed(needle: str) -> tuple[bytes, ...]:
    """A number of nine digits or more, as binary numbers of eight bytes."""
    if not re.fullmatch(r"\d{9,15}", needle):
        return ()
    number = int(needle)
    shapes: list[bytes] = [struct.pack(code, number) for code in ("<Q", ">Q", "<d", ">d")]
    return tuple(shapes)


def asian(text: str) -> Iterator[bytes]:
    """Parts of a text in scripts that Latin-1 lacks, in each encoding that can write them."""
    for part in re.findall(r"[^\x00-\u017f]{2,}", text):
        for codec in ("utf-8", "utf-16-le", "utf-16-be", *ASIAN):
            try:
                raw = part.encode(codec)
            except UnicodeEncodeError:
                continue
            yield raw[3:-3] if codec == "iso2022_jp" else raw


def confirmed(folded: str, form: str) -> bool:
    """Whether the whole of a name, or the start of a number, is there: eight characters may be chance."""
    joined = r"[^a-z0-9]{0,4}".join(form[:24])
    start = r"(?<![0-9])" if len(form) <= SHORTEST and form.isdigit() else ""
    if any(_alone(folded, found) for found in re.finditer(start + joined, folded)):
        return True
    # A name cut short (SH holds 16 letters) still tells who it is; a number cut short does not.
    return not form.isdigit() and bool(re.search(r"[^a-z0-9]{0,4}".join(form[:SHORTEST]), folded))


def _alone(folded: str, found: re.Match[str]) -> bool:
    """Not ten digits by chance within the 38 of a random UID."""
    before = re.search(r"[0-9]*$", folded[max(0, found.start() - 40) : found.start()])
    after = re.match(r"[0-9]*", folded[found.end() : found.end() + 40])
    assert before is not None
    assert after is not None
    return len(before[0]) + len(after[0]) < 20 or not found[0].isdigit()


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


_LATIN = bytes(
    (fold(chr(code)) or "\0").encode("ascii", "ignore")[:1].ljust(1, b"\0")[0] for code in range(256)
)
_DROPPED = bytes(code for code in range(256) if not chr(_LATIN[code]).isalnum())


def squeezed(text: str) -> bytes:
    """Only letters and digits, folded."""
    if text.isascii():
        return text.encode().translate(_LATIN, _DROPPED)
    return fold(text).encode("ascii", "ignore").translate(_LATIN, _DROPPED)


def texts(view: bytes) -> Iterator[str]:
    """The bytes read as text in several ways, folded; UTF-16 reads as Latin-1 once zeros are dropped."""
    yield view.translate(_LATIN).decode("ascii")
    if not view.isascii():
        for codec in ("utf-8", "cp850"):
            yield view.decode(codec, "ignore").encode("latin-1", "ignore").translate(_LATIN).decode("ascii")


def views(content: bytes) -> Iterator[bytes]:
    """The bytes, what is compressed or encoded in them, and the bytes with pairs swapped."""
    yield content
    even = content[: len(content) // 2 * 2]
    yield np.frombuffer(even, np.uint16).byteswap().tobytes()
    odd = content[1 : 1 + (len(content) - 1) // 2 * 2]
    yield np.frombuffer(odd, np.uint16).byteswap().tobytes()
    yield from inflated(content)
    for run in re.findall(rb"[A-Za-z0-9+/=\r\n]{24,}", content):
        yield from _base64(run)
    for run in re.findall(rb"(?:[0-9A-Fa-f]{2}){12,}", content):
        yield bytes.fromhex(run[: len(run) // 2 * 2].decode())


def _base64(run: bytes) -> Iterator[bytes]:
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", run)
    for shift in range(4):
        part = clean[shift:]
        yield base64.b64decode(part[: len(part) // 4 * 4])


def inflated(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Everything in the bytes that zlib can read: deflated data sets, gzip, zip members, PDF streams."""
    starts = [(m.start(), 47) for m in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", content)]
    starts += [(_member(content, m.start()), -15) for m in re.finditer(rb"PK\x03\x04", content)]
    if b"1.2.840.10008.1.2.1.99" in content[:4096] and content[128:132] == b"DICM":
        (length,) = struct.unpack("<I", content[140:144])
        starts.append((144 + length, -15))
    for start, bits in starts:
        try:
            found = zlib.decompressobj(bits).decompress(content[start:], LARGEST)
        except zlib.error:
            continue
        if len(found) > SHORTEST:
            yield found
            if depth < 3:
                yield from inflated(found, depth + 1)


def _member(content: bytes, start: int) -> int:
    """Where the data of a zip member begin."""
    if start + 30 > len(content):
        return len(content)
    name, extra = struct.unpack("<HH", content[start + 26 : start + 30])
    return start + 30 + int(name) + int(extra)


def burned(content: bytes, plants: list[Plant], originals: Path | None) -> Iterator[int]:
    """Plants whose bright pixels are still bright in this image."""
    asked = [number for number, plant in enumerate(plants) if plant.canary.kind == "pixels"]
    if originals is None or not asked:
        return
    image = picture(content)
    for number in asked:
        before = picture((originals / plants[number].file).read_bytes())
        if image is None or before is None or image.shape != before.shape:
            continue
        ink = before > before.mean() + 3 * before.std()
        if image[ink].mean() > image[~ink].mean() + 0.5 * (before[ink].mean() - before[~ink].mean()):
            yield number


def picture(content: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None":
    """Decoded pixels of a DICOM file or of a TIFF or PNG; None where there are none."""
    import io
    import warnings

    import pydicom
    from PIL import Image

    warnings.simplefilter("ignore")
    try:
        if content[128:132] == b"DICM":
            data = pydicom.dcmread(io.BytesIO(content))
            return data.pixel_array.astype(float) if "PixelData" in data else None
        return np.asarray(Image.open(io.BytesIO(content))).astype(float)
    except (OSError, AttributeError, RuntimeError, ValueError, NotImplementedError, KeyError):
        return None


def main() -> None:
    """``python -m benchmarks.dicom.leaks OUTPUTS SOURCES [SEED]``: what still shows of the planted files."""
    from benchmarks.dicom.planted import SEED, plant

    outputs, sources = Path(sys.argv[1]), Path(sys.argv[2])
    plants = plant(sources, int(sys.argv[3]) if len(sys.argv) > 3 else SEED)
    found = leaks(outputs, plants, sources)
    for leak in found:
        print(f"{leak.plant.file}\t{leak.plant.location}\t{leak.plant.canary.kind}\t{leak.found_in}")
    print(f"{len(found)} of {len(plants)} planted identifiers found")


if __name__ == "__main__":
    main()
