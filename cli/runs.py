"""The commands that make, attack, publish and verify."""

import shlex
import sys
from pathlib import Path
from typing import Any

from cli.images import images_json, show_images
from cli.making import start
from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import Lang, text
from profiles.errors import ExitCode
from release.run import Outcome, assess_candidate
from release.run import release as run_release
from release.verify import verify as run_verify
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import Verdict
from risk.mends.words import document as refusal_document
from risk.mends.words import lines
from risk.report.json_report import document
from risk.report.summary import SummaryRow, headline, information, limits, rows, warnings


def assess(settings: Settings, profile: Path, candidate: Path | None, to: Path | None) -> int:
    """Attack a candidate and show the verdict; publish nothing."""
    assessment, verdict = assess_candidate(start(settings, profile), candidate, to)
    show_verdict(settings, "assess", assessment, verdict)
    return verdict.exit_code


def release(settings: Settings, profile: Path, to: Path | None) -> int:
    """The whole run; the public folder exists afterwards if and only if the verdict is accepted."""
    outcome = run_release(start(settings, profile), to)
    show_outcome(settings, outcome)
    return outcome.verdict.exit_code


def verify(settings: Settings, folder: Path) -> int:
    """Recheck a released folder."""
    report = run_verify(folder)
    if settings.json:
        emit(
            {
                "command": "verify",
                "exit_code": 0,
                "folder": str(report.folder),
                "files": report.files,
                "bytes": report.bytes,
                "profile": report.profile,
                "signed": report.signed,
                "waived": list(report.waived),
            }
        )
        return ExitCode.ACCEPTED
    say(settings, "cli.verify.done", folder=report.folder, files=report.files, profile=report.profile)
    if report.waived:
        say(settings, "cli.verify.waived", checks=", ".join(report.waived))
    if not report.signed:
        say(settings, "cli.verify.unsigned")
    return ExitCode.ACCEPTED


def show_outcome(settings: Settings, outcome: Outcome) -> None:
    """The verdict, then what was published or that nothing was."""
    images = outcome.anonymized.candidate.images
    extra = {"folder": str(outcome.target) if outcome.target else None, "images": images_json(images)}
    show_verdict(settings, "release", outcome.assessment, outcome.verdict, extra)
    if settings.json:
        return
    show_images(settings, images)
    if outcome.target is None:
        say(settings, "cli.release.nothing", stderr=True)
    else:
        copied = shlex.quote(str(outcome.target))
        say(settings, "cli.release.done", stderr=True, folder=outcome.target, copied=copied)


def show_verdict(
    settings: Settings,
    command: str,
    assessment: Assessment,
    verdict: Verdict,
    extra: dict[str, Any] | None = None,
) -> None:
    """Every finding in words, what to do about those that block, and one line of verdict."""
    if settings.json:
        emit(
            {
                "command": command,
                "exit_code": int(verdict.exit_code),
                **document(assessment, verdict),
                "refusal": None if verdict.refusal is None else refusal_document(verdict.refusal),
                **(extra or {}),
            }
        )
        return
    lang = settings.lang
    found = rows(assessment, verdict, lang)
    title = "cli.verdict.title" if assessment.synthetic is None else "cli.verdict.title-synthetic"
    table(
        [text(f"cli.column.{name}", lang) for name in ("tried", "result", "limit", "decision")],
        [(_tried(row), row.result, row.limit, row.verdict) for row in found if row.gates],
        title=text(title, lang, profile=assessment.profile_id, persons=assessment.persons),
    )
    _show_information([row for row in found if not row.gates], information(assessment, lang), lang)
    blocking = [row for row in found if row.gates and row.todo]
    for row in blocking:
        print(
            f"✗ {row.check} : {row.why}\n  → {row.todo}"
            if lang is Lang.FR
            else f"✗ {row.check}: {row.why}\n  → {row.todo}"
        )
    for row in found:
        if row.waiver:
            print(f"! {row.check} : {row.waiver}" if lang is Lang.FR else f"! {row.check}: {row.waiver}")
    for warning in warnings(verdict, lang):
        print(f"! {warning}")
    if verdict.refusal is not None:
        print("\n" + "\n".join(lines(verdict.refusal, lang)))
    if assessment.assessed_before:
        print("\n! " + text("ledger.before", lang, count=assessment.assessed_before))
    say_verdict(settings, assessment, verdict)


def _tried(row: SummaryRow) -> str:
    return f"{row.tried}\n[{row.criterion} · {row.check}]"


def _show_information(found: list[SummaryRow], why: str, lang: Lang) -> None:
    """What decides nothing, apart from what does."""
    if found:
        print(f"\n{why}\n")
        table(
            [text(f"cli.column.{name}", lang) for name in ("tried", "result")],
            [(_tried(row), row.result) for row in found],
        )
        print()


def say_verdict(settings: Settings, assessment: Assessment, verdict: Verdict) -> None:
    """The end on stderr, for logs and for whoever reads only that."""
    mark = text(f"decision.{verdict.decision.value}", settings.lang).upper()
    print(f"{mark} – {headline(verdict, settings.lang)}", file=sys.stderr)
    if verdict.decision is Decision.ACCEPTED:
        print(limits(assessment, settings.lang), file=sys.stderr)
