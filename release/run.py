"""From a profile to a released folder, or to a refusal: the stages in their one order.

Work happens in a private folder beside the profile. Only :func:`release` writes a public folder,
by renaming a package whose bytes the accepted verdict names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anonymize.keys import Keys
from anonymize.manifest import load, save
from anonymize.pipeline import Anonymized
from anonymize.pipeline import anonymize as run_anonymize
from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.policy import effective_policy
from profiles.secrets import read_secret
from release.finish import finish
from release.package import build
from release.publish_folder import ensure_target_free, publish, publish_private
from risk.assessment import Assessment, assess
from risk.findings import Decision
from risk.gate import Verdict, judge
from risk.subject import Subject
from tables.candidate import Staged
from tables.progress import Progress
from tables.staging import stage
from tables.workdir import workdir


@dataclass(frozen=True)
class Run:
    """Everything that a stage needs besides the data."""

    loaded: LoadedProfile
    environ: Mapping[str, str]
    today: date
    """Against which waivers expire."""
    progress: Progress | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    assessment: Assessment
    verdict: Verdict
    anonymized: Anonymized
    target: Path | None = None
    """The released folder; None when nothing was published."""


def keys_of(run: Run) -> Keys | None:
    """The keys that the profile's transforms need; None when it names no secret."""
    profile = run.loaded.profile
    if profile.secret is None:
        return None
    return Keys(read_secret(run.loaded, run.environ), profile.id)


def prepare(run: Run, folder: Path) -> tuple[Staged, Anonymized, Keys | None]:
    """Read the source, check it and make the candidate, all under ``folder``."""
    keys = keys_of(run)
    staged = stage(run.loaded, folder / "source", run.progress)
    return staged, run_anonymize(run.loaded, staged, keys, folder / "candidate", run.progress), keys


def attack(
    run: Run, staged: Staged, anonymized: Anonymized, keys: Keys | None, package: Path | None
) -> Assessment:
    """Attack the candidate, and the bytes of its package when there is one."""
    subject = Subject(
        profile=run.loaded.profile,
        policy=effective_policy(run.loaded.profile),
        candidate=anonymized.candidate,
        original=anonymized.transformed,
        source=staged,
        keys=keys,
        package=package,
        profile_digest=run.loaded.digest,
    )
    return assess(subject, progress=run.progress)


def export_target(run: Run, to: Path | None) -> Path:
    """The folder to publish: the command's, else the profile's.

    Raises:
        ProfileError: neither says where.
    """
    if to is not None:
        return to.absolute()
    export = run.loaded.profile.export
    if export is None:
        raise ProfileError("export-missing", run.loaded.place(("export",)))
    return run.loaded.resolve(export.to, ("export", "to"))


def make_candidate(run: Run, to: Path) -> Anonymized:
    """Write the candidate, not attacked and private, into the new folder ``to``."""
    ensure_target_free(to)
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        _, anonymized, _ = prepare(run, folder)
        save(anonymized, run.loaded)
        publish_private(folder / "candidate", to)
    return anonymized


def assess_candidate(
    run: Run, candidate: Path | None = None, to: Path | None = None
) -> tuple[Assessment, Verdict]:
    """Attack a candidate made earlier, or one made anew, and the bytes that its release would have.

    ``to``: a new file for the findings as JSON.
    """
    if to is not None:
        ensure_target_free(to)
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        if candidate is None:
            staged, anonymized, keys = prepare(run, folder)
        else:
            anonymized, keys = load(candidate, run.loaded), keys_of(run)
            staged = stage(run.loaded, folder / "source", run.progress)
        package = folder / "package"
        build(anonymized.candidate, run.loaded, package)
        assessment = attack(run, staged, anonymized, keys, package)
    verdict = judge(assessment, run.loaded.profile.waivers, run.today)
    if to is not None:
        to.write_text(assessment.to_json(), encoding="utf-8")
    return assessment, verdict


def release(run: Run, to: Path | None = None) -> Outcome:
    """Make the candidate, attack it, and publish it if and only if the verdict is accepted."""
    target = export_target(run, to)
    ensure_target_free(target)
    with workdir(run.loaded.folder, run.loaded.profile.id) as folder:
        staged, anonymized, keys = prepare(run, folder)
        package = folder / "package"
        build(anonymized.candidate, run.loaded, package)
        assessment = attack(run, staged, anonymized, keys, package)
        verdict = judge(assessment, run.loaded.profile.waivers, run.today)
        if verdict.decision is not Decision.ACCEPTED:
            return Outcome(assessment, verdict, anonymized)
        finish(package, assessment, verdict, run.loaded, anonymized.candidate)
        publish(package, target)
    return Outcome(assessment, verdict, anonymized, target)
