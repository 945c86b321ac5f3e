"""``vitrail demo``: a careless release refused, a careful one published, on made-up data."""

import tempfile
from importlib import resources
from pathlib import Path

from cli.runs import show_outcome
from cli.settings import Settings
from cli.terminal import emit, progress, say
from profiles.errors import ExitCode, Place, UsageError, VitrailError
from profiles.loading import load_profile
from profiles.secrets import new_secret
from release.context import Run
from release.run import Outcome, release
from release.verify import verify
from risk.findings import Decision
from tables.demo.generate import generate
from tables.demo.imaging import generate_imaging

PROFILES = ("imprudent.yaml", "prudent.yaml", "imagerie.yaml")


def demo(settings: Settings, to: Path | None) -> int:
    """Play the profiles; 0 when the careless one is refused and the others published and verified."""
    folder = _folder(to)
    say(settings, "cli.demo.data", stderr=settings.json, folder=folder)
    generate(folder / "extraction")
    generate_imaging(folder / "imagerie")
    shipped = resources.files("tables.demo") / "profiles"
    for name in PROFILES:
        (folder / name).write_bytes((shipped / name).read_bytes())
    careless = _play(settings, folder, PROFILES[0], "cli.demo.careless")
    careful = _play(settings, folder, PROFILES[1], "cli.demo.careful")
    imaging = _play(settings, folder, PROFILES[2], "cli.demo.imaging")
    return _end(settings, folder, careless, (careful, imaging))


def _folder(to: Path | None) -> Path:
    if to is None:
        return Path(tempfile.mkdtemp(prefix="vitrail-demo-"))
    try:
        to.mkdir(mode=0o700)
    except FileExistsError:
        raise UsageError("output-exists", Place(file=str(to))) from None
    except OSError:
        raise UsageError("output-unwritable", Place(file=str(to))) from None
    return to.absolute()


def _play(settings: Settings, folder: Path, name: str, title: str) -> Outcome:
    from datetime import date

    if not settings.json:
        say(settings, title, profile=folder / name)
    environ = {"VITRAIL_KEY": new_secret()}
    loaded = load_profile(folder / name, environ)
    outcome = release(Run(loaded, environ, date.today(), progress(settings)))  # noqa: DTZ011 - a local day
    if not settings.json:
        show_outcome(settings, outcome)
    return outcome


def _end(settings: Settings, folder: Path, careless: Outcome, careful: tuple[Outcome, ...]) -> int:
    released = [outcome.target for outcome in careful if outcome.target is not None]
    if careless.verdict.decision is not Decision.REFUSED or len(released) != len(careful):
        raise VitrailError("demo-unexpected")
    files = sum(verify(target).files for target in released)
    if settings.json:
        emit(
            {
                "command": "demo",
                "exit_code": 0,
                "folder": str(folder),
                "careless": careless.verdict.decision.value,
                "careful": [outcome.verdict.decision.value for outcome in careful],
                "released": [str(target) for target in released],
                "files": files,
            }
        )
    else:
        shown = ", ".join(str(target) for target in released)
        say(settings, "cli.demo.done", released=shown, files=files, folder=folder)
    return ExitCode.ACCEPTED
