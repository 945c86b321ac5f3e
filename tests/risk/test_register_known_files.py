"""Hospital stays as in the PMSI, and a file of deaths as that of the INSEE: both invented."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks import pmsi
from risk.findings import Decision, Finding
from tests.factories import write_csv
from tests.risk.registers import attacked, document, register, written

PERSONS = 4000


def stays(folder: Path, spec: str) -> Finding:
    """What a register of one stay a person finds: age, sex, postcode and hospital."""
    _, columns = pmsi.simulate(PERSONS)
    names = ("NIR_ANO_17", *pmsi.FOUR)
    _, first = np.unique(columns["NIR_ANO_17"], return_index=True)
    lines = [{"id": str(row), **{name: str(columns[name][row]) for name in names}} for row in first]
    match = {f"sejours.{name}": name for name in pmsi.FOUR}
    profile: dict[str, Any] = yaml.load(spec, yaml.BaseLoader)
    declared = register(match, truth={"sejours.NIR_ANO_17": "NIR_ANO_17"})
    profile.setdefault("risk", {})["registers"] = [declared]
    folder.mkdir()
    pmsi.write(folder, PERSONS)
    write_csv(folder / "registre.csv", lines)
    return attacked(written(folder, lines[:1], None, profile))["register:r"]


def test_four_fields_point_at_nearly_everybody_in_hospital(tmp_path: Path) -> None:
    found = stays(tmp_path / "pmsi", pmsi.AS_IT_IS)

    assert found.decision is Decision.REFUSED
    assert found.lower is not None
    assert found.lower >= 0.85


def test_the_open_data_profile_hides_the_stays(tmp_path: Path) -> None:
    found = stays(tmp_path / "pmsi", pmsi.OPEN)

    assert found.decision is Decision.ACCEPTED
    assert found.upper is not None
    assert found.upper < 0.05


def deaths(folder: Path, born: Any, died: Any) -> Finding:
    """A source of beneficiaries and a file of deaths, half of which are theirs."""
    random = np.random.default_rng(4)
    people = []
    for place in range(800):
        birth = date(1930, 1, 1) + timedelta(int(random.integers(0, 9000)))
        death = date(2021, 1, 1) + timedelta(int(random.integers(0, 700)))
        people.append(
            (f"N{place}", str(random.integers(1, 3)), f"{random.integers(1, 20):02d}", birth, death)
        )
    rows = [
        {"nir": nir, "sexe": sex, "naissance": str(birth.year), "dep": dep, "deces": death.isoformat()}
        for nir, sex, dep, birth, death in people
    ]
    lines = [
        {
            "id": f"{place}",
            "nir": nir if place % 2 else "",
            "sexe": sex,
            "datenaiss": birth.strftime("%Y%m%d") if place % 50 else f"{birth.year}0000",
            "lieunaiss": f"{dep}123",
            "datedeces": death.strftime("%Y%m%d"),
        }
        for place, (nir, sex, dep, birth, death) in enumerate(people)
    ]
    match = {
        "p.sexe": "sexe",
        "p.naissance": {"column": "datenaiss", "type": "date", "format": "%Y%m%d", "unreadable": "missing"},
        "p.dep": {"column": "lieunaiss", "transform": {"generalize": {"prefix": 2}}},
        "p.deces": {"column": "datedeces", "format": "%Y%m%d"},
    }
    columns = {
        "sexe": {"role": "quasi"},
        "naissance": {"role": "quasi", "type": "year", "transform": born},
        "dep": {"role": "quasi", "transform": "keep" if died == "keep" else {"generalize": {"prefix": 1}}},
        "deces": {"role": "quasi", "type": "date", "transform": died},
    }
    return attacked(written(folder, rows, lines, document(columns, [register(match)])))["register:r"]


def test_a_file_of_deaths_names_those_who_died(tmp_path: Path) -> None:
    found = deaths(tmp_path, "keep", "keep")

    assert found.decision is Decision.REFUSED
    assert found.targets == 400
    assert found.estimate is not None
    assert found.estimate > 0.95


def test_grouped_births_and_dropped_deaths_hide_them(tmp_path: Path) -> None:
    found = deaths(tmp_path, {"bin": {"width": 15, "origin": 1930}}, "drop")

    assert found.details["columns_unused"] == "p.deces"
    assert found.estimate is not None
    assert found.estimate < 0.03
    assert found.decision is Decision.ACCEPTED
