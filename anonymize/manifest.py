"""``candidate.json``: what the files of a private folder are, so that a later command trusts them."""

from collections.abc import Mapping
from dataclasses import fields
from hashlib import file_digest
from pathlib import Path

from pydantic import Field, ValidationError

from anonymize.described import is_described
from anonymize.pipeline import Anonymized
from profiles.errors import Place, UsageError
from profiles.loading import LoadedProfile
from profiles.transforms import Model
from tables.candidate import AggregatedTable, Candidate, CandidateTable, OutputColumn
from tables.images import Images
from tables.sampled import Sampled
from tables.searched import Searched

NAME = "candidate.json"
Digests = dict[tuple[int, int], str]
"""SHA-256 of files, by device and inode: both states may be two names of one file."""


class TableRecord(Model):
    """One Parquet file of a state."""

    file: str
    """Name within the folder of the state."""
    rows: int
    sha256: str
    columns: tuple[OutputColumn, ...]


class AggregatedRecord(TableRecord):
    """One Parquet file of totals."""

    exclusive: tuple[bool, ...]
    suppressed: int


class ImagesRecord(Model):
    """The images of a state."""

    folder: str
    sha256: str
    files: int
    found: int
    set_aside: dict[str, int]
    left_out: int
    faces: int
    method: tuple[str, ...]
    format: str


class StateRecord(Model):
    """One state of the tables."""

    folder: str
    tables: dict[str, TableRecord]
    aggregated: dict[str, AggregatedRecord] = Field(default_factory=dict)
    persons: int
    suppressed_persons: int
    notes: dict[str, int]
    searched: Searched | None = None
    sampled: Sampled | None = None
    images: ImagesRecord | None = None


class Manifest(Model):
    """The whole file."""

    version: int = 1
    profile_digest: str
    key_id: str | None
    transformed: StateRecord
    candidate: StateRecord


def save(anonymized: Anonymized, loaded: LoadedProfile) -> Path:
    """Write ``candidate.json`` beside the two states and give its path."""
    digests: Digests = {}
    manifest = Manifest(
        profile_digest=loaded.digest,
        key_id=anonymized.candidate.key_id,
        transformed=_record(anonymized.transformed, digests),
        candidate=_record(anonymized.candidate, digests),
    )
    path = anonymized.candidate.folder.parent / NAME
    partial = path.with_suffix(".partial")
    partial.write_text(manifest.model_dump_json(indent=1), "utf-8")
    partial.replace(path)
    return path


def load(folder: Path, loaded: LoadedProfile) -> Anonymized:
    """The candidate that :func:`save` described in ``folder``.

    Raises UsageError when there is none, when it was made under another profile, or when a file
    is not the one described.
    """
    manifest = _read(folder)
    if manifest.profile_digest != loaded.digest:
        raise UsageError("candidate-profile-changed", Place(file=str(folder)))
    states = [
        _candidate(folder, record, manifest.key_id, loaded)
        for record in (manifest.transformed, manifest.candidate)
    ]
    has_images = states[1].images is not None
    if list(states[1].aggregated) != list(loaded.profile.aggregate) or has_images != bool(
        loaded.profile.dicom
    ):
        raise UsageError("candidate-changed", Place(file=NAME))
    return Anonymized(*states)


def _read(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except OSError:
        raise UsageError("candidate-missing", Place(file=str(folder))) from None
    except ValidationError:
        raise UsageError("candidate-changed", Place(file=NAME)) from None


def _record(state: Candidate, digests: Digests) -> StateRecord:
    tables = {
        name: TableRecord(
            file=table.path.name,
            rows=table.rows,
            sha256=_once(table.path, digests),
            columns=table.columns,
        )
        for name, table in state.tables.items()
    }
    aggregated = {
        name: AggregatedRecord(
            file=table.path.name,
            rows=table.rows,
            sha256=_once(table.path, digests),
            columns=table.columns,
            exclusive=table.exclusive,
            suppressed=table.suppressed,
        )
        for name, table in state.aggregated.items()
    }
    return StateRecord(
        folder=state.folder.name,
        tables=tables,
        aggregated=aggregated,
        persons=state.persons,
        suppressed_persons=state.suppressed_persons,
        notes=dict(state.notes),
        searched=state.searched,
        sampled=state.sampled,
        images=_images_record(state.images) if state.images is not None else None,
    )


def _images_record(images: Images) -> ImagesRecord:
    told = {field.name: getattr(images, field.name) for field in fields(images)}
    return ImagesRecord(**told | {"folder": images.folder.name, "sha256": images.digest()})


def _images(folder: Path, record: ImagesRecord) -> Images:
    """The images that ``record`` describes. UsageError when they are not those."""
    inside = folder / record.folder
    if Path(record.folder).name != record.folder or not inside.is_dir():
        raise UsageError("candidate-changed", Place(file=NAME))
    told = record.model_dump(exclude={"sha256", "folder"})
    images = Images(folder=inside, **told)
    if images.digest() != record.sha256:
        raise UsageError("candidate-changed", Place(file=record.folder))
    return images


def _candidate(folder: Path, record: StateRecord, key_id: str | None, loaded: LoadedProfile) -> Candidate:
    tables = {name: _table(folder, record.folder, name, table) for name, table in record.tables.items()}
    return Candidate(
        profile=loaded.profile,
        folder=folder / record.folder,
        tables={} if record.aggregated else _all_tables(tables, loaded),
        aggregated={
            name: _aggregated(folder, record.folder, name, table) for name, table in record.aggregated.items()
        },
        persons=record.persons,
        suppressed_persons=record.suppressed_persons,
        key_id=key_id,
        notes=record.notes,
        searched=record.searched,
        sampled=record.sampled,
        images=_images(folder / record.folder, record.images) if record.images is not None else None,
    )


def _all_tables(tables: Mapping[str, CandidateTable], loaded: LoadedProfile) -> Mapping[str, CandidateTable]:
    if list(tables) != list(loaded.profile.tables):
        raise UsageError("candidate-changed", Place(file=NAME))
    for table in tables.values():
        if not is_described(loaded.profile, table):
            raise UsageError("candidate-changed", Place(file=NAME, table=table.name))
    return tables


def _aggregated(folder: Path, state: str, name: str, record: AggregatedRecord) -> AggregatedTable:
    table = _table(folder, state, name, record)
    return AggregatedTable(name, table.path, table.rows, table.columns, record.exclusive, record.suppressed)


def _table(folder: Path, state: str, name: str, record: TableRecord) -> CandidateTable:
    path = folder / state / record.file
    inside = Path(state).name == state and Path(record.file).name == record.file
    if not inside or not path.is_file() or _digest(path) != record.sha256:
        raise UsageError("candidate-changed", Place(file=record.file, table=name))
    return CandidateTable(name, path, record.rows, record.columns)


def _once(path: Path, digests: Digests) -> str:
    """The digest, from ``digests`` when it holds the same file under another name."""
    status = path.stat()
    file = (status.st_dev, status.st_ino)
    if file not in digests:
        digests[file] = _digest(path)
    return digests[file]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
