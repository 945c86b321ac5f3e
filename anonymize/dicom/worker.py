"""One process that rewrites and verifies files, one after the other.

It imports no library of tables and, unless a file needs it, no DICOM library either, so that it stays
small. Its secret comes through a pipe once it runs.
"""

import os
import shutil
import sys
from collections import Counter
from collections.abc import MutableSequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from anonymize.derivation import Derivation
from anonymize.dicom import metadata
from anonymize.dicom.census import Met, census
from anonymize.dicom.discovery import Found
from anonymize.dicom.journal import Journal, Line
from anonymize.dicom.names import folder_name, output_name, short_name
from anonymize.dicom.pixels.policy import PixelPolicy
from anonymize.dicom.plan import Plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.rewriting import Rewritten, rewrite
from anonymize.dicom.unpacking import plain_file
from anonymize.dicom.values import Replacer
from anonymize.dicom.verify import Verified, Verifier
from profiles.dicom_model import Box, Pixels
from tables.processes import leave_signals_to_the_parent

STILL = 315_532_800
"""Time of change of every output, 1980-01-01: when a file was made would tell the order of the source."""
KNOWN_SERIES = 8192
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Each worker is one of several: libraries need no threads of their own."""
OTHERS = "others"
"""Folder of outputs whose name another one has."""


@dataclass(frozen=True)
class Setup:
    """All that a worker needs but the secret; sent to it as it starts."""

    plan: Plan
    profile_id: str
    person_domain: str
    pixels: Pixels
    catalogue: tuple[Box, ...]
    root: Path
    """Folder of the source."""
    images: Path
    partial: Path
    """Folder of files that are being made, on the disk of ``images``."""
    journal: Path
    """Path of the worker's lines, without its number."""
    asked: metadata.Asked
    memory: int
    """Greatest address space, in bytes; 0: no bound."""
    keep: bool = True
    """Whether outputs are kept: not in a dry run."""


class Worker:
    """Makes the outputs of one process."""

    def __init__(self, setup: Setup, secret: bytes, number: str) -> None:
        """``number``: different for each worker of a run."""
        self._setup = setup
        self._replacer = Replacer(Derivation(secret, setup.profile_id), setup.plan, setup.person_domain)
        self._policy = PixelPolicy(setup.pixels, setup.catalogue)
        self._verifier = Verifier(setup.plan, setup.asked.source_tags, setup.asked.output_tags)
        self._journal = Journal(setup.journal.with_name(f"{setup.journal.name}-{number}.jsonl"))
        self._source = setup.partial / f"{number}.source"
        self._output = setup.partial / f"{number}.dcm"
        self._folders: set[str] = set()
        self._series: set[tuple[object, ...]] = set()
        self._met: Counter[Met] = Counter()

    def process(self, item: Found) -> None:
        """Make one file or set it aside, and write in the journal which it was."""
        try:
            line = self._made(item)
        except Quarantine as refusal:
            line = set_aside(item, refusal.reason, refusal.detail)
        except MemoryError:
            line = set_aside(item, Reason.MEMORY)
        except RecursionError:
            line = set_aside(item, Reason.TOO_DEEP)
        except OSError as error:
            if error.filename is None or not self._is_source(error.filename):
                raise
            line = set_aside(item, Reason.NOT_DICOM, "unreadable")
        except Exception as error:  # noqa: BLE001 - a mistake of ours stops this file, not the others
            line = set_aside(item, Reason.CRASH, type(error).__name__)
        finally:
            self._output.unlink(missing_ok=True)
        self._journal.add(line)
        self._journal.settle()

    def close(self) -> None:
        """Say what a dry run counted; all lines are durable."""
        for met, files in sorted(self._met.items()):
            self._journal.add({"rule": met, "files": files})
        self._journal.close()

    def _is_source(self, path: object) -> bool:
        return str(path).startswith(str(self._setup.root)) and not str(path).startswith(
            str(self._setup.partial)
        )

    def _made(self, item: Found) -> Line:
        if item.kind == "junk":
            reason = Reason.MALFORMED if item.why in {"archive", "encrypted"} else Reason.NOT_DICOM
            raise Quarantine(reason, item.why)
        setup = self._setup
        with plain_file(setup.root, item, self._source) as source:
            made = rewrite(source, self._output, setup.plan, self._replacer, self._policy)
            verified = self._verifier.verify(source, self._output, edited_pixels=made.pixels == "masked")
            if not setup.keep:
                self._met.update(census(source, setup.plan, made.sop_class))
        size = self._output.stat().st_size
        name = output_name(made.patient, made.study, made.series, made.instance)
        self._describe(made, verified)
        line: Line = {
            "f": item.name, "s": item.size, "m": item.stamp, "o": name, "n": size, "w": made.way,
            "x": made.pixels, "c": made.sop_class, "k": metadata.frames(verified), "r": made.series,
        }  # fmt: skip
        if made.references:
            line["e"] = [short_name(uid) for uid in made.references]
        if setup.keep and not self._place(name):
            line["z"] = self._other(item, name)
        return line

    def _describe(self, made: Rewritten, verified: Verified) -> None:
        """Say of a series what was not yet said."""
        said = (made.series, made.person, *metadata.fingerprint(verified))
        if said in self._series:
            return
        if len(self._series) >= KNOWN_SERIES:
            self._series.clear()
        self._series.add(said)
        whose = {"series": made.series, "study": made.study, "patient": folder_name(made.patient)}
        self._journal.add({**whose, **metadata.line_of(made.person, verified, self._setup.asked)})

    def _place(self, name: str) -> bool:
        """Give the output its name, at once; False when another file with other bytes has it."""
        target = self._setup.images / name
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(self._folders) >= KNOWN_SERIES:
                self._folders.clear()
            self._folders.add(folder)
        os.utime(self._output, (STILL, STILL))
        try:
            link(self._output, target)
        except FileExistsError:
            return same_bytes(self._output, target)
        return True

    def _other(self, item: Found, name: str) -> str:
        """Keep an output whose name is taken: which of the two stays does not depend on who was first."""
        kept = f"{Path(name).stem}-{short_name(item.name)}"
        folder = self._setup.journal.parent / OTHERS
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.move(self._output, folder / kept)
        return kept


def link(made: Path, target: Path) -> None:
    """Give ``made`` the name ``target`` unless it is taken (FileExistsError), whole from the first moment."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:
        # Some disks know no second name: reserve it, then replace.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(made, made.with_suffix(".copy"))
        os.utime(made.with_suffix(".copy"), (STILL, STILL))
        made.with_suffix(".copy").replace(target)


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files are equal."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while data := left.read(1 << 18):
            if data != right.read(1 << 18):
                return False
    return True


def set_aside(item: Found, reason: Reason, detail: str = "") -> Line:
    """The line of a file that is not published."""
    line: Line = {"f": item.name, "s": item.size, "m": item.stamp, "q": reason.value}
    return {**line, "d": detail} if detail else line


def main(pipe: Connection, marks: MutableSequence[int], setup: Setup, number: str) -> None:
    """Work until the pipe says nothing more: first the secret, then lists of files, each answered when done.

    ``marks``: number of the list and of the file in hand, read by the process that waits for a dead one.
    """
    leave_signals_to_the_parent()
    for name in THREADS:
        os.environ.setdefault(name, "1")
    _bound(setup.memory)
    worker: Worker | None = None
    try:
        worker = Worker(setup, pipe.recv_bytes(), number)
        while True:
            serial, items = pipe.recv()
            for index, item in enumerate(items):
                marks[1] = index
                marks[0] = serial
                worker.process(item)
            marks[0] = -1
            pipe.send((serial, ""))
    except EOFError:
        return
    except OSError as error:
        # No text of the system's leaves: it may name a file.
        pipe.send((-1, f"{error.errno}"))
    finally:
        if worker is not None:
            worker.close()


def _bound(memory: int) -> None:
    """No file may take more memory than this, where the system can tell."""
    if memory and sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX only

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        if soft == resource.RLIM_INFINITY or soft > limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
