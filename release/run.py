"""From a profile to a released folder, or to a refusal: the stages in their one order.

Work happens in a private folder beside the profile. Only :func:`release` writes a public folder,
by renaming a package whose bytes the accepted verdict names.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from anonymize.keys import Keys
from anonymize.manifest import load
from anonymize.pipeline import Anonymized
from anonymize.sample import with_sample
from profiles.errors import Place, ProfileError, UsageError, VerificationFailed
from release.context import Run, keys_of, refuse_schema_only
from release.engines import opened
from release.finish import finish
from release.judging import Attacked, judged
from release.package import build
from release.publish_folder import ensure_target_free, publish
from release.stages import images_of, prepare
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import Verdict
from risk.mends.words import refusal_json
from risk.registers.reading import read_registers
from risk.residuals.search import search_package
from tables.candidate import Staged
from tables.staging import stage
from tables.workdir import workdir


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    assessment: Assessment
    verdict: Verdict
    anonymized: Anonymized
    target: Path | None = None
    """The released folder; None when nothing was published."""


def check_documents(staged: Staged, package: Path, work: Path) -> None:
    """Search the documents once more: report, pages and attestation got their last words after the attacks.

    Raises:
        VerificationFailed: an identifier of the source stands in one of them.
    """
    work.mkdir(mode=0o700)
    for path in sorted(package.iterdir()):
        if path.is_file():
            shutil.copyfile(path, work / path.name)
    result = search_package(staged, work)
    if result.decision is not Decision.ACCEPTED:
        raise VerificationFailed("documents-leak", files=", ".join(result.places))


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


def assess_candidate(
    run: Run, candidate: Path | None = None, to: Path | None = None
) -> tuple[Assessment, Verdict]:
    """Attack a candidate made earlier, or one made anew, and the bytes that its release would have.

    ``to``: a new file for the findings as JSON; a refusal is explained in another beside it, ``…-refus``.
    """
    refuse_schema_only(run.loaded)
    if to is not None:
        ensure_target_free(to)
        ensure_target_free(_beside(to))
    with (
        opened(run.loaded),
        workdir(run.loaded.folder, run.loaded.profile.id) as folder,
        images_of(run, folder) as (read, images),
    ):
        registers = read_registers(read.loaded, folder / "registers", run.progress)
        if candidate is None:
            staged, anonymized, keys = prepare(read, folder, images)
        else:
            staged, anonymized, keys = saved(read, candidate, folder)
        package = folder / "package"
        build(anonymized.candidate, run.loaded, package)
        made = Attacked(staged, anonymized, keys, package, registers)
        assessment, verdict = judged(run, read, made, "assess", folder / "mends")
    if to is not None:
        _write(to, assessment.to_json())
        if verdict.refusal is not None:
            _write(_beside(to), refusal_json(verdict.refusal))
    return assessment, verdict


def _beside(to: Path) -> Path:
    """Where the explanation of a refusal goes, beside the findings."""
    return to.with_name(f"{to.stem}-refus{to.suffix or '.json'}")


def saved(run: Run, candidate: Path, folder: Path) -> tuple[Staged, Anonymized, Keys | None]:
    """A candidate that an earlier command wrote, and what it is attacked with, made anew under ``folder``."""
    if run.loaded.profile.synth is not None:
        from release.synthetic_manifest import load_synthetic  # noqa: PLC0415 - scikit-learn loads slowly

        return load_synthetic(run, candidate, folder)
    anonymized, keys = load(candidate, run.loaded), keys_of(run)
    staged = stage(run.loaded, folder / "source", run.progress)
    return with_sample(run.loaded, staged, keys, folder / "sample"), anonymized, keys


def _write(to: Path, text: str) -> None:
    """The new file ``to``, whole or not at all. UsageError when it cannot be written."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            to.write_text(text, encoding="utf-8")
        except OSError:
            to.unlink(missing_ok=True)
            raise
    except OSError:
        raise UsageError("output-unwritable", Place(file=str(to))) from None


def release(run: Run, to: Path | None = None) -> Outcome:
    """Make the candidate, attack it, and publish it if and only if the verdict is accepted."""
    refuse_schema_only(run.loaded)
    target = export_target(run, to)
    ensure_target_free(target)
    with (
        opened(run.loaded),
        workdir(run.loaded.folder, run.loaded.profile.id) as folder,
        images_of(run, folder) as (read, images),
    ):
        registers = read_registers(read.loaded, folder / "registers", run.progress)
        staged, anonymized, keys = prepare(read, folder, images)
        package = folder / "package"
        build(anonymized.candidate, run.loaded, package)
        made = Attacked(staged, anonymized, keys, package, registers)
        assessment, verdict = judged(run, read, made, "release", folder / "mends")
        if verdict.decision is not Decision.ACCEPTED:
            return Outcome(assessment, verdict, anonymized)
        finish(package, assessment, verdict, run.loaded, anonymized.candidate)
        check_documents(staged, package, folder / "documents")
        publish(package, target)
    return Outcome(assessment, verdict, anonymized, target)
