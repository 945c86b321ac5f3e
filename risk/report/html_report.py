"""``rapport-risque.html``: the same findings to read and to print, in French, then in English.

One file without script, image or address: it opens from a share that has no network.
"""

from typing import Any, ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from profiles.catalogue import Lang, text
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import Verdict
from risk.report.interface import ReportFormat
from risk.report.summary import headline, information, limits, number, rows, warnings


class HtmlReport(ReportFormat):
    """The report for readers."""

    name: ClassVar[str] = "html"
    filename: ClassVar[str] = "rapport-risque.html"

    def render(self, assessment: Assessment, verdict: Verdict) -> bytes:
        """UTF-8 HTML; every text is escaped."""
        environment = Environment(
            loader=PackageLoader("risk.report"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
        )
        page = environment.get_template(f"{self.filename}.j2").render(
            profile=assessment.profile_id,
            decision=verdict.decision.value,
            pages=[_page(assessment, verdict, lang) for lang in Lang],
        )
        return page.encode()


def _page(assessment: Assessment, verdict: Verdict, lang: Lang) -> dict[str, Any]:
    found = rows(assessment, verdict, lang)
    persons = number(assessment.persons, lang)
    kind = "-synthetic" if assessment.nature == "synthetic" else ""
    return {
        "lang": lang.value,
        "title": text(f"report.title{kind}", lang, profile=assessment.profile_id, persons=persons),
        "headline": headline(verdict, lang),
        "limits": limits(assessment, lang) if verdict.decision is Decision.ACCEPTED else "",
        "warnings": warnings(verdict, lang),
        "heads": [text(f"report.{name}", lang) for name in ("tried", "result", "limit", "decision")],
        "groups": [
            {
                "title": text("report.gates", lang),
                "why": "",
                "rows": [row for row in found if row.gates],
            },
            {
                "title": text("report.information", lang),
                "why": information(assessment, lang),
                "rows": [row for row in found if not row.gates],
            },
        ],
        "facts_title": text("report.facts", lang),
        "facts": _facts(assessment, lang),
    }


def _facts(assessment: Assessment, lang: Lang) -> list[tuple[str, str]]:
    """What is needed to do the same again."""
    values = {
        "profile": assessment.profile_id,
        "digest": assessment.profile_digest or "–",
        "policy": _policy(assessment, lang),
        "before": "–" if assessment.assessed_before is None else str(assessment.assessed_before),
        "seed": str(assessment.seed),
        "versions": ", ".join(f"{name} {version}" for name, version in sorted(assessment.versions.items())),
    }
    return [(text(f"report.fact.{name}", lang), value) for name, value in values.items()]


def _policy(assessment: Assessment, lang: Lang) -> str:
    """The name of the policy, and each number that was loosened with its reason."""
    policy = assessment.thresholds
    if policy is None or not policy.loosened:
        return assessment.policy
    looser = [
        text("policy.loosened", lang, name=one.name, base=f"{one.base:g}", own=f"{one.own:g}")
        + f" « {one.reason.get(lang)} »"
        for one in policy.loosened
    ]
    return f"{assessment.policy} ; {' ; '.join(looser)}"
