"""The profile of the guide on tables of totals does what the guide says."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Ran

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 1\nsecret: ${VITRAIL_KEY}\n"


def source(folder: Path) -> None:
    """Eight hundred patients of three départements of two regions, one to three acts each."""
    random = np.random.default_rng(3)
    folder.mkdir()
    communes = random.choice(["75056", "78646", "33063"], 800, p=[0.5, 0.48, 0.02])
    patients = ["IPP,NAISSANCE,SEXE,COMMUNE"]
    acts = ["IPP,MONTANT"]
    for number, commune in enumerate(communes):
        patients.append(f"P{number:07d}Z,{random.integers(1920, 2020)},{random.integers(1, 3)},{commune}")
        acts += [f"P{number:07d}Z,{random.gamma(2, 20):.2f}" for _ in range(random.integers(1, 4))]
    (folder / "patients.csv").write_text("\n".join(patients) + "\n", encoding="utf-8")
    (folder / "actes.csv").write_text("\n".join(acts) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("guide", "folder"), [("agregats.fr.md", "extraction"), ("aggregates.en.md", "extract")]
)
def test_profile_of_the_guide_is_released(
    guide: str, folder: str, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (GUIDES / guide).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "profil.yaml").write_text(HEAD + blocks[0], encoding="utf-8")
    source(tmp_path / folder)

    ran = vitrail("release", tmp_path / "profil.yaml")

    assert ran.code == 0, ran.said
    with (tmp_path / "publication" / "data" / "depenses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "lieu_region", "lieu_departement", "age", "sexe", "montant", "personnes", "lignes", "status",
    ]  # fmt: skip
    assert {row["status"] for row in rows} == {"published", "suppressed"}
    assert {row["lieu_region"] for row in rows} == {"TOTAL", "11", "75"}
