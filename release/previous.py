"""The earlier releases that a profile names, verified before anything long begins."""

from pathlib import Path

from profiles.errors import VitrailError
from profiles.loading import LoadedProfile
from release import attestation, datapackage, sums
from release.reading import read_json
from risk.previous.earlier import Earlier


def earlier_releases(loaded: LoadedProfile) -> tuple[Earlier, ...]:
    """One for each folder of ``risk.previous``; what cannot be used says why.

    Raises ProfileError when a path leaves the profile's folder.
    """
    folders = [
        loaded.resolve(path, ("risk", "previous", str(index)))
        for index, path in enumerate(loaded.profile.risk.previous)
    ]
    return tuple(_earlier(number, folder) for number, folder in enumerate(folders, start=1))


def _earlier(number: int, folder: Path) -> Earlier:
    try:
        if not folder.is_dir():
            return Earlier(number, problem="previous_unreadable")
        files = sums.files_of(folder)
        if sums.NAME in files and not _holds(files, files[sums.NAME]):
            return Earlier(number, problem="previous_changed")
        tables = _tables(read_json(folder / datapackage.NAME), files)
        nature = _nature(read_json(files[attestation.NAME])) if attestation.NAME in files else None
    except (OSError, ValueError, VitrailError):
        return Earlier(number, problem="previous_unreadable")
    if not tables:
        return Earlier(number, problem="previous_unreadable")
    if sums.NAME not in files:
        # Nothing tells whether these are the bytes that were published, nor whether they are all of them.
        return Earlier(number, problem="previous_unsummed")
    return Earlier(number, tables, summed=True, nature=nature)


def _nature(statement: object) -> str | None:
    """Whether the persons of a release are real or invented, by its attestation."""
    for key in ("predicate", "vitrail", "nature"):
        statement = statement.get(key) if isinstance(statement, dict) else None
    return statement if statement in ("real", "synthetic") else None


def _holds(files: dict[str, Path], listed: Path) -> bool:
    """Whether every file is listed with its own sum, and none is a link."""
    recorded = sums.recorded(listed.read_bytes())
    there = {name for name in files if name != sums.NAME}
    return (
        recorded is not None
        and there == set(recorded)
        and all(sums.is_plain_file(files[name]) for name in there)
        and all(sums.digest(files[name]) == recorded[name] for name in there)
    )


def _tables(package: object, files: dict[str, Path]) -> dict[str, tuple[Path, ...]]:
    """The tables that the description names, by the name of their file; ValueError when it is none."""
    resources = package.get("resources") if isinstance(package, dict) else None
    found = {}
    for resource in resources if isinstance(resources, list) else []:
        paths = resource.get("path") if isinstance(resource, dict) else None
        names = [str(name) for name in (paths if isinstance(paths, list) else [paths])]
        if not names or not all(name in files and sums.is_plain_file(files[name]) for name in names):
            raise ValueError("a table is missing")
        if names[0].lower().endswith(".csv"):
            known = resource.get("name") if len(names) > 1 else Path(names[0]).stem
            found[str(known).lower()] = tuple(files[name] for name in names)
    return found
