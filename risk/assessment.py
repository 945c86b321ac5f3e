"""Every attack on one candidate, each in isolation, and what is needed to trace them."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import duckdb
from pydantic import TypeAdapter, ValidationError

from profiles.errors import SourceError
from profiles.policy import Policy
from risk.attackers.interface import Attacker, Nature
from risk.attackers.registry import load, names
from risk.deadline import Expired, within
from risk.findings import Finding
from risk.groups.interface import GroupsLostError
from risk.groups.local import LocalGroups
from risk.power import every_criterion
from risk.subject import Subject
from risk.workers import Lost, NoWorkersError, Result, side_by_side
from tables.candidate import Candidate
from tables.duck import is_interruption, one_engine
from tables.images import NAME as IMAGES
from tables.processes import cores
from tables.progress import SILENT, Progress
from tables.sampled import Sampled
from tables.searched import Searched
from tables.synthetic import Synthetic

MANY_VALUES = 1_000_000
"""Values in the tables compared, from which on attackers run side by side."""
PANIC = "PanicException"
"""What libraries written in Rust raise when they fail: no Exception of Python's."""
FORMAT: Literal[1] = 1
"""Version of the JSON form."""
DIGITS = 6
"""Decimals that are written; more would differ between processors."""
PACKAGES = ("vitrail", "anonymeter", "duckdb", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Assessment:
    """All findings on a candidate. It holds no time, so that the same run gives the same bytes."""

    profile_id: str
    profile_digest: str | None
    """SHA-256 of the profile as it was read."""
    nature: Nature
    persons: int
    """Persons of the candidate."""
    persons_left_out: int
    """Persons left out of the candidate so that the others hide among enough of their like."""
    seed: int
    policy: str
    tables: Mapping[str, str]
    """Table -> SHA-256 of its candidate file: what exactly was attacked. Not for publication."""
    versions: Mapping[str, str]
    findings: tuple[Finding, ...]
    searched: Searched | None = None
    """What the search for the best generalization chose."""
    sampled: Sampled | None = None
    """The sample that was drawn."""
    synthetic: Synthetic | None = None
    """How the persons were invented, when they are."""
    assessed_before: int | None = None
    """Other profiles not accepted on the same data before this one, as the ledger says."""
    privacy_total: Mapping[str, float] | None = None
    """How many releases of the same data add noise, this one included, and their ε and δ in all."""
    thresholds: Policy | None = None
    """The numbers of the policy as the profile changes them, their sources, and what was loosened and why."""
    version: Literal[1] = FORMAT

    def to_json(self) -> str:
        """Stable JSON: sorted keys, floats rounded to :data:`DIGITS`."""
        plain = rounded(_ADAPTER.dump_python(self, mode="json"))
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Assessment":
        """Read :meth:`to_json` back; SourceError when it is something else."""
        try:
            return _ADAPTER.validate_json(text)
        except ValidationError:
            raise SourceError("assessment-unreadable") from None


_ADAPTER = TypeAdapter(Assessment)


def assess(
    subject: Subject,
    attackers: Sequence[Attacker] | None = None,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Assessment:
    """Run ``attackers`` (default: all of the registry) on ``subject``.

    An attacker that raises, runs out of memory, exceeds ``risk.timeout`` or whose engine is lost gives
    one inconclusive finding and does not stop the others. Those of the registry run side by side in
    ``processes`` (default: one a processor when there is enough to do); the findings are the same.
    """
    observer = SILENT if progress is None else progress
    with one_engine(subject.candidate.folder):
        if attackers is None:
            findings = every_criterion(_from_registry(subject, observer, processes))
        else:
            findings = _one_by_one([one for one in attackers if _applies(one, subject)], subject, observer)
    return Assessment(
        profile_id=subject.profile.id,
        profile_digest=subject.profile_digest,
        nature=subject.candidate.nature,
        persons=subject.candidate.persons,
        persons_left_out=subject.candidate.suppressed_persons,
        seed=subject.profile.seed,
        policy=subject.policy.name,
        thresholds=subject.policy,
        tables=digests(subject.candidate),
        versions=versions(),
        findings=tuple(findings),
        searched=subject.candidate.searched,
        sampled=subject.candidate.sampled,
        synthetic=subject.candidate.synthetic,
    )


def _one_by_one(chosen: Sequence[Attacker], subject: Subject, observer: Progress) -> list[Finding]:
    findings: list[Finding] = []
    for each in chosen:
        observer.start("attack", None, attacker=each.name)
        findings.extend(attack(each, subject))
        observer.done()
    return findings


def _applies(each: Attacker, subject: Subject) -> bool:
    """Whether there is something to attack; an engine that does not say is asked again by the attack."""
    try:
        return each.applies(subject)
    except GroupsLostError:
        return True


def _from_registry(subject: Subject, observer: Progress, processes: int | None) -> list[Finding]:
    """Attacks that count groups ask the engine from here, where it was opened; all others follow."""
    chosen = [each for each in map(load, names()) if _applies(each, subject)]
    if isinstance(subject.groups, LocalGroups):
        return [found for each in _in_any_process(chosen, subject, observer, processes) for found in each]
    counting = [each for each in chosen if each.counts_groups]
    others = [each for each in chosen if not each.counts_groups]
    found = {each.name: _one_by_one([each], subject, observer) for each in counting}
    here = replace(subject, groups=LocalGroups())
    results = _in_any_process(others, here, observer, processes)
    found |= {each.name: result for each, result in zip(others, results, strict=True)}
    return [finding for each in chosen for finding in found[each.name]]


def _in_any_process(
    chosen: Sequence[Attacker], subject: Subject, observer: Progress, processes: int | None
) -> list[list[Finding]]:
    """The findings of each attacker, of workers where there is enough to do."""
    wanted = _processes(subject) if processes is None else processes
    if wanted < 2 or len(chosen) < 2:
        return [_one_by_one([each], subject, observer) for each in chosen]
    observer.start("attacks", len(chosen))
    try:
        called = [each.name for each in chosen]
        results = side_by_side(attack_named, called, subject, wanted, lambda: observer.advance(1))
    except NoWorkersError:
        results = [attack(each, subject) for each in chosen]
    finally:
        observer.done()
    return [_said(each, subject, result) for each, result in zip(chosen, results, strict=True)]


def _processes(subject: Subject) -> int:
    """One a processor, unless the attacks take no longer than starting processes would."""
    parts = [subject.candidate, subject.original, subject.holdout]
    tables = [table for part in parts if part is not None for table in part.tables.values()]
    return cores() if sum(table.rows * len(table.columns) for table in tables) >= MANY_VALUES else 1


def _said(each: Attacker, subject: Subject, result: Result) -> list[Finding]:
    """What a worker found, or why it found nothing."""
    if isinstance(result, Lost):
        return [each.inconclusive(subject, each.name, result.reason)]
    return result


def attack_named(name: str, subject: Subject) -> list[Finding]:
    """The findings of the attacker of the registry called ``name``."""
    return attack(load(name), subject)


def attack(each: Attacker, subject: Subject) -> list[Finding]:
    """The findings of one attacker, or one that says why there are none."""
    try:
        found = within(subject.profile.risk.timeout.of(each.name), lambda: each.run(subject))
    except Expired:
        return [each.inconclusive(subject, each.name, "timed_out")]
    except (MemoryError, duckdb.OutOfMemoryException):
        return [each.inconclusive(subject, each.name, "out_of_memory")]
    except GroupsLostError:
        return [each.inconclusive(subject, each.name, "engine_lost")]
    except BaseException as error:
        if is_interruption(error):
            raise KeyboardInterrupt from None
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        details = {"error": type(error).__name__}
        return [each.inconclusive(subject, each.name, "attack_failed", details=details)]
    return found or [each.inconclusive(subject, each.name, "not_measured")]


def digests(candidate: Candidate) -> dict[str, str]:
    """Table -> SHA-256 of its file; all images under one name."""
    found = {}
    files = {name: table.path for name, table in candidate.tables.items()}
    files |= {name: table.path for name, table in candidate.aggregated.items()}
    for name in sorted(files):
        with files[name].open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    if candidate.images is not None:
        found[IMAGES] = candidate.images.digest()
    return found


def versions() -> dict[str, str]:
    """What computed the findings: Python and the libraries that matter, where they are installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def rounded(value: Any) -> Any:
    """The same JSON value with floats rounded to :data:`DIGITS` decimals."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return value
