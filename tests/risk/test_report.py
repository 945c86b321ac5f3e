"""The report: plain words in two languages, every number kept, nothing of the data."""

import html
import json
from dataclasses import replace
from datetime import date

import pytest

from profiles.catalogue import Lang, catalogue, has
from profiles.model import Waiver
from profiles.policy import load_policy
from risk.assessment import assess
from risk.attackers.classes import Classes
from risk.attackers.classes_inference import ClassesInference
from risk.findings import Decision
from risk.gate import WaiverNote, judge
from risk.report.registry import FORMATS, report_format
from risk.report.summary import headline, limits, percent, row, rows, warnings
from tests.risk.factories import finding, subject
from tests.risk.test_gate import assessment

ROLES = {"PEOPLE": {"AREA": "quasi", "ILL": "sensitive"}}
COLUMNS = {"AREA": ["75"] * 12 + ["13"] * 3, "ILL": ["migraine"] * 12 + ["angine"] * 3}
RISK = {"knowledge": ["PEOPLE.AREA"], "secrets": ["PEOPLE.ILL"]}
TODAY = date(2024, 6, 15)


@pytest.fixture
def refused(tmp_path):
    found = assess(subject(tmp_path, {"PEOPLE": COLUMNS}, ROLES, risk=RISK), [Classes(), ClassesInference()])
    return found, judge(found, [], TODAY)


def test_few_persons_left_out_are_not_counted_in_what_is_published(refused):
    """Their number is the one count that nobody finds again in the tables."""
    found, _ = refused
    for number, shown in ((0, 0), (3, None), (10, None), (11, 11)):
        classes = replace(found.findings[0], details={"persons_left_out": number})
        few = replace(found, persons_left_out=number, findings=(classes,))
        report = json.loads(report_format("json").render(few, judge(few, [], TODAY)))
        assert report["persons_left_out"] == shown
        assert report["findings"][0]["details"]["persons_left_out"] == shown


def test_the_summary_says_in_french_what_was_tried_what_came_out_and_what_to_do(refused):
    first = rows(*refused, Lang.FR)[0]
    assert first.check == "classes"
    assert first.result.startswith("Le plus petit groupe de personnes semblables en compte 3 ; 3 personne(s)")
    assert first.limit == "groupes d'au moins 11 personnes"
    assert (first.verdict, first.gates) == ("refusé", True)
    assert first.why
    assert "anonymity.suppression" in first.todo


def test_the_summary_speaks_english_too(refused):
    assert rows(*refused, Lang.EN)[0].result.startswith("The smallest group of similar people has 3")


def test_what_blocks_comes_first_and_information_last(refused):
    shown = rows(*refused, Lang.FR)
    assert [item.gates for item in shown] == sorted((item.gates for item in shown), reverse=True)
    assert shown[-1].verdict == "pour information"
    assert shown[-1].todo == ""


def test_the_json_report_keeps_every_number_and_no_private_digest(refused):
    found, verdict = refused
    report = json.loads(report_format("json").render(found, verdict))
    assert report["verdict"] == "refused"
    assert len(report["findings"]) == len(found.findings)
    first = report["findings"][0]
    for name in ("estimate", "lower", "upper", "threshold", "targets", "attempted", "seed", "decision"):
        assert name in first
    assert first["text"]["fr"]["why"] != first["text"]["en"]["why"]
    assert not any(digest in json.dumps(report) for digest in found.tables.values())


def test_the_report_holds_no_value_of_the_data(refused):
    shown = report_format("json").render(*refused).decode() + str(rows(*refused, Lang.FR))
    assert not any(value in shown for value in ("migraine", "angine"))


def test_the_same_findings_give_the_same_bytes(refused):
    assert report_format("json").render(*refused) == report_format("json").render(*refused)


def test_every_format_renders(refused):
    for name in FORMATS:
        assert report_format(name).name == name
        assert report_format(name).render(*refused)


def test_a_waived_finding_shows_who_until_when_and_why():
    given = Waiver(
        check="classes", until=date(2024, 12, 31), reason="aggregates only", approved_by="Mme Martin"
    )
    found = assessment(finding("classes", Decision.REFUSED))
    verdict = judge(found, [given], TODAY)
    shown = rows(found, verdict, Lang.FR)[0]
    assert shown.verdict == "accepté par dérogation"
    assert all(part in shown.waiver for part in ("Mme Martin", "2024-12-31", "aggregates only"))
    assert "1 dérogation" in headline(verdict, Lang.FR)
    assert (
        json.loads(report_format("json").render(found, verdict))["waivers"][0]["approved_by"] == "Mme Martin"
    )


def test_a_waiver_without_effect_is_warned_about():
    verdict = judge(assessment(finding("classes", Decision.REFUSED)), [], TODAY)
    for problem in ("expired", "unknown_check", "not_allowed", "not_needed"):
        noted = type(verdict)(verdict.decision, verdict.findings, (), (WaiverNote("inference:T.C", problem),))
        assert "inference:T.C" in warnings(noted, Lang.FR)[0]


@pytest.mark.parametrize(
    "check", ["classes", "classes_inference:T.C", "l_diversity", "new_attack:T.C", "t_closeness:T.C"]
)
@pytest.mark.parametrize("lang", list(Lang))
def test_any_finding_has_words_even_one_that_failed(check, lang):
    bare = finding(check, Decision.INCONCLUSIVE, reasons=("reason.attack_failed", "reason.never_heard_of"))
    verdict = judge(assessment(bare), [], TODAY)
    shown = row(bare, verdict, lang)
    assert all((shown.tried, shown.result, shown.limit, shown.why, shown.todo))


def test_a_sampled_result_gives_its_upper_bound():
    sampled = finding(
        "singling_out",
        Decision.ACCEPTED,
        estimate=0.02,
        upper=0.035,
        threshold=0.09,
        confidence=0.95,
        targets=2000,
    )
    shown = row(sampled, judge(assessment(sampled), [], TODAY), Lang.EN)
    assert "2.0%" in shown.result
    assert "3.5%" in shown.result
    assert shown.limit == "at most 9.0%"


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0.0%"), (0.0001, "< 0.1%"), (0.09, "9.0%"), (0.9999, "> 99.9%"), (1, "100.0%")]
)
def test_a_small_risk_is_never_shown_as_none(share, shown):
    assert percent(share, Lang.EN) == shown


def test_every_reason_has_a_remedy_and_both_languages():
    reasons = {key for key in catalogue() if key.startswith("reason.") and not key.endswith(".remedy")}
    for key in reasons - {"reason.unknown"}:
        assert has(f"{key}.remedy"), key
    for key, texts in catalogue().items():
        if key.startswith(("reason.", "attack.", "result.", "limit.", "waiver.", "verdict.")):
            assert texts["fr"] != texts["en"], key


def test_the_page_to_read_has_both_languages_and_needs_nothing_else(refused):
    page = report_format("html").render(*refused).decode()
    for lang in Lang:
        assert headline(refused[1], lang) in html.unescape(page)
    assert not any(word in page for word in ("<script", "http:", "https:", "<img", "<link"))


def test_the_page_escapes_what_the_profile_says(refused):
    found = replace(refused[0], profile_id="<b>essai</b>")
    assert "<b>essai</b>" not in report_format("html").render(found, refused[1]).decode()


@pytest.mark.parametrize("lang", list(Lang))
def test_a_release_under_contract_is_said_to_be_for_nobody_else(refused, lang):
    found, _ = refused
    own = replace(load_policy("shared"), name="policy of the hospital", base="shared")
    told = {one.name: limits(replace(found, thresholds=one), lang) for one in (load_policy("open-data"), own)}
    added = told[own.name].removeprefix(told["open-data"])
    assert "public" in added
    assert own.name in added
