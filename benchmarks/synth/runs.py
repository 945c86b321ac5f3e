"""One run of a synthesis in a process of its own, so that its CPU and its memory are those of it alone.

    python -m benchmarks.synth.runs KIND SIZE FOLDER

Prints a line of JSON: rows, and the CPU seconds and peak MiB of the work alone.
"""

import json
import resource
import sys
import time
from pathlib import Path

SEED, FLOOR = 7, 11


def main() -> None:
    kind, size, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    before = time.process_time()
    rows = {"fit": fitted, "core": core, "official": official, "simulate": simulate}[kind](size, folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    found = {"rows": rows, "cpu": time.process_time() - before, "memory": usage.ru_maxrss / 1024}
    print(json.dumps(found))


def simulate(persons: int, folder: Path) -> int:
    """The simulated source of ``persons``, staged."""
    from benchmarks.synth.source import simulated

    staged = simulated(folder / "source", persons)
    (folder / "persons").write_text(str(persons))
    return sum(table.rows for table in staged.tables.values())


def fitted(persons: int, folder: Path) -> int:
    """Fit on four fifths of the simulated persons, and draw as many as there are."""
    from benchmarks.synth.source import staged_in
    from synth.fitted.fit import fit
    from synth.fitted.holdout import split
    from synth.fitted.sampling import sample
    from synth.fitted.settings import FitSettings
    from tables.memory import use_frugal_pool

    use_frugal_pool()
    staged = staged_in(folder / "source")
    model = fit(staged, FitSettings(floor=FLOOR, leaf=FLOOR), split(staged, 0.2, SEED, FLOOR).fitted, SEED)
    return sum(table.rows for table in sample(model, persons, SEED, folder / "made").values())


def core(persons: int, folder: Path) -> int:
    """The core of the SNDS from its schema alone."""
    from synth.catalogue.core import core_schema
    from synth.schema_only.generate import generate

    return sum(generate(core_schema(), persons, SEED, folder / "core").rows.values())


def official(persons: int, folder: Path) -> int:
    """All tables of the official folder that the variable SNDS names."""
    import os

    from synth.schema_only.generate import generate
    from synth.schema_only.official import read_schema

    made = generate(read_schema(Path(os.environ["SNDS"])), persons, SEED, folder / "official")
    return sum(made.rows.values())


if __name__ == "__main__":
    main()
