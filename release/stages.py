"""The stages that make a candidate: everything a run needs before anything is attacked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anonymize.keys import Keys
from anonymize.manifest import save
from anonymize.pipeline import Anonymized
from profiles.loading import LoadedProfile
from profiles.secrets import read_secret
from release.engines import make
from release.publish_folder import ensure_target_free, publish_private
from tables.candidate import Staged
from tables.memory import use_frugal_pool
from tables.progress import Progress
from tables.workdir import workdir


@dataclass(frozen=True)
class Run:
    """Everything that a stage needs besides the data."""

    loaded: LoadedProfile
    environ: Mapping[str, str]
    today: date
    """Against which waivers expire."""
    progress: Progress | None = None


def keys_of(run: Run) -> Keys | None:
    """The keys that the profile's transforms need; None when it names no secret."""
    profile = run.loaded.profile
    if profile.secret is None:
        return None
    return Keys(read_secret(run.loaded, run.environ), profile.id)


def prepare(run: Run, folder: Path) -> tuple[Staged, Anonymized, Keys | None]:
    """Read the source, check it and make the candidate, all under ``folder``."""
    use_frugal_pool()
    keys = keys_of(run)
    staged, anonymized = make(run.loaded, keys, folder, run.progress)
    return staged, anonymized, keys


def make_candidate(run: Run, to: Path) -> Anonymized:
    """Write the candidate, not attacked and private, into the new folder ``to``."""
    to = to.absolute()
    ensure_target_free(to)
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        _, anonymized, _ = prepare(run, folder)
        save(anonymized, run.loaded)
        publish_private(folder / "candidate", to)
    return anonymized
