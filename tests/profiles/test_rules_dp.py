"""Differential privacy is promised only where it holds: all else is refused when the profile is read."""

import pytest

from tests.profiles.factories import codes, mistakes

COLUMNS = """\
      SEX: {role: quasi, values: {1: homme, 2: femme}}
      BORN: {role: quasi, type: year}
      DIED: {role: sensitive, type: date}
"""
RANGES = """\
    ranges:
      P.BORN: {from: 1920, to: 2009, width: 10}
      P.DIED: {from: 2019-01-01, to: 2019-12-31, width: 92}
"""


def profile(
    *,
    columns: str = COLUMNS,
    ranges: str = RANGES,
    dp: str = "",
    synth: str = "",
    secret: bool = True,
    more: str = "",
) -> str:
    text = "version: 1\nid: essai\ntitle: Essai\nseed: 7\n"
    text += "secret: ${VITRAIL_KEY?la clé manque}\n" if secret else ""
    text += (
        "tables:\n  P:\n    source: {path: p.csv}\n    primary_key: [ID]\n    person: [ID]\n    columns:\n"
    )
    text += (
        f"      ID: {{role: direct{', transform: pseudonymize' if secret else ', transform: drop'}}}\n"
        + columns
    )
    text += more
    return (
        text + f"synth:\n{synth or '  persons: 1000'}\n  dp:\n    epsilon: 1\n    delta: 1e-6\n{dp}{ranges}"
    )


def test_a_table_of_persons_with_declared_domains_is_good(tmp_path):
    assert codes(tmp_path, profile()) == []
    assert codes(tmp_path, profile(dp="    mechanism: mst\n")) == []


EVENTS = (
    "  E:\n    source: {path: e.csv}\n    foreign_keys: [{columns: [ID], references: P}]\n"
    "    columns: {ID: {role: direct, transform: inherit}, CODE: {role: other, values: {a: a}}}\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (profile(more=EVENTS), ["synth-dp-one-table"]),
        (profile(secret=False), ["synth-dp-secret"]),
        (profile(synth="  floor: 11"), ["synth-dp-persons", "synth-dp-with"]),
        (profile(synth="  persons: 10\n  synthesizer: ctgan"), ["synth-dp-with"]),
        (profile(synth="  persons: 10\n  engine: sdv-ctgan"), ["synth-other-engine"]),
        (profile(columns=COLUMNS + "      TOWN: {role: quasi}\n"), ["synth-dp-domain"]),
        (profile(columns=COLUMNS + "      TOWN: {role: quasi, transform: drop}\n"), []),
        (profile(columns=COLUMNS + "      OK: {role: other, type: boolean}\n"), []),
        (profile(columns=COLUMNS + "      WHEN: {role: other, type: datetime}\n"), ["synth-dp-domain"]),
        (
            profile(columns=COLUMNS.replace("type: year", "type: year, transform: {bin: {width: 5}}")),
            ["synth-dp-transform"],
        ),
        (profile(ranges=RANGES + "      P.SEXE: {from: 1, to: 2, width: 1}\n"), ["reference-unknown-near"]),
        (profile(ranges=RANGES + "      P.SEX: {from: 1, to: 2, width: 1}\n"), ["synth-dp-range-kind"]),
        (profile(ranges=RANGES.replace("width: 10", "width: 0.5")), ["synth-dp-range-kind"]),
        (profile(ranges=RANGES.replace("to: 2009", "to: 1900")), ["dp-range-order"]),
        (profile(dp="    total_epsilon: 0.5\n"), ["dp-total-below"]),
        (profile(ranges=RANGES.replace("to: 2009", "to: 2009-01-01")), ["dp-range-kinds"]),
        (profile(ranges=RANGES.replace("from: 1920", "from: -90000")), ["dp-range-cells"]),
        (profile(ranges=RANGES.replace("from: 1920", "from: -1e308")), ["dp-range-cells"]),
        (profile(ranges=RANGES.replace("width: 10", "width: 1e-320")), ["dp-range-cells"]),
        (profile(dp="    mechanism: laplace\n"), ["bad-word"]),
        (profile().replace("epsilon: 1\n", "epsilon: 0\n"), ["not-above"]),
        (profile().replace("1e-6", "0.5"), ["too-large"]),
    ],
)
def test_what_would_make_the_promise_false_is_refused(tmp_path, text, expected):
    assert codes(tmp_path, text) == expected


def test_a_column_without_a_domain_is_named_at_its_line(tmp_path):
    text = profile(columns=COLUMNS + "      TOWN: {role: quasi}\n")
    (mistake,) = mistakes(tmp_path, text)

    assert mistake.facts["column"] == "P.TOWN"
    assert text.splitlines()[mistake.place.line - 1].strip().startswith("TOWN")
