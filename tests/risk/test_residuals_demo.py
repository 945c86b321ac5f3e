"""The two profiles of the demonstration, from their files to what the search finds."""

from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized, anonymize
from profiles.loading import load_profile
from profiles.policy import load_policy
from profiles.secrets import read_secret
from risk.attackers.classes import Classes
from risk.attackers.residuals import Residuals
from risk.findings import Decision
from risk.subject import Subject
from tables.candidate import Staged
from tables.demo.generate import generate
from tables.staging import stage
from tests.factories import KEY

ENVIRON = {"VITRAIL_KEY": KEY}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo")
    generate(target / "extraction")
    for file in (resources.files("tables.demo") / "profiles").iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


def made(folder: Path, name: str, work: Path) -> tuple[Staged, Anonymized]:
    loaded = load_profile(folder / f"{name}.yaml", ENVIRON)
    staged = stage(loaded, work / "staged")
    keys = Keys(read_secret(loaded, ENVIRON), loaded.profile.id)
    return staged, anonymize(loaded, staged, keys, work / "made")


def subject(staged: Staged, anonymized: Anonymized) -> Subject:
    return Subject(
        staged.profile,
        load_policy("open-data"),
        anonymized.candidate,
        anonymized.transformed,
        source=staged,
    )


def test_the_careful_demonstration_leaves_no_identifier_and_no_small_class(
    folder: Path, tmp_path: Path
) -> None:
    staged, anonymized = made(folder, "prudent", tmp_path)
    (residuals,) = Residuals().run(subject(staged, anonymized))
    (classes,) = Classes().run(subject(staged, anonymized))
    assert (residuals.decision, classes.decision) == (Decision.ACCEPTED, Decision.ACCEPTED)
    assert residuals.targets > 20_000
    assert anonymized.candidate.persons + anonymized.candidate.suppressed_persons == 3000
    assert anonymized.candidate.suppressed_persons <= 0.05 * 3000


def test_the_careful_demonstration_keeps_quarters_and_drops_rare_drugs(folder: Path, tmp_path: Path) -> None:
    staged, anonymized = made(folder, "prudent", tmp_path)
    before = pq.read_table(staged.tables["ER_PRS_F"].path, columns=["EXE_SOI_DTD"])["EXE_SOI_DTD"].to_pylist()
    after = pq.read_table(anonymized.transformed.tables["ER_PRS_F"].path)["EXE_SOI_DTD"].to_pylist()
    assert after == [f"{day.year}-Q{(day.month + 2) // 3}" for day in before]
    drugs = pq.read_table(anonymized.candidate.tables["ER_PHA_F"].path, columns=["PHA_ATC_C07"])
    assert "A16AX" not in drugs["PHA_ATC_C07"].to_pylist()


def test_the_careless_demonstration_is_refused_for_the_number_it_left(folder: Path, tmp_path: Path) -> None:
    staged, anonymized = made(folder, "imprudent", tmp_path)
    (residuals,) = Residuals().run(subject(staged, anonymized))
    (classes,) = Classes().run(subject(staged, anonymized))
    assert (residuals.decision, classes.decision) == (Decision.REFUSED, Decision.REFUSED)
    assert residuals.details["columns"] == "T_MCOaaC.NIR_ANO_17"
    assert residuals.reasons == ("reason.residual_identifier", "reason.residual_own_rows")
    assert residuals.details["disguised"] == 0
