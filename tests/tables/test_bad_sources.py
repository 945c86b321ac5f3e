"""Each bad source gives one error: its code, exit 4, its place, a remedy, and no value of the data."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from profiles.catalogue import Lang, error_text, has
from profiles.errors import ExitCode, ProfileError, SourceError
from tables.sources.raw import BLOCK
from tables.staging import stage
from tests.tables.factory import columns, messages, one_table, project

CANARY = "DUPONT-CANARI"
TWO = columns(a="text", b="text")


def failure(loaded, folder) -> SourceError:
    """The error of staging, checked for what every error must hold."""
    with pytest.raises(SourceError) as caught:
        stage(loaded, folder / "staged")
    error = caught.value
    assert error.exit_code is ExitCode.SOURCE
    assert error.place.file
    assert error.place.table
    assert has(f"error.{error.code}.remedy")
    assert CANARY not in messages(error)
    assert error.__suppress_context__ or error.__context__ is None
    return error


TEXTS = {
    "ragged-short": (f"a,b\n1,2\n{CANARY}\n", "source-ragged", {"record": 2}),
    "ragged-long": (f"a,b\n1,2\n\n3,{CANARY},5\n", "source-ragged", {"record": 2}),
    "utf-8": (b"a,b\n1,2\n" + CANARY.encode() + b",caf\xe9\n", "source-encoding", {"line": 3}),
    "utf-8 cut at the end": (b"a,b\n1,caf\xc3", "source-encoding", {"line": 2}),
    "utf-16": (f"a,b\n1,{CANARY}\n".encode("utf-16"), "source-utf16", {}),
    "utf-16 without mark": (f"a,b\n1,{CANARY}\n".encode("utf-16-le"), "source-nul", {"line": 1}),
    "nul": (f"a,b\n1,2\n{CANARY},x\0y\n", "source-nul", {"line": 3}),
    "no record": ("a,b\n", "source-empty", {}),
    "no record, no line end": ("a,b", "source-empty", {}),
    "zero bytes": ("", "source-zero-bytes", {}),
    "blank lines": ("\n\n", "source-no-header", {}),
    "quote never closed": (f'a,b\n1,2\n3,"{CANARY}\n5,6\n', "source-quote-open", {"line": 3}),
    "quote closed by the next": (f'a,b\n1,"{CANARY}\n2,"def"\n3,4\n', "source-quote", {"line": 3}),
    "quote inside a bare value": (f'a,b\n1,{CANARY}"x\n', "source-quote", {"line": 2}),
    "text after a closed quote": (f'a,b\n1,"x"{CANARY}\n', "source-quote", {"line": 2}),
    "delimiter": (f"a;b\n1;{CANARY}\n", "header-delimiter", {}),
    "no header": (f"{CANARY},x\n1,2\n", "header-unknown", {}),
    "repeated name": (f"a,b,b\n1,2,{CANARY}\n", "header-duplicate", {}),
    "column without name": (f"a,b,\n1,2,{CANARY}\n", "header-unnamed", {}),
    "unlisted column": (f"a,b,bb\n1,2,{CANARY}\n", "column-unlisted", {}),
    "missing column": (f"a\n{CANARY}\n", "column-missing", {}),
    "zip": (b"PK\x03\x04" + CANARY.encode(), "source-not-text", {}),
}


@pytest.mark.parametrize(("data", "code", "place"), TEXTS.values(), ids=TEXTS.keys())
def test_a_bad_text_is_refused(tmp_path, data, code, place):
    error = failure(one_table(tmp_path, data, TWO), tmp_path)
    assert error.code == code
    assert {name: getattr(error.place, name) for name in place} == place


SINGLE_BYTE = {
    "byte that cp1252 lacks": (b"a,b\n1,x\n2,\x81\n", "cp1252", "source-encoding", 3),
    "utf-8 said to be latin-1": ("a,b\n1,été à Nîmes\n".encode(), "latin-1", "source-encoding-utf8", None),
    "utf-8 with mark said to be cp1252": (
        "\ufeffa,b\n1,x\n".encode(),
        "cp1252",
        "source-encoding-utf8",
        None,
    ),
    "cp1252 said to be latin-1": (
        "a,b\n1,x\n2,œdème\n".encode("cp1252"),
        "latin-1",
        "source-encoding-cp1252",
        3,
    ),
}


@pytest.mark.parametrize(("data", "encoding", "code", "line"), SINGLE_BYTE.values(), ids=SINGLE_BYTE.keys())
def test_a_wrong_encoding_is_recognised(tmp_path, data, encoding, code, line):
    error = failure(one_table(tmp_path, data, TWO, source={"encoding": encoding}), tmp_path)
    assert (error.code, error.place.line) == (code, line)


def test_the_probable_delimiter_is_told(tmp_path):
    error = failure(one_table(tmp_path, "a\tb\n1\t2\n", TWO), tmp_path)
    assert '"\\t"' in error_text(error, Lang.FR)


def test_an_unlisted_column_is_shown_with_the_name_that_was_meant(tmp_path):
    loaded = one_table(tmp_path, "BEN_SEX_CDO,a\n1,2\n", columns(BEN_SEX_COD="text", a="text"))
    error = failure(loaded, tmp_path)
    assert error.facts["names"] == "BEN_SEX_CDO (BEN_SEX_COD ?)"


def test_unlisted_columns_can_be_left_out(tmp_path):
    spec = {"data": "a,x,,b,x\n1,9,9,2,9\n", "columns": TWO}
    loaded = project(tmp_path, {"T": spec}, unlisted_columns="drop")
    staged = stage(loaded, tmp_path / "staged")
    assert pq.read_table(staged.tables["T"].path).column_names == ["a", "b", "__person"]


def test_a_missing_file_is_told_with_how_to_obtain_it(tmp_path):
    loaded = project(tmp_path, {"T": {"columns": TWO}})
    assert failure(loaded, tmp_path).code == "source-missing"
    loaded = project(tmp_path, {"T": {"columns": TWO, "source": {"obtain": {"fr": "au DIM", "en": "ask"}}}})
    error = failure(loaded, tmp_path)
    assert error.code == "source-missing-obtain"
    assert error_text(error, Lang.FR).endswith("au DIM")
    assert error_text(error, Lang.EN).endswith("ask")


def test_a_folder_is_no_table(tmp_path):
    (tmp_path / "T.csv").mkdir()
    assert failure(project(tmp_path, {"T": {"columns": TWO}}), tmp_path).code == "source-not-a-file"


def test_an_unknown_ending_is_the_profiles_mistake(tmp_path):
    loaded = one_table(tmp_path, "a,b\n1,2\n", TWO, source={"path": "T.dat"})
    with pytest.raises(ProfileError) as caught:
        stage(loaded, tmp_path / "staged")
    assert (caught.value.code, caught.value.exit_code) == ("source-format", 2)
    assert stage(one_table(tmp_path, "a,b\n1,2\n", TWO, source={"path": "T.dat", "format": "csv"}), tmp_path)


@pytest.mark.parametrize("quote", ["é", ",", "\n"])
def test_a_dialect_that_cannot_be_read_is_the_profiles_mistake(tmp_path, quote):
    with pytest.raises(ProfileError) as caught:
        stage(one_table(tmp_path, "a,b\n1,2\n", TWO, source={"quote": quote}), tmp_path / "staged")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("keep", [0.999, 0.5, 0.01])
def test_a_gzip_that_is_cut_short_is_refused(tmp_path, keep):
    packed = gzip.compress(b"a,b\n" + "".join(f"{n},{CANARY}{n}\n" for n in range(5000)).encode())
    data = packed[: int(len(packed) * keep)]
    loaded = one_table(tmp_path, data, TWO, source={"path": "T.csv.gz"})
    assert failure(loaded, tmp_path).code == "source-gzip-damaged"


@pytest.mark.parametrize("keep", [0.99, 0.5, 0.001])
def test_a_parquet_that_is_cut_short_is_refused(tmp_path, keep):
    path = tmp_path / "T.parquet"
    pq.write_table(pa.table({"a": [CANARY] * 5000, "b": [str(n) for n in range(5000)]}), path)
    path.write_bytes(path.read_bytes()[: max(1, int(path.stat().st_size * keep))])
    loaded = project(tmp_path, {"T": {"columns": TWO, "source": {"path": "T.parquet"}}})
    assert failure(loaded, tmp_path).code == "source-parquet-damaged"


def test_a_parquet_with_damaged_pages_is_refused(tmp_path):
    path = tmp_path / "T.parquet"
    pq.write_table(pa.table({"a": [f"{CANARY}{n}" for n in range(5000)], "b": ["x"] * 5000}), path)
    raw = bytearray(path.read_bytes())
    raw[8:400] = b"\xff" * 392
    path.write_bytes(raw)
    loaded = project(tmp_path, {"T": {"columns": TWO, "source": {"path": "T.parquet"}}})
    assert failure(loaded, tmp_path).code == "source-parquet-damaged"


def test_an_empty_parquet_is_an_empty_table(tmp_path):
    pq.write_table(
        pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())}), tmp_path / "T.parquet"
    )
    loaded = project(tmp_path, {"T": {"columns": TWO, "source": {"path": "T.parquet"}}})
    assert failure(loaded, tmp_path).code == "source-empty"


def test_an_unclosed_quote_at_the_head_of_a_large_file_is_found(tmp_path):
    data = f'a,b\n1,"{CANARY}\n' + "2,3\n" * BLOCK
    error = failure(one_table(tmp_path, data, TWO), tmp_path)
    assert error.code in ("source-quote-open", "source-record-too-long")
    assert error.place.line == 2


def test_a_record_longer_than_several_blocks_is_refused(tmp_path):
    data = "a,b\n1,2\n" + f'3,"{CANARY * (BLOCK // 3)}"\n' + "4,5\n" * BLOCK
    error = failure(one_table(tmp_path, data, TWO), tmp_path)
    assert (error.code, error.place.line) == ("source-record-too-long", 3)


def test_a_ragged_line_far_into_a_large_file_has_its_record_number(tmp_path):
    data = "a,b\n" + '1,"x\ny"\n' * 400_000 + f"{CANARY}\n" + "1,2\n" * 10
    error = failure(one_table(tmp_path, data, TWO), tmp_path)
    assert (error.code, error.place.record) == ("source-ragged", 400_001)
    assert (error.facts["expected"], error.facts["found"]) == (2, 1)


VALUES = {
    "integer": ("integer", ["1", CANARY, "1.0"], "value-integer"),
    "hexadecimal": ("integer", ["1", "0x1F", "9223372036854775808"], "value-integer"),
    "number": ("number", ["1.5", "1,5", "nan"], "value-number"),
    "date": ("date", ["2020-02-29", "2020-02-31", "2019-02-29"], "value-date"),
    "french date": (
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        ["28/02/2020", "31/02/2020", CANARY],
        "value-date",
    ),
    "datetime": ("datetime", ["2020-01-01 10:00", "2020-01-01", "2020-01-01 25:00"], "value-datetime"),
    "year": ("year", ["1980", "1066", "3000"], "value-year"),
    "boolean": ("boolean", ["oui", CANARY, "peut-être"], "value-boolean"),
    "codes": ({"role": "other", "values": ["01", "02"]}, ["01", "0001", CANARY], "value-unknown"),
}


@pytest.mark.parametrize("code", ["header-duplicate", "header-unnamed", "column-unlisted", "column-missing"])
def test_no_record_is_read_under_a_wrong_header(tmp_path, code):
    data = next(data for data, found, _ in TEXTS.values() if found == code)
    failure(one_table(tmp_path, data, TWO), tmp_path)
    assert list((tmp_path / "staged").iterdir()) == []


@pytest.mark.parametrize(("column", "texts", "code"), VALUES.values(), ids=VALUES.keys())
def test_values_of_the_wrong_type_are_counted_and_placed_but_not_shown(tmp_path, column, texts, code):
    lines = "".join(f'{number},"{text}"\n' for number, text in enumerate(texts))
    error = failure(one_table(tmp_path, "a,v\n" + lines, columns(a="text", v=column)), tmp_path)
    assert (error.code, error.place.column, error.place.record) == (code, "v", 2)
    assert error.facts["count"] == 2
    for text in texts[1:]:
        assert text not in messages(error)


def test_bad_values_are_counted_over_the_whole_table(tmp_path):
    data = "a,v\n" + "1,1\n" * 300_000 + "1,x\n" * 7 + "1,1\n" * 300_000 + "1,y\n"
    error = failure(one_table(tmp_path, data, columns(a="text", v="integer")), tmp_path)
    assert (error.place.record, error.facts["count"]) == (300_001, 8)


def test_the_catalogue_has_both_languages_for_every_error_of_the_room():
    from profiles.catalogue import catalogue

    codes = {code for _, code, _ in TEXTS.values()} | {code for _, _, code in VALUES.values()}
    for code in codes:
        for key in (f"error.{code}", f"error.{code}.remedy"):
            assert set(catalogue()[key]) == {"fr", "en"}
