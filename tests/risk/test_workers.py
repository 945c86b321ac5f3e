"""Attackers side by side: the same findings, nothing waits for ever, the secret stays in memory."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from anonymize.keys import Keys
from profiles.risk_timeout import Timeouts
from risk import assessment, workers
from risk.assessment import assess, attack
from risk.attackers import registry
from risk.findings import Criterion, Decision, Finding
from risk.workers import Lost, NoWorkersError, side_by_side
from tests.risk.test_anonymeter_attackers import made, tables
from tests.risk.test_assessment import attacker_that, raising
from tests.risk.test_assessment import made as small

SECRET = b"0d9e3b7c61f2a8450d9e3b7c61f2a845"
"""No other test has it: the server of workers keeps the environment of the test that started it."""
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def finding(check, **details):
    return Finding(check, check, Criterion.ALL, True, Decision.ACCEPTED, details=details)


def work(name, subject):
    """What a worker does in these tests, by the name of the attack."""
    flag = subject.candidate.folder / "tried"
    if name == "killed" or (name == "killed_once" and not flag.exists()):
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "broken":
        os._exit(3)
    if name == "deaf":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
    if name == "keys":
        told = [Path(f"/proc/{os.getpid()}/{file}").read_bytes() for file in ("cmdline", "environ")]
        return [finding(name, key=subject.keys.key_id, told=any(SECRET in part for part in told))]
    return [finding(name, worker=os.getpid())]


def checks(results):
    return [result.reason if isinstance(result, Lost) else result[0].check for result in results]


def run(of, *names, processes=2, told=lambda: None):
    return side_by_side(work, names, of, processes, told)


def test_findings_and_their_order_do_not_depend_on_the_number_of_processes(tmp_path):
    of = made(tmp_path, "synthetic", tables(300, 1), tables(300, 2), tables(200, 3))
    alone, together = (assess(replace(of, _views={}), processes=number).to_json() for number in (1, 2))
    assert alone == together


def test_small_tables_are_attacked_in_this_process(tmp_path, monkeypatch):
    monkeypatch.setattr(assessment, "side_by_side", None)
    monkeypatch.setattr(assessment, "cores", lambda: 8)
    assert assess(small(tmp_path)).findings


def test_large_tables_are_attacked_by_one_process_a_processor(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(assessment, "cores", lambda: 8)
    monkeypatch.setattr(assessment, "MANY_VALUES", 48)
    monkeypatch.setattr(
        assessment,
        "side_by_side",
        lambda _work, names, _subject, processes, _told: (
            asked.append(processes) or [[finding(name)] for name in names]
        ),
    )
    assess(small(tmp_path))
    assert asked == [8]


@POSIX
def test_a_worker_that_is_killed_is_out_of_memory_and_its_attack_is_tried_once_more_alone(tmp_path):
    results = run(small(tmp_path), "first", "killed_once", "killed", "last")
    assert checks(results) == ["first", "killed_once", "out_of_memory", "last"]


def test_a_worker_that_ends_by_itself_has_failed(tmp_path):
    assert checks(run(small(tmp_path), "broken", "last")) == ["attack_failed", "last"]


def test_what_a_dead_worker_leaves_is_an_inconclusive_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(assessment, "side_by_side", lambda *_: [Lost("out_of_memory")] * 2)
    monkeypatch.setattr(assessment, "names", lambda: ("classes", "classes_inference"))
    found = assess(small(tmp_path), processes=2).findings
    assert [item.decision for item in found] == [Decision.INCONCLUSIVE] * 2
    assert {item.reasons for item in found} == {("reason.out_of_memory",)}
    assert all(item.gates for item in found)


@POSIX
def test_a_worker_that_does_not_hear_its_alarm_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "GRACE", 0.2)
    of = small(tmp_path, risk={"knowledge": ["PEOPLE.AREA"], "timeout": {"default": 60, "singling_out": 0.2}})
    monkeypatch.setitem(globals(), "work", work)
    started = time.monotonic()
    results = side_by_side(deaf_if_singling_out, ["singling_out", "last"], of, 2, lambda: None)
    assert checks(results) == ["timed_out", "last"]
    assert time.monotonic() - started < 30


def deaf_if_singling_out(name, subject):
    return work("deaf" if name == "singling_out" else name, subject)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux tells what a process was given")
def test_the_secret_reaches_the_worker_and_neither_its_command_line_nor_its_environment(tmp_path):
    keys = Keys(SECRET, "test")
    (result,) = run(replace(small(tmp_path), keys=keys), "keys")
    assert result[0].details == {"key": keys.key_id, "told": False}


DYING = """
import sys
from dataclasses import dataclass
from multiprocessing import Pipe
from risk.workers import serve

@dataclass(frozen=True)
class Attacked:
    keys: None = None

def fails(name, subject):
    raise ValueError(f"{name} 1 85 05 canari")

ours, theirs = Pipe()
for sent in (Attacked(), None, "attacker"):
    ours.send(sent)
serve(theirs, fails, 1)
"""


def test_a_worker_that_dies_prints_nothing_of_what_it_saw():
    ran = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", "")


def test_an_interruption_ends_every_worker(tmp_path):
    pids = []

    def interrupted():
        pids.extend(child.pid for child in workers.multiprocessing.active_children())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(small(tmp_path), "first", "deaf", told=interrupted)
    assert pids
    assert not {child.pid for child in workers.multiprocessing.active_children()} & set(pids)


def test_where_processes_cannot_be_started_attacks_run_in_this_one(tmp_path, monkeypatch):
    class Refusing:
        def Pipe(self):
            return workers.multiprocessing.Pipe()

        def Process(self, **_):
            raise OSError

    monkeypatch.setattr(workers, "context", Refusing)
    with pytest.raises(NoWorkersError):
        run(small(tmp_path), "first")
    assert assess(small(tmp_path), processes=2).to_json() == assess(small(tmp_path), processes=1).to_json()


def test_every_attacker_can_be_given_a_time_of_its_own():
    times = Timeouts.model_validate({"default": "60"} | dict.fromkeys(registry.names(), "7"))
    assert {times.of(name) for name in registry.names()} == {7}
    assert times.of("another") == 60
    assert Timeouts.model_validate("5").of("register") == 5


def test_a_time_of_its_own_holds(tmp_path):
    of = small(tmp_path, risk={"knowledge": ["PEOPLE.AREA"], "timeout": {"default": 0.2, "classes": 60}})
    (found,) = attack(attacker_that(lambda: time.sleep(5)), of)
    assert found.reasons == ("reason.timed_out",)
    assert attack(registry.attacker("classes"), of)[0].decision is Decision.ACCEPTED


def test_duckdb_without_memory_is_out_of_memory(tmp_path):
    error = duckdb.OutOfMemoryException("could not allocate DUPONT")
    (found,) = attack(attacker_that(raising(error)), small(tmp_path))
    assert (found.reasons, found.details) == (("reason.out_of_memory",), {})


def test_a_panic_of_a_library_is_an_attack_that_failed(tmp_path):
    class PanicException(BaseException):
        pass

    (found,) = attack(attacker_that(raising(PanicException())), small(tmp_path))
    assert (found.reasons, found.details) == (("reason.attack_failed",), {"error": "PanicException"})


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from tests.risk.test_assessment import attacker_that, made
from risk.assessment import attack

of = made(Path(sys.argv[1]))
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (256 << 20),) * 2)
(found,) = attack(attacker_that(lambda: np.ones(1 << 28).sum()), of)
print(found.decision, *found.reasons)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a bound on memory that holds")
def test_memory_that_runs_out_is_inconclusive(tmp_path):
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "inconclusive reason.out_of_memory"
