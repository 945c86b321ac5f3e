import base64
import os
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue import Lang, error_text
from profiles.errors import ProfileError
from profiles.loading import ProfileErrors
from profiles.secrets import is_strong, new_secret, read_secret
from tests.profiles.factories import CANARY, PROFILE, changed, codes, line_of, load, mistakes

STRONG = "7b1f0c59a2e84d6399c0d1e2f3a4b5c6d7e8f90112233445566778899aabbccd"


def secret_of(folder, text=PROFILE, environ=None):
    return read_secret(load(folder, text, environ), environ or {})


def weak(folder, text=PROFILE, environ=None):
    with pytest.raises(ProfileError) as caught:
        secret_of(folder, text, environ)
    return caught.value


def test_a_variable_fills_any_scalar(tmp_path):
    text = changed(
        ("seed: 7", "seed: ${SEED}"), ("persons.csv", "'${NAME:-people}_${YEAR}.csv'"), ("Essai", "a $${b} c")
    )
    profile = load(tmp_path, text, {"SEED": "12", "YEAR": "2023"}).profile
    assert profile.seed == 12
    assert profile.tables["PERSONS"].source.path == "people_2023.csv"
    assert profile.title.fr == "a ${b} c"


@pytest.mark.parametrize("environ", [{}, {"SEED": ""}])
def test_a_missing_variable_shows_the_words_of_the_profile(tmp_path, environ):
    text = changed(("seed: 7", "seed: ${SEED?demandez la graine à Paul}"))
    (mistake,) = mistakes(tmp_path, text, environ)
    assert (mistake.code, mistake.place.line) == ("variable-missing-why", line_of(text, "seed:"))
    assert "demandez la graine à Paul" in error_text(mistake, Lang.FR)


def test_a_missing_variable_without_words_is_named(tmp_path):
    (mistake,) = mistakes(tmp_path, changed(("seed: 7", "seed: ${SEED}")))
    assert (mistake.code, mistake.facts["name"]) == ("variable-missing", "SEED")


@pytest.mark.parametrize("text", ["${", "${}", "${1A}", "${A B}", "${A"])
def test_a_variable_badly_written_is_refused(tmp_path, text):
    assert codes(tmp_path, changed(('fr: "Essai"', f"fr: '{text}'"))) == ["variable-syntax"]


def test_a_value_that_looks_like_a_variable_is_not_filled_again(tmp_path):
    profile = load(tmp_path, changed(("Essai", "${A}")), {"A": "${B}"}).profile
    assert profile.title.fr == "${B}"


def test_the_secret_is_not_read_when_the_profile_is_loaded(tmp_path):
    loaded = load(tmp_path, environ={"VITRAIL_KEY": CANARY})
    assert loaded.profile.secret.variable == "VITRAIL_KEY"
    assert CANARY not in repr(loaded) + repr(dict(loaded.anchors))


@pytest.mark.parametrize(
    "literal",
    [
        CANARY,
        f"'{CANARY}'",
        f"${{VITRAIL_KEY:-{CANARY}}}",
        f"x${{{CANARY.replace('-', '_')}}}",
        f"[{CANARY}]",
        f"{{value: {CANARY}}}",
        f"{{file: k, value: {CANARY}}}",
        f"{{variable: {CANARY}}}",
        f"{{file: [{CANARY}]}}",
    ],
)
def test_a_secret_written_in_the_profile_is_refused_and_never_shown(tmp_path, literal):
    text = changed(("${VITRAIL_KEY?la clé manque}", literal))
    with pytest.raises(ProfileErrors) as caught:
        load(tmp_path, text)
    error = caught.value
    assert (error.code, error.place.line) == ("secret-literal", line_of(text, "secret:"))
    shown = [error_text(error, lang) for lang in Lang]
    chain = [
        repr(error),
        repr(error.errors),
        str(error.facts),
        repr(error.__cause__),
        repr(error.__context__),
    ]
    assert not any(CANARY in words or CANARY.replace("-", "_") in words for words in shown + chain)


def test_the_variable_of_the_secret_may_serve_nowhere_else(tmp_path):
    text = changed(("Essai", "${VITRAIL_KEY}"))
    (mistake,) = mistakes(tmp_path, text, {"VITRAIL_KEY": CANARY})
    assert (mistake.code, mistake.place.line) == ("secret-used-elsewhere", line_of(text, "title:"))


def test_an_empty_secret_is_refused(tmp_path):
    assert codes(tmp_path, changed(("${VITRAIL_KEY?la clé manque}", "''"))) == ["secret-empty"]


def test_the_secret_comes_from_its_variable_without_blanks(tmp_path):
    assert secret_of(tmp_path, environ={"VITRAIL_KEY": f" {STRONG}\n"}) == STRONG.encode()


@pytest.mark.parametrize("environ", [{}, {"VITRAIL_KEY": ""}])
def test_an_absent_secret_says_how_to_make_one(tmp_path, environ):
    error = weak(tmp_path, environ=environ)
    words = error_text(error, Lang.FR)
    assert "la clé manque" in words
    assert "vitrail key new" in words


@pytest.mark.parametrize(
    "value",
    [
        "s3cr3t-of-mine",
        CANARY,
        "a" * 64,
        "0011" * 16,
        "correcthorsebatterystaple",
        "1234567890" * 3,
        pytest.param(secrets.token_hex(15), id="random"),
    ],
)
def test_a_weak_secret_is_refused_and_never_shown(tmp_path, value):
    error = weak(tmp_path, environ={"VITRAIL_KEY": value})
    words = [error_text(error, lang) for lang in Lang]
    assert error.code == "secret-weak"
    assert all("vitrail key new" in text and value not in text for text in words)
    assert error.facts == {}


@pytest.mark.parametrize("draw", range(20))
def test_random_secrets_in_the_usual_forms_are_accepted(draw):
    drawn = secrets.token_bytes(32)
    forms = [
        new_secret(),
        drawn.hex(),
        drawn.hex().upper(),
        secrets.token_hex(16),
        base64.b64encode(drawn).decode(),
        base64.b32encode(drawn).decode(),
        secrets.token_urlsafe(24),
    ]
    assert [form for form in forms if not is_strong(form)] == []


def test_a_new_secret_is_one_word_of_256_bits_and_never_the_same():
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    body = next(iter(made)).removeprefix("vitrail1_")
    assert len(base64.urlsafe_b64decode(body + "=")) == 32


@given(st.text(max_size=15))
def test_fewer_than_sixteen_characters_are_never_enough(value):
    assert not is_strong(value)


def with_key_file(folder, content, mode=0o600):
    path = folder / "cle.txt"
    path.write_bytes(content)
    path.chmod(mode)
    return changed(("${VITRAIL_KEY?la clé manque}", "{file: cle.txt}"))


def test_the_secret_comes_from_a_private_file(tmp_path):
    assert secret_of(tmp_path, with_key_file(tmp_path, STRONG.encode() + b"\n")) == STRONG.encode()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such mode bits")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o610])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    error = weak(tmp_path, with_key_file(tmp_path, STRONG.encode(), mode))
    assert (error.code, error.facts["mode"]) == ("secret-file-open", f"{mode:04o}")


def test_a_key_file_must_exist_and_hold_text(tmp_path):
    assert weak(tmp_path, with_key_file(tmp_path, b"\xff\xfe" * 40)).code == "secret-file-unreadable"
    assert weak(tmp_path, with_key_file(tmp_path, b"x" * 10_000)).code == "secret-file-unreadable"
    assert weak(tmp_path, with_key_file(tmp_path, b"")).code == "secret-weak"
    text = with_key_file(tmp_path, b"")
    (tmp_path / "cle.txt").unlink()
    assert weak(tmp_path, text).code == "secret-file-missing"


def test_a_key_file_stays_in_the_folder_unless_a_variable_leads_out(tmp_path):
    outside = tmp_path / "keys"
    outside.mkdir()
    with_key_file(outside, STRONG.encode())
    inside = tmp_path / "work"
    climbing = changed(("${VITRAIL_KEY?la clé manque}", "{file: ../keys/cle.txt}"))
    assert codes(inside, climbing) == ["path-parent"]
    led = changed(("${VITRAIL_KEY?la clé manque}", "{file: '${KEYS}/cle.txt'}"))
    assert secret_of(inside, led, {"KEYS": str(outside)}) == STRONG.encode()


def test_a_profile_without_secret_says_so_when_one_is_asked(tmp_path):
    text = """\
version: 1
id: sans
title: Sans clé
seed: 1
tables: {A: {source: {path: a.csv}, columns: {X: {role: other}}}}
"""
    assert weak(tmp_path, text).code == "secret-missing"
