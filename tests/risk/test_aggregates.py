"""The attacker of tables of totals, on files that a reader can check by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.model import Aggregate, Kind, Profile, Role
from profiles.policy import load_policy
from risk.attackers.aggregates import Aggregates
from risk.findings import Decision, Finding
from risk.published_cells import UnusableError, known_rules, read_cells
from risk.subject import Subject
from tables.candidate import PERSONS, PRIMARY, TRUE, AggregatedTable, Candidate, OutputColumn
from tests.factories import profile as document

SPEC = {
    "table": "soins",
    "dimensions": {"a": "personnes.dep", "b": "personnes.sexe"},
    "measures": {"n": "persons"},
}
TRUTH = {("x", "1"): 4, ("x", "2"): 30, ("y", "1"): 40, ("y", "2"): 50, ("z", "1"): 60, ("z", "2"): 70}
SQUARE = {("x", "1"), ("x", "2"), ("y", "1"), ("y", "2")}


def with_totals(leaves: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for (a, b), count in leaves.items():
        for key in ((a, b), (a, "TOTAL"), ("TOTAL", b), ("TOTAL", "TOTAL")):
            found[key] = found.get(key, 0) + count
    return found


def lines(hidden: set[tuple[str, str]], changed: dict[tuple[str, str], int] | None = None) -> str:
    cells = with_totals(TRUTH) | (changed or {})
    rows = [
        f"{a},{b},{'' if (a, b) in hidden else count},{'suppressed' if (a, b) in hidden else 'published'}"
        for (a, b), count in cells.items()
    ]
    return "\r\n".join(["a,b,n,status", *rows]) + "\r\n"


def subject(folder: Path, text: str, *, exclusive: bool = True) -> Subject:
    loaded = Profile.model_validate(document(anonymity=None, secret=None, aggregate={"t": SPEC}))
    cells = with_totals(TRUTH)
    private = folder / "t.parquet"
    counts = np.array(list(cells.values()))
    pq.write_table(
        pa.table(
            {
                "a": [a for a, _ in cells],
                "b": [b for _, b in cells],
                PERSONS: counts,
                PRIMARY: counts < 11,
                TRUE + "n": counts,
            }
        ),
        private,
    )
    (folder / "data").mkdir()
    (folder / "data" / "t.csv").write_bytes(text.encode())
    columns = (OutputColumn("n", Kind.INTEGER, Role.SENSITIVE),)
    table = AggregatedTable("t", private, len(cells), columns, (exclusive, exclusive), 0)
    candidate = Candidate(loaded, folder, {}, aggregated={"t": table})
    return Subject(loaded, load_policy("open-data"), candidate, package=folder)


def attack(folder: Path, text: str, *, exclusive: bool = True) -> Finding:
    return Aggregates().run(subject(folder, text, exclusive=exclusive))[0]


def test_small_cell_hidden_alone_is_betrayed(tmp_path: Path) -> None:
    found = attack(tmp_path, lines({("x", "1")}))

    assert found.decision is Decision.REFUSED
    assert found.reasons == ("reason.cells_betrayed",)
    assert found.details["cells_betrayed"] == 1
    assert found.details["narrowest"] == pytest.approx(0, abs=1e-6)


def test_small_cell_hidden_with_a_square_is_protected(tmp_path: Path) -> None:
    found = attack(tmp_path, lines(SQUARE))

    assert found.decision is Decision.ACCEPTED
    assert found.details["cells_hidden"] == 4
    assert found.check == "aggregates:t"


def test_small_cell_that_is_shown_is_refused(tmp_path: Path) -> None:
    found = attack(tmp_path, lines(set()))

    assert found.decision is Decision.REFUSED
    assert found.reasons == ("reason.cells_below_floor",)
    assert found.details["cells_below"] == 1


def test_cell_said_to_be_hidden_but_written_counts_as_shown(tmp_path: Path) -> None:
    text = lines(SQUARE).replace("x,1,,suppressed", "x,1,4,suppressed")

    assert attack(tmp_path, text).details["cells_below"] == 1


@pytest.mark.parametrize(
    "text",
    [
        lines(SQUARE, {("x", "TOTAL"): 35}),
        lines(SQUARE).replace("z,TOTAL,130,published\r\n", ""),
        lines(SQUARE) + "z,2,70,published\r\n",
        lines(SQUARE).replace("z,2,70", "z,2,seventy"),
        lines(SQUARE).replace("a,b,n", "a,b,m"),
        "\r\n".join(line + ",4" for line in lines(SQUARE).split("\r\n") if line),
        "",
    ],
    ids=[
        "other total",
        "no total",
        "repeated cell",
        "no number",
        "other column",
        "one column more",
        "no file",
    ],
)
def test_file_that_is_not_the_table_decides_nothing(text: str, tmp_path: Path) -> None:
    found = attack(tmp_path, text)

    assert found.decision is Decision.INCONCLUSIVE
    assert found.reasons == ("reason.margins_contradict",)
    assert found.gates


def test_without_a_package_nothing_is_decided(tmp_path: Path) -> None:
    given = replace(subject(tmp_path, lines(SQUARE)), package=None)

    assert Aggregates().run(given)[0].decision is Decision.INCONCLUSIVE


def test_persons_seen_several_times_are_harder_to_tell(tmp_path: Path) -> None:
    found = attack(tmp_path, lines({("x", "1")}), exclusive=False)

    # At most the total of its line, 34, and nothing tells that it is not 34.
    assert found.decision is Decision.ACCEPTED


def test_totals_that_repeat_a_level_of_a_hierarchy_are_understood(tmp_path: Path) -> None:
    spec = Aggregate.model_validate(
        SPEC | {"dimensions": {"a": {"column": "p.c", "hierarchy": "h", "levels": ["r", "d"]}}}
    )
    path = tmp_path / "t.csv"
    path.write_text(
        "a_r,a_d,n,status\nTOTAL,TOTAL,50,\n11,TOTAL,50,\n11,75,20,\n11,11,30,\n", encoding="utf-8"
    )

    cells = read_cells(path, spec)

    assert cells.keys == (((),), (("11",),), (("11", "75"),), (("11", "11"),))
    assert not (known_rules(cells, 1.0).equal @ cells.values["n"]).any()


def test_total_below_a_member_is_no_table(tmp_path: Path) -> None:
    spec = Aggregate.model_validate(
        SPEC | {"dimensions": {"a": {"column": "p.c", "hierarchy": "h", "levels": ["r", "d"]}}}
    )
    path = tmp_path / "t.csv"
    path.write_text("a_r,a_d,n,status\nTOTAL,75,50,\n", encoding="utf-8")

    with pytest.raises(UnusableError):
        read_cells(path, spec)
