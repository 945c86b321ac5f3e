"""The same workers on a Spark cluster: the list of files is cut in parts, each with a journal of its own.

The source, the work folder and the images are on storage that all machines share. What is sent to a machine
is the plan and the place of the secret, never the secret: it reads it itself. A part that is done twice,
because a machine died, makes the same bytes under the same names.
"""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from json import dumps, loads
from pathlib import Path

from anonymize.derivation import Derivation
from anonymize.dicom.batch import Spread
from anonymize.dicom.discovery import Found
from anonymize.dicom.journal import Journal
from anonymize.dicom.pool import Pool
from anonymize.dicom.quarantine import Reason
from anonymize.dicom.worker import Setup, set_aside
from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.secrets import read_secret
from tables.spark.session import Session
from tables.spark.work import Result, run_parts

FILES = 2_000
"""Files of a part."""
WAVE = 5_000
"""Parts that are listed before Spark does them."""


@dataclass(frozen=True)
class ImagesPart:
    """Do the files of one part, in a process of its own that a file may kill. Holds no secret."""

    loaded: LoadedProfile
    fingerprint: str
    """Of the key, so that a machine with another secret stops."""
    setup: Setup
    lists: Path

    def __call__(self, part: int) -> Result:
        """The number of files. Raises ProfileError when the secret is absent here, or another one."""
        secret = read_secret(self.loaded)
        if Derivation(secret, self.setup.profile_id).key_id != self.fingerprint:
            raise ProfileError("spark-other-secret", self.loaded.place(("secret",)))
        name = f"{self.setup.journal.name}-{part:08d}-{uuid.uuid4().hex[:12]}"
        items = _listed(self.lists / str(part))
        own = Journal(self.setup.journal.with_name(f"{name}-0000.jsonl"))
        try:
            Pool(self.setup, secret, name, 1).run(
                iter(items), lambda _: None, lambda item, reason: own.add(set_aside(item, reason))
            )
        finally:
            own.close()
        return {"files": len(items)}


def spread_on(session: Session, loaded: LoadedProfile, fingerprint: str) -> Spread:
    """What :func:`anonymize.dicom.batch.run` takes to have its files done by ``session``."""

    def spread(
        setup: Setup,
        items: Iterator[Found],
        done: Callable[[int], None],
        lost: Callable[[Found, Reason], None],
    ) -> None:
        del lost  # A part tells its own journal.
        lists = setup.journal.parent / f"{setup.journal.name}-lists"
        lists.mkdir(mode=0o700)
        absolute = replace(
            setup,
            root=setup.root.absolute(),
            images=setup.images.absolute(),
            partial=setup.partial.absolute(),
            journal=setup.journal.absolute(),
        )
        work = ImagesPart(loaded, fingerprint, absolute, lists.absolute())
        while sizes := [_write(lists / str(part), batch) for part, batch in enumerate(_parts(items))]:
            run_parts(session, work, len(sizes), lambda _: None)
            done(sum(sizes))

    return spread


def _parts(items: Iterator[Found]) -> Iterator[Sequence[Found]]:
    for _ in range(WAVE):
        batch = tuple(islice(items, FILES))
        if not batch:
            return
        yield batch


def _write(path: Path, batch: Sequence[Found]) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.writelines(dumps(asdict(item)) + "\n" for item in batch)
    return len(batch)


def _listed(path: Path) -> list[Found]:
    with path.open(encoding="ascii") as stream:
        return [Found(**loads(line)) for line in stream]
