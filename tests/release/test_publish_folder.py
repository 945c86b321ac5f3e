"""The public folder appears whole or not at all, and a killed run leaves nothing that stays."""

import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from profiles.errors import UsageError
from release import publish_folder
from release.publish_folder import ensure_target_free, publish, publish_private, workspace

ROOT = Path(__file__).parents[2]


def filled(folder: Path) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "T.csv").write_text("X\r\n1\r\n")
    (folder / "LISEZMOI.md").write_text("# T\n")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def taken_by_a_folder(target: Path) -> None:
    target.mkdir()


def taken_by_a_file(target: Path) -> None:
    target.write_text("important")


def taken_by_a_link_to_nothing(target: Path) -> None:
    target.symlink_to("nowhere")


@pytest.mark.parametrize("take", [taken_by_a_folder, taken_by_a_file, taken_by_a_link_to_nothing])
def test_a_target_that_exists_is_refused_before_and_after_the_work(tmp_path, take):
    target = tmp_path / "publication"
    with workspace(target) as folder:
        filled(folder / "package")
        take(target)
        with pytest.raises(UsageError) as late:
            publish(folder, target)
    with pytest.raises(UsageError) as early:
        ensure_target_free(target)
    assert late.value.code == early.value.code == "release-target-exists"
    assert names(tmp_path) == ["publication"]
    assert not target.is_dir() or names(target) == []


def test_absent_parents_are_made_at_the_last_moment_only(tmp_path):
    target = tmp_path / "absent" / "encore" / "publication"
    ensure_target_free(target)
    assert names(tmp_path) == []

    publish(filled(tmp_path / "temp"), target)

    assert names(tmp_path / "absent" / "encore") == ["publication"]


def test_a_parent_that_is_a_file_is_told(tmp_path):
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(UsageError) as caught:
        ensure_target_free(tmp_path / "fichier" / "publication")
    assert caught.value.code == "release-parent-not-folder"


def test_a_parent_that_refuses_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(publish_folder.os, "access", lambda *_: False)
    with pytest.raises(UsageError) as caught:
        ensure_target_free(tmp_path / "publication")
    assert caught.value.code == "release-target-unwritable"


def test_a_name_that_the_file_system_refuses_is_told(tmp_path):
    with pytest.raises(UsageError) as caught, workspace(tmp_path / ("x" * 250)):
        pass
    assert caught.value.code == "release-target-unwritable"


def test_the_work_is_private_and_hidden_then_readable_by_all(tmp_path):
    target = tmp_path / "publication"
    with workspace(target) as folder:
        assert folder.name.startswith(".publication.vitrail-")
        assert mode(folder) == 0o700
        (folder / "data").mkdir(mode=0o700)
        (folder / "data" / "T.csv").touch(mode=0o600)
        publish(folder, target)
    assert names(tmp_path) == ["publication"]
    assert [mode(target), mode(target / "data"), mode(target / "data" / "T.csv")] == [0o755, 0o755, 0o644]


def interrupted(target: Path) -> None:
    with workspace(target) as folder:
        filled(folder / "package")
        raise KeyboardInterrupt


def test_a_private_folder_is_readable_by_its_owner_only(tmp_path):
    publish_private(filled(tmp_path / "work"), tmp_path / "candidate")
    assert [mode(path) for path in sorted((tmp_path / "candidate").rglob("*"))] == [0o600, 0o700, 0o600]
    assert mode(tmp_path / "candidate") == 0o700


def test_what_is_not_published_is_removed_even_after_an_error(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "publication")
    assert names(tmp_path) == []


def test_a_package_made_elsewhere_on_the_same_disk_is_moved(tmp_path):
    package = filled(tmp_path / "work" / "package")
    publish(package, tmp_path / "publication")
    assert (tmp_path / "publication" / "data" / "T.csv").read_bytes() == b"X\r\n1\r\n"
    assert not package.exists()


def test_a_package_made_on_another_disk_is_copied_beside_the_target_first(tmp_path, monkeypatch):
    package = filled(tmp_path / "work" / "package")
    monkeypatch.setattr(publish_folder, "_same_disk", lambda *_: False)
    publish(package, tmp_path / "publication")
    assert (tmp_path / "publication" / "data" / "T.csv").read_bytes() == b"X\r\n1\r\n"
    assert mode(tmp_path / "publication") == 0o755
    assert names(tmp_path) == ["publication", "work"]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from release.publish_folder import workspace
    with workspace(Path(sys.argv[1])) as folder:
        (folder / "data").mkdir()
        (folder / "data" / "T.csv").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_the_target_free_and_the_next_one_cleans_up(tmp_path):
    target = tmp_path / "publication"
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(target)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    left = names(tmp_path)
    assert len(left) == 1
    assert left[0].startswith(".publication.vitrail-")
    with workspace(target) as folder:
        assert names(tmp_path) == [folder.name] != left
        publish(filled(folder / "package"), target)
    assert names(tmp_path) == ["publication"]


def test_the_work_of_a_live_run_is_left_alone(tmp_path):
    target = tmp_path / "publication"
    with workspace(target) as first, workspace(target) as second:
        assert first != second
        assert first.is_dir()


def test_other_hidden_folders_are_left_alone(tmp_path):
    for name in (".publication-2.vitrail-x", ".publication.other", "publication.vitrail-x"):
        (tmp_path / name).mkdir()
    (tmp_path / ".publication.vitrail-file").write_text("not a folder")
    with workspace(tmp_path / "publication"):
        assert len(names(tmp_path)) == 5


def test_parents_made_for_a_release_that_could_not_be_placed_are_removed(tmp_path, monkeypatch):
    work = tmp_path / "work"
    work.mkdir()
    target = tmp_path / "public" / "2024" / "release"

    def refuse(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(publish_folder, "_rename", refuse)
    with pytest.raises(UsageError):
        publish(work, target)
    assert not (tmp_path / "public").exists()
