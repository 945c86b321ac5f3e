import subprocess
import sys

import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import ExitCode, ProfileError
from profiles.loading import ProfileErrors, load_profile
from profiles.model import Kind, Role
from tests.profiles.factories import CANARY, PROFILE, changed, codes, line_of, load, mistakes, write


def test_the_profile_of_the_tests_loads(tmp_path):
    loaded = load(tmp_path)
    column = loaded.profile.tables["EVENTS"].columns["WHEN"]
    assert (column.role, column.type) == (Role.QUASI, Kind.DATE)
    assert loaded.folder == tmp_path.resolve()
    assert loaded.path == tmp_path / "profil.yaml"


def test_french_codes_survive_as_text(tmp_path):
    loaded = load(tmp_path, changed(("{1: homme, 2: femme}", "{01: homme, NO: femme, 12:30: autre}")))
    assert list(loaded.profile.tables["PERSONS"].columns["SEX"].values) == ["01", "NO", "12:30"]


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("role: quasi, type: year", "rol: quasi, type: year", "role"),
        ("primary_key", "primarykey", "primary_key"),
        ("source: {path", "source: {pth", "path"),
        ("risk:", "risque:", "risk"),
        ("{width: 5}", "{widht: 5}", "width"),
        ("references: PERSONS", "reference: PERSONS", "references"),
    ],
)
def test_an_unknown_key_names_the_nearest_one_and_only_that(tmp_path, old, new, near):
    text = changed((old, new))
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.facts["near"]) == ("unknown-key-near", near)
    assert mistake.place.line == line_of(text, new)
    assert mistake.place.file == str(tmp_path / "profil.yaml")


def test_an_unknown_key_close_to_nothing_lists_the_possible_ones(tmp_path):
    (mistake,) = mistakes(tmp_path, PROFILE + "zzzzzz: 1\n")
    assert mistake.code == "unknown-key"
    assert "tables" in mistake.facts["valid"]


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("role: quasi, values", "role: quasy, values", "quasi"),
        ("type: year", "type: yeer", "year"),
        ("{path: persons.csv}", "{path: persons.csv, encoding: latin1}", "latin-1"),
    ],
)
def test_a_bad_word_names_the_nearest_one(tmp_path, old, new, near):
    text = changed((old, new))
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.facts["near"]) == ("bad-word-near", near)
    assert mistake.place.line == line_of(text, new)


def test_a_misspelt_transform_names_the_nearest_one(tmp_path):
    for old, new in [("pseudonymize", "pseudonimise"), ("{bin: {width: 5}}", "{bine: {width: 5}}")]:
        (mistake,) = mistakes(tmp_path, changed((old, new)))
        assert mistake.code == "unknown-transform-near"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("seed: 7", "seed: seven", "not-integer"),
        ("seed: 7", "seed: -1", "too-small"),
        ("seed: 7\n", "", "missing-key"),
        ("version: 1", "version: 2", "version-unknown"),
        ("id: essai", "id: Été 2023", "bad-identifier"),
        ("{width: 5}", "{width: large}", "not-number"),
        ("{width: 5}", "{width: nan}", "not-number"),
        ("{width: 5}", "{width: 0}", "not-above"),
        ("{width: 5}", "{width: 5, edges: [1, 2]}", "bin-grid"),
        ("{width: 5}", "{edges: [2, 1]}", "bin-edges"),
        ("{width: 5}", "{width: 5, top: 1, bottom: 2}", "bin-limits"),
        ("{bin: {width: 5}}", "{clip: {}}", "clip-empty"),
        ("{bin: {width: 5}}", "{clip: [3, 2]}", "clip-limits"),
        ("{bin: {width: 5}}", "{generalize: {prefix: 2, hierarchy: x, level: 1}}", "generalize-way"),
        ("{bin: {width: 5}}", "{generalize: {hierarchy: x}}", "generalize-level"),
        ("{bin: {width: 5}}", "{}", "transform-empty"),
        ("{bin: {width: 5}}", "{keep: {}, round: {to: 2}}", "transform-alone"),
        ("{bin: {width: 5}}", "[bin]", "not-mapping"),
        ("{1: homme, 2: femme}", "[{1: homme}]", "values-list"),
        ("{1: homme, 2: femme}", "[]", "empty-list"),
        ("primary_key: [ID, RANK]", "primary_key: ID", "not-list"),
        ("columns: [ID, RANK]", "columns: []", "empty-list"),
        ("path: persons.csv", "path: [persons.csv]", "not-text"),
        ("      CODE: {role: sensitive}", "      CODE:", "not-mapping"),
    ],
)
def test_each_mistake_of_form_has_its_words(tmp_path, old, new, code):
    (mistake,) = mistakes(tmp_path, changed((old, new)))
    assert mistake.code == code
    assert mistake.place.line
    for lang in Lang:
        assert error_text(mistake, lang)


@pytest.mark.parametrize("until", ["2026", "86400", "31/12/2026", "2026-13-01"])
def test_a_date_is_written_in_full(tmp_path, until):
    waiver = f"waivers: [{{check: classes, until: '{until}', reason: une bonne raison, approved_by: DPO}}]\n"
    assert codes(tmp_path, PROFILE + waiver) == ["not-iso-date"]


def test_all_mistakes_come_at_once_in_the_order_of_the_lines(tmp_path):
    text = changed(
        ("seed: 7", "seed: x"), ("role: quasi, type", "rol: quasi, type"), ("type: date", "type: dat")
    )
    found = mistakes(tmp_path, text)
    assert [mistake.code for mistake in found] == ["not-integer", "unknown-key-near", "bad-word-near"]
    with pytest.raises(ProfileErrors) as caught:
        load(tmp_path, text)
    assert (caught.value.code, caught.value.place) == (found[0].code, found[0].place)
    assert caught.value.exit_code is ExitCode.PROFILE


@pytest.mark.parametrize(
    "part",
    [
        "synth: {engine: dp}",
        "synth: {engine: spark}",
    ],
)
def test_what_this_version_cannot_run_is_refused_by_name(tmp_path, part):
    name = part.strip().split(":")[0]
    (mistake,) = mistakes(tmp_path, PROFILE + part + "\n")
    assert mistake.code == "not-available"
    assert name in str(mistake.facts["name"])
    assert mistake.place.line == line_of(PROFILE + part, part)


def test_a_profile_of_ten_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: &x [\n" + b"*x, " * 2_500_000)
    with pytest.raises(ProfileError) as caught:
        load_profile(path, {})
    assert caught.value.code == "profile-too-big"


def test_a_missing_profile_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(ProfileError) as caught:
            load_profile(path, {})
        assert caught.value.code == "profile-missing"


def test_no_value_of_the_profile_is_ever_shown(tmp_path):
    places = [
        ("role: quasi, values", f"role: {CANARY}, values"),
        ("seed: 7", f"seed: {CANARY}"),
        ("type: year", f"type: {CANARY}"),
        ("{bin: {width: 5}}", f"{{bin: {{width: {CANARY}}}}}"),
        ("{path: persons.csv}", f"{{path: persons.csv, encoding: {CANARY}}}"),
        ("id: essai", f"id: '{CANARY} !'"),
    ]
    for change in places:
        for mistake in mistakes(tmp_path, changed(change)):
            shown = [error_text(mistake, lang) for lang in Lang] + [
                repr(mistake),
                repr(mistake.facts),
                str(mistake),
            ]
            assert not any(CANARY in words for words in shown)


def test_the_place_of_an_unwritten_key_is_its_nearest_parent(tmp_path):
    loaded = load(tmp_path)
    place = loaded.place(("tables", "EVENTS", "columns", "CODE", "transform"))
    assert (place.line, place.key) == (line_of(PROFILE, "CODE:"), "tables.EVENTS.columns.CODE.transform")


def test_the_digest_follows_the_bytes(tmp_path):
    first, same = load(tmp_path).digest, load(tmp_path).digest
    assert first == same
    assert load(tmp_path, PROFILE + "# a comment\n").digest != first


def test_loading_needs_none_of_the_heavy_libraries(tmp_path):
    path = write(tmp_path)
    code = (
        "import sys; from pathlib import Path; from profiles.loading import load_profile; "
        f"load_profile(Path({str(path)!r}), {{}}); "
        "print([name for name in ('pandas', 'pyarrow', 'duckdb', 'numpy', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
