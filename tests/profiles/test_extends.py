import pytest

from profiles.merging import shipped_bases
from profiles.yaml_text import parse
from tests.profiles.factories import PROFILE, codes, line_of, load, mistakes, write

BASE = """\
seed: 1
unlisted_columns: drop
tables:
  PERSONS:
    source: {path: base.csv, delimiter: ";"}
    columns:
      SEX: {role: quasi, transform: {map: {values: {1: a}}}, label: Sexe}
      BORN: {role: quasi, transform: {round: {to: 2}}}
"""


def extending(base="base.yaml"):
    return f"extends: {base}\n" + PROFILE


def test_a_profile_wins_over_its_base_key_by_key(tmp_path):
    write(tmp_path, BASE, "base.yaml")
    profile = load(tmp_path, extending()).profile
    persons = profile.tables["PERSONS"]
    assert (profile.seed, profile.unlisted_columns) == (7, "drop")
    assert (persons.source.path, persons.source.delimiter) == ("persons.csv", ";")
    assert persons.columns["SEX"].label.fr == "Sexe"


def test_a_transform_replaces_the_one_of_the_base_whole(tmp_path):
    write(tmp_path, BASE, "base.yaml")
    persons = load(tmp_path, extending()).profile.tables["PERSONS"]
    assert [name for name, _ in persons.columns["BORN"].transform.steps()] == ["bin"]
    assert [name for name, _ in persons.columns["SEX"].transform.steps()] == ["map"]


def test_a_mistake_in_a_base_names_the_base_and_its_line(tmp_path):
    wrong = BASE.replace("delimiter", "delimeter")
    write(tmp_path, wrong, "sub/base.yaml")
    (mistake,) = mistakes(tmp_path, extending("sub/base.yaml"))
    assert mistake.code == "unknown-key-near"
    assert (mistake.place.file, mistake.place.line) == (
        str(tmp_path / "sub" / "base.yaml"),
        line_of(wrong, "delimeter"),
    )


def test_a_base_has_its_own_base_relative_to_itself(tmp_path):
    write(tmp_path, "extends: ./root.yaml\n" + BASE, "sub/base.yaml")
    write(tmp_path, "policy: strict\nseed: 3\n", "sub/root.yaml")
    profile = load(tmp_path, extending("sub/base.yaml")).profile
    assert (profile.policy, profile.seed, profile.unlisted_columns) == ("strict", 7, "drop")


def test_the_digest_covers_the_base(tmp_path):
    write(tmp_path, BASE, "base.yaml")
    first = load(tmp_path, extending()).digest
    write(tmp_path, BASE + "# changed\n", "base.yaml")
    assert load(tmp_path, extending()).digest != first


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("../base.yaml", "path-parent"),
        ("/etc/base.yaml", "path-absolute"),
        ("absent.yaml", "extends-missing"),
        ("profil.yaml", "extends-cycle"),
        ("[a]", "extends-not-name"),
        ("open-dta", "extends-unknown-near"),
        ("zzzz", "extends-unknown"),
    ],
)
def test_a_base_that_cannot_be_is_refused_at_its_line(tmp_path, base, code):
    (mistake,) = mistakes(tmp_path, extending(base))
    assert (mistake.code, mistake.place.line) == (code, 1)


def test_two_bases_in_a_circle_are_refused(tmp_path):
    write(tmp_path, "extends: b.yaml\nseed: 1\n", "a.yaml")
    write(tmp_path, "extends: a.yaml\nseed: 1\n", "b.yaml")
    assert codes(tmp_path, extending("a.yaml")) == ["extends-cycle"]


def test_a_base_behind_a_link_out_of_the_folder_is_refused(tmp_path):
    write(tmp_path, BASE, "outside/base.yaml")
    inside = tmp_path / "work"
    inside.mkdir()
    (inside / "base.yaml").symlink_to(tmp_path / "outside" / "base.yaml")
    assert codes(inside, extending()) == ["path-outside"]


def test_every_shipped_base_is_plain_and_serves_a_profile(tmp_path):
    bases = shipped_bases()
    assert "open-data" in bases
    for name, content in bases.items():
        assert parse(content, name).data["version"] == "1"
    loaded = load(tmp_path, extending("open-data"))
    assert loaded.profile.export.licence == ("etalab-2.0",)
    assert loaded.place(("export", "licence")).file == "vitrail:open-data"


def test_a_table_or_a_column_left_empty_is_not_taken_from_the_base(tmp_path):
    more = "  VISITS:\n    source: {path: visits.csv}\n    columns: {ID: {role: direct, transform: drop}}\n"
    write(tmp_path, BASE.replace("      BORN:", "      TOWN: {role: quasi}\n      BORN:") + more, "base.yaml")
    removing = (
        extending()
        .replace("      SEX:", "      TOWN:\n      SEX:", 1)
        .replace("  EVENTS:", "  VISITS:\n  EVENTS:", 1)
    )
    profile = load(tmp_path, removing).profile

    assert set(profile.tables) == {"PERSONS", "EVENTS"}
    assert "TOWN" not in profile.tables["PERSONS"].columns
