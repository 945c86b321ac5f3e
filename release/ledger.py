"""The ledger of assessments: which profiles were tried on which data, and with which outcome.

Asking until the answer is yes leaks: of twenty harmless changes one may pass by luck, and what is
refused tells where the data are rare. So each assessment is written down, in the user's own state
folder (or the one that ``VITRAIL_LEDGER`` names, for a team), and the report of a release says how
many *other* profiles had been tried on the same data, without being accepted, before this one was
first assessed. Assessing the same profile again asks nothing new, and changes no byte of the report.

A digest of a small secret table is an oracle for its values, so tables are named by an HMAC under a
random salt of the folder. Each line is chained to the one before under the same salt: a line that was
changed, or lost before another one, is seen, and the run stops, for nobody can then say how often it
was tried. The last lines may be cut off unseen, as the whole folder may be removed: who owns a file can.
"""

import hashlib
import hmac
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from profiles.errors import Place, UsageError
from profiles.loading import LoadedProfile
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import Verdict
from tables.candidate import Staged

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

VARIABLE = "VITRAIL_LEDGER"
"""Environment variable that names the folder."""
BESIDE = ".vitrail-ledger"
"""Folder beside the profile, for users who have no state folder that can be written."""
FILE, SALT, LOCK = "assessments.jsonl", "salt", "lock"
FORMAT = 1
PATIENCE = 30.0
"""Seconds for another run to write its line."""


@dataclass(frozen=True)
class Entry:
    """One assessment."""

    date: str
    command: str
    profile: str
    profile_digest: str
    policy: str
    verdict: str
    decisions: Mapping[str, str]
    """Check -> decision, those that gate."""
    tables: Mapping[str, str]
    """Table -> keyed digest of its source."""
    version: int = FORMAT
    privacy: Mapping[str, float] | None = None
    """ε and δ of invented persons, when noise was added."""


@dataclass(frozen=True)
class Ledger:
    """The entries of one folder, oldest first."""

    folder: Path
    entries: tuple[Entry, ...]
    chain: str
    salt: bytes

    def before(self, profile_digest: str, tables: Mapping[str, str]) -> int:
        """Other profiles not accepted on any of ``tables`` before this one was first assessed there."""
        seen: set[str] = set()
        for entry in self.about(tables):
            if entry.profile_digest == profile_digest:
                break
            if entry.verdict != Decision.ACCEPTED:
                seen.add(entry.profile_digest)
        return len(seen)

    def about(self, tables: Mapping[str, str]) -> tuple[Entry, ...]:
        """The entries on any of ``tables``."""
        wanted = set(tables.values())
        return tuple(entry for entry in self.entries if wanted & set(entry.tables.values()))

    def concerning(self, profile: str, tables: Mapping[str, str]) -> tuple[Entry, ...]:
        """The entries on any of ``tables``, or under the name of ``profile``."""
        about = self.about(tables)
        return tuple(entry for entry in self.entries if entry in about or entry.profile == profile)


def home(environ: Mapping[str, str], base: Path) -> Path:
    """The folder of the ledger: the one that is named, the user's, or, failing both, beside the profile."""
    if named := environ.get(VARIABLE):
        return Path(named)
    roots = [environ.get("XDG_STATE_HOME"), environ.get("LOCALAPPDATA")]
    if user := environ.get("HOME"):
        roots.append(str(Path(user) / ".local" / "state"))
    for root in filter(None, roots):
        folder = Path(root) / "vitrail"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    return base / BESIDE


def source_digests(salt: bytes, loaded: LoadedProfile, staged: Staged | None) -> dict[str, str]:
    """Table -> keyed digest of its source file, or of what was read of a source that is no single file."""
    found = {}
    for name, spec in loaded.profile.tables.items():
        path = staged.tables[name].path if staged is not None and name in staged.tables else None
        if spec.source.path is not None and spec.source.format != "dicom":
            original = loaded.resolve_source(name)
            path = original if original.is_file() else path
        if path is not None:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
            found[name] = hmac.new(salt, b"table" + digest, "sha256").hexdigest()
    return found


def entry_of(
    command: str, today: date, assessment: Assessment, verdict: Verdict, tables: Mapping[str, str]
) -> Entry:
    """What is written of an assessment."""
    return Entry(
        date=today.isoformat(),
        command=command,
        profile=assessment.profile_id,
        profile_digest=assessment.profile_digest or "",
        policy=assessment.policy,
        verdict=verdict.decision.value,
        decisions={one.check: one.decision.value for one in verdict.findings if one.gates},
        tables=dict(tables),
        privacy=privacy_of(assessment),
    )


def privacy_of(assessment: Assessment) -> dict[str, float] | None:
    """ε and δ of what was assessed, when it has differential privacy."""
    told = assessment.synthetic.privacy if assessment.synthetic else None
    return None if told is None else {name: float(told[name]) for name in ("epsilon", "delta")}


def read(folder: Path) -> Ledger:
    """The ledger of ``folder``; empty, and made, when there is none.

    Raises UsageError when it is damaged or when it cannot be read or made.
    """
    with _locked(folder):
        return _read(folder)


def peek(folder: Path) -> Ledger:
    """The same for whoever only looks: nothing is made."""
    return _read(folder)


def append(folder: Path, entry: Entry) -> None:
    """Write one more entry: all of it is there afterwards, or nothing, whatever happens meanwhile."""
    with _locked(folder):
        ledger = _read(folder)
        path = folder / FILE
        content = path.read_bytes() if path.exists() else b""
        _write_whole(path, content + _line(ledger.salt, ledger.chain, entry))


def _line(salt: bytes, chain: str, entry: Entry) -> bytes:
    said = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
    following = _link(salt, chain, said)
    return (json.dumps({"chain": following, "entry": said}, ensure_ascii=False) + "\n").encode()


def _link(salt: bytes, chain: str, said: str) -> str:
    return hmac.new(salt, f"{chain}\n{said}".encode(), "sha256").hexdigest()


def _read(folder: Path) -> Ledger:
    place = Place(file=str(folder / FILE))
    try:
        salt = (folder / SALT).read_bytes() if (folder / SALT).exists() else b""
        text = (folder / FILE).read_bytes() if (folder / FILE).exists() else b""
    except OSError:
        raise UsageError("ledger-unreadable", place) from None
    if not salt:
        if text:
            raise UsageError("ledger-damaged", place)
        return Ledger(folder, (), "", b"")
    try:
        entries, chain = _entries(salt, text)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UsageError("ledger-damaged", place) from None
    return Ledger(folder, entries, chain, salt)


def _entries(salt: bytes, text: bytes) -> tuple[tuple[Entry, ...], str]:
    """Every line, checked against the one before; ValueError and the like when one does not follow."""
    found, chain = [], ""
    if text and not text.endswith(b"\n"):
        raise ValueError("cut short")
    for line in text.decode("utf-8").splitlines():
        outer: dict[str, Any] = json.loads(line)
        chain = _link(salt, chain, outer["entry"])
        if not hmac.compare_digest(chain, outer["chain"]):
            raise ValueError("changed")
        fields = json.loads(outer["entry"])
        found.append(Entry(**fields))
    return tuple(found), chain


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The private folder of the ledger, with a salt, held while one line is written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        raise UsageError("ledger-unwritable", Place(file=str(folder))) from None
    try:
        _wait(handle, folder)
        if not (folder / SALT).exists() and not (folder / FILE).exists():
            _write_whole(folder / SALT, secrets.token_bytes(32))
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path) -> None:
    """Hold the lock; a share without locks has none, and one run at a time is all it offers."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise UsageError("ledger-busy", Place(file=str(folder))) from None
            time.sleep(0.05)
        except OSError:
            return
        else:
            return


def _write_whole(path: Path, content: bytes) -> None:
    """The file with this content, or as it was: a run that is killed leaves no half line."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise UsageError("ledger-unwritable", Place(file=str(path))) from None
