"""CSV as French administrations write it comes in whole, value by value."""

import csv
import gzip
import io
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tables.sources.raw import BLOCK
from tests.tables.factory import columns, csv_rows, one_table, staged_rows

HEADER = ["code", "libellé"]
ROWS = [{"code": "01", "libellé": "Hôpital, « été »"}, {"code": "NO", "libellé": "12:30"}]


def text_of(delimiter: str = ";", end: str = "\n") -> str:
    lines = [HEADER, *([row["code"], '"' + row["libellé"] + '"'] for row in ROWS)]
    return end.join(delimiter.join(line) for line in lines) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_accents_survive_each_encoding_and_line_end(tmp_path, encoding, end):
    path = tmp_path / "t.csv"
    path.write_bytes(text_of(end=end).encode(encoding))
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    assert csv_rows(path, HEADER, delimiter=";", encoding=declared) == ROWS


def test_windows_signs_survive_cp1252(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("a;b\nœdème;10 €\nl’été;–\n".encode("cp1252"))
    rows = csv_rows(path, ["a", "b"], delimiter=";", encoding="cp1252")
    assert rows == [{"a": "œdème", "b": "10 €"}, {"a": "l’été", "b": "–"}]


def test_one_accent_that_could_be_utf8_is_still_latin1(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("a;b\nÂ±;é\n".encode("latin-1"))
    assert csv_rows(path, ["a", "b"], delimiter=";", encoding="latin-1") == [{"a": "Â±", "b": "é"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_is_read(tmp_path, delimiter):
    path = tmp_path / "t.csv"
    path.write_text(text_of(delimiter), encoding="utf-8")
    assert csv_rows(path, HEADER, delimiter=delimiter) == ROWS


def test_a_tsv_file_has_tabs_when_the_profile_says_nothing(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text(text_of("\t"), encoding="utf-8")
    assert csv_rows(path, HEADER) == ROWS


@pytest.mark.parametrize("members", [1, 2])
def test_gzip_is_unpacked_also_in_several_members(tmp_path, members):
    path = tmp_path / "t.csv.gz"
    raw = text_of().encode("utf-8")
    cut = len(raw) // members
    path.write_bytes(gzip.compress(raw[:cut]) + (gzip.compress(raw[cut:]) if members == 2 else b""))
    assert csv_rows(path, HEADER, delimiter=";") == ROWS


def test_another_quote_leaves_double_quotes_alone(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\nécran 5\" plat;'x;y'\n", encoding="utf-8")
    assert csv_rows(path, ["a", "b"], delimiter=";", quote="'") == [{"a": 'écran 5" plat', "b": "x;y"}]


def test_mixed_line_ends_and_a_last_line_without_end_are_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\r\n1,2\n3,4\r\n\n5,6")
    assert [row["a"] for row in csv_rows(path, ["a", "b"])] == ["1", "3", "5"]


def test_empty_is_null_quoted_or_not_and_spaces_are_kept(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,b\n,""\n x , \n')
    assert csv_rows(path, ["a", "b"]) == [{"a": None, "b": None}, {"a": " x ", "b": " "}]


def test_line_ends_inside_quotes_hold_across_the_blocks_of_a_large_file(tmp_path):
    path = tmp_path / "t.csv"
    value = 'ligne 1\r\nligne 2\n\nfin "citée" ; point'
    count = 80_000
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(["n", "texte"])
        writer.writerows([number, value] for number in range(count))
    assert path.stat().st_size > 3 << 20
    rows = csv_rows(path, ["n", "texte"], delimiter=";")
    assert [row["n"] for row in rows] == [str(number) for number in range(count)]
    assert {row["texte"] for row in rows} == {value}


def test_accents_hold_across_the_blocks_of_a_large_file(tmp_path):
    path = tmp_path / "t.csv"
    for encoding in ("utf-8", "latin-1"):
        lines = ("a,b\n" + "éà,ç\n" * 300_000).encode(encoding)
        path.write_bytes(lines)
        rows = csv_rows(path, ["a", "b"], encoding=encoding)
        assert len(rows) == 300_000
        assert {(row["a"], row["b"]) for row in rows} == {("éà", "ç")}


def test_a_character_cut_by_the_end_of_the_first_block_is_read(tmp_path):
    path = tmp_path / "t.csv"
    raw = ("ab\n" + "é\n" * 400_000).encode("utf-8")
    assert raw[BLOCK - 1] == 0xC3
    path.write_bytes(raw)
    assert {row["ab"] for row in csv_rows(path, ["ab"])} == {"é"}


def test_leading_zeros_and_words_that_yaml_would_change_survive_to_the_staged_table(tmp_path):
    loaded = one_table(
        tmp_path,
        "a;b;c\n01;NO;12:30\n00;Y;1e3\n",
        columns(a="text", b="text", c="text"),
        source={"delimiter": ";", "path": "T.csv"},
    )
    rows = staged_rows(loaded, tmp_path)
    assert [(row["a"], row["b"], row["c"]) for row in rows] == [("01", "NO", "12:30"), ("00", "Y", "1e3")]


CELL = st.text(
    st.one_of(
        st.sampled_from(string.ascii_letters + "0123456789 ;,\"'\r\n\t|é€ÿœ😀"), st.characters(codec="utf-8")
    ),
    max_size=12,
).filter(lambda text: "\0" not in text)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
    everything=st.booleans(),
    packed=st.booleans(),
)
def test_what_python_writes_is_what_we_read(rows, delimiter, end, everything, packed):
    out = io.StringIO(newline="")
    lone_return = any("\r" in cell for row in rows for cell in row)  # Python 3.11 does not quote it
    quoting = csv.QUOTE_ALL if everything or lone_return else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([["x", "y", "z"], *rows])
    raw = out.getvalue().encode("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(gzip.compress(raw) if packed else raw)
        read = csv_rows(path, ["x", "y", "z"], delimiter=delimiter)
    assert [[row[name] or "" for name in ("x", "y", "z")] for row in read] == rows
