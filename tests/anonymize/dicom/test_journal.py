"""The journal says what is done, whatever interrupted it."""

import pytest

from anonymize.dicom.journal import Journal, open_journal, read_lines

IDENTITY = {"plan": "a", "key": "b"}


def begun(tmp_path, identity=IDENTITY):
    name = open_journal(tmp_path / "journal", tmp_path / "images", identity)
    return Journal(tmp_path / "journal" / f"{name}-0001.jsonl")


def test_lines_come_back_in_their_order(tmp_path):
    journal = begun(tmp_path)
    for number in range(3):
        journal.add({"f": str(number)})
    journal.close()
    assert [line["f"] for line in read_lines(tmp_path / "journal")] == ["0", "1", "2"]


@pytest.mark.parametrize("cut", [1, 5, 8])
def test_a_line_that_was_torn_is_as_if_it_had_not_been_written(tmp_path, cut):
    journal = begun(tmp_path)
    journal.add({"f": "a"})
    journal.add({"f": "b"})
    journal.close()
    (path,) = (tmp_path / "journal").glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-cut])
    assert [line["f"] for line in read_lines(tmp_path / "journal")] == ["a"]


def test_the_next_run_writes_beside_the_torn_line(tmp_path):
    journal = begun(tmp_path)
    journal.add({"f": "a"})
    journal.close()
    (path,) = (tmp_path / "journal").glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"f": "torn')
    later = begun(tmp_path)
    later.add({"f": "b"})
    later.close()
    assert [line["f"] for line in read_lines(tmp_path / "journal")] == ["a", "b"]


def test_lines_and_images_of_another_plan_or_key_are_forgotten(tmp_path):
    begun(tmp_path).add({"f": "a"})
    (tmp_path / "images" / "x.dcm").write_bytes(b"x")
    begun(tmp_path)
    assert (tmp_path / "images" / "x.dcm").exists()
    begun(tmp_path, {**IDENTITY, "key": "c"})
    assert list(read_lines(tmp_path / "journal")) == []
    assert not (tmp_path / "images" / "x.dcm").exists()
