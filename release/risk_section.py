"""The result of the attacks, as the pages to read show it."""

from profiles.catalogue import Lang
from release.wording import cell, word
from risk.assessment import Assessment
from risk.gate import Verdict
from risk.report.summary import SummaryRow, headline, information, rows


def risk_section(assessment: Assessment, verdict: Verdict, lang: Lang) -> str:
    """The verdict in a sentence, a table of the attacks, then the waivers that took effect."""
    found = rows(assessment, verdict, lang)
    header = word("risk.header", lang)
    lines = [header, "|" + " --- |" * (header.count("|") - 1), *(_line(row) for row in found)]
    parts = [headline(verdict, lang), "\n".join(lines)]
    if not all(row.gates for row in found):
        parts.append(information(assessment, lang))
    if waivers := [f"- `{row.check}` : {row.waiver}" for row in found if row.waiver]:
        parts += [word("risk.waivers", lang), "\n".join(waivers)]
    return "\n\n".join(parts)


def _line(row: SummaryRow) -> str:
    cells = (row.criterion, row.tried, row.result, row.limit, row.verdict, f"`{row.check}`")
    return f"| {' | '.join(cell(item) for item in cells)} |"
