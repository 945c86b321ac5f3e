"""A real cohort and the fictitious SNDS: accepted as they should be, refused by each criterion in turn."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran

EXAMPLES = Path(__file__).parents[2] / "docs" / "exemples"
TOLD = EXAMPLES / "refus" / "explications"
CASES = [
    ("nafld", "refus-individualisation", "singling_out", "fr"),
    ("nafld", "refus-correlation", "linkability", "en"),
    ("nafld", "refus-inference", "inference", "fr"),
    ("snds", "snds-individualisation", "singling_out", "en"),
    ("snds", "snds-correlation", "linkability", "fr"),
    ("snds", "snds-inference", "inference", "en"),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The profiles and the data of both examples, where tests may write."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("nafld", "snds")}
    for name, example in (("nafld", EXAMPLES / "nafld"), ("snds", EXAMPLES / "refus")):
        for path in example.glob("*.yaml"):
            shutil.copy(path, made[name])
    subprocess.run([sys.executable, str(EXAMPLES / "nafld" / "preparer.py")], check=True)
    (made["nafld"] / "donnees").mkdir()
    for name in ("nafld1", "nafld3"):
        shutil.copy(EXAMPLES / "nafld" / "donnees" / f"{name}.csv", made["nafld"] / "donnees")
    subprocess.run([sys.executable, str(EXAMPLES / "refus" / "preparer.py"), str(made["snds"])], check=True)
    return made


def blocking(findings: list[dict[str, Any]]) -> dict[str, str]:
    """Check -> criterion of what stands in the way."""
    return {
        one["check"]: one["criterion"] for one in findings if one["gates"] and one["decision"] != "accepted"
    }


def snippets(text: str) -> list[str]:
    """Lines of a profile that a text proposes."""
    return [line for line in text.splitlines() if line.startswith("    ")]


def checks(text: str) -> list[str]:
    """What a text says that stands in the way."""
    return [line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("✗")]


def run_by_default(case: tuple[str, str, str, str]) -> Any:
    """The case; those of the cohort of 17,549 persons repeat at length what the fictitious tables show."""
    marks = [pytest.mark.soak] if case[0] == "nafld" else []
    return pytest.param(case, marks=marks, id=f"{case[0]}-{case[2]}")


@pytest.mark.parametrize("case", [run_by_default(case) for case in CASES])
def test_one_criterion_refuses_and_the_first_mend_that_is_proposed_has_it_accepted(
    folders: dict[str, Path], vitrail: Callable[..., Ran], tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    example, name, criterion, lang = case
    profile = folders[example] / f"{name}.yaml"

    refused = vitrail("assess", profile, "--lang", lang, "--to", tmp_path / "constats.json")

    assert refused.code == 1, refused.said
    stands = blocking(json.loads((tmp_path / "constats.json").read_text(encoding="utf-8"))["findings"])
    assert set(stands.values()) == {criterion}
    kept = (TOLD / f"{name.replace('refus', 'nafld')}.{lang}.txt").read_text(encoding="utf-8")
    assert set(checks(kept)) == set(stands)
    explained = json.loads((tmp_path / "constats-refus.json").read_text(encoding="utf-8"))
    plan = explained["plans"][0]
    assert plan["whole"]
    pasted = [f"    {line}" for line in plan["snippet"].splitlines()]
    assert snippets(kept)[: len(pasted)] == pasted

    mended = profile.with_name("remede.yaml")
    mended.write_text(f"extends: {profile.name}\n{plan['snippet']}\n", encoding="utf-8")
    accepted = vitrail("release", mended, "--to", tmp_path / "publication", "--json")

    assert accepted.code == 0, accepted.said
    made = {one["check"]: one for one in json.loads(accepted.out)["findings"]}
    for effect in plan["effects"]:
        if effect["check"] in made:
            assert made[effect["check"]]["estimate"] == pytest.approx(effect["after"], abs=1e-6)


def test_the_careful_profile_of_the_fictitious_tables_is_accepted(
    folders: dict[str, Path], vitrail: Callable[..., Ran], tmp_path: Path
) -> None:
    ran = vitrail("release", folders["snds"] / "snds.yaml", "--to", tmp_path / "publication", "--json")

    assert ran.code == 0, ran.said
    assert blocking(json.loads(ran.out)["findings"]) == {}


def test_both_languages_tell_the_same() -> None:
    french = sorted(TOLD.glob("*.fr.txt"))
    assert [path.name for path in french] == sorted(
        f"{name.replace('refus', 'nafld')}.fr.txt" for _, name, _, _ in CASES
    )
    for path in french:
        one = path.read_text(encoding="utf-8")
        other = path.with_name(path.name.replace(".fr.", ".en.")).read_text(encoding="utf-8")
        assert (checks(one), snippets(one)) == (checks(other), snippets(other))
        assert one.count("→") == other.count("→")
