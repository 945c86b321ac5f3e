"""Every transform of the registry gives the same rows on both engines, and leaves nothing in Spark's log.

The cases are those of the registry's own test, so that a new transform is here from its first day.
Each is a column of one table, or a table of its own when it names other columns.
"""

import base64
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from anonymize.derivation import Derivation
from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.loading import load_profile
from profiles.model import Kind
from release.engines import make
from tables.spark import shares
from tests.anonymize.test_every_transform import CASES
from tests.factories import KEY
from tests.spark.helpers import ENGINE, SHARED, needs_spark

pytestmark = needs_spark

PERSONS = 90
PERSON_COLUMN = {"role": "direct", "transform": "pseudonymize"}


def value(kind: Kind, random: np.random.Generator) -> str:
    """A value as a file writes it; one in ten is missing."""
    if random.random() < 0.1:
        return ""
    day = np.datetime64("2019-06-01") + int(random.integers(0, 900))
    return {
        Kind.TEXT: lambda: str(random.choice(["75056", "13055", "2A004", "97105"], p=[0.6, 0.3, 0.06, 0.04])),
        Kind.INTEGER: lambda: str(random.integers(-30, 60)),
        Kind.NUMBER: lambda: f"{random.normal(20, 9):.2f}",
        Kind.DATE: lambda: str(day),
        Kind.DATETIME: lambda: f"{day} {random.integers(0, 24):02d}:30:00",
        Kind.YEAR: lambda: str(random.integers(1930, 2010)),
        Kind.BOOLEAN: lambda: str(random.choice(["true", "false"])),
    }[kind]()


def names_columns(params: Any) -> bool:
    """Whether a step refers to other columns of its table."""
    return any(name in str(params) for name in ("'D'", "T.C"))


def column(step: str, params: Any, kind: Kind) -> dict[str, Any]:
    return {
        "role": "quasi" if step == "search" else "other",
        "type": kind.value,
        "transform": step if params is None else {step: params},
    }


def alone(number: int, step: str, params: Any, kind: Kind) -> tuple[str, dict[str, Any]]:
    """A table for one case that refers to columns C and D of table T."""
    name = f"t{number}"
    params = json.loads(json.dumps(params).replace("T.", f"{name}."))
    other = (
        column(step, {**params, "together": ["C"]}, kind)
        if "together" in params
        else column("keep", None, kind)
    )
    return name, {"P": PERSON_COLUMN, "C": column(step, params, kind), "D": other}


def tables() -> dict[str, dict[str, Any]]:
    """Columns of every table."""
    shared: dict[str, Any] = {"P": PERSON_COLUMN}
    found = {"people": shared, "stays": {"P": {"role": "direct", "transform": "inherit"}}}
    for number, (step, params, kind) in enumerate(CASES):
        if names_columns(params):
            name, columns = alone(number, step, params, kind)
            found[name] = columns
        elif step != "inherit":
            shared[f"c{number}"] = column(step, params, kind)
    return found


def written(folder: Path) -> dict[str, Any]:
    """The profile, its data beside it."""
    random = np.random.default_rng(11)
    document: dict[str, Any] = {
        "version": 1,
        "id": "tout",
        "title": "Tout",
        "seed": 3,
        "secret": "${VITRAIL_KEY}",
        "anonymity": {"k": 11, "suppression": 0.05},
        "tables": {},
    }
    for name, columns in tables().items():
        times = 1 if name == "people" else 3
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            for person in np.repeat(range(PERSONS), times):
                others = [
                    value(Kind(spec.get("type", "text")), random) for spec in list(columns.values())[1:]
                ]
                writer.writerow([f"CANARY{person:09d}", *others])
        table: dict[str, Any] = {"source": {"path": f"{name}.csv"}, "columns": columns}
        if name == "stays":
            table["foreign_keys"] = [{"columns": ["P"], "references": "people"}]
        else:
            table["person"] = ["P"]
        if name == "people":
            table["primary_key"] = ["P"]
        document["tables"][name] = table
    return document


Both = tuple[Anonymized, Anonymized, str, set[bytes]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """All cases on both engines, and the event log of Spark."""
    folder = tmp_path_factory.mktemp("every")
    document = written(folder)
    SHARED.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_KEY", KEY)
        patch.setattr(shares.shares, "__defaults__", (8192,))
        derive, secret = Derivation._derive, set()

        def watched(self: Derivation, purpose: str, domain: str) -> bytes:
            secret.add(derive(self, purpose, domain))
            return derive(self, purpose, domain)

        patch.setattr(Derivation, "_derive", watched)
        made = []
        for name, more in (("local", {}), ("spark", ENGINE)):
            path = folder / f"{name}.yaml"
            path.write_text(json.dumps({**document, **more}), encoding="utf-8")
            loaded = load_profile(path)
            keys = Keys(KEY.encode(), loaded.profile.id)
            made.append(make(loaded, keys, folder / name, None)[1])
        yield made[0], made[1], SHARED.events(), secret


def test_the_same_rows_in_the_same_order(both: Both) -> None:
    local, spark, _, _ = both
    for one, other in ((local.transformed, spark.transformed), (local.candidate, spark.candidate)):
        assert one.notes == other.notes
        assert one.persons == other.persons
        assert list(one.tables) == list(other.tables)
        for name, table in one.tables.items():
            left, right = pq.read_table(table.path), pq.read_table(other.tables[name].path)
            for column_name in left.column_names:
                assert left.column(column_name).equals(right.column(column_name)), (name, column_name)


def test_no_key_identifier_or_pseudonym_is_in_the_event_log(both: Both) -> None:
    local, _, text, secret = both
    pseudonyms = pq.read_table(local.transformed.tables["people"].path).column("P").to_pylist()
    spelled = [way(one) for one in secret for way in (bytes.hex, lambda b: base64.b64encode(b).decode())]

    assert "MapInArrow" in text
    assert len(secret) > len(CASES) // 4
    for found in [KEY, "CANARY0", *pseudonyms, *spelled]:
        assert found not in text
