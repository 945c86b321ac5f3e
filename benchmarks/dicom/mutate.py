"""Hostile variants of a file: flipped bits, cuts, length bombs, deep nesting, spliced elements."""

import random
import struct
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes], bytes]
BOMBS = (0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFF, 0, 1, 3, 0x10000000)


def flip(random_: random.Random, raw: bytes) -> bytes:
    """A few bits anywhere, most of them in the header."""
    made = bytearray(raw)
    for _ in range(random_.choice((1, 1, 3, 10, 50))):
        place = random_.randrange(128, min(len(made), random_.choice((400, 3000, 10**9))))
        made[place] ^= 1 << random_.randrange(8)
    return bytes(made)


def cut(random_: random.Random, raw: bytes) -> bytes:
    """The end is missing."""
    return raw[: random_.randrange(len(raw))]


def bomb(random_: random.Random, raw: bytes) -> bytes:
    """A length that lies, of an element or an item."""
    made = bytearray(raw)
    for _ in range(random_.choice((1, 1, 2))):
        place = random_.randrange(132, min(len(made) - 4, 4000))
        struct.pack_into("<I", made, place, random_.choice(BOMBS))
    return bytes(made)


def splice(random_: random.Random, raw: bytes) -> bytes:
    """A slice of the file elsewhere in it, added or instead of what was there."""
    start = random_.randrange(132, len(raw) - 1)
    piece = raw[start : start + random_.randrange(1, 400)]
    place = random_.randrange(132, min(len(raw), 5000))
    return raw[:place] + piece + raw[place + random_.choice((0, len(piece))) :]


def drop(random_: random.Random, raw: bytes) -> bytes:
    """Bytes missing in the middle."""
    place = random_.randrange(0, min(len(raw) - 1, 4000))
    return raw[:place] + raw[place + random_.randrange(1, 30) :]


def noise(random_: random.Random, raw: bytes) -> bytes:
    """Random bytes in place of some."""
    place = random_.randrange(132, min(len(raw) - 1, 4000))
    piece = random_.randbytes(random_.randrange(1, 64))
    return raw[:place] + piece + raw[place + len(piece) :]


def insert(random_: random.Random, raw: bytes) -> bytes:
    """An element or a delimiter where none belongs."""
    pieces = (
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\xdd\xe0\0\0\0\0", b"\xfe\xff\x0d\xe0\0\0\0\0",
        b"\x10\0\x10\0PN\xff\xff", b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff", b"\xe0\x7f\x10\0OW\0\0\xff\xff\xff\xff",
        b"\x09\0\x10\x10UN\0\0\xff\xff\xff\x7f", b"\x10\0\x10\0\x10\0\x10\0", b"\0" * 16, b"\xff" * 16,
    )  # fmt: skip
    place = random_.randrange(132, min(len(raw), 4000))
    return raw[:place] + random_.choice(pieces) + raw[place:]


def nest(random_: random.Random, raw: bytes) -> bytes:
    """Sequences in sequences without end, at the end of the header."""
    depth = random_.choice((10, 40, 1200, 30_000))
    opening = b"\x08\0\x12\x21SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff" * depth
    place = raw.rfind(b"\xe0\x7f\x10\0")
    place = place if place > 0 else len(raw)
    return raw[:place] + opening + raw[place:]


MUTATIONS: tuple[Mutation, ...] = (flip, flip, cut, bomb, bomb, splice, splice, drop, noise, insert, nest)


def mutants(seeds: list[bytes], count: int, seed: int) -> "list[tuple[int, bytes]]":
    """``count`` hostile files, each with the number of its seed file; the same for the same ``seed``."""
    random_ = random.Random(seed)
    found = []
    for _ in range(count):
        number = random_.randrange(len(seeds))
        raw = seeds[number]
        for _ in range(random_.choice((1, 1, 1, 2, 3))):
            if len(raw) > 200:
                raw = random_.choice(MUTATIONS)(random_, raw)
        found.append((number, raw))
    return found
