"""``candidate.json`` beside synthetic tables: which files they are, so that ``vitrail assess`` trusts them.

The persons learnt from and those kept apart are not in the folder: the profile, its seed and the
source give them again.
"""

from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from anonymize.described import is_described
from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.errors import Place, UsageError
from profiles.loading import LoadedProfile
from profiles.transforms import Model
from release.context import Run
from release.synthetic import SyntheticMade, SyntheticRun, compared, learn_from
from release.synthetic_grain import outputs
from tables.candidate import Candidate, CandidateTable, Staged
from tables.memory import use_frugal_pool

NAME = "candidate.json"


class TableRecord(Model):
    """One Parquet file."""

    file: str
    rows: int
    sha256: str
    invented: tuple[str, ...]
    """Columns filled with made-up numbers."""


class SyntheticRecord(Model):
    """The whole file."""

    version: int = 1
    nature: str = "synthetic"
    profile_digest: str
    persons: int
    fitted: int
    notes: dict[str, int]
    privacy: dict[str, Any] | None = None
    tables: dict[str, TableRecord]


def save_synthetic(made: SyntheticMade, loaded: LoadedProfile) -> Path:
    """Write ``candidate.json`` beside the synthetic tables and give its path."""
    candidate = made.anonymized.candidate
    record = SyntheticRecord(
        profile_digest=loaded.digest,
        persons=candidate.persons,
        fitted=made.run.told.fitted,
        notes=dict(candidate.notes),
        privacy=candidate.synthetic.published()["privacy"] if candidate.synthetic is not None else None,
        tables={
            name: TableRecord(
                file=table.path.name,
                rows=table.rows,
                sha256=_digest(table.path),
                invented=tuple(sorted(column for owner, column in made.made.invented if owner == name)),
            )
            for name, table in candidate.tables.items()
        },
    )
    path = candidate.folder / NAME
    path.write_text(record.model_dump_json(indent=1), "utf-8")
    return path


def load_synthetic(run: Run, folder: Path, work: Path) -> tuple[Staged, Anonymized, Keys | None]:
    """The tables that :func:`save_synthetic` described in ``folder``, and whom they are compared with.

    ``work`` is private. UsageError when there is nothing of the kind in ``folder``, when it was made under
    another profile or of another source, or when a file is not the one described.
    """
    use_frugal_pool()
    record = _read(folder)
    if record.profile_digest != run.loaded.digest:
        raise UsageError("candidate-profile-changed", Place(file=str(folder)))
    if list(record.tables) != list(run.loaded.profile.tables):
        raise UsageError("candidate-changed", Place(file=NAME))
    _check_files(folder, record)
    learnt = learn_from(run, work)
    if record.fitted != learnt.told.fitted:
        raise UsageError("candidate-changed", Place(file=NAME))
    candidate = Candidate(
        profile=run.loaded.profile,
        folder=folder,
        tables={name: _table(learnt, folder, name, one) for name, one in record.tables.items()},
        nature="synthetic",
        persons=record.persons,
        notes=record.notes,
        synthetic=replace(learnt.told, privacy=record.privacy),
    )
    return learnt.staged, compared(learnt, candidate, work), learnt.keys


def _read(folder: Path) -> SyntheticRecord:
    try:
        return SyntheticRecord.model_validate_json((folder / NAME).read_bytes())
    except OSError:
        raise UsageError("candidate-missing", Place(file=str(folder))) from None
    except ValidationError:
        raise UsageError("candidate-changed", Place(file=NAME)) from None


def _check_files(folder: Path, record: SyntheticRecord) -> None:
    for name, table in record.tables.items():
        path = folder / table.file
        if Path(table.file).name != table.file or not path.is_file() or _digest(path) != table.sha256:
            raise UsageError("candidate-changed", Place(file=table.file, table=name))


def _table(learnt: SyntheticRun, folder: Path, name: str, record: TableRecord) -> CandidateTable:
    columns = outputs(learnt.planned, name, frozenset(record.invented))
    table = CandidateTable(name, folder / record.file, record.rows, columns)
    if not is_described(learnt.grain.candidate.profile, table):
        raise UsageError("candidate-changed", Place(file=NAME, table=name))
    return table


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
