"""What a run needs besides the data: profile, environment, clock, and who is told of its progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from anonymize.keys import Keys
from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.secrets import read_secret
from profiles.synth_model import SynthEngine
from tables.progress import Progress


@dataclass(frozen=True)
class Run:
    """Everything that a stage needs besides the data."""

    loaded: LoadedProfile
    environ: Mapping[str, str]
    today: date
    """Against which waivers expire."""
    progress: Progress | None = None


def refuse_synthesis(loaded: LoadedProfile) -> None:
    """ProfileError when the profile asks for synthetic tables: ``vitrail synth`` makes those."""
    if loaded.profile.synth is not None:
        raise ProfileError("synth-anonymized", loaded.place(("synth",)))


def refuse_schema_only(loaded: LoadedProfile) -> None:
    """ProfileError when nothing real is read: there is nothing to attack, and no verdict to publish under."""
    synth = loaded.profile.synth
    if synth is not None and synth.engine is SynthEngine.SCHEMA:
        raise ProfileError("synth-nothing-real", loaded.place(("synth", "engine")))


def keys_of(run: Run) -> Keys | None:
    """The keys that the profile's transforms need; None when it names no secret."""
    profile = run.loaded.profile
    if profile.secret is None:
        return None
    return Keys(read_secret(run.loaded, run.environ), profile.id)
