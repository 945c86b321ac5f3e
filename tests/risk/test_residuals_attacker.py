"""The finding of the attacker: numbers and column names, and never a value."""

from dataclasses import replace
from pathlib import Path

import pytest

from profiles.policy import load_policy
from risk.attackers.registry import attacker
from risk.attackers.residuals import Residuals, residual_finding
from risk.findings import Criterion, Decision
from risk.residuals.own_rows import OwnRows
from risk.residuals.result import Manner, ResidualResult, Trace
from risk.subject import Subject
from tests.risk.residual_sets import World, nir, published, surname, world


def subject(made: World) -> Subject:
    return Subject(
        made.staged.profile, load_policy("open-data"), made.candidate, made.original, source=made.staged
    )


def leaking(folder: Path) -> World:
    tables = published()
    tables["visites"]["libelle"][50] = f"voir {nir(2)}"
    tables["personnes"]["note"][8] = f"vu {surname(8)}"
    return world(folder, tables)


def test_the_registry_knows_it_and_it_gates_on_real_and_on_synthetic_persons() -> None:
    found = attacker("residuals")
    assert isinstance(found, Residuals)
    assert found.criterion is Criterion.ALL
    assert found.gates("real")
    assert found.gates("synthetic")


def test_a_clean_candidate_is_accepted_with_every_value_searched(tmp_path: Path) -> None:
    (finding,) = Residuals().run(subject(world(tmp_path)))
    assert finding.decision is Decision.ACCEPTED
    assert (finding.estimate, finding.threshold, finding.reasons) == (0.0, 0.0, ())
    assert finding.targets == finding.attempted == 160


def test_a_leak_is_refused_with_its_columns_and_counts(tmp_path: Path) -> None:
    (finding,) = Residuals().run(subject(leaking(tmp_path)))
    assert finding.decision is Decision.REFUSED
    assert finding.reasons == (
        "reason.residual_identifier",
        "reason.residual_name",
        "reason.residual_own_rows",
    )
    assert finding.details["columns"] == "personnes.note, visites.libelle"
    assert finding.details["whole"] == 1
    assert finding.details["names"] == 1
    assert finding.details["own_rows"] == 1
    assert finding.estimate == pytest.approx(2 / 160)


def test_no_value_of_the_source_is_in_the_finding_nor_in_the_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (finding,) = Residuals().run(subject(leaking(tmp_path)))
    said = repr(finding) + "".join(capfd.readouterr())
    for value in (nir(2), surname(8), nir(2).casefold(), surname(8).casefold()):
        assert value not in said


def test_without_the_source_it_is_inconclusive(tmp_path: Path) -> None:
    made = world(tmp_path)
    (finding,) = Residuals().run(Subject(made.staged.profile, load_policy("open-data"), made.candidate))
    assert finding.decision is Decision.INCONCLUSIVE
    assert finding.reasons == ("reason.residual_no_source",)


def test_with_the_release_folder_its_bytes_are_searched_and_names_are_judged_by_person(
    tmp_path: Path,
) -> None:
    tables = published()
    tables["personnes"]["note"][8] = f"vu {surname(8)}"
    made, package = world(tmp_path / "private", tables), tmp_path / "package"
    (package / "data").mkdir(parents=True)
    (package / "data" / "visites.csv").write_text(f"libelle,jours\r\nrien,{nir(3)}\r\n")
    (package / "data" / "personnes.csv").write_text(f"note\r\nvu {surname(8)}\r\n")
    (package / "LISEZMOI.md").write_text(f"vu {surname(8)}\n")
    (finding,) = Residuals().run(replace(subject(made), package=package))
    assert finding.decision is Decision.REFUSED
    assert finding.details["columns"] == "personnes.note, visites.jours"
    (package / "data" / "visites.csv").write_text("libelle,jours\r\nrien,3\r\n")
    (package / "LISEZMOI.md").write_text(f"voir {nir(3)}\n")
    (finding,) = Residuals().run(replace(subject(made), package=package))
    assert finding.details["columns"] == "LISEZMOI.md, personnes.note"


def test_a_clean_release_folder_is_accepted(tmp_path: Path) -> None:
    made, package = world(tmp_path / "private"), tmp_path / "package"
    package.mkdir()
    (package / "LISEZMOI.md").write_text("Jeu d'essai\n")
    (finding,) = Residuals().run(replace(subject(made), package=package))
    assert (finding.decision, finding.details["own_rows_compared"]) == (Decision.ACCEPTED, True)


def test_only_ten_places_are_named() -> None:
    traces = tuple(Trace(f"t.c{number:02d}", Manner.WHOLE, 1, 1) for number in range(12))
    finding = residual_finding(ResidualResult(100, 1, traces), 1)
    assert str(finding.details["columns"]).endswith("t.c09, +2")
    assert finding.details["places"] == 12


def test_a_leak_seen_only_in_own_rows_has_an_estimate_above_the_threshold() -> None:
    own = OwnRows("p.jour", "p.autre", 5, 4, 0.01)
    finding = residual_finding(ResidualResult(100, 0, own_rows=(own,), linked=True), 1)
    assert finding.decision is Decision.REFUSED
    assert finding.estimate == 0.04


def test_a_trace_weighs_more_than_what_could_not_be_read() -> None:
    trace = Trace("t.c", Manner.WHOLE, 1, 1)
    assert ResidualResult(9, 1, (trace,), unreadable=("x",)).decision is Decision.REFUSED
    assert ResidualResult(9, 0, unreadable=("x",)).decision is Decision.INCONCLUSIVE
    assert ResidualResult(9, 0, linked=False).decision is Decision.INCONCLUSIVE
    assert ResidualResult(9, 0).decision is Decision.ACCEPTED
