"""A candidate that is read back is the one that was written, under the same profile."""

import json

import pytest

from anonymize.manifest import NAME, load, save
from profiles.errors import UsageError
from profiles.loading import load_profile
from tests.anonymize import example


@pytest.fixture
def saved(tmp_path):
    _, done = example.run(tmp_path)
    loaded = load_profile(tmp_path / "profile.yaml", example.ENVIRON)
    save(done, loaded)
    return tmp_path / "work", loaded, done


def refusal(folder, loaded) -> str:
    with pytest.raises(UsageError) as raised:
        load(folder, loaded)
    return raised.value.code


def test_what_was_saved_is_loaded_back_whole(saved):
    folder, loaded, done = saved
    assert load(folder, loaded) == done


@pytest.mark.parametrize("state", ["published", "transformed"])
def test_one_byte_changed_in_a_table_is_refused(saved, state):
    folder, loaded, _ = saved
    path = folder / state / "stays.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert refusal(folder, loaded) == "candidate-changed"


def test_a_missing_table_or_description_is_refused(saved):
    folder, loaded, _ = saved
    (folder / "published" / "acts.parquet").unlink()
    assert refusal(folder, loaded) == "candidate-changed"
    (folder / NAME).unlink()
    assert refusal(folder, loaded) == "candidate-missing"


def test_another_profile_is_refused(saved):
    folder, loaded, _ = saved
    path = loaded.path
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    assert refusal(folder, load_profile(path, example.ENVIRON)) == "candidate-profile-changed"


@pytest.mark.parametrize("file", ["../staged/people.parquet", "/etc/hostname"])
def test_a_description_that_points_outside_is_refused(saved, file):
    folder, loaded, _ = saved
    described = json.loads((folder / NAME).read_text("utf-8"))
    described["candidate"]["tables"]["people"]["file"] = file
    (folder / NAME).write_text(json.dumps(described), "utf-8")
    assert refusal(folder, loaded) == "candidate-changed"


def test_a_description_that_is_no_description_is_refused(saved):
    folder, loaded, _ = saved
    for text in ("{", "[]", '{"version": 1}'):
        (folder / NAME).write_text(text, "utf-8")
        assert refusal(folder, loaded) == "candidate-changed"


def test_a_table_taken_out_of_the_description_is_refused(saved):
    folder, loaded, _ = saved
    described = json.loads((folder / NAME).read_text("utf-8"))
    del described["candidate"]["tables"]["acts"]
    (folder / NAME).write_text(json.dumps(described), "utf-8")
    assert refusal(folder, loaded) == "candidate-changed"


@pytest.mark.parametrize("state", ["candidate", "transformed"])
def test_a_column_taken_out_of_the_description_is_refused(saved, state):
    """The file still holds it, and nothing would attack it."""
    folder, loaded, _ = saved
    described = json.loads((folder / NAME).read_text("utf-8"))
    del described[state]["tables"]["people"]["columns"][-1]
    (folder / NAME).write_text(json.dumps(described), "utf-8")
    assert refusal(folder, loaded) == "candidate-changed"


def test_a_column_described_under_another_role_is_refused(saved):
    folder, loaded, _ = saved
    described = json.loads((folder / NAME).read_text("utf-8"))
    columns = described["candidate"]["tables"]["people"]["columns"]
    next(one for one in columns if one["role"] == "quasi")["role"] = "other"
    (folder / NAME).write_text(json.dumps(described), "utf-8")
    assert refusal(folder, loaded) == "candidate-changed"
