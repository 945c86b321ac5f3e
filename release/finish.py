"""What a release can only say once its verdict is known: report, attestation, sums."""

from pathlib import Path

from profiles.errors import UsageError, VitrailError
from profiles.loading import LoadedProfile
from release import attestation, readme, sums
from release.json_text import canonical_json
from release.risk_section import risk_section
from risk.assessment import Assessment, digests
from risk.findings import Decision
from risk.gate import Verdict
from risk.report.registry import FORMATS, report_format
from tables.candidate import Candidate


def finish(
    folder: Path,
    assessment: Assessment,
    verdict: Verdict,
    loaded: LoadedProfile,
    candidate: Candidate | None = None,
) -> None:
    """Add the report, the attestation and the sums to a folder that ``package.build`` wrote.

    With ``candidate``, its bytes must be those that were assessed. VitrailError when they are
    not, or when the verdict is not accepted; UsageError when the disk refuses.
    """
    if verdict.decision is not Decision.ACCEPTED:
        raise VitrailError("release-not-accepted")
    if candidate is not None and digests(candidate) != dict(assessment.tables):
        raise VitrailError("release-other-candidate")
    try:
        _finish(folder, assessment, verdict, loaded, candidate.key_id if candidate else None)
    except OSError:
        raise UsageError("release-write-failed") from None


def _finish(
    folder: Path, assessment: Assessment, verdict: Verdict, loaded: LoadedProfile, key_id: str | None
) -> None:
    for report in map(report_format, FORMATS):
        (folder / report.filename).write_bytes(report.render(assessment, verdict))
    for lang, name in readme.NAMES.items():
        page = (folder / name).read_bytes().decode("utf-8")
        _write(folder / name, page.replace(readme.RISK_MARKER, risk_section(assessment, verdict, lang)))
    found = {name: sums.digest(path) for name, path in sums.files_of(folder).items()}
    statement = attestation.attestation(found, loaded, assessment, verdict, key_id)
    _write(folder / attestation.NAME, canonical_json(statement))
    found[attestation.NAME] = sums.digest(folder / attestation.NAME)
    _write(folder / sums.NAME, sums.sums_text(found))


def _write(path: Path, text: str) -> None:
    """UTF-8, with the line ends as they are."""
    path.write_bytes(text.encode("utf-8"))
