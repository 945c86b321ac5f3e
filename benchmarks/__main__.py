"""``python -m benchmarks [MILLIONS]``: every figure, as Markdown tables ready for ``docs/benchmarks.md``.

With a size, only the tables of that many million rows, once each: ``make bench SIZE=20``. The folders
that the variables ``ADULT`` and ``PYCANON`` name hold what two of the tables are measured on.
"""

import shutil
import subprocess
import sys
import tempfile
from importlib import util
from pathlib import Path

from benchmarks.measure import Cost, run

PYTHON = sys.executable
VITRAIL = [PYTHON, "-m", "cli"]
EXAMPLE = Path(__file__).parents[1] / "docs" / "exemples" / "nafld"
KEY = {"VITRAIL_KEY": "5f4c2a90b1e8d7634f21c0ab98e7d6f5b4a392817061f5e4d3c2b1a0998877f6"}


PANDAS_ROWS = 10_000_000
"""Rows beyond which pandas is left out: it holds about 1 GB a million."""
MODULES = {
    "k, l and t against pycanon": "benchmarks.classes",
    "The assessor": "benchmarks.assessor",
    "Search for the best generalization": "benchmarks.search",
    "Tables of totals": "benchmarks.aggregates",
    "Redaction": "benchmarks.redaction",
    "DICOM": "benchmarks.dicom",
    "Synthetic tables": "benchmarks.synth",
}
"""What is measured by a module of its own, in a process of its own."""


def main() -> None:
    """Measure and print; about three quarters of an hour on two cores, or the time of one size."""
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            size(Path(folder) / "claims", int(float(sys.argv[1]) * 1_000_000))
            return
        help_cost()
        tables(Path(folder) / "claims")
        on_spark(Path(folder) / "claims")
        classes(Path(folder) / "classes.parquet")
        nafld(Path(folder))
    for title, module in MODULES.items():
        print(f"# {title}\n", flush=True)
        if subprocess.run([PYTHON, "-m", module], check=False).returncode:
            print("not measured: an extra is missing, or the words above say why")
        print()


def size(folder: Path, rows: int) -> None:
    """One size: the rows in the order of the source and in that of pseudonyms, against the peers."""
    run([PYTHON, "-m", "benchmarks.claims", str(folder), str(rows)])
    source, target = str(folder / "claims.csv"), str(folder / "out.parquet")
    costs = {}
    for order, profile in (("input", "profil.yaml"), ("pseudonym", "ordered.yaml")):
        command = [*VITRAIL, "anonymize", str(folder / profile), "--to", str(folder / "candidate")]
        costs[f"vitrail, order: {order}"] = run(command, KEY)
        shutil.rmtree(folder / "candidate")
    costs["duckdb"] = run([PYTHON, "-m", "benchmarks.peers", "duckdb_copy", source, target])
    if rows <= PANDAS_ROWS:
        costs["pandas"] = run([PYTHON, "-m", "benchmarks.peers", "pandas_hashlib", source, target])
    show(f"{rows / 1e6:g} M rows × 12 columns", costs, "vitrail, order: input")


def nafld(folder: Path) -> None:
    """Commands on the real cohort."""
    copy = folder / "nafld"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("publication*", ".vitrail"))
    run([PYTHON, str(copy / "preparer.py")])
    profile, release = str(copy / "profil.yaml"), str(copy / "sortie")
    costs = {}
    for command in (
        ["check", profile],
        ["explain", profile],
        ["anonymize", profile, "--to", str(copy / "candidat")],
        ["assess", profile],
        ["release", profile, "--to", release],
        ["verify", release],
    ):
        costs[command[0]] = run([*VITRAIL, *command], KEY)
    show("NAFLD cohort: 17,549 persons, 452,000 rows in three tables", costs, "release")


def help_cost() -> None:
    """What a user waits for before reading anything."""
    cost = run([*VITRAIL, "--help"])
    code = (
        "import sys; sys.argv = ['vitrail', '--help']\nimport cli\ntry: cli.main()\nexcept SystemExit: pass\n"
    )
    code += "heavy = {'pandas', 'torch', 'pyarrow', 'duckdb'} & set(sys.modules)\n"
    code += "print(len(sys.modules), sorted(heavy), file=sys.stderr)"
    shown = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stderr.strip()
    print(f"## --help\n\n{cost.cpu:.2f} CPU-s, {cost.memory:.0f} MiB; modules, heavy ones: {shown}\n")


def tables(folder: Path) -> None:
    """Pseudonymise, shift and generalise one million rows."""
    # In a process of its own: a child's peak memory includes what its parent held when it forked.
    run([PYTHON, "-m", "benchmarks.claims", str(folder)])
    profile = folder / "profil.yaml"
    source, target = str(folder / "claims.csv"), str(folder / "out.parquet")
    costs: dict[str, list[Cost]] = {"vitrail": [], "duckdb": [], "pandas": []}
    for _ in range(3):
        shutil.rmtree(folder / "candidate", ignore_errors=True)
        costs["vitrail"].append(
            run([*VITRAIL, "anonymize", str(profile), "--to", str(folder / "candidate")], KEY)
        )
        costs["duckdb"].append(run([PYTHON, "-m", "benchmarks.peers", "duckdb_copy", source, target]))
        costs["pandas"].append(run([PYTHON, "-m", "benchmarks.peers", "pandas_hashlib", source, target]))
    show("1 M rows × 12 columns: pseudonymise, shift, generalise", costs_medians(costs), "vitrail")


def on_spark(folder: Path) -> None:
    """The same million rows on Spark, two cores, against Spark that only reads and writes them."""
    if util.find_spec("pyspark") is None or shutil.which("java") is None:
        print("## Spark\n\nleft out: Java or the extra 'spark' is not installed\n")
        return
    source, target = str(folder / "claims.csv"), str(folder / "out.spark")
    costs: dict[str, list[Cost]] = {"vitrail on Spark": [], "Spark copy": []}
    for _ in range(3):
        shutil.rmtree(folder / "candidate", ignore_errors=True)
        profile = [str(folder / "spark.yaml"), "--to", str(folder / "candidate")]
        costs["vitrail on Spark"].append(run([*VITRAIL, "anonymize", *profile], KEY))
        costs["Spark copy"].append(run([PYTHON, "-m", "benchmarks.peers", "spark_copy", source, target]))
    show("1 M rows × 12 columns on Spark local[2]", costs_medians(costs), "vitrail on Spark")


def classes(data: Path) -> None:
    """K, l and t of one million rows over five quasi-identifiers; k alone by pycanon."""
    run([PYTHON, "-m", "benchmarks.peers", "classes_data", str(data), "1000000"])
    commands = {
        "vitrail, k": [PYTHON, "-m", "benchmarks.ours", "classes_k", str(data)],
        "vitrail, k, l and t": [PYTHON, "-m", "benchmarks.ours", "classes_klt", str(data)],
        "pycanon, k": [PYTHON, "-m", "benchmarks.peers", "pycanon_k", str(data)],
    }
    print("## 1 M rows × 5 quasi-identifiers\n")
    print("| what | found | CPU s of the measure alone |\n|---|---|---|")
    for name, command in commands.items():
        *found, cost = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        print(f"| {name} | {', '.join(found)} | {cost} |")
    print()


def costs_medians(costs: dict[str, list[Cost]]) -> dict[str, Cost]:
    """The median cost of each."""
    from benchmarks.measure import median

    return {name: median(found) for name, found in costs.items()}


def show(title: str, costs: dict[str, Cost], ours: str) -> None:
    """A Markdown table with the ratio of our CPU to each peer's."""
    print(f"## {title}\n\n| what | CPU s | wall s | peak MiB | our CPU / its CPU |\n|---|---|---|---|---|")
    for name, cost in costs.items():
        ratio = costs[ours].cpu / cost.cpu
        print(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.memory:.0f} | {ratio:.2f} |")
    print()


if __name__ == "__main__":
    main()
