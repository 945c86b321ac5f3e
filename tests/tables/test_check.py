"""``check`` tells everything at once: reading, values, keys, and columns that look like identifiers."""

import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import ExitCode, UsageError
from tables.check import check
from tables.problems import Severity
from tables.workdir import workdir
from tests.tables.factory import columns, messages, one_table, project

NAMES = ("Dupont", "Martin", "Petit", "Moreau", "Leroy", "Roux")


def found(loaded) -> list[tuple[str, str | None, str | None, int | None]]:
    """Code, table, column and record of each problem; every text can be made in both languages."""
    problems = check(loaded)
    for problem in problems:
        assert all(error_text(problem.as_error(), lang) for lang in Lang)
    return [(item.code, item.place.table, item.place.column, item.place.record) for item in problems]


def test_a_good_project_has_no_problem_and_keeps_no_trace(tmp_path):
    loaded = one_table(tmp_path, "a,b\nx,1\ny,2\n", columns(a="text", b="integer"))
    assert found(loaded) == []
    assert {path.name for path in tmp_path.iterdir()} == {"profile.yaml", "T.csv"}


def test_problems_of_all_tables_are_told_together(tmp_path):
    loaded = project(
        tmp_path,
        {
            "P": {
                "data": "id,mail,born,extra\nA,a@b.fr,1950,1\nA,b@c.fr,19,1\n,c@d.fr,1960,1\n",
                "columns": columns(id="direct", mail="text", born="year", gone="text"),
                "primary_key": ["id"],
                "person": ["id"],
            },
            "GONE": {
                "columns": columns(id="direct"),
                "foreign_keys": [{"columns": ["id"], "references": "P"}],
            },
            "V": {
                "data": "id,day\nA,2020-02-30\nZ,2020-01-01\nB,2020-01-01\n",
                "columns": columns(id="direct", day="date"),
                "foreign_keys": [{"columns": ["id"], "references": "P"}],
            },
            "RAGGED": {
                "data": "id\nA,1\n",
                "columns": columns(id="direct"),
                "foreign_keys": [{"columns": ["id"], "references": "P"}],
            },
        },
    )
    assert found(loaded) == [
        ("column-unlisted", "P", None, None),
        ("column-missing", "P", None, None),
        ("value-year", "P", "born", 2),
        ("key-null", "P", "id", 3),
        ("looks-like-email", "P", "mail", None),
        ("source-missing", "GONE", None, None),
        ("value-date", "V", "day", 1),
        ("source-ragged", "RAGGED", None, 1),
        ("key-duplicate", "P", None, 2),
        ("key-orphan", "V", None, 2),
    ]


def test_keys_are_not_judged_on_values_that_could_not_be_read(tmp_path):
    loaded = one_table(tmp_path, "n\n1\nx\ny\n", columns(n="integer"), primary_key=["n"])
    assert found(loaded) == [("value-integer", "T", "n", 2)]


def test_a_suspicion_points_at_the_line_of_the_profile(tmp_path):
    loaded = one_table(tmp_path, "NOM\nDupont\nMartin\n", columns(NOM="text"))
    (problem,) = check(loaded)
    assert (problem.severity, problem.in_profile) == (Severity.ERROR, True)
    error = problem.as_error()
    assert error.exit_code is ExitCode.PROFILE
    line = (tmp_path / "profile.yaml").read_text(encoding="utf-8").splitlines()[error.place.line - 1]
    assert '"role"' in line
    assert "Dupont" not in messages(error)


def test_a_person_key_that_is_not_direct_is_a_warning(tmp_path):
    loaded = one_table(tmp_path, "k\nx\ny\n", columns(k="text"), person=["k"])
    (problem,) = check(loaded)
    assert (problem.code, problem.severity) == ("person-not-direct", Severity.WARNING)


def test_what_is_only_worth_a_look_is_not_told_when_no_value_is_published(tmp_path):
    dropped = {"role": "quasi", "transform": "drop"}
    data = "lieu,code\nDurand,2A0000014\n" + "".join(f"{name},2B000002{n}\n" for n, name in enumerate(NAMES))
    kept = one_table(tmp_path, data, columns(lieu="text", code="text"))
    assert [code for code, *_ in found(kept)] == ["looks-like-name", "looks-like-finess"]
    assert found(one_table(tmp_path, data, columns(lieu=dropped, code=dropped))) == []


def test_what_is_certain_is_told_even_when_no_value_is_published(tmp_path):
    dropped = {"role": "other", "transform": "drop"}
    assert found(one_table(tmp_path, "x\na@b.fr\n", columns(x=dropped)))[0][0] == "looks-like-email"


def test_only_the_first_values_are_looked_at(tmp_path):
    data = "note\n" + "RAS\n" * 10_000 + "jean@exemple.fr\n" * 10
    assert found(one_table(tmp_path, data, columns(note="text"))) == []


def test_check_does_not_disturb_a_run(tmp_path):
    loaded = one_table(tmp_path, "a\nx\n", columns(a="text"))
    with workdir(tmp_path, "test"), pytest.raises(UsageError):
        check(loaded)


def test_check_works_in_another_folder_when_asked(tmp_path):
    (tmp_path / "work").mkdir()
    loaded = one_table(tmp_path, "a\nx\n", columns(a="text"))
    with workdir(tmp_path, "test"):
        assert check(loaded, base=tmp_path / "work") == []
