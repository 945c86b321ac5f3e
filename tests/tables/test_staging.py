"""Keys are checked and each row knows its person, however far away that person is named."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import SourceError
from profiles.model import Profile
from tables.person import own_columns
from tables.staging import stage
from tests.tables.factory import columns, messages, one_table, project, staged_rows

PEOPLE = {
    "data": "psa,rank,born\nA,1,1950\nA,2,1950\nB,1,1960\n",
    "columns": columns(
        psa="direct", rank={"role": "direct", "type": "integer", "transform": "drop"}, born="year"
    ),
    "primary_key": ["psa", "rank"],
    "person": ["psa", "rank"],
}


def visits(data: str, **key) -> dict:
    return {
        "data": data,
        "columns": columns(
            n="integer", psa="direct", rank={"role": "direct", "type": "integer", "transform": "drop"}
        ),
        "primary_key": ["n"],
        "foreign_keys": [{"columns": ["psa", "rank"], "references": "P", **key}],
    }


def persons(loaded, folder, table) -> list[str]:
    return [row["__person"] for row in staged_rows(loaded, folder, table)]


def failure(loaded, folder) -> SourceError:
    with pytest.raises(SourceError) as caught:
        stage(loaded, folder / "staged")
    return caught.value


def test_a_composite_key_gives_the_person_as_canonical_text(tmp_path):
    data = "n,psa,rank\n1,B,1\n2,A,02\n3,A,1\n"
    loaded = project(tmp_path, {"P": PEOPLE, "V": visits(data)})
    assert persons(loaded, tmp_path, "V") == ["B\x1f1", "A\x1f2", "A\x1f1"]
    assert persons(loaded, tmp_path, "P") == ["A\x1f1", "A\x1f2", "B\x1f1"]


def test_a_table_staged_before_the_one_it_points_at_has_the_same_persons(tmp_path):
    loaded = project(tmp_path, {"V": visits("n,psa,rank\n1,B,1\n"), "P": PEOPLE})
    assert persons(loaded, tmp_path, "V") == ["B\x1f1"]


def test_the_only_table_without_person_has_one_a_row(tmp_path):
    loaded = one_table(tmp_path, "a\nx\nx\ny\n", columns(a="text"))
    assert [row["__person"] for row in staged_rows(loaded, tmp_path)] == ["row:1", "row:2", "row:3"]


def test_staged_columns_follow_the_profile_and_rows_the_source(tmp_path):
    loaded = one_table(tmp_path, "b,a\n9,x\n1,y\n5,\n", columns(a="text", b="integer"))
    staged = stage(loaded, tmp_path / "staged")
    table = pq.read_table(staged.tables["T"].path)
    assert table.column_names == ["a", "b", "__person"]
    assert table.column("b").to_pylist() == [9, 1, 5]
    assert staged.tables["T"].rows == 3


def deep(tmp_path, count=7):
    """Drugs point at services by (day, number), services at people: the day is typed by a format."""
    day = {"role": "other", "type": "date", "format": "%d/%m/%Y"}
    services = "".join(f"{n % 28 + 1:02d}/01/2020,{n},{'ABC'[n % 3]}\n" for n in range(count))
    drugs = "".join(f"{n % 28 + 1:02d}/01/2020,{n},{m}\n" for m in range(3) for n in reversed(range(count)))
    return project(
        tmp_path,
        {
            "DRUG": {
                "data": "day,num,line\n" + drugs,
                "columns": columns(day=day, num="integer", line="integer"),
                "foreign_keys": [{"columns": ["day", "num"], "references": "SERVICE"}],
            },
            "SERVICE": {
                "data": "day,num,who\n" + services,
                "columns": columns(day=day, num="integer", who="direct"),
                "primary_key": ["day", "num"],
                "foreign_keys": [{"columns": ["who"], "references": "PERSON"}],
            },
            "PERSON": {
                "data": "id\nA\nB\nC\n",
                "columns": columns(id="direct"),
                "primary_key": ["id"],
                "person": ["id"],
            },
        },
    )


@pytest.mark.parametrize("count", [7, 50_000])
def test_a_person_two_tables_away_is_found_and_rows_keep_their_order(tmp_path, count):
    loaded = deep(tmp_path, count)
    assert own_columns(loaded.profile, "DRUG") is None
    staged = stage(loaded, tmp_path / "staged")
    table = pq.read_table(staged.tables["DRUG"].path)
    numbers = [n for _ in range(3) for n in reversed(range(count))]
    assert table.column("num").to_pylist() == numbers
    assert table.column("__person").to_pylist() == ["ABC"[n % 3] for n in numbers]
    assert table.column("line").to_pylist() == [m for m in range(3) for _ in range(count)]
    assert table.column("day")[0].as_py() == date(2020, 1, (count - 1) % 28 + 1)


def test_a_key_carried_through_two_tables_needs_no_join(tmp_path):
    chain = {
        "tables": {
            "A": {"person": ["id"], "primary_key": ["id"], "columns": columns(id="direct")},
            "B": {
                "primary_key": ["who", "n"],
                "columns": columns(who="direct", n="integer"),
                "foreign_keys": [{"columns": ["who"], "references": "A"}],
            },
            "C": {
                "columns": columns(x="direct", m="integer"),
                "foreign_keys": [{"columns": ["m", "x"], "references": "B", "to": ["n", "who"]}],
            },
        }
    }
    for spec in chain["tables"].values():
        spec["source"] = {"path": "x.csv"}
    profile = Profile.model_validate({"version": 1, "id": "t", "title": "t", "seed": 1, **chain})
    assert [own_columns(profile, table) for table in "ABC"] == [("id",), ("who",), ("x",)]


def test_several_rows_of_one_person_are_fine_where_the_primary_key_is_finer(tmp_path):
    spec = {
        "data": "id,year\nA,2020\nA,2021\n",
        "columns": columns(id="direct", year="year"),
        "primary_key": ["id", "year"],
        "person": ["id"],
    }
    assert persons(project(tmp_path, {"P": spec}), tmp_path, "P") == ["A", "A"]


def test_the_same_source_gives_the_same_bytes(tmp_path):
    loaded = deep(tmp_path, 3000)
    for name in ("one", "two"):
        stage(loaded, tmp_path / name)
    for table in loaded.profile.tables:
        first, second = ((tmp_path / name / f"{table}.parquet").read_bytes() for name in ("one", "two"))
        assert first == second


def test_a_duplicate_primary_key_is_counted_and_placed(tmp_path):
    data = "psa,rank,born\nSECRET,1,1950\nB,1,1950\nSECRET,1,1951\nSECRET,1,1952\nB,1,1953\nC,1,1954\n"
    error = failure(project(tmp_path, {"P": {**PEOPLE, "data": data}}), tmp_path)
    assert (error.code, error.place.table, error.place.record) == ("key-duplicate", "P", 3)
    assert error.facts == {"columns": "psa, rank", "count": 2}
    assert "SECRET" not in messages(error)


def test_an_identifier_that_repeats_where_each_row_would_be_a_person_stops_the_run(tmp_path):
    data = "nir,code\nSECRET,a\nB,b\nSECRET,c\n"
    nir = {"role": "direct", "transform": "pseudonymize"}
    table = {"data": data, "columns": columns(nir=nir, code="text")}
    secret = "${VITRAIL_KEY}"
    error = failure(project(tmp_path, {"T": table}, secret=secret), tmp_path)
    assert (error.code, error.place.table, error.place.record) == ("person-undeclared", "T", 3)
    assert error.facts == {"columns": "nir", "count": 1}
    assert "SECRET" not in messages(error)


def test_a_broken_composite_foreign_key_is_counted_by_rows_and_by_keys(tmp_path):
    data = "n,psa,rank\n1,A,1\n2,SECRET,1\n3,SECRET,1\n4,A,3\n"
    error = failure(project(tmp_path, {"P": PEOPLE, "V": visits(data)}), tmp_path)
    assert (error.code, error.place.table, error.place.record) == ("key-orphan", "V", 2)
    assert error.facts == {"columns": "psa, rank", "target": "P", "rows": 3, "keys": 2}
    assert "SECRET" not in messages(error)
    assert "enregistrement n° 2" in error_text(error, Lang.FR)


@pytest.mark.parametrize(
    ("tables", "column", "record"),
    [
        ({"P": {**PEOPLE, "data": "psa,rank,born\nA,1,1950\n,1,1950\n"}}, "psa", 2),
        ({"P": PEOPLE, "V": visits("n,psa,rank\n1,A,1\n,A,1\n")}, "n", 2),
        ({"P": PEOPLE, "V": visits("n,psa,rank\n1,A,1\n2,A,1\n3,A,\n")}, "rank", 3),
    ],
    ids=["person", "primary key", "foreign key"],
)
def test_a_null_in_a_key_is_an_error(tmp_path, tables, column, record):
    error = failure(project(tmp_path, tables), tmp_path)
    assert (error.code, error.place.column, error.place.record) == ("key-null", column, record)


def test_an_optional_foreign_key_may_be_null_but_not_broken(tmp_path):
    doctors = {"data": "id\nD1\n", "columns": columns(id="direct"), "primary_key": ["id"], "person": ["id"]}
    spec = visits("n,psa,rank,doc\n1,A,1,D1\n2,A,1,\n")
    spec["columns"]["doc"] = columns(doc="direct")["doc"]
    spec["foreign_keys"].append({"columns": ["doc"], "references": "D", "optional": True})
    loaded = project(tmp_path, {"P": PEOPLE, "D": doctors, "V": spec})
    assert persons(loaded, tmp_path, "V") == ["A\x1f1", "A\x1f1"]
    (tmp_path / "V.csv").write_text("n,psa,rank,doc\n1,A,1,D9\n2,A,1,\n")
    error = failure(loaded, tmp_path)
    assert (error.code, error.facts["rows"], error.facts["target"]) == ("key-orphan", 1, "D")


def test_a_foreign_key_to_columns_that_repeat_is_an_error(tmp_path):
    spec = {
        "data": "psa\nA\n",
        "columns": columns(psa="direct"),
        "foreign_keys": [{"columns": ["psa"], "references": "P", "to": ["psa"], "optional": True}],
        "person": ["psa"],
    }
    error = failure(project(tmp_path, {"P": PEOPLE, "V": spec}), tmp_path)
    assert (error.code, error.place.table, error.place.record) == ("key-ambiguous", "P", 2)


def test_names_that_sql_could_misread_are_only_names(tmp_path):
    odd = 'a"; DROP'
    cols = {odd: columns(x="direct")["x"], "select": {"role": "other"}}
    loaded = project(
        tmp_path,
        {
            "l été": {
                "data": f'"{odd.replace(chr(34), chr(34) * 2)}",select\nx,1\n',
                "columns": cols,
                "primary_key": [odd],
                "person": [odd],
            }
        },
    )
    assert persons(loaded, tmp_path, "l été") == ["x"]


class Recorder:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.works: list[tuple[str, int | None, int]] = []
        self._now: tuple[str, int | None, int] | None = None

    def start(self, key: str, total: int | None, **facts: object) -> None:
        assert self._now is None
        self._now = (key, total, 0)

    def advance(self, amount: int) -> None:
        assert self._now is not None
        self._now = (self._now[0], self._now[1], self._now[2] + amount)

    def done(self) -> None:
        assert self._now is not None
        self.works.append(self._now)
        self._now = None


def test_progress_reaches_its_total_and_each_key_has_a_text(tmp_path):
    from profiles.catalogue import has

    told = Recorder()
    stage(deep(tmp_path), tmp_path / "staged", told)
    assert [key for key, _, _ in told.works] == ["stage-read"] * 3 + ["stage-keys", "stage-person"]
    assert all(done == total for _, total, done in told.works)
    assert all(has(f"progress.{key}") for key, _, _ in told.works)
