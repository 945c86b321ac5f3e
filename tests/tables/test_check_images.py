"""What ``vitrail check`` says of images."""

from tables.check import check
from tests.profiles.factories import load
from tests.profiles.test_images import ALONE


def found(folder):
    return [problem.code for problem in check(load(folder, ALONE))]


def test_a_missing_folder_of_images_is_said(tmp_path):
    assert found(tmp_path) == ["source-missing"]


def test_an_empty_folder_of_images_is_said(tmp_path):
    (tmp_path / "images" / "inside").mkdir(parents=True)
    assert found(tmp_path) == ["source-empty"]


def test_a_folder_with_a_file_is_left_to_the_rewriting(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.dcm").write_bytes(b"x")
    assert found(tmp_path) == []
