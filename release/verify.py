"""Is a folder a release, whole and unchanged? Everything is computed again, offline."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from profiles.errors import Place, UsageError, VerificationFailed
from release import attestation, datapackage, sums
from release.reading import Package, Resource, Statement, is_canonical, read_as
from risk.findings import Decision


class VerificationProblems(VerificationFailed):
    """Everything that is wrong with a folder; shows itself as the first problem."""

    def __init__(self, errors: tuple[VerificationFailed, ...]) -> None:
        super().__init__(errors[0].code, errors[0].place, **errors[0].facts)
        self.errors = errors
        """At least one, at most one a file."""


@dataclass(frozen=True)
class VerifyReport:
    """A folder that was verified."""

    folder: Path
    profile: str
    """``id`` of the profile that made it."""
    files: int
    bytes: int
    tables: tuple[str, ...]
    """Paths of the tables."""
    waived: tuple[str, ...]
    """Checks that a waiver of the attestation excuses."""
    signed: bool = False


@dataclass(frozen=True)
class _Contents:
    """What is really in the folder."""

    files: Mapping[str, Path]
    """Everything, links and empty folders too."""
    digests: Mapping[str, str]
    """Of plain files only."""


def verify(folder: Path) -> VerifyReport:
    """Check every byte of ``folder`` against its sums, its attestation and its description.

    UsageError when there is no such folder or it cannot be read; VerificationProblems with all
    that is wrong otherwise.
    """
    try:
        contents = _read(folder)
        problems = [*_listing(contents), *_sums(contents), *_attested(contents), *_described(contents)]
        if problems:
            raise VerificationProblems(_first_of_each_file(problems))
        return _report(folder, contents)
    except OSError:
        raise UsageError("verify-unreadable", Place(file=str(folder))) from None


def _read(folder: Path) -> _Contents:
    place = Place(file=str(folder))
    if not folder.is_dir():
        raise UsageError("verify-not-a-folder" if folder.exists() else "verify-folder-missing", place)
    files = sums.files_of(folder)
    plain = {name: path for name, path in files.items() if sums.is_plain_file(path)}
    if sums.NAME not in plain and attestation.NAME not in plain:
        raise VerificationFailed("verify-not-a-release" if files else "verify-empty", place)
    return _Contents(files, {name: sums.digest(path) for name, path in plain.items()})


def _report(folder: Path, contents: _Contents) -> VerifyReport:
    assessed = read_as(contents.files[attestation.NAME], Statement).predicate.vitrail
    package = read_as(contents.files[datapackage.NAME], Package)
    return VerifyReport(
        folder=folder,
        profile=assessed.profile,
        files=len(contents.digests),
        bytes=sum(path.stat().st_size for path in contents.files.values()),
        tables=tuple(resource.path for resource in package.resources),
        waived=tuple(assessed.waived),
    )


def _problem(code: str, name: str) -> VerificationFailed:
    return VerificationFailed(code, Place(file=printable(name)))


def _first_of_each_file(problems: Iterable[VerificationFailed]) -> tuple[VerificationFailed, ...]:
    first: dict[str | None, VerificationFailed] = {}
    for problem in problems:
        first.setdefault(problem.place.file, problem)
    return tuple(first.values())


def printable(name: str) -> str:
    """A file name that cannot disturb a terminal."""
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(item if item.isprintable() else item.encode("unicode_escape").decode() for item in text)


def _listing(contents: _Contents) -> Iterator[VerificationFailed]:
    """Links, devices and empty folders have no place in a release; three files must be there."""
    for name in contents.files:
        if name not in contents.digests:
            yield _problem("verify-not-a-file", name)
    for name in (sums.NAME, attestation.NAME, datapackage.NAME):
        if name not in contents.digests:
            yield _problem("verify-file-missing", name)


def _sums(contents: _Contents) -> Iterator[VerificationFailed]:
    """The sums are written again and compared byte for byte; only then is it asked what differs."""
    if sums.NAME not in contents.digests:
        return
    actual = {name: value for name, value in contents.digests.items() if name != sums.NAME}
    written = contents.files[sums.NAME].read_bytes()
    if written == sums.sums_text(actual).encode("utf-8", "surrogateescape"):
        return
    recorded = sums.recorded(written)
    if recorded is None or recorded == actual:
        yield _problem("verify-malformed", sums.NAME)
    else:
        yield from _differences(recorded, actual)


def _differences(recorded: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[VerificationFailed]:
    for name in sorted(recorded.keys() | actual.keys()):
        if name not in actual:
            yield _problem("verify-file-missing", name)
        elif name not in recorded:
            yield _problem("verify-file-extra", name)
        elif recorded[name] != actual[name]:
            yield _problem("verify-file-changed", name)


def _attested(contents: _Contents) -> Iterator[VerificationFailed]:
    """The attestation has its one spelling, names every file as it is, and is of an accepted verdict."""
    path = contents.files.get(attestation.NAME)
    if path is None or attestation.NAME not in contents.digests:
        return
    try:
        statement = read_as(path, Statement)
        canonical = is_canonical(path)
    except ValueError:
        yield _problem("verify-malformed", attestation.NAME)
        return
    kinds = (statement.type, statement.predicate_type)
    names = [subject.name for subject in statement.subject]
    in_order = names == sorted(set(names))
    if kinds != (attestation.STATEMENT, attestation.PREDICATE) or not (canonical and in_order):
        yield _problem("verify-malformed", attestation.NAME)
    predicate = statement.predicate
    if predicate.result == "FAILED" or predicate.vitrail.verdict != Decision.ACCEPTED:
        yield _problem("verify-not-accepted", attestation.NAME)
    attested = {subject.name: subject.digest.sha256 for subject in statement.subject}
    actual = {name: value for name, value in contents.digests.items() if name not in attestation.UNNAMED}
    yield from _differences(attested, actual)


def _described(contents: _Contents) -> Iterator[VerificationFailed]:
    """Every table of the description is there, with the size, digest and columns that it says."""
    if datapackage.NAME not in contents.digests:
        return
    try:
        package = read_as(contents.files[datapackage.NAME], Package)
    except ValueError:
        yield _problem("verify-malformed", datapackage.NAME)
        return
    for resource in package.resources:
        if resource.path not in contents.digests:
            yield _problem("verify-file-missing", resource.path)
        elif not _as_described(contents, resource):
            yield _problem("verify-not-as-described", resource.path)


def _as_described(contents: _Contents, resource: Resource) -> bool:
    path = contents.files[resource.path]
    same_bytes = resource.hash == f"sha256:{contents.digests[resource.path]}"
    return (
        same_bytes
        and resource.bytes == path.stat().st_size
        and [column.name for column in resource.table.columns] == _header(path)
    )


def _header(path: Path) -> list[str] | None:
    """The first record of a CSV file; None when there is none that can be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file), None)
    except (UnicodeDecodeError, csv.Error):
        return None
