"""A release of a share of the persons."""

import csv
import json

from tests.factories import small_set


def test_half_of_the_persons_are_released_in_every_table_and_it_is_said(tmp_path, vitrail):
    path = small_set(tmp_path, 1600, sample=0.5)
    ran = vitrail("--json", "release", path)
    assert ran.code == 0, ran.said
    out = tmp_path / "publication"
    report = json.loads((out / "rapport-risque.json").read_text("utf-8"))
    attestation = json.loads((out / "attestation.json").read_text("utf-8"))
    assert report["sample"] == {"share": 0.5, "persons": 800, "source_persons": 1600}
    assert json.loads(ran.out)["sample"] == report["sample"]
    assert report["persons"] + (report["persons_left_out"] or 0) <= 800
    assert attestation["predicate"]["vitrail"]["sample"] == 0.5
    assert "50 %" in (out / "LISEZMOI.md").read_text("utf-8")
    assert "50%, that is 800 persons" in (out / "README.md").read_text("utf-8")
    seen = {}
    for name in ("personnes", "soins"):
        with (out / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            seen[name] = [next(iter(row.values())) for row in csv.DictReader(stream)]
    assert len(seen["personnes"]) == report["persons"]
    assert set(seen["soins"]) <= set(seen["personnes"])


def test_an_assessment_judges_the_sample_too(tmp_path, vitrail):
    path = small_set(tmp_path, 1600, sample=0.5)
    assessed = json.loads(vitrail("--json", "assess", path).out)
    assert assessed["sample"]["persons"] == 800 >= assessed["persons"]


def test_a_candidate_made_earlier_is_judged_with_its_sample(tmp_path, vitrail):
    path = small_set(tmp_path, 1600, sample=0.5)
    assert vitrail("anonymize", path, "--to", tmp_path / "candidat").code == 0
    assert vitrail("assess", path, tmp_path / "candidat").code == 0
