"""Images that we propose to publish, in a private folder."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "images"
"""Name of the folder in a candidate and in a release."""
NAME = "images/"
"""Name in a list of what was assessed; no table can have it."""


@dataclass(frozen=True)
class Images:
    """Files of a candidate beside its tables; the table of series describes them."""

    folder: Path
    files: int
    """Files that are proposed."""
    found: int
    """Files of the source."""
    set_aside: Mapping[str, int] = field(default_factory=dict)
    """Reason -> files of the source that are not published."""
    left_out: int = 0
    """Files of persons who were left out of the tables."""
    faces: int = 0
    """Series of heads from which a face could be rebuilt."""
    method: tuple[str, ...] = ()
    """Codes (DCM) of what was applied, as the files say too."""
    format: str = "dicom"

    def digest(self) -> str:
        """SHA-256 over the names and the digests of all files."""
        whole = hashlib.sha256()
        for path in image_files(self.folder):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{digest}  {path.relative_to(self.folder).as_posix()}\n".encode())
        return whole.hexdigest()


def image_files(folder: Path) -> Iterator[Path]:
    """Every file below ``folder``, in the order of the names; nothing is held for all of them."""
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_dir(follow_symlinks=False):
            yield from image_files(Path(entry.path))
        else:
            yield Path(entry.path)
