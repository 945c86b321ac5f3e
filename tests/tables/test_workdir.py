"""The private folder is private, alone, and gone afterwards."""

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time

import duckdb
import pytest

from profiles.errors import ExitCode, UsageError
from tables.workdir import lasting, workdir

unix = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals of Unix")


def interrupted(base) -> None:
    with workdir(base, "p") as folder:
        (folder / "table").write_text("x")
        raise KeyboardInterrupt


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@unix
def test_only_its_owner_can_enter(tmp_path):
    old = os.umask(0)
    try:
        with workdir(tmp_path, "p") as folder:
            assert [mode(path) for path in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3
    finally:
        os.umask(old)


def test_nothing_is_left_after_success_nor_after_failure(tmp_path):
    with workdir(tmp_path, "p") as folder:
        (folder / "table").write_text("x")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_is_refused_while_the_first_lives(tmp_path):
    with workdir(tmp_path, "p") as folder:
        (folder / "table").write_text("x")
        with pytest.raises(UsageError) as caught, workdir(tmp_path, "p"):
            pass
        assert caught.value.code == "run-in-progress"
        assert (folder / "table").read_text() == "x"
        with workdir(tmp_path, "another") as other:
            assert other != folder
    with workdir(tmp_path, "p") as folder:
        assert list(folder.iterdir()) == []


@unix
def test_leftovers_of_a_killed_run_are_cleaned_by_the_next(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from tables.workdir import lasting, workdir
        with workdir(Path(sys.argv[1]), "p") as folder:
            (folder / "table").write_text("x")
            print("ready", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as run:
        assert run.stdout.readline() == b"ready\n"
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert (tmp_path / ".vitrail" / "p" / "run" / "table").exists()
    with workdir(tmp_path, "p") as folder:
        assert list(folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@unix
def test_a_link_left_in_place_of_the_folder_is_removed_and_not_followed(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("x")
    home = tmp_path / ".vitrail" / "p"
    home.mkdir(parents=True)
    (home / "run").symlink_to(precious)
    with workdir(tmp_path, "p"):
        pass
    assert (precious / "file").exists()


def test_a_base_that_cannot_be_written_is_a_usage_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError) as caught, workdir(tmp_path / "file", "p"):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("folder-not-writable", ExitCode.PROFILE)


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Error writing bytes to file. Detail: [errno 28] No space left on device"),
        duckdb.Error("IO Error: Could not write file: No space left on device, row SECRET"),
    ],
)
def test_a_full_disk_is_a_usage_error_without_the_librarys_text(tmp_path, failure):
    with pytest.raises(UsageError) as caught, workdir(tmp_path, "p"):
        raise failure
    assert caught.value.code == "disk-full"
    assert "SECRET" not in repr(vars(caught.value))
    assert list(tmp_path.iterdir()) == []


def test_other_failures_pass_unchanged(tmp_path):
    with pytest.raises(PermissionError), workdir(tmp_path, "p"):
        raise PermissionError(errno.EACCES, "elsewhere")


@unix
def test_runs_that_end_and_begin_together_never_share_the_folder(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from profiles.errors import UsageError
        from tables.workdir import lasting, workdir
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            try:
                with workdir(Path(sys.argv[1]), "p") as folder:
                    (folder / "alone").mkdir()
                    time.sleep(0.001)
                    (folder / "alone").rmdir()
            except UsageError:
                pass
    """)
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    time.sleep(0.1)
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert list(tmp_path.iterdir()) == []


def test_a_share_without_locks_can_be_worked_on(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def none(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", none)
    with workdir(tmp_path, "p") as folder:
        assert folder.is_dir()
    assert not list(tmp_path.iterdir())


def leave(base, how) -> None:
    with workdir(base, "p") as folder, lasting(folder, "images") as kept:
        (kept / "done").write_text("x")
        raise how


@pytest.mark.parametrize(
    "how", [KeyboardInterrupt(), UsageError("dicom-disk-full"), OSError(errno.ENOSPC, "full")]
)
def test_what_lasts_is_there_for_the_run_after_one_that_was_cut_short(tmp_path, how):
    with pytest.raises((KeyboardInterrupt, UsageError)):
        leave(tmp_path, how)
    with workdir(tmp_path, "p") as folder, lasting(folder, "images") as kept:
        assert (kept / "done").read_text() == "x"
    assert list(tmp_path.iterdir()) == []


def test_what_lasts_ends_with_a_run_that_failed(tmp_path):
    with pytest.raises(ValueError):
        leave(tmp_path, ValueError())
    assert list(tmp_path.iterdir()) == []


@unix
def test_what_lasts_is_private(tmp_path):
    with workdir(tmp_path, "p") as folder, lasting(folder, "images") as kept:
        assert mode(kept) == 0o700
