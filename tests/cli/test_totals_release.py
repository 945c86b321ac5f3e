"""A source that is a table of totals already: checked, protected, attacked, published."""

import csv
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran
from tests.factories import write_profile

Row = dict[str, Any]
PERSONS = {("N", "F"): 40, ("N", "H"): 52, ("S", "F"): 5, ("S", "H"): 61, ("E", "F"): 33, ("E", "H"): 47}


def cells() -> list[Row]:
    """Six cells, one of five people, and all their totals."""
    found = []
    for region, sex in product(["N", "S", "E", "TOTAL"], ["F", "H", "TOTAL"]):
        inside = [
            count
            for (one, other), count in PERSONS.items()
            if region in (one, "TOTAL") and sex in (other, "TOTAL")
        ]
        found.append(
            {"region": region, "sexe": sex, "n": sum(inside), "montant": f"{sum(inside) * 12.5:.2f}"}
        )
    return found


def written(folder: Path, rows: list[Row], **already: Any) -> Path:
    with (folder / "totaux.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["region", "sexe", "n", "montant"])
        out.writeheader()
        out.writerows(rows)
    columns = {
        "region": {"role": "quasi"},
        "sexe": {"role": "quasi"},
        "n": {"role": "other", "type": "integer"},
        "montant": {"role": "other", "type": "number"},
    }
    spec = {
        "table": "totaux",
        "already": {"persons": "totaux.n"} | already,
        "dimensions": {"region": "totaux.region", "sexe": "totaux.sexe"},
        "measures": {"personnes": "persons", "montant": {"sum": "totaux.montant"}},
    }
    document = {
        "version": 1,
        "id": "totaux",
        "title": "Totaux",
        "seed": 1,
        "secret": "${VITRAIL_KEY}",
        "tables": {"totaux": {"source": {"path": "totaux.csv"}, "columns": columns}},
        "aggregate": {"depenses": spec},
        "export": {"to": "publication"},
    }
    return write_profile(folder, document)


def changed(region: str, sex: str, **values: Any) -> list[Row]:
    return [row | values if (row["region"], row["sexe"]) == (region, sex) else row for row in cells()]


def test_totals_that_add_up_are_released_with_small_cells_hidden(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    ran = vitrail("release", written(tmp_path, cells()))

    assert ran.code == 0, ran.said
    with (tmp_path / "publication" / "data" / "depenses.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["region"], row["sexe"]): row for row in csv.DictReader(file)}
    assert len(found) == 12
    assert found["S", "F"]["personnes"] == ""
    hidden = {key for key, row in found.items() if row["status"] == "suppressed"}
    assert len({key for key in hidden if key[0] == "S"}) >= 2
    assert len({key for key in hidden if key[1] == "F"}) >= 2
    for key, row in found.items():
        if key not in hidden and "TOTAL" not in key:
            assert int(row["personnes"]) == PERSONS[key]
    assert vitrail("verify", tmp_path / "publication").code == 0
    report = json.loads((tmp_path / "publication" / "rapport-risque.json").read_text(encoding="utf-8"))
    assert sum(PERSONS.values()) in (report.get("persons"), report.get("subject", {}).get("persons"))


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        (changed("N", "TOTAL", n=987_654), 4, "« region »"),
        (changed("TOTAL", "H", montant="987654.01"), 4, "« region »"),
        (changed("TOTAL", "TOTAL", n=987_654), 4, "1 total(aux) sur 3"),
        (cells()[:-1], 4, "des totaux manquent"),
        ([*cells(), cells()[0]], 4, "1 ligne(s)"),
        (changed("E", "H", n=0), 4, "1 ligne(s)"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused_without_its_values(
    tmp_path: Path, vitrail: Callable[..., Ran], rows: list[Row], code: int, said: str
) -> None:
    ran = vitrail("release", written(tmp_path, rows))

    assert ran.code == code, ran.said
    assert said in ran.said
    assert "987654" not in ran.said
    assert not (tmp_path / "publication").exists()


def test_people_need_not_add_up_along_a_dimension_that_overlaps(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    fewer = {("TOTAL", "F"): 70, ("TOTAL", "H"): 150, ("TOTAL", "TOTAL"): 220}
    rows = [row | {"n": fewer.get((row["region"], row["sexe"]), row["n"])} for row in cells()]

    assert vitrail("release", written(tmp_path, rows)).code == 4
    ran = vitrail("release", written(tmp_path, rows, overlaps=["region"]))
    assert ran.code == 0, ran.said


def test_a_total_below_one_of_its_parts_is_refused_even_where_values_overlap(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    rows = changed("TOTAL", "H", n=60)
    rows = [row | {"n": 138} if (row["region"], row["sexe"]) == ("TOTAL", "TOTAL") else row for row in rows]

    assert vitrail("release", written(tmp_path, rows, overlaps=["region"])).code == 4


def test_another_word_may_stand_for_totals(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    rows = [
        {name: "Ensemble" if value == "TOTAL" else value for name, value in row.items()} for row in cells()
    ]

    assert vitrail("release", written(tmp_path, rows, total="Ensemble")).code == 0
