"""What vitrail is compared with, each a whole process: ``python -m benchmarks.peers NAME ARGUMENTS``."""

import sys
import time


def duckdb_copy(source: str, target: str) -> None:
    """DuckDB reads the CSV and writes Parquet, untouched: the floor."""
    import duckdb

    duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")


def spark_copy(source: str, target: str) -> None:
    """Spark on two cores reads the CSV and writes Parquet, untouched: the floor of the other engine."""
    from profiles.errors import Place
    from profiles.model import SparkSettings
    from tables.spark.session import open_session

    with open_session(SparkSettings(master="local[2]", timeout=600), Place()) as session:
        session.read.csv(source, header=True).write.mode("overwrite").parquet(target)


def pandas_hashlib(source: str, target: str) -> None:
    """The same treatment as the profile's, as it is usually written with pandas and hashlib."""
    import hashlib
    import hmac

    import pandas as pd

    key = b"k" * 32

    def pseudonym(value: str) -> str:
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]

    def offset(value: str) -> int:
        return int(hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:8], 16) % 731 - 365

    frame = pd.read_csv(source, dtype=str)
    shift = pd.to_timedelta(frame["patient"].map(offset), unit="D")
    for column in ("care", "settled"):
        frame[column] = (pd.to_datetime(frame[column]) + shift).dt.strftime("%Y-%m-%d")
    frame["patient"] = frame["patient"].map(pseudonym)
    frame["prescriber"] = frame["prescriber"].map(pseudonym)
    frame["flow"] = frame["flow"].str[:7]
    birth = frame["birth"].astype(int)
    low = birth // 5 * 5
    frame["birth"] = (low.astype(str) + "-" + (low + 4).astype(str)).where(birth < 2015, "2015+")
    frame["commune"] = frame["commune"].str[:2]
    frame["atc"] = frame["atc"].str[:5]
    frame["quantity"] = frame["quantity"].astype(int).clip(0, 30)
    frame["amount"] = (frame["amount"].astype(float) * 2).round() / 2
    frame.to_parquet(target)


def classes_data(target: str, rows: str) -> None:
    """A table of five quasi-identifiers for the two measures of k."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(5)
    sizes = {"birth": 99, "sex": 2, "departement": 101, "job": 9, "status": 5}
    frame = pd.DataFrame({name: random.integers(0, n, int(rows)).astype(str) for name, n in sizes.items()})
    frame["secret"] = random.integers(0, 20, int(rows))
    frame.to_parquet(target)


def pycanon_k(source: str) -> None:
    """K by pycanon."""
    import pandas as pd
    from pycanon.anonymity import k_anonymity

    frame = pd.read_parquet(source).drop(columns="secret")
    start = time.process_time()
    k = k_anonymity(frame, list(frame.columns))
    print(k, round(time.process_time() - start, 2))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
