"""A redacted text waits for a person's decision."""

from dataclasses import replace
from datetime import date

import pytest

from profiles.catalogue import Lang
from profiles.model import Profile, Waiver
from risk.assessment import assess
from risk.attackers.redacted_text import RedactedText
from risk.findings import Decision
from risk.gate import judge
from risk.report.summary import row
from tests.risk.factories import subject


@pytest.fixture
def texts(tmp_path):
    made = subject(
        tmp_path,
        {"T": {"sex": ["1", "2"], "letter": ["vu [NOM]", None]}},
        {"T": {"sex": "quasi", "letter": "other"}},
    )
    plain = made.profile.model_dump(mode="json", exclude_none=True)
    plain["tables"]["T"]["columns"]["letter"]["transform"] = {"redact": {}}
    notes = {"redacted_name:T.letter": 1, "redacted_date:T.letter": 3}
    return replace(
        made, profile=Profile.model_validate(plain), candidate=replace(made.candidate, notes=notes)
    )


def test_a_redacted_text_is_inconclusive_and_gates(texts):
    (finding,) = RedactedText().run(texts)

    assert finding.check == "redacted_text:T.letter"
    assert finding.decision is Decision.INCONCLUSIVE
    assert finding.gates
    assert (finding.details["texts"], finding.details["replaced"]) == (1, 4)


def test_a_dated_waiver_lets_it_pass_until_its_day(texts):
    assessment = assess(texts, [RedactedText()])
    waiver = Waiver.model_validate(
        {
            "check": "redacted_text:T.letter",
            "until": "2026-06-30",
            "reason": "two people read a sample",
            "approved_by": "DPO",
        }
    )

    assert judge(assessment, [waiver], date(2026, 6, 30)).decision is Decision.ACCEPTED
    assert judge(assessment, [waiver], date(2026, 7, 1)).decision is Decision.INCONCLUSIVE


def test_it_does_not_apply_where_no_text_is_redacted(tmp_path):
    plain = subject(tmp_path, {"T": {"sex": ["1"]}}, {"T": {"sex": "quasi"}})

    assert not RedactedText().applies(plain)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_report_gives_the_counts_and_the_measured_figures(texts, lang):
    assessment = assess(texts, [RedactedText()])
    shown = row(assessment.findings[0], judge(assessment, [], date(2026, 1, 1)), lang)

    assert "T.letter" in shown.tried
    assert "4" in shown.result
    assert "%" in shown.result
    assert "waivers" in shown.todo
