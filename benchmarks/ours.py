"""Our side of a comparison that no command runs alone: ``python -m benchmarks.ours NAME ARGUMENTS``."""

import sys
import time


def classes_k(source: str) -> None:
    """K by the measure that the ``classes`` attacker uses."""
    import pyarrow.parquet as pq

    from risk.labels import combine, encode

    table = pq.read_table(source)
    start = time.process_time()
    k = combine([encode(table.column(name)) for name in table.column_names]).sizes.min()
    print(k, round(time.process_time() - start, 2))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
