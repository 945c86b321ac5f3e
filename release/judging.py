"""From attacks to a verdict: what was found, how often it was tried before, and what would mend it."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from anonymize.keys import Keys
from anonymize.pipeline import Anonymized
from profiles.loading import LoadedProfile
from profiles.policy import effective_policy
from release import ledger, privacy_spent
from release.context import Run
from release.engines import counting
from release.previous import earlier_releases
from risk.assessment import Assessment, assess
from risk.findings import Decision
from risk.gate import Verdict, judge
from risk.registers.reading import ReadRegister
from risk.subject import Subject
from tables.candidate import Staged
from tables.progress import SILENT


@dataclass(frozen=True)
class Attacked:
    """What is attacked, and with what it was made."""

    staged: Staged
    anonymized: Anonymized
    keys: Keys | None
    package: Path | None
    registers: tuple[ReadRegister, ...] = ()


def subject_of(run: Run, made: Attacked) -> Subject:
    """What the attackers see."""
    return Subject(
        profile=run.loaded.profile,
        policy=effective_policy(run.loaded.profile),
        candidate=made.anonymized.candidate,
        original=made.anonymized.transformed,
        holdout=made.anonymized.holdout,
        source=made.staged,
        keys=made.keys,
        package=made.package,
        profile_digest=run.loaded.digest,
        registers=made.registers,
        previous=earlier_releases(run.loaded),
    )


def judged(run: Run, read: Run, made: Attacked, command: str, folder: Path) -> tuple[Assessment, Verdict]:
    """Attack, judge, write the ledger, and look for what would mend a refusal.

    ``read``: the run that read the tables, those of images included. ``folder``: where candidates may be
    made. Raises UsageError when the ledger can't say how often these data were assessed.
    """
    home = ledger.home(run.environ, run.loaded.folder)
    book = ledger.read(home)
    tables = ledger.source_digests(book.salt, read.loaded, made.staged)
    subject = subject_of(run, made)
    with counting(read.loaded, folder.with_name("groups")) as groups:
        assessment = assess(replace(subject, groups=groups), progress=run.progress)
    before = book.before(run.loaded.digest, tables)
    assessment = replace(assessment, assessed_before=before)
    if (total := privacy_spent.with_this(book, assessment, tables)) is not None:
        told = privacy_spent.finding(run.loaded.profile, total)
        assessment = replace(
            assessment, findings=(*assessment.findings, told), privacy_total=total.published()
        )
    verdict = judge(assessment, run.loaded.profile.waivers, run.today)
    ledger.append(home, ledger.entry_of(command, run.today, assessment, verdict, tables))
    if verdict.decision is not Decision.ACCEPTED:
        verdict = explained(read, made, subject, verdict, folder)
    return assessment, verdict


def explained(run: Run, made: Attacked, subject: Subject, verdict: Verdict, folder: Path) -> Verdict:
    """The verdict with what would mend it, as far as that could be looked for."""
    from risk.mends.explain import explain_refusal, unexplained  # noqa: PLC0415 - for refusals only

    progress = run.progress or SILENT
    progress.start("mends", None)
    try:
        refusal = explain_refusal(
            run.loaded,
            subject,
            made.anonymized,
            made.keys,
            verdict=verdict,
            folder=folder,
            redraw=partial(_drawn_again, run, made.staged),
        )
    except Exception:  # noqa: BLE001 - a refusal stands, whether or not it could be explained
        refusal = unexplained(subject, verdict)
    finally:
        progress.done()
    return replace(verdict, refusal=refusal)


def _drawn_again(run: Run, staged: Staged, loaded: LoadedProfile, folder: Path) -> Anonymized:
    """Synthetic persons learnt and drawn as ``loaded`` says, from the source as it was staged."""
    from release.synthetic import make_synthetic_candidate  # noqa: PLC0415 - scikit-learn loads slowly

    folder.mkdir(mode=0o700, parents=True)
    again = replace(run, loaded=loaded, progress=None)
    return make_synthetic_candidate(again, folder, replace(staged, profile=loaded.profile)).anonymized
