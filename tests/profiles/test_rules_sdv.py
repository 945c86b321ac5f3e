"""What SDV's open version takes is said when the profile is read, before any data are."""

import pytest

from profiles.catalogue import Lang, error_text
from tests.profiles.factories import PROFILE, codes, mistakes

HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 7\n"
SECRET = "secret: ${VITRAIL_KEY?la clé manque}\n"


def star(children: int = 1, *, engine: str = "sdv-hma", extra: str = "") -> str:
    """Persons, ``children`` tables that point at them, and what ``extra`` adds."""
    text = HEAD + SECRET + "tables:\n"
    text += (
        "  P:\n    source: {path: p.csv}\n    primary_key: [ID]\n    person: [ID]\n"
        "    columns: {ID: {role: direct, transform: pseudonymize}, SEX: {role: quasi}}\n"
    )
    for number in range(children):
        text += (
            f"  C{number}:\n    source: {{path: c{number}.csv}}\n    primary_key: [KEY]\n"
            "    foreign_keys: [{columns: [ID], references: P}]\n"
            "    columns: {ID: {role: direct, transform: inherit},"
            " KEY: {role: direct, transform: pseudonymize}, CODE: {role: other}}\n"
        )
    return text + extra + f"synth: {{engine: {engine}}}\n"


DEEP = (
    "  D:\n    source: {path: d.csv}\n    foreign_keys: [{columns: [KEY], references: C0}]\n"
    "    columns: {KEY: {role: direct, transform: inherit}, NOTE: {role: other}}\n"
)
SECOND_ROOT = (
    "  Q:\n    source: {path: q.csv}\n    primary_key: [ID]\n    person: [ID]\n"
    "    columns: {ID: {role: direct, transform: pseudonymize}}\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (star(1), []),
        (star(4), []),
        (star(5), ["synth-hma-tables"]),
        (star(0), ["synth-hma-tables"]),
        (star(1, extra=DEEP), ["synth-hma-depth"]),
        (star(1, extra=SECOND_ROOT), ["synth-hma-root"]),
        (PROFILE + "synth: {engine: sdv-hma}\n", ["synth-hma-key"]),
        (star(0, engine="sdv-gaussian-copula"), []),
        (star(0, engine="sdv-ctgan, epochs: 10"), []),
        (star(1, engine="sdv-ctgan"), ["synth-sdv-single"]),
        (star(1, engine="sdv-tvae"), ["synth-sdv-single"]),
        (star(1, engine="sdv-hma, rules: []"), ["synth-other-engine"]),
        (star(1, engine="sdv-hma, epochs: 3"), ["synth-other-engine"]),
        (star(1, engine="sdv-hma, synthesizer: ctgan"), ["synth-other-engine"]),
        (star(1, engine="pathway, synthesizer: ctgan, epochs: 3"), []),
        (star(1, engine="pathway, synthesizer: gaussian-copula"), []),
        (star(1, engine="pathway, epochs: 3"), ["synth-epochs"]),
        (star(1, engine="pathway, synthesizer: copula"), ["bad-word-near"]),
        (star(1, engine="sdv-hmac"), ["bad-word-near"]),
    ],
)
def test_limits_of_sdv_are_known_beforehand(tmp_path, text, expected):
    assert codes(tmp_path, text) == expected


def test_the_message_says_which_limit_and_which_tables(tmp_path):
    (mistake,) = mistakes(tmp_path, star(5))
    words = error_text(mistake, Lang.EN)

    assert "2 to 5 tables" in str(words)
    assert "P, C0, C1, C2, C3, C4" in str(words)
    (deep,) = mistakes(tmp_path, star(1, extra=DEEP))
    assert "D → C0" in str(error_text(deep, Lang.FR))
