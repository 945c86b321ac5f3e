"""Whoever reads the output, in whatever alphabet, and whenever they leave: right exit code, no traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.factories import KEY, bytes_below, small_set

FULL = Path("/dev/full")


def run(*arguments: str | Path, **options: object) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "VITRAIL_KEY": KEY, **options.pop("env", {})}  # type: ignore[dict-item]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "cli", *map(str, arguments)], env=environ, text=True, check=False, **settings
    )


@pytest.mark.parametrize("command", [("schema",), ("--help",), ("--json", "doctor")])
def test_reader_that_leaves_changes_no_exit_code(command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = run(*command, stdout=writing)
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command", [("schema",), ("key", "new"), ("--json", "check", "absent.yaml"), ("explain", "absent.yaml")]
)
def test_output_on_a_full_disk_is_an_error_without_traceback(command: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        done = run(*command, stdout=full)

    assert done.returncode == 2
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_terminal_without_accents_gets_plain_letters(encoding: str, tmp_path: Path) -> None:
    path = small_set(tmp_path, count=60)

    done = run("explain", path, env={"PYTHONIOENCODING": encoding}, encoding=encoding)

    assert done.returncode == 0, done.stderr
    assert ("Rôle" if encoding != "ascii" else "Role") in done.stdout


def test_json_is_whole_in_any_alphabet(tmp_path: Path) -> None:
    path = small_set(tmp_path, count=60)

    plain = run("explain", path, "--json", env={"PYTHONIOENCODING": "ascii"})
    accented = run("explain", path, "--json", env={"PYTHONIOENCODING": "utf-8"})

    assert json.loads(plain.stdout) == json.loads(accented.stdout)


def test_tables_in_a_pipe_fit_a_page_of_a_hundred_columns(tmp_path: Path) -> None:
    done = run("explain", small_set(tmp_path, count=60))

    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("seconds", [0.9, pytest.param(1.5, marks=pytest.mark.soak), 2.2])
def test_run_that_is_stopped_says_so_and_leaves_nothing(name: str, seconds: float, tmp_path: Path) -> None:
    path = small_set(tmp_path)
    before = bytes_below(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "release", str(path)],
        env={**os.environ, "VITRAIL_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(seconds)
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=60)

    if not (tmp_path / "publication").exists():
        assert process.returncode == 130, err
        assert "Interrompu" in err
        assert bytes_below(tmp_path) == before
    assert "Traceback" not in err


def test_signal_that_a_library_hides_is_still_an_interruption(
    monkeypatch: pytest.MonkeyPatch, vitrail: Callable[..., Ran]
) -> None:
    def hide(*_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        except BaseException:  # noqa: BLE001 - as a library does
            raise RuntimeError("Query interrupted") from None
        return 0

    monkeypatch.setattr("cli.app.run", hide)

    ran = vitrail("doctor")

    assert ran.code == 130
    assert "Interrompu" in ran.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("releas", "x"), "« release »"),
        (("nope",), "release"),
        (("key", "nope"), "new"),
        (("release",), "PROFIL"),
        (("anonymize", "x"), "--to"),
        (("release", "a", "b c"), "guillemets"),
        (("check", "--nope", "x"), "--nope"),
        (("release", "x", "--to"), "--to"),
    ],
)
def test_wrong_command_is_told_in_the_users_language(
    arguments: tuple[str, ...], word: str, vitrail: Callable[..., Ran]
) -> None:
    ran = vitrail(*arguments)

    assert ran.code == 2
    assert word in ran.err
    assert not {"No", "such", "Missing", "Got", "requires"} & set(ran.err.split())


def test_version_is_told_even_from_the_sources(vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("--version")

    assert ran.code == 0
    assert "vitrail" in ran.out


@pytest.mark.parametrize("arguments", [(), ("key",)])
def test_no_command_shows_the_help(arguments: tuple[str, ...], vitrail: Callable[..., Ran]) -> None:
    ran = vitrail(*arguments)

    assert ran.code == 0
    assert "Usage: vitrail" in ran.out
    assert not ran.err
