import pytest

from profiles.errors import ProfileError
from tests.profiles.factories import PROFILE, changed, codes, line_of, load, mistakes


def with_source(path):
    return changed(("persons.csv", f'"{path}"'))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../persons.csv", "path-parent"),
        ("data/../../persons.csv", "path-parent"),
        ("data/../persons.csv", "path-parent"),
        ("/etc/passwd", "path-absolute"),
        ("C:/persons.csv", "path-absolute"),
        ("C:persons.csv", "path-absolute"),
        (r"\\\\server\\share\\p.csv", "path-absolute"),
        (r"..\\persons.csv", "path-parent"),
        ("", "path-invalid"),
        (r"a\0b", "path-invalid"),
        (r"a\nb", "path-invalid"),
    ],
)
def test_a_path_that_leaves_the_folder_is_refused_at_its_line(tmp_path, path, code):
    text = with_source(path)
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.place.line) == (code, line_of(text, "path: "))
    assert mistake.place.key == "tables.PERSONS.source.path"


def test_a_path_inside_is_resolved_whether_the_file_exists_or_not(tmp_path):
    loaded = load(tmp_path, with_source("data/persons.csv"))
    assert loaded.resolve_source("PERSONS") == tmp_path.resolve() / "data" / "persons.csv"


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, target):
    outside, inside = tmp_path / "outside", tmp_path / "work"
    outside.mkdir()
    inside.mkdir()
    (outside / "persons.csv").write_text("ID\n")
    if target == "file":
        (inside / "persons.csv").symlink_to(outside / "persons.csv")
        assert codes(inside, PROFILE) == ["path-outside"]
    else:
        (inside / "data").symlink_to(outside)
        assert codes(inside, with_source("data/persons.csv")) == ["path-outside"]


def test_a_link_inside_the_folder_and_a_linked_folder_are_fine(tmp_path):
    real = tmp_path / "real"
    (real / "data").mkdir(parents=True)
    (real / "data" / "persons.csv").write_text("ID\n")
    (real / "persons.csv").symlink_to(real / "data" / "persons.csv")
    (tmp_path / "work").symlink_to(real)
    loaded = load(tmp_path / "work")
    assert loaded.resolve_source("PERSONS") == (real / "data" / "persons.csv").resolve()


def test_a_link_made_after_loading_is_refused_when_resolved(tmp_path):
    inside = tmp_path / "work"
    inside.mkdir()
    loaded = load(inside)
    (inside / "persons.csv").symlink_to(tmp_path / "other.csv")
    with pytest.raises(ProfileError) as caught:
        loaded.resolve_source("PERSONS")
    assert caught.value.code == "path-outside"


def test_a_circle_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert codes(tmp_path, with_source("a/persons.csv"))[0] in ("path-invalid", "path-outside")


def test_a_variable_leads_to_its_own_folder_and_no_further(tmp_path):
    data, work = tmp_path / "data", tmp_path / "work"
    data.mkdir()
    environ = {"DATA": str(data)}
    loaded = load(work, with_source("${DATA}/sub/persons.csv"), environ)
    assert loaded.resolve_source("PERSONS") == data.resolve() / "sub" / "persons.csv"
    assert codes(work, with_source("${DATA}/../persons.csv"), environ) == ["path-parent"]
    assert codes(work, with_source("${DATA}_other/persons.csv"), environ) == ["path-outside"]
    (data / "out.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert codes(work, with_source("${DATA}/out.csv"), environ) == ["path-outside"]


def test_a_default_or_a_middle_variable_gives_no_right_to_leave(tmp_path):
    assert codes(tmp_path, with_source("${DATA:-/etc}/passwd")) == ["path-absolute"]
    assert codes(tmp_path, with_source("sub/${DATA}"), {"DATA": "../../x"}) == ["path-parent"]


def test_a_variable_with_a_relative_value_stays_in_the_folder(tmp_path):
    assert codes(tmp_path, with_source("${DATA}/p.csv"), {"DATA": "../x"}) == ["path-parent"]
    loaded = load(tmp_path, with_source("${DATA}/p.csv"), {"DATA": "x"})
    assert loaded.resolve_source("PERSONS") == tmp_path.resolve() / "x" / "p.csv"


def test_a_hierarchy_stays_in_the_folder(tmp_path):
    text = changed(("{bin: {width: 5}}", "{generalize: {hierarchy: ../h.csv, level: 1}}"))
    (mistake,) = mistakes(tmp_path, text)
    assert (mistake.code, mistake.place.line) == ("path-parent", line_of(text, "hierarchy"))


@pytest.mark.parametrize(
    ("target", "code"),
    [(".", "export-own-folder"), ("./", "export-own-folder"), ("..", "path-parent"), ("/", "path-absolute")],
)
def test_the_public_folder_is_never_the_profiles_own(tmp_path, target, code):
    assert codes(tmp_path, PROFILE + f"export: {{to: {target}}}\n") == [code]


def test_a_variable_cannot_make_the_public_folder_contain_the_profile(tmp_path):
    work = tmp_path / "work"
    text = PROFILE + "export: {to: '${OUT}'}\n"
    assert codes(work, text, {"OUT": str(tmp_path)}) == ["export-own-folder"]
    loaded = load(work, text, {"OUT": str(tmp_path / "public")})
    assert loaded.resolve_export() == tmp_path.resolve() / "public"


def test_a_profile_without_export_says_so(tmp_path):
    with pytest.raises(ProfileError) as caught:
        load(tmp_path).resolve_export()
    assert caught.value.code == "no-export"
