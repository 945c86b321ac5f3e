"""The verdict enters the folder, and only an accepted one does."""

import json
import subprocess
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from profiles.errors import ExitCode, VitrailError
from release.finish import finish
from release.package import build
from risk.findings import Decision
from tests.release.factories import loaded_profile, small_candidate
from tests.release.factories_verdict import FAILS, PASSES, REPORTED, WAIVER, judged, released


def statement(folder):
    return json.loads((folder / "attestation.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("decision", [Decision.REFUSED, Decision.INCONCLUSIVE])
def test_a_verdict_that_is_not_accepted_writes_nothing(tmp_path, decision):
    loaded = loaded_profile(tmp_path)
    candidate = small_candidate(loaded, tmp_path / "work")
    build(candidate, loaded, tmp_path / "out")
    before = sorted(path.name for path in (tmp_path / "out").iterdir())
    with pytest.raises(VitrailError) as caught:
        finish(tmp_path / "out", *judged(candidate, replace(PASSES, decision=decision)), loaded)
    assert caught.value.code == "release-not-accepted"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == before


def test_a_candidate_that_was_not_the_one_attacked_is_refused(tmp_path):
    folder, loaded, candidate = released(tmp_path)
    found = judged(candidate, PASSES)
    path = candidate.tables["ACTS"].path
    pq.write_table(pq.read_table(path).slice(1), path)
    with pytest.raises(VitrailError) as caught:
        finish(folder, *found, loaded, candidate)
    assert (caught.value.code, caught.value.exit_code) == ("release-other-candidate", ExitCode.INTERNAL)


def test_sha256sum_agrees_with_the_sums(tmp_path):
    folder, *_ = released(tmp_path)
    result = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == sum(path.is_file() for path in folder.rglob("*")) - 1


def test_the_attestation_names_every_file_but_itself_and_the_sums(tmp_path):
    folder, loaded, _ = released(tmp_path)
    found = statement(folder)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {subject["name"] for subject in found["subject"]} == names - {"attestation.json", "SHA256SUMS"}
    assert found["_type"] == "https://in-toto.io/Statement/v1"
    assert found["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert found["predicate"]["configuration"] == [{"name": "profile", "digest": {"sha256": loaded.digest}}]


@pytest.mark.parametrize(
    ("findings", "waivers", "expected"),
    [
        ([PASSES], [], ("PASSED", ["classes"], [])),
        ([PASSES, REPORTED], [], ("WARNED", ["classes"], ["linkability"])),
        ([PASSES, FAILS], [WAIVER], ("WARNED", ["classes"], [FAILS.check])),
    ],
)
def test_the_result_is_a_warning_when_something_was_waived_or_only_reported(
    tmp_path, findings, waivers, expected
):
    folder, *_ = released(tmp_path, *findings, waivers=waivers)
    predicate = statement(folder)["predicate"]
    assert (predicate["result"], predicate["passedTests"], predicate["warnedTests"]) == expected
    assert predicate["failedTests"] == []


def test_a_waiver_is_shown_in_the_attestation_and_in_both_pages(tmp_path):
    folder, *_ = released(tmp_path, PASSES, FAILS, waivers=[WAIVER])
    assessed = statement(folder)["predicate"]["vitrail"]
    assert assessed["waived"] == [FAILS.check]
    assert assessed["waivers"][0]["reason"] == WAIVER.reason
    for name in ("LISEZMOI.md", "README.md"):
        page = (folder / name).read_text(encoding="utf-8")
        assert WAIVER.reason in page
        assert WAIVER.approved_by in page


def test_the_attestation_holds_no_digest_of_the_candidate_nor_of_the_source(tmp_path):
    folder, _, candidate = released(tmp_path)
    found = judged(candidate, PASSES)[0]
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()]
    assert found.tables
    assert not any(digest in text for digest in found.tables.values() for text in texts)


def test_the_result_takes_the_place_of_the_marker(tmp_path):
    folder, *_ = released(tmp_path)
    for name in ("LISEZMOI.md", "README.md"):
        page = (folder / name).read_text(encoding="utf-8")
        assert "<!--" not in page
        assert "| `classes` |" in page


def test_the_report_lies_beside_the_data(tmp_path):
    folder, *_ = released(tmp_path)
    report = json.loads((folder / "rapport-risque.json").read_text(encoding="utf-8"))
    assert report["findings"][0]["check"] == "classes"
