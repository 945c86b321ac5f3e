"""Several files are one table: sorted, alike, and inside of the profile's folder."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.errors import ProfileError, SourceError
from tables.staging import stage
from tests.tables.factory import columns, project, staged_rows


def files(folder, **contents):
    """``a_b="…"`` writes ``a_b.csv`` into ``dossier``."""
    (folder / "dossier").mkdir(exist_ok=True)
    for name, text in contents.items():
        (folder / "dossier" / f"{name}.csv").write_text(text, "utf-8")


def table(folder, cols, path, **more):
    source = {"path": path, **more.pop("source", {})}
    return project(folder, {"T": {"columns": cols, "source": source}}, **more)


def refused(folder, cols, path, **more):
    with pytest.raises((SourceError, ProfileError)) as caught:
        stage(table(folder, cols, path, **more), folder / "staged")
    return caught.value


TWO = columns(id="text", n="integer")


def test_files_of_a_pattern_are_one_table_in_the_order_of_their_names(tmp_path):
    files(tmp_path, p_2021="id,n\nc,3\n", p_2020="id,n\na,1\nb,2\n", autre="x\n1\n")
    rows = staged_rows(table(tmp_path, TWO, "dossier/p_*.csv"), tmp_path)
    assert [(row["id"], row["n"]) for row in rows] == [("a", 1), ("b", 2), ("c", 3)]


def test_a_pattern_may_go_through_folders(tmp_path):
    for year in ("2021", "2020"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "p.csv").write_text(f"id,n\nx,{year}\n")
    assert [row["n"] for row in staged_rows(table(tmp_path, TWO, "20??/p.csv"), tmp_path)] == [2020, 2021]


def test_a_file_whose_name_holds_a_sign_of_patterns_is_itself(tmp_path):
    files(tmp_path, **{"p[1]": "id,n\na,1\n", "p1": "id,n\nb,2\n"})
    assert [row["id"] for row in staged_rows(table(tmp_path, TWO, "dossier/p[1].csv"), tmp_path)] == ["a"]


@pytest.mark.parametrize("other", ["id,m\nc,3\n", "n,id\n3,c\n", "id\nc\n", "id,n,x\nc,3,4\n"])
def test_another_header_is_refused_by_the_name_of_its_file(tmp_path, other):
    files(tmp_path, p1="id,n\na,1\n", p2=other)
    error = refused(tmp_path, TWO, "dossier/p*.csv", unlisted_columns="drop")
    assert (error.code, error.place.file) == ("source-parts-header", "dossier/p2.csv")
    assert error.facts == {"first": "dossier/p1.csv"}


def test_a_wrong_value_is_told_by_the_file_and_its_record_there(tmp_path):
    files(tmp_path, p1="id,n\na,1\nb,2\n", p2="id,n\nc,3\nd,x\n", p3="id,n\ne,5\n")
    place = refused(tmp_path, TWO, "dossier/p*.csv").place
    assert (place.file, place.record, place.column) == ("dossier/p2.csv", 2, "n")


def test_a_damaged_file_is_told_by_its_name(tmp_path):
    files(tmp_path, p1="id,n\na,1\n", p2='id,n\n"b,2\n')
    error = refused(tmp_path, TWO, "dossier/p*.csv")
    assert (error.code, error.place.file) == ("source-quote-open", "dossier/p2.csv")
    assert not list((tmp_path / "staged").glob("T*"))


def test_an_empty_file_is_told_by_its_name(tmp_path):
    files(tmp_path, p1="id,n\na,1\n", p2="")
    error = refused(tmp_path, TWO, "dossier/p*.csv")
    assert (error.code, error.place.file) == ("source-zero-bytes", "dossier/p2.csv")


def test_no_file_at_all_tells_how_to_obtain_some(tmp_path):
    assert refused(tmp_path, TWO, "dossier/p*.csv").code == "source-parts-none"
    source = {"obtain": "Ask."}
    assert refused(tmp_path, TWO, "dossier/p*.csv", source=source).code == "source-missing-obtain"


def test_files_of_two_formats_are_refused(tmp_path):
    files(tmp_path, p1="id,n\na,1\n")
    pq.write_table(pa.table({"id": ["b"], "n": [2]}), tmp_path / "dossier" / "p2.parquet")
    error = refused(tmp_path, TWO, "dossier/p*")
    assert (error.code, error.place.file) == ("source-parts-format", "dossier/p2.parquet")


def test_a_folder_that_fits_the_pattern_is_refused(tmp_path):
    files(tmp_path, p1="id,n\na,1\n")
    (tmp_path / "dossier" / "p2.csv").mkdir()
    assert refused(tmp_path, TWO, "dossier/p*.csv").code == "source-not-a-file"


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    outside, inside = tmp_path / "dehors", tmp_path / "projet"
    inside.mkdir()
    files(inside, p1="id,n\na,1\n")
    outside.mkdir()
    (outside / "secret.csv").write_text("id,n\nz,9\n")
    (inside / "dossier" / "p2.csv").symlink_to(outside / "secret.csv")
    assert refused(inside, TWO, "dossier/p*.csv").code == "path-outside"


@pytest.mark.parametrize("path", ["../*.csv", "/etc/*.csv", "dossier/../../*.csv"])
def test_a_pattern_stays_in_the_folder(tmp_path, path):
    assert refused(tmp_path, TWO, path).code in {"path-parent", "path-absolute"}


PARTED = columns(id="text", annee="year", dep="text")


def partitions(folder, **types):
    """What Spark or Hive would write, with their own files beside."""
    rows = {"annee=2020/dep=01": ["a", "b"], "annee=2021/dep=2A": ["c"], "annee=2021/dep=%C3%A9": ["d"]}
    rows["annee=2021/dep=__HIVE_DEFAULT_PARTITION__"] = ["e"]
    for name, ids in rows.items():
        (folder / "T" / name).mkdir(parents=True)
        pq.write_table(pa.table({"id": ids}), folder / "T" / name / "part-0.parquet")
    (folder / "T" / "_SUCCESS").write_bytes(b"")
    (folder / "T" / "annee=2020" / ".part-0.crc").write_bytes(b"x")


@pytest.mark.parametrize("path", ["T", "T/"])
def test_folders_of_a_partitioned_table_become_columns(tmp_path, path):
    partitions(tmp_path)
    rows = staged_rows(table(tmp_path, PARTED, path), tmp_path)
    found = [(row["id"], row["annee"], row["dep"]) for row in rows]
    expected = [("a", 2020, "01"), ("b", 2020, "01"), ("d", 2021, "é"), ("c", 2021, "2A"), ("e", 2021, None)]
    assert found == expected


def test_a_column_that_a_folder_tells_must_be_listed(tmp_path):
    partitions(tmp_path)
    assert refused(tmp_path, columns(id="text", dep="text"), "T").code == "column-unlisted"


def test_a_folder_beside_the_partitions_is_refused(tmp_path):
    partitions(tmp_path)
    (tmp_path / "T" / "autre").mkdir()
    pq.write_table(pa.table({"id": ["x"]}), tmp_path / "T" / "autre" / "p.parquet")
    error = refused(tmp_path, PARTED, "T")
    assert (error.code, error.place.file) == ("source-parts-folder", "T/autre/p.parquet")


def test_a_level_that_is_missing_is_refused(tmp_path):
    partitions(tmp_path)
    pq.write_table(pa.table({"id": ["x"]}), tmp_path / "T" / "annee=2021" / "p.parquet")
    error = refused(tmp_path, PARTED, "T")
    assert (error.code, error.place.file) == ("source-parts-header", "T/annee=2021/p.parquet")


def test_a_stranger_in_the_folder_is_refused(tmp_path):
    partitions(tmp_path)
    (tmp_path / "T" / "annee=2020" / "x.csv").write_text("id\n1\n")
    error = refused(tmp_path, PARTED, "T")
    assert (error.code, error.place.file) == ("source-parts-stranger", "T/annee=2020/x.csv")


def test_a_folder_ending_like_a_file_is_read(tmp_path):
    (tmp_path / "T.parquet").mkdir()
    for number in (2, 1):
        part = pa.table({"id": [str(number)], "n": [number], "d": [date(2020, 1, number)]})
        pq.write_table(part, tmp_path / "T.parquet" / f"part-{number}.parquet")
    rows = staged_rows(table(tmp_path, columns(id="text", n="integer", d="date"), "T.parquet"), tmp_path)
    assert [(row["id"], row["n"], row["d"].day) for row in rows] == [("1", 1, 1), ("2", 2, 2)]


def test_parts_of_other_types_are_refused(tmp_path):
    (tmp_path / "T").mkdir()
    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "T" / "1.parquet")
    pq.write_table(pa.table({"id": [2]}), tmp_path / "T" / "2.parquet")
    error = refused(tmp_path, columns(id="text"), "T")
    assert (error.code, error.place.file, error.place.column) == ("source-parts-type", "T/2.parquet", "id")


def test_a_profile_with_columns_of_folders_only_is_refused(tmp_path):
    partitions(tmp_path)
    error = refused(tmp_path, columns(annee="year"), "T", unlisted_columns="drop")
    assert error.code == "source-parts-only-folders"


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "T").mkdir()
    assert refused(tmp_path, PARTED, "T").code == "source-parts-none"
