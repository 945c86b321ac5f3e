"""The figures that reports give are those that anyone can measure."""

import pytest

from anonymize.text.measured import measured
from anonymize.text.redactor import Redactor
from benchmarks.redaction import held_out, kept_apart, plain_speech, scanned, seen
from benchmarks.redaction.__main__ import SEED
from benchmarks.redaction.__main__ import score as score_of
from benchmarks.redaction.letters import letters
from benchmarks.redaction.measure import DIRECT, measure


@pytest.fixture(scope="module")
def score():
    return score_of("rules", 300)


@pytest.mark.parametrize("looked_at", [seen, held_out, plain_speech, scanned])
def test_the_letters_that_are_measured_share_no_line_with_those_that_were_looked_at(looked_at):
    def lines(templates):
        return {line for text in templates for line in text.splitlines() if len(line) > 25}

    assert not lines(looked_at.TEMPLATES) & lines(kept_apart.TEMPLATES)


def test_letters_of_a_seed_are_always_the_same():
    assert list(letters(held_out.TEMPLATES, 6, 1)) == list(letters(held_out.TEMPLATES, 6, 1))


def test_answers_are_where_they_are_said_to_be():
    letter = next(iter(letters(("né le {BIRTH}, {LAST}",), 1, 3)))

    assert letter.text == "né le " + ", ".join(letter.text[one.start : one.end] for one in letter.answers)


def test_hardly_any_identifier_of_the_person_stays_in_letters_that_rules_do_not_know(score):
    assert score.recall(*DIRECT) >= 0.99
    assert score.recall("name") >= 0.98
    assert score.precision >= 0.95


def test_the_figures_of_reports_are_those_of_the_measure(score):
    figures = measured("rules")

    assert score.recall(*DIRECT) == pytest.approx(figures.direct, abs=0.003)
    assert score.recall("name") == pytest.approx(figures.others, abs=0.03)
    assert score.precision == pytest.approx(figures.precision, abs=0.01)


def test_the_tables_matter_rules_alone_leave_more_of_the_person():
    alone = measure(Redactor(), letters(held_out.TEMPLATES, 120, SEED), with_known=False)
    helped = measure(Redactor(), letters(held_out.TEMPLATES, 120, SEED))

    assert alone.recall("patient") < helped.recall("patient")


@pytest.mark.parametrize("entities", ["rules", "ner"])
def test_published_figures_reach_what_is_asked_of_a_redactor(entities):
    figures = measured(entities)

    assert figures.direct >= 0.99
    assert figures.precision >= 0.95
