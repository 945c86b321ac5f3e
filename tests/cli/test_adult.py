"""The example on Adult, from the command line to a decision."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.anonymize.search.adult import COLUMNS, folder

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "adult"


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A copy of a profile of the example, in a folder of its own."""
    monkeypatch.setenv("ADULT", str(folder().resolve()))

    def copied(name: str) -> Path:
        target = tmp_path / name
        target.write_bytes((EXAMPLE / name).read_bytes())
        return target

    return copied


def test_groups_of_five_alone_are_refused_because_they_link_and_tell_the_salary(tmp_path, profile, vitrail):
    ran = vitrail("--json", "release", profile("profil.yaml"), "--to", tmp_path / "out")
    document = json.loads(ran.out)
    assert (ran.code, document["verdict"]) == (1, "refused")
    assert not (tmp_path / "out").exists()
    refused = [one["check"] for one in document["findings"] if one["gates"] and one["decision"] != "accepted"]
    assert refused == ["register", "classes_inference:adult.salary-class"]
    assert document["search"]["method"] == "local"
    assert document["search"]["loss"] < 0.0591
    assert document["search"]["left_out"] == document["persons_left_out"] == 0


def test_a_salary_that_groups_do_not_tell_is_published(tmp_path, profile, vitrail):
    ran = vitrail("--json", "release", profile("profil-secret.yaml"), "--to", tmp_path / "out")
    assert ran.code == 0, ran.said
    with (tmp_path / "out" / "data" / "adult.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    report = json.loads((tmp_path / "out" / "rapport-risque.json").read_text("utf-8"))
    known = [name for name in COLUMNS if name != "salary-class"]
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in known), Counter())[row["salary-class"]] += 1
    everybody = Counter(row["salary-class"] for row in rows)
    share = everybody[">50K"] / len(rows)
    assert min(sum(group.values()) for group in groups.values()) >= 5
    # With two values, the equal distance is the gap between two shares.
    assert max(abs(group[">50K"] / sum(group.values()) - share) for group in groups.values()) <= 0.25
    assert len(rows) == 30162 - report["search"]["left_out"] >= 0.96 * 30162
    assert report["search"]["proven"]
    losses = [option["loss"] for option in report["search"]["options"]]
    assert losses == sorted(losses)
    assert losses[0] >= report["search"]["loss"]
    assert [column["column"] for column in report["search"]["columns"]] == [f"adult.{name}" for name in known]
