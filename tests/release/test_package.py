"""Same candidate, same bytes; and what is private stays out of every byte."""

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from profiles.errors import ProfileError, UsageError
from release.package import build
from tables.candidate import PERSON
from tests.release.factories import CANARY, PROFILE, loaded_profile, small_candidate
from tests.release.factories_verdict import released


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def made(folder: Path, text: str = PROFILE) -> Path:
    folder.mkdir(exist_ok=True)
    loaded = loaded_profile(folder, text)
    build(small_candidate(loaded, folder / "work"), loaded, folder / "out")
    return folder / "out"


def test_two_releases_of_one_candidate_have_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, *_ = released(tmp_path / "a")
    second, *_ = released(tmp_path / "b")
    assert digests(first) == digests(second)
    assert len(digests(first)) == 14


def test_no_person_key_secret_or_path_is_in_any_byte(tmp_path):
    text = PROFILE.replace("  frequency:", "  parquet: true\n  frequency:")
    folder = made(tmp_path, text)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert "data/ACTS.parquet" in names
    for name in names:
        data = (folder / name).read_bytes()
        for private in (CANARY, PERSON, str(tmp_path), "VITRAIL_KEY"):
            assert private.encode() not in data, name
    for path in (tmp_path / "work").glob("*.parquet"):
        values = pq.read_table(path)[PERSON].to_pylist()
        assert values
        assert all(value.startswith(CANARY) for value in values)


def test_the_parquet_copy_holds_the_published_columns_only(tmp_path):
    folder = made(tmp_path, PROFILE.replace("  frequency:", "  parquet: true\n  frequency:"))
    copy = pq.read_table(folder / "data" / "STAYS.parquet")
    private = pq.read_table(tmp_path / "work" / "STAYS.parquet").drop_columns([PERSON])
    assert copy.equals(private)
    assert "Parquet" in (folder / "LISEZMOI.md").read_text(encoding="utf-8")


def test_without_an_export_there_is_nothing_to_build(tmp_path):
    loaded = loaded_profile(
        tmp_path, PROFILE[: PROFILE.index("export:")] + "secret: ${VITRAIL_KEY?absente}\n"
    )
    with pytest.raises(ProfileError) as caught:
        build(small_candidate(loaded, tmp_path / "work"), loaded, tmp_path / "out")
    assert caught.value.code == "export-missing"
    assert not (tmp_path / "out").exists()


def test_a_disk_that_refuses_is_told_without_its_own_words(tmp_path):
    loaded = loaded_profile(tmp_path)
    candidate = small_candidate(loaded, tmp_path / "work")
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(UsageError) as caught:
        build(candidate, loaded, tmp_path / "out")
    assert caught.value.code == "release-write-failed"


def test_json_is_read_by_any_reader(tmp_path):
    folder = made(tmp_path)
    assert json.loads((folder / "datapackage.json").read_bytes())["name"] == "essai-publication"
