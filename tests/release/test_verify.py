"""Whatever changes in a release is found, and told without a traceback."""

import json
import os
import shutil

import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import UsageError, VerificationFailed
from release import sums
from release.json_text import canonical_json
from release.verify import printable, verify
from tests.release.factories_verdict import FAILS, PASSES, WAIVER, released


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder, *_ = released(tmp_path_factory.mktemp("release"), PASSES, FAILS, waivers=[WAIVER])
    return folder


@pytest.fixture
def folder(original, tmp_path):
    return shutil.copytree(original, tmp_path / "copy")


def resummed(folder):
    """Write the sums again, as someone would who hides a change."""
    found = {name: sums.digest(path) for name, path in sums.files_of(folder).items() if name != sums.NAME}
    (folder / sums.NAME).write_text(sums.sums_text(found))


def reattested(folder, change=lambda statement: None):
    """Write the attestation and the sums again, after ``change``."""
    path = folder / "attestation.json"
    statement = json.loads(path.read_bytes())
    names = set(sums.files_of(folder)) - {"attestation.json", "SHA256SUMS"}
    statement["subject"] = [
        {"name": name, "digest": {"sha256": sums.digest(folder / name)}} for name in sorted(names)
    ]
    change(statement)
    path.write_bytes(canonical_json(statement).encode())
    resummed(folder)


def problems(folder) -> list[tuple[str, str | None]]:
    with pytest.raises(VerificationFailed) as caught:
        verify(folder)
    for error in (caught.value, *getattr(caught.value, "errors", ())):
        assert [error_text(error, lang) for lang in Lang]
    return [(error.code, error.place.file) for error in getattr(caught.value, "errors", [caught.value])]


def test_a_release_is_what_it_says(original):
    report = verify(original)
    assert (report.profile, report.files, report.waived) == ("essai-publication", 14, (FAILS.check,))
    assert report.tables == ("data/PATIENTS.csv", "data/STAYS.csv", "data/ACTS.csv")
    assert report.bytes == sum(path.stat().st_size for path in original.rglob("*") if path.is_file())


def test_one_flipped_byte_in_any_file_is_found(original, folder):
    names = [path.relative_to(original) for path in sorted(original.rglob("*")) if path.is_file()]
    assert len(names) == 14
    for name in names:
        data = (original / name).read_bytes()
        for position in sorted({0, 1, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1}):
            for flip in (0x01, 0x20, 0x80):
                changed = bytearray(data)
                changed[position] ^= flip
                (folder / name).write_bytes(changed)
                with pytest.raises(VerificationFailed):
                    verify(folder)
        (folder / name).write_bytes(data)
    assert verify(folder).files == 14


def test_the_changed_file_is_named_once(folder):
    path = folder / "data" / "ACTS.csv"
    path.write_bytes(path.read_bytes().replace(b"A01", b"A02", 1))
    assert problems(folder) == [("verify-file-changed", "data/ACTS.csv")]


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b""])
def test_a_file_that_is_cut_lengthened_or_emptied_is_found(original, folder, change):
    for path in sorted(original.rglob("*")):
        if path.is_file():
            copy = folder / path.relative_to(original)
            copy.write_bytes(change(path.read_bytes()))
            with pytest.raises(VerificationFailed):
                verify(folder)
            copy.write_bytes(path.read_bytes())


def test_every_missing_file_is_found(original, folder):
    for path in sorted(original.rglob("*")):
        if path.is_file():
            copy = folder / path.relative_to(original)
            copy.unlink()
            assert ("verify-file-missing", path.relative_to(original).as_posix()) in problems(folder)
            copy.write_bytes(path.read_bytes())


def test_an_added_file_is_found_even_when_the_sums_name_it(folder):
    (folder / "extra.txt").write_text("x")
    assert problems(folder) == [("verify-file-extra", "extra.txt")]
    resummed(folder)
    assert problems(folder) == [("verify-file-extra", "extra.txt")]


def test_a_change_that_the_sums_hide_is_found_by_the_attestation(folder):
    (folder / "LISEZMOI.md").write_text("Rien à voir.")
    resummed(folder)
    assert problems(folder) == [("verify-file-changed", "LISEZMOI.md")]


def test_a_change_that_sums_and_attestation_hide_is_found_by_the_description(folder):
    path = folder / "data" / "STAYS.csv"
    path.write_bytes(path.read_bytes().replace(b"p001", b"p002", 1))
    reattested(folder)
    assert problems(folder) == [("verify-not-as-described", "data/STAYS.csv")]


def test_a_description_with_other_columns_is_found(folder):
    path = folder / "datapackage.json"
    path.write_text(path.read_text().replace('"name": "COST"', '"name": "PRICE"'))
    reattested(folder)
    assert problems(folder) == [("verify-not-as-described", "data/STAYS.csv")]


def test_a_description_of_a_file_outside_is_not_followed(folder):
    path = folder / "datapackage.json"
    path.write_text(path.read_text().replace("data/ACTS.csv", "../copy/data/ACTS.csv"))
    reattested(folder)
    assert problems(folder) == [("verify-file-missing", "../copy/data/ACTS.csv")]


@pytest.mark.parametrize(
    "change",
    [
        lambda statement: statement["predicate"]["vitrail"].update(verdict="refused"),
        lambda statement: statement["predicate"].update(result="FAILED"),
    ],
)
def test_a_release_whose_verdict_is_not_accepted_is_refused(folder, change):
    reattested(folder, change)
    assert problems(folder) == [("verify-not-accepted", "attestation.json")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '{"subject": 3}',
        '{"a": NaN}',
        "[" * 100_000,
        "\ufeff{}",
        '{"a": ' + "[" * 700 + "]" * 700 + "}",
        '{"resources": [{}]}',
        '{"resources": [{"path": 1, "bytes": true, "hash": null, "schema": []}]}',
    ],
)
@pytest.mark.parametrize("name", ["attestation.json", "datapackage.json"])
def test_json_that_is_not_what_it_should_be_is_told(folder, name, text):
    (folder / name).write_text(text)
    resummed(folder)
    assert ("verify-malformed", name) in problems(folder) or ("verify-file-changed", name) in problems(folder)
    if name == "datapackage.json":
        reattested(folder)
        assert ("verify-malformed", name) in problems(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda statement: statement.update(predicateType="https://example.org/other"),
        lambda statement: statement.update(_type="other"),
        lambda statement: statement.pop("predicate"),
        lambda statement: statement["predicate"].update(result="PERHAPS"),
    ],
)
def test_an_attestation_of_another_kind_is_refused(folder, change):
    reattested(folder, change)
    assert problems(folder) == [("verify-malformed", "attestation.json")]


@pytest.mark.parametrize("depth", [100, 300, 700, 950, 100_000])
def test_an_attestation_with_a_deep_value_is_told(folder, depth):
    path = folder / "attestation.json"
    text = path.read_text()
    path.write_text('{"zzz": ' + "[" * depth + "]" * depth + "," + text[1:])
    resummed(folder)
    assert problems(folder) == [("verify-malformed", "attestation.json")]


def test_an_attestation_in_another_spelling_is_refused(folder):
    path = folder / "attestation.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())))
    resummed(folder)
    assert problems(folder) == [("verify-malformed", "attestation.json")]


def test_a_subject_named_twice_is_refused(folder):
    reattested(folder, lambda statement: statement["subject"].append(statement["subject"][0]))
    assert problems(folder) == [("verify-malformed", "attestation.json")]


@pytest.mark.parametrize("text", ["", "\n", "abc\n", "x" * 64 + "  \n", "\udcff\n"])
def test_sums_that_are_not_sums_are_told(folder, text):
    (folder / "SHA256SUMS").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert problems(folder)


def test_sums_in_another_order_are_refused(folder):
    path = folder / "SHA256SUMS"
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))
    assert problems(folder) == [("verify-malformed", "SHA256SUMS")]


def test_a_link_is_refused_and_not_followed(folder, tmp_path):
    path = folder / "LISEZMOI.md"
    (tmp_path / "elsewhere.md").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere.md")
    (folder / "loop").symlink_to(folder)
    assert problems(folder) == [("verify-not-a-file", "LISEZMOI.md"), ("verify-not-a-file", "loop")]


def test_a_pipe_and_an_empty_folder_are_refused_without_waiting(folder):
    os.mkfifo(folder / "pipe")
    (folder / "empty").mkdir()
    assert problems(folder) == [("verify-not-a-file", "empty/"), ("verify-not-a-file", "pipe")]


def test_a_name_that_is_no_text_is_told_in_plain_characters(folder):
    (folder / os.fsdecode(b"\xff\x1b[31m")).touch()
    assert problems(folder) == [("verify-file-extra", "\\udcff\\x1b[31m")]
    assert printable("a\nb") == "a\\nb"


def test_folders_that_hold_no_release_are_told_apart(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "photo.jpg").write_text("x")
    assert problems(tmp_path / "empty")[0][0] == "verify-empty"
    assert problems(tmp_path / "other")[0][0] == "verify-not-a-release"


def test_a_folder_that_cannot_be_looked_at_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("x")
    codes = []
    for path in (tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(UsageError) as caught:
            verify(path)
        codes.append(caught.value.code)
    assert codes == ["verify-folder-missing", "verify-not-a-folder"]


def test_a_file_that_cannot_be_read_is_a_usage_error(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(sums, "digest", refuse)
    with pytest.raises(UsageError) as caught:
        verify(folder)
    assert caught.value.code == "verify-unreadable"
