"""Awkward files with planted identifiers, from a seed: ``python -m benchmarks.dicom.planted FOLDER [SEED]``.

Writes the files and prints, one a line, where each identifier is and what it is. Public: run it on any
de-identifier and search its outputs with ``leaks``.
"""

import sys
from pathlib import Path

from benchmarks.dicom.encodings import ENCODINGS, foreign
from benchmarks.dicom.objects import OBJECTS
from benchmarks.dicom.plain import PLAIN
from benchmarks.dicom.sheet import Drawer, Plant

SEED = 20


def plant(folder: Path, seed: int = SEED) -> list[Plant]:
    """Write the files below ``folder`` and return what was planted where."""
    draw = Drawer(seed)
    for make in (*PLAIN, *ENCODINGS, *OBJECTS):
        make(draw)
    others = foreign(draw)
    for sheet in draw.sheets:
        target = folder / sheet.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(others.get(sheet.name) or sheet.file.bytes())
    return draw.plants


def main() -> None:
    """Write, and print the list."""
    for found in plant(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED):
        print(f"{found.file}\t{found.location}\t{found.canary.kind}\t{found.canary.text}")


if __name__ == "__main__":
    main()
