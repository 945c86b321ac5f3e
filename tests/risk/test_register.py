"""The attacker ``register`` on sources and registers whose true links are known."""

import pickle
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from profiles.errors import SourceError
from profiles.loading import ProfileErrors
from risk.findings import Decision
from risk.registers.reading import read_registers
from tests.risk.registers import attacked, document, register, written

QUASI = {"role": "quasi"}
Lines = list[dict[str, str]]


def people(codes: list[str], **columns: list[str]) -> Lines:
    """One row a person."""
    more = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [
        {"nir": f"N{place}", "code": code, **(more[place] if more else {})}
        for place, code in enumerate(codes)
    ]


def listed(rows: Lines) -> Lines:
    """A register of the same people."""
    return [{"id": f"R{place}", **row} for place, row in enumerate(rows)]


def test_a_perfect_register_finds_one_person_a_class(tmp_path: Path) -> None:
    rows = people(["a"] * 30 + ["b"] * 20 + ["c"] * 10)
    loaded = written(tmp_path, rows, None, document({"code": QUASI}, knowledge=["p.code"]))

    found = attacked(loaded)["register"]

    assert found.estimate == pytest.approx(3 / 60)
    assert (found.lower, found.upper, found.confidence) == (found.estimate, found.estimate, None)
    assert found.decision is Decision.ACCEPTED


def test_classes_of_eleven_pass_and_classes_of_ten_do_not(tmp_path: Path) -> None:
    spec = document({"code": QUASI}, knowledge=["p.code"])
    eleven = people([str(number // 11) for number in range(110)])
    ten = people([str(number // 10) for number in range(100)])

    assert attacked(written(tmp_path / "11", eleven, None, spec))["register"].decision is Decision.ACCEPTED
    assert attacked(written(tmp_path / "10", ten, None, spec))["register"].decision is Decision.REFUSED


def test_without_declared_knowledge_nothing_is_said(tmp_path: Path) -> None:
    found = attacked(written(tmp_path, people(["a"] * 60), None, document({"code": QUASI})))["register"]

    assert found.decision is Decision.INCONCLUSIVE
    assert "reason.knowledge_undeclared" in found.reasons


@pytest.mark.parametrize("leak", [0, 40, 100, 200, 1000])
def test_the_bounds_hold_a_known_leak(tmp_path: Path, leak: int) -> None:
    rows = people([f"u{place}" if place < leak else "commun" for place in range(2000)])
    lines = listed(rows)[: leak // 2] + listed(rows)[leak:][: (2000 - leak) // 2]
    loaded = written(tmp_path, rows, lines, document({"code": QUASI}, [register({"p.code": "code"})]))

    found = attacked(loaded)["register:r"]

    truth = leak / 2000
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= truth <= found.upper
    assert found.upper - found.lower < 0.07
    assert found.targets == 1000


def test_of_two_lines_for_one_person_one_is_right(tmp_path: Path) -> None:
    rows = people([f"c{place}" for place in range(50)])
    strangers = [{"id": f"S{place}", "nir": f"X{place}", "code": f"c{place}"} for place in range(50)]
    loaded = written(
        tmp_path,
        rows,
        listed(rows) + strangers,
        document({"code": QUASI}, [register({"p.code": "code"}, method="exact")]),
    )

    found = attacked(loaded)["register:r"]

    assert found.estimate == pytest.approx(0.5)
    assert found.details["links_unique"] == 0


def test_a_dropped_column_is_of_no_use_and_said_so(tmp_path: Path) -> None:
    rows = people([f"c{place}" for place in range(50)])
    dropped = {"code": {"role": "quasi", "transform": "drop"}}
    loaded = written(tmp_path, rows, listed(rows), document(dropped, [register({"p.code": "code"})]))

    found = attacked(loaded)["register:r"]

    assert found.estimate == pytest.approx(1 / 50)
    assert found.details["columns_unused"] == "p.code"


def test_the_register_is_coarsened_as_the_release_is(tmp_path: Path) -> None:
    born = [str(1930 + place % 40) for place in range(400)]
    rows = people(["a"] * 400, naissance=born)
    columns = {
        "code": QUASI,
        "naissance": {"role": "quasi", "type": "year", "transform": {"bin": {"width": 20, "origin": 1930}}},
    }
    lines = [row | {"naissance": f"{row['naissance']}0517"} for row in listed(rows)]
    match = {"p.naissance": {"column": "naissance", "type": "date", "format": "%Y%m%d"}}
    loaded = written(tmp_path, rows, lines, document(columns, [register(match)]))

    found = attacked(loaded)["register:r"]

    assert found.estimate == pytest.approx(2 / 400)
    assert found.details["columns_used"] == "p.naissance"


def days(count: int, start: date, step: int) -> list[str]:
    return [(start + timedelta(step * place)).isoformat() for place in range(count)]


def test_a_shifted_date_is_sought_within_its_shift(tmp_path: Path) -> None:
    rows = people(["a"] * 100, deces=days(100, date(2000, 1, 1), 100))
    near = {"code": QUASI, "deces": {"role": "quasi", "type": "date", "transform": {"shift": {"days": 40}}}}
    loaded = written(tmp_path, rows, listed(rows), document(near, [register({"p.deces": "deces"})]))

    assert attacked(loaded)["register:r"].estimate == pytest.approx(1.0)


def test_days_between_two_shifted_dates_stay_exact(tmp_path: Path) -> None:
    born, died = days(100, date(1950, 1, 1), 1), days(100, date(2015, 1, 1), 2)
    rows = people(["a"] * 100, naissance=born, deces=died)
    shift = {"role": "quasi", "type": "date", "transform": {"shift": {"days": 300}}}
    spec = document(
        {"code": QUASI, "naissance": shift, "deces": shift},
        [register({"p.naissance": "naissance", "p.deces": "deces"}, method="exact")],
    )

    found = attacked(written(tmp_path, rows, listed(rows), spec))["register:r"]

    assert found.estimate == pytest.approx(1.0)


def test_a_shifted_then_truncated_date_is_sought_in_all_its_periods(tmp_path: Path) -> None:
    rows = people(["a"] * 60, deces=days(60, date(1990, 1, 15), 366))
    step = {"shift": {"days": 20}, "truncate": {"to": "month"}}
    columns = {"code": QUASI, "deces": {"role": "quasi", "type": "date", "transform": step}}
    loaded = written(tmp_path, rows, listed(rows), document(columns, [register({"p.deces": "deces"})]))

    assert attacked(loaded)["register:r"].estimate == pytest.approx(1.0)


def test_a_tolerance_lets_near_values_agree(tmp_path: Path) -> None:
    rows = people(["a"] * 100, taille=[str(1000 + 10 * place) for place in range(100)])
    lines = [row | {"taille": str(int(row["taille"]) + 3)} for row in listed(rows)]
    columns = {"code": QUASI, "taille": {"role": "quasi", "type": "integer"}}

    def share(folder: str, rule: Any) -> float | None:
        spec = document(columns, [register({"p.taille": rule}, method="exact")])
        return attacked(written(tmp_path / folder, rows, lines, spec))["register:r"].estimate

    assert share("exact", "taille") == 0
    assert share("near", {"column": "taille", "tolerance": 4}) == pytest.approx(1.0)
    assert share("wide", {"column": "taille", "tolerance": 8}) == pytest.approx(0.5, abs=0.02)


def test_rare_values_are_known_to_be_replaced(tmp_path: Path) -> None:
    rows = people(["x"] * 40 + ["y"] * 40 + [f"z{place}" for place in range(20)])
    rare = {"suppress_rare": {"persons": 11, "replacement": "autre"}}
    columns = {"code": {"role": "quasi", "transform": rare}}
    loaded = written(tmp_path, rows, listed(rows), document(columns, [register({"p.code": "code"})]))

    assert attacked(loaded)["register:r"].estimate == pytest.approx(3 / 100)


def test_searched_columns_are_met_at_the_level_that_was_chosen(tmp_path: Path) -> None:
    rows = people([f"{place % 4}{place % 2}" for place in range(400)])
    columns = {"code": {"role": "quasi", "transform": {"search": {"prefix": [1]}}}}
    spec = document(columns, [register({"p.code": "code"}, method="exact")], knowledge=["p.code"])
    loaded = written(tmp_path, rows, listed(rows), spec | {"anonymity": {"k": 11, "method": "global"}})

    found = attacked(loaded)

    assert found["register:r"].estimate == pytest.approx(found["register"].estimate)
    assert found["register:r"].estimate == pytest.approx(4 / 400)


def scattered(count: int, seed: int) -> Lines:
    random = np.random.default_rng(seed)
    draw = [random.integers(0, top, count).astype(str).tolist() for top in (2, 80, 30, 300)]
    return people(draw[0], annee=draw[1], dep=draw[2], jour=draw[3])


def spoilt(lines: Lines, seed: int) -> Lines:
    """One value in five is missing, one in twenty is somebody else's."""
    random = np.random.default_rng(seed)
    for name in ("code", "annee", "dep", "jour"):
        values = [line[name] for line in lines]
        for line in lines:
            if random.random() < 0.2:
                line[name] = ""
            elif random.random() < 0.05:
                line[name] = values[random.integers(len(values))]
    return lines


def test_weights_link_more_than_equality_when_values_are_missing_or_wrong(tmp_path: Path) -> None:
    rows = scattered(1500, 1)
    lines = spoilt(listed(rows), 2)
    columns = dict.fromkeys(("code", "annee", "dep", "jour"), QUASI)
    match = {f"p.{name}": name for name in columns}
    loaded = written(tmp_path, rows, lines, document(columns, [register(match)]))

    found = attacked(loaded)["register:r"]

    exact, weighed = found.details["share_exact"], found.details["share_probabilistic"]
    assert isinstance(exact, float)
    assert isinstance(weighed, float)
    assert weighed > exact + 0.02
    assert found.details["method"] == "probabilistic"
    assert found.estimate == pytest.approx(weighed)


def test_a_simulated_register_with_errors_links_less(tmp_path: Path) -> None:
    rows = scattered(800, 3)
    columns = dict.fromkeys(("code", "annee", "dep", "jour"), QUASI)
    knowledge = [f"p.{name}" for name in columns]
    spoiling = {
        "coverage": 0.5,
        "missing": 0.3,
        "wrong": 0.1,
        "why": "half of the people, as the file of 2022",
    }

    whole = attacked(written(tmp_path / "a", rows, None, document(columns, knowledge=knowledge)))["register"]
    poor = attacked(
        written(
            tmp_path / "b", rows, None, document(columns, knowledge=knowledge, register_simulation=spoiling)
        )
    )["register"]

    assert whole.estimate is not None
    assert poor.estimate is not None
    assert poor.upper is not None
    assert whole.estimate > 0.99
    assert 0.3 < poor.estimate < 0.95
    assert poor.targets == 400
    assert poor.upper > poor.estimate


def test_without_the_truth_every_candidate_counts(tmp_path: Path) -> None:
    rows = people([f"c{place // 2}" for place in range(200)])
    strangers = [{"id": f"S{place}", "nir": "", "code": f"ailleurs{place}"} for place in range(500)]
    plain = register({"p.code": "code"}, truth={})
    loaded = written(tmp_path, rows, listed(rows) + strangers, document({"code": QUASI}, [plain]))

    found = attacked(loaded)["register:r"]

    assert found.details["truth_known"] is False
    assert found.estimate == pytest.approx(0.5)
    assert found.targets == 200


def test_a_key_that_names_nobody_alone_is_inconclusive(tmp_path: Path) -> None:
    rows = people(["a"] * 100)
    lines = listed(rows)
    lines[7]["id"] = lines[3]["id"]
    loaded = written(tmp_path, rows, lines, document({"code": QUASI}, [register({"p.code": "code"})]))

    found = attacked(loaded)["register:r"]

    assert found.decision is Decision.INCONCLUSIVE
    assert found.reasons == ("reason.register_key_repeated",)
    assert found.details["repeated_keys"] == 1


def test_a_value_that_is_no_date_stops_the_run_before_long_work(tmp_path: Path) -> None:
    rows = people(["a"] * 20, deces=days(20, date(2000, 1, 1), 1))
    lines = listed(rows)
    lines[4]["deces"] = "canari-2000-00-00"
    columns = {"code": QUASI, "deces": {"role": "quasi", "type": "date"}}
    loaded = written(tmp_path, rows, lines, document(columns, [register({"p.deces": "deces"})]))

    with pytest.raises(SourceError) as caught:
        read_registers(loaded, tmp_path / "work")

    assert caught.value.code == "value-date"
    assert (caught.value.place.column, caught.value.place.record) == ("deces", 5)
    assert "canari" not in str(caught.value.facts)


def test_an_unreadable_date_may_be_declared_missing(tmp_path: Path) -> None:
    rows = people(["a"] * 50, deces=days(50, date(2000, 1, 1), 1))
    lines = listed(rows)
    lines[4]["deces"] = "2000-00-00"
    columns = {"code": QUASI, "deces": {"role": "quasi", "type": "date"}}
    match = {"p.deces": {"column": "deces", "unreadable": "missing"}}
    loaded = written(tmp_path, rows, lines, document(columns, [register(match, method="exact")]))

    found = attacked(loaded)["register:r"]

    assert found.estimate == pytest.approx((49 + 1 / 50) / 50)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"match": {"p.code": "absente"}}, "column-missing"),
        ({"source": {"path": "absent.csv"}}, "source-missing"),
        ({"key": ["absente"]}, "column-missing"),
    ],
)
def test_a_register_that_cannot_be_read_is_an_error_of_the_source(
    tmp_path: Path, change: Any, code: str
) -> None:
    rows = people(["a"] * 20)
    spec = document({"code": QUASI}, [register({"p.code": "code"}) | change])

    with pytest.raises(SourceError) as caught:
        read_registers(written(tmp_path, rows, listed(rows), spec), tmp_path / "work")

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"match": {"p.codes": "code"}}, "reference-unknown-near"),
        ({"match": {"p.code": {"column": "code", "tolerance": "3"}}}, "register-tolerance"),
        ({"match": {"p.code": {"column": "code", "unit": "days"}}}, "register-unit-alone"),
        ({"match": {"p.code": {"column": "code", "format": "%Y"}}}, "register-format"),
        ({"match": {"p.code": {"column": "code", "transform": "pseudonymize"}}}, "register-transform"),
        ({"name": "simulated"}, "register-name"),
        ({"path": "registre.csv"}, "register-place"),
        ({"source": {"path": "../registre.csv"}}, "path-parent"),
    ],
)
def test_mistakes_of_the_profile_have_their_place(tmp_path: Path, change: Any, code: str) -> None:
    spec = document({"code": QUASI}, [register({"p.code": "code"}) | change])

    with pytest.raises(ProfileErrors) as caught:
        written(tmp_path, people(["a"] * 20), None, spec)

    (mistake,) = caught.value.errors
    assert mistake.code == code
    assert mistake.place.line is not None
    assert (mistake.place.key or "").startswith("risk.registers.0")


def test_a_register_shows_no_value_and_travels_without_the_key(tmp_path: Path) -> None:
    rows = people(["canari"] * 20)
    loaded = written(tmp_path, rows, listed(rows), document({"code": QUASI}, [register({"p.code": "code"})]))

    (read,) = read_registers(loaded, tmp_path / "work")

    assert "canari" not in repr(read)
    assert pickle.loads(pickle.dumps(read)).rows == 20
    assert list((tmp_path / "work").iterdir()) == []
