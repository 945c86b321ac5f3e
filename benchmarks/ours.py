"""Our side of a comparison that no command runs alone: ``python -m benchmarks.ours NAME ARGUMENTS``."""

import sys
import time


def classes_k(source: str) -> None:
    """K by the measure that the ``classes`` attacker uses."""
    import pyarrow.parquet as pq

    from risk.labels import combine, encode

    table = pq.read_table(source).drop_columns(["secret"])
    start = time.process_time()
    k = combine([encode(table.column(name)) for name in table.column_names]).sizes.min()
    print(k, round(time.process_time() - start, 2))


def classes_klt(source: str) -> None:
    """K, distinct and entropy l, and t by the equal and the ordered distance."""
    import pyarrow.parquet as pq

    from risk import class_metrics as metrics
    from risk.labels import combine, encode
    from risk.secrets_seen import rank

    table = pq.read_table(source)
    quasi = [name for name in table.column_names if name != "secret"]
    start = time.process_time()
    classes = combine([encode(table.column(name)) for name in quasi])
    secret = encode(table.column("secret"))
    found = [
        int(classes.sizes.min()),
        int(metrics.distinct_l(classes, secret).min()),
        round(float(metrics.entropy_l(classes, secret).min()), 2),
        round(float(metrics.equal_distance(classes, secret).max()), 4),
        round(float(metrics.ordered_distance(classes, rank(table.column("secret"))).max()), 4),
    ]
    print(*found, round(time.process_time() - start, 2))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
