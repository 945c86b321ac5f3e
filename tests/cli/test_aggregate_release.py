"""A profile that publishes totals, from the source to the released folder."""

import csv
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anonymize.aggregated import build as build_module
from tests.conftest import Ran
from tests.factories import bytes_below, events, people, profile, small_set, write_csv, write_profile

TOTALS: dict[str, Any] = {
    "table": "soins",
    "dimensions": {"departement": "personnes.dep", "sexe": "personnes.sexe", "code": "soins.code"},
    "measures": {"montant": {"sum": "soins.montant"}, "personnes": "persons", "lignes": "rows"},
}


def document(**changes: Any) -> dict[str, Any]:
    return profile(anonymity=None, aggregate={"depenses": TOTALS | changes})


def written(folder: Path, count: int = 150, **changes: Any) -> Path:
    small_set(folder, count)
    return write_profile(folder, document(**changes))


def cells(folder: Path) -> list[dict[str, str]]:
    with (folder / "publication" / "data" / "depenses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_totals_are_released_and_rows_are_not(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("release", written(tmp_path))

    assert ran.code == 0, ran.said
    assert [path.name for path in (tmp_path / "publication" / "data").iterdir()] == ["depenses.csv"]
    assert vitrail("verify", tmp_path / "publication").code == 0
    report = json.loads((tmp_path / "publication" / "rapport-risque.json").read_text(encoding="utf-8"))
    assert [item["check"] for item in report["findings"]] == ["aggregates:depenses", "residuals"]


def test_published_cells_are_what_counting_by_hand_gives(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    assert vitrail("release", written(tmp_path)).code == 0

    persons = people(150)
    about = {person["nir"]: person for person in persons}
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for event in events(persons):
        place = (about[event["nir"]]["dep"], about[event["nir"]]["sexe"], event["code"][:3])
        for key in itertools.product(*((label, "TOTAL") for label in place)):
            groups.setdefault(key, []).append(event)
    found = {(row["departement"], row["sexe"], row["code"]): row for row in cells(tmp_path)}
    assert found.keys() == groups.keys()
    shown = 0
    for key, rows in groups.items():
        count = len({row["nir"] for row in rows})
        if found[key]["status"] == "suppressed":
            assert [found[key][name] for name in ("montant", "personnes", "lignes")] == ["", "", ""]
            continue
        shown += 1
        assert count >= 11
        assert int(found[key]["personnes"]) == count
        assert int(found[key]["lignes"]) == len(rows)
        # Amounts are rounded to the euro by the profile's own step.
        assert (
            abs(
                float(found[key]["montant"])
                - sum(round(float(row["montant"].replace(",", "."))) for row in rows)
            )
            <= 0.02 * len(rows) + 1
        )
    assert 0 < shown < len(groups)


def test_two_runs_give_the_same_bytes(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    for name in "ab":
        assert vitrail("release", written(tmp_path / name)).code == 0

    assert bytes_below(tmp_path / "a" / "publication") == bytes_below(tmp_path / "b" / "publication")


def test_primary_cells_alone_are_broken_and_nothing_is_published(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "protect", lambda grid, measures, primary, cost: primary)

    ran = vitrail("release", written(tmp_path))

    assert ran.code == 1, ran.said
    assert "soustraction" in ran.said
    assert not (tmp_path / "publication").exists()


def test_cells_below_the_floor_are_refused(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "protect", lambda grid, measures, primary, cost: primary & False)

    ran = vitrail("release", written(tmp_path))

    assert ran.code == 1
    assert "seuil" in ran.said
    assert not (tmp_path / "publication").exists()


def test_totals_with_a_hierarchy_hold_both_levels(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    (tmp_path / "regions.csv").write_text("01;84\n2A;94\n33;75\n", encoding="utf-8")
    place = {"column": "personnes.dep", "hierarchy": "regions.csv", "levels": ["1", "0"]}

    ran = vitrail("release", written(tmp_path, dimensions={"lieu": place, "sexe": "personnes.sexe"}))

    assert ran.code == 0, ran.said
    found = {(row["lieu_1"], row["lieu_0"]) for row in cells(tmp_path)}
    assert found == {
        ("TOTAL", "TOTAL"), ("84", "TOTAL"), ("84", "01"), ("94", "TOTAL"),
        ("94", "2A"), ("75", "TOTAL"), ("75", "33"),
    }  # fmt: skip


def test_candidate_made_first_is_assessed_the_same(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = written(tmp_path / "jeu")

    assert vitrail("anonymize", path, "--to", tmp_path / "candidat").code == 0
    assert vitrail("assess", path, tmp_path / "candidat").code == 0


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"table": "soin"}, 2, "soins"),
        ({"dimensions": {"a": "personnes.depp"}}, 2, "personnes.dep"),
        ({"dimensions": {"a": "personnes.nom"}}, 2, "retirée"),
        ({"dimensions": {"a": "personnes.nir"}}, 2, "identifie"),
        ({"dimensions": {"a": "soins.montant"}}, 2, "virgule"),
        ({"measures": {"a": {"sum": "soins.code"}}}, 2, "nombres"),
        ({"measures": {"a": {"sum": "personnes.naissance"}}}, 2, "soins"),
        ({"measures": {"a": "people"}}, 2, "persons"),
        ({"floor": 5}, 2, "11"),
        ({"dimensions": {"status": "personnes.dep"}}, 2, "status"),
        ({"dimensions": {"a": {"column": "personnes.dep", "levels": ["1"]}}}, 2, "hiérarchie"),
    ],
)
def test_wrong_table_of_totals_is_said_plainly(
    changes: dict[str, Any], code: int, word: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    ran = vitrail("release", written(tmp_path, **changes))

    assert ran.code == code, ran.said
    assert word in ran.said
    assert not (tmp_path / "publication").exists()


def test_rows_and_totals_do_not_go_together(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    small_set(tmp_path)
    path = write_profile(tmp_path, profile(aggregate={"depenses": TOTALS}))

    ran = vitrail("release", path)

    assert ran.code == 2
    assert "anonymity" in ran.said


def test_source_with_rows_of_totals_is_refused(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = written(tmp_path)
    persons = people(150)
    persons[0]["dep"] = "TOTAL"
    write_csv(tmp_path / "personnes.csv", persons)

    ran = vitrail("release", path)

    assert ran.code == 4
    assert "TOTAL" in ran.said


def test_dimension_of_too_many_members_is_refused(
    tmp_path: Path, vitrail: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anonymize.aggregated.dimensions.MOST_MEMBERS", 2)

    ran = vitrail("release", written(tmp_path))

    assert ran.code == 4
    assert "personnes.dep" in ran.said


def test_negative_total_is_refused(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path = written(tmp_path)
    rows = [row | {"montant": "-3,00"} for row in events(people(150))]
    write_csv(tmp_path / "soins.csv", rows)

    ran = vitrail("release", path)

    assert ran.code == 4
    assert "montant" in ran.said
