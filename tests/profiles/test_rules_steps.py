import pytest

from tests.profiles.factories import HEAD, codes

BODY = """\
tables:
  PEOPLE:
    source: {path: a.csv}
    primary_key: [ID]
    person: [ID]
    columns:
      ID: {role: direct, transform: surrogate}
      BORN: {role: quasi, type: date, transform: {age_at: {column: SEEN}, tail: {top_share: 0.01}}}
      SEEN: {role: quasi, type: date, transform: {interval_since: {first: [PEOPLE.SEEN]}, bin: {width: 30}}}
      COST: {role: other, type: number, transform: {microaggregate: {together: [DAYS]}}}
      DAYS: {role: other, type: integer, transform: {microaggregate: {together: [COST]}}}
      TOWN: {role: quasi, transform: {swap: {within: [COST]}}}
      NAME: {role: direct, transform: drop}
"""


def test_steps_that_look_beyond_their_column_are_accepted_when_it_is_there(tmp_path):
    assert codes(tmp_path, HEAD + BODY) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("age_at: {column: SEEN}", "age_at: {column: TOWN}", ["step-date-unknown"]),
        ("age_at: {column: SEEN}", "age_at: {column: SEE}", ["step-date-unknown"]),
        ("age_at: {column: SEEN}", "age_at: {column: SEEN, date: 2020-01-01}", ["age-at-date"]),
        ("[PEOPLE.SEEN]", "[SEEN]", ["step-date-unknown"]),
        ("within: [COST]", "within: [NAME]", ["step-column-unknown"]),
        ("within: [COST]", "within: [TOWN]", ["step-column-unknown"]),
        ("together: [DAYS]", "together: [TOWN]", ["step-together", "step-together"]),
        ("together: [DAYS]", "persons: 5, together: [DAYS]", ["step-together", "step-together"]),
        (
            "{microaggregate: {together: [DAYS]}}",
            "{tail: {top_share: 0.1}, microaggregate: {together: [DAYS]}}",
            ["step-together", "step-together"],
        ),
        ("tail: {top_share: 0.01}", "tail: {persons: 5}", ["tail-empty"]),
        ("{swap: {within: [COST]}}", "{noise: {scale: 1}}", ["step-type"]),
        ("interval_since: {first: [PEOPLE.SEEN]}, ", "", ["step-type"]),
    ],
)
def test_a_step_that_looks_beyond_its_column_finds_what_it_names(tmp_path, old, new, expected):
    assert old in BODY
    assert codes(tmp_path, HEAD + BODY.replace(old, new)) == expected


def test_a_surrogate_needs_a_secret(tmp_path):
    text = "\n".join(line for line in HEAD.splitlines() if not line.startswith("secret")) + "\n" + BODY
    assert codes(tmp_path, text) == ["secret-needed"]
