"""A file may kill a worker, hold it or fill its memory: it is set aside, and all the others are done."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anonymize.dicom import pool, worker
from anonymize.dicom.discovery import Found
from anonymize.dicom.metadata import Asked
from anonymize.dicom.plan import compile_plan
from anonymize.dicom.pool import LIST, Pool
from anonymize.dicom.quarantine import Reason
from anonymize.dicom.worker import Setup
from profiles.dicom_model import Dicom
from profiles.errors import UsageError, VitrailError

SECRET = b"not in an argument, not in the environment"


class Fake(worker.Worker):
    """Does to each file what its name says."""

    def __init__(self, setup, secret, number):
        assert secret == SECRET
        self._setup = setup
        self._lines = (setup.partial / f"{number}.lines").open("a")

    def process(self, item):
        if item.name.startswith("die"):
            os._exit(9)
        if item.name.startswith("hang"):
            time.sleep(600)
        if item.name.startswith("full"):
            raise OSError(28, "no space", "/somewhere/else")
        self._lines.write(item.name + "\n")
        self._lines.flush()

    def close(self):
        self._lines.close()


def work(pipe, marks, setup, number):
    worker.Worker = Fake
    worker.main(pipe, marks, setup, number)


def stillborn(pipe, marks, setup, number):
    os._exit(1)


def argued(pipe, marks, setup, number):
    """Write down what others can see of this process."""
    seen = Path("/proc/self/cmdline").read_bytes() + Path("/proc/self/environ").read_bytes()
    (setup.partial / "seen").write_bytes(seen)
    work(pipe, marks, setup, number)


def play(tmp_path, names, *, work=work, patience=60.0, processes=2):
    """Names done, and those lost with the reason."""
    what = Dicom.model_validate({"source": {"path": "x"}})
    setup = Setup(
        compile_plan(what),
        "p",
        "d",
        what.pixels,
        (),
        tmp_path,
        tmp_path,
        tmp_path,
        tmp_path / "j",
        Asked({}, {}),
        0,
    )
    started = Pool(setup, SECRET, "r", processes, work=work, patience=patience)
    lost, counted = {}, []
    items = (Found(name, 1, 1) for name in names)
    started.run(items, counted.append, lambda item, reason: lost.__setitem__(item.name, reason))
    done = [line for path in tmp_path.glob("*.lines") for line in path.read_text().split()]
    return sorted(done), lost, sum(counted)


def names(count, **special):
    listed = [f"file{number}" for number in range(count)]
    for name, place in special.items():
        listed[place] = name
    return listed


def test_every_file_is_done_once(tmp_path):
    wanted = names(5 * LIST + 3)
    assert play(tmp_path, wanted) == (sorted(wanted), {}, len(wanted))


@pytest.mark.parametrize("place", [0, 7, LIST - 1, LIST, 2 * LIST + 5])
def test_a_file_that_kills_its_worker_is_lost_alone(tmp_path, place):
    wanted = names(6 * LIST, die=place)
    done, lost, counted = play(tmp_path, wanted)
    assert lost == {"die": Reason.CRASH}
    assert done == sorted(set(wanted) - {"die"})
    assert counted == len(wanted)


def test_files_that_all_kill_are_all_lost(tmp_path):
    wanted = [f"die{number}" for number in range(LIST + 2)]
    done, lost, counted = play(tmp_path, wanted)
    assert (done, set(lost), counted) == ([], set(wanted), len(wanted))


def test_a_file_that_never_ends_is_lost_alone(tmp_path):
    wanted = names(3 * LIST, hang=LIST + 4)
    done, lost, _ = play(tmp_path, wanted, patience=1.5)
    assert lost == {"hang": Reason.TIMEOUT}
    assert done == sorted(set(wanted) - {"hang"})


def test_no_file_is_no_work(tmp_path):
    assert play(tmp_path, []) == ([], {}, 0)


def test_a_full_disk_ends_the_run(tmp_path):
    with pytest.raises(UsageError) as caught:
        play(tmp_path, names(LIST, full=3))
    assert caught.value.code == "dicom-disk-full"


def test_workers_that_never_start_end_the_run(tmp_path):
    with pytest.raises(VitrailError) as caught:
        play(tmp_path, names(LIST), work=stillborn)
    assert caught.value.code == "dicom-workers"


def test_workers_start_where_processes_cannot_be_forked(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "context", lambda _: multiprocessing.get_context("spawn"))
    wanted = names(LIST + 1, die=3)
    done, lost, _ = play(tmp_path, wanted)
    assert (done, lost) == (sorted(set(wanted) - {"die"}), {"die": Reason.CRASH})


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="what others see is read in /proc")
def test_the_secret_is_neither_in_arguments_nor_in_the_environment_of_workers(tmp_path):
    play(tmp_path, names(3), work=argued, processes=1)
    assert SECRET not in (tmp_path / "seen").read_bytes()


def test_a_worker_imports_no_library_of_tables_and_no_decoder():
    heavy = ("numpy", "pyarrow", "pandas", "duckdb", "pydicom", "torch", "rapidocr")
    code = f"import sys, anonymize.dicom.worker; print([n for n in {heavy} if n in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
