"""A real PostgreSQL is read as the same values as its CSV would be, and its password is never shown."""

import json
import os
import subprocess
import sys
from datetime import date, datetime

import pytest

from profiles.errors import ProfileError, SourceError
from profiles.loading import load_profile
from tables.check import check
from tables.staging import stage
from tests.tables import postgres
from tests.tables.factory import columns, messages, staged_rows
from tests.tables.test_sources_agree import KINDS, ROWS


@pytest.fixture(scope="module")
def server():
    reason = postgres.missing()
    if reason is not None:
        pytest.skip(reason)
    with postgres.started() as running:
        yield running


def profile(folder, cols, source, **spec):
    """Write a profile that reads table ``T`` from the database that ``${BASE}`` names."""
    source = {"database": "${BASE}", **source}
    tables = {"T": {"source": source, "columns": dict(cols), **spec}}
    whole = {"version": 1, "id": "test", "title": "Test", "seed": 1, "tables": tables}
    path = folder / "profile.yaml"
    path.write_text(json.dumps(whole, indent=1))
    return path


def loaded_from(folder, url, cols, source, **spec):
    return load_profile(profile(folder, cols, source, **spec), {"BASE": url})


def refused(folder, url, cols, source, **spec):
    with pytest.raises((SourceError, ProfileError)) as caught:
        stage(loaded_from(folder, url, cols, source, **spec), folder / "staged")
    assert postgres.PASSWORD not in messages(caught.value)
    return caught.value


ONE = columns(a="text")

READ = {
    "text": ("'01004'::text", "text", "01004"),
    "varchar": ("'é'::varchar(5)", "text", "é"),
    "padded text": ("'2A'::char(5)", "text", "2A"),
    "empty text": ("''::text", "text", None),
    "null": ("NULL::text", "text", None),
    "integer": ("7::smallint", "integer", 7),
    "large integer": ("9007199254740993::bigint", "integer", 9007199254740993),
    "code as integer": ("7::int", "text", "7"),
    "integer as numeric": ("3.00::numeric(10, 2)", "integer", 3),
    "year as double": ("1980::float8", "year", 1980),
    "number": ("0.1::float8", "number", 0.1),
    "small number": ("1e-300::float8", "number", 1e-300),
    "numeric": ("1.50::numeric", "number", 1.5),
    "boolean": ("false", "boolean", False),
    "date": ("date '2020-02-29'", "date", date(2020, 2, 29)),
    "moment": (
        "timestamp '2020-02-29 12:30:00.5'",
        "datetime",
        datetime.fromisoformat("2020-02-29 12:30:00.500"),
    ),
    "midnight": ("timestamp '2020-02-29'", "date", date(2020, 2, 29)),
    "date as moment": ("date '2020-02-29'", "datetime", datetime.fromisoformat("2020-02-29 00:00")),
    "uuid": (
        "'00000000-0000-4000-8000-000000000001'::uuid",
        "text",
        "00000000-0000-4000-8000-000000000001",
    ),
    "a real date ignores the format of texts": (
        "date '2020-02-29'",
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        date(2020, 2, 29),
    ),
    "a text date follows the format": (
        "'29/02/2020'::text",
        {"role": "other", "type": "date", "format": "%d/%m/%Y"},
        date(2020, 2, 29),
    ),
}


@pytest.mark.parametrize(("sql", "kind", "expected"), READ.values(), ids=READ.keys())
def test_a_value_is_read(tmp_path, server, sql, kind, expected):
    source = {"query": f"SELECT {sql} AS v"}
    loaded = loaded_from(tmp_path, server.url(), columns(v=kind), source)
    assert [row["v"] for row in staged_rows(loaded, tmp_path)] == [expected]


REFUSED = {
    "list": ("ARRAY[1]", "text", "source-database-type"),
    "bytes": ("'x'::bytea", "text", "source-database-type"),
    "time zone": ("now()", "datetime", "source-database-type"),
    "money": ("1::money", "text", "source-database-type"),
    "json": ("'{}'::json", "text", "source-database-type"),
    "noon is no date": ("timestamp '2020-02-29 12:00'", "date", "value-date"),
    "no end": ("date 'infinity'", "date", "value-date"),
    "before our era": ("date '0044-03-15 BC'", "date", "value-date"),
    "decimals are no integer": ("1.5::numeric", "integer", "value-integer"),
    "not a number": ("'NaN'::float8", "number", "value-number"),
}


@pytest.mark.parametrize(("sql", "kind", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_value_is_refused(tmp_path, server, sql, kind, code):
    error = refused(tmp_path, server.url(), columns(v=kind), {"query": f"SELECT {sql} AS v"})
    assert (error.code, error.place.column) == (code, "v")


def test_a_query_that_counts_up_is_refused_once_it_runs(tmp_path, server):
    server.run("CREATE SEQUENCE compteur")
    query = {"query": "SELECT nextval('compteur')::text AS a"}
    assert refused(tmp_path, server.url(), ONE, query).code == "source-database-dropped"
    last = {"query": "SELECT last_value || ' ' || is_called AS a FROM compteur"}
    assert staged_rows(loaded_from(tmp_path, server.url(), ONE, last), tmp_path)[0]["a"] == "1 false"


@pytest.fixture(scope="module")
def filled(server):
    server.run(
        'CREATE SCHEMA "Étude"',
        'CREATE TABLE "Étude"."T.1" (id text, n int, "Nom ""x""" text)',
        """INSERT INTO "Étude"."T.1" VALUES ('b', 2, 'y'), ('a', 10, 'x'), ('B', 1, NULL)""",
    )
    return server


def test_the_rows_are_those_that_a_file_gives(tmp_path, server):
    values = [
        "(" + ", ".join("NULL" if value is None else f"'{value}'" for value in row.values()) + ")"
        for row in ROWS
    ]
    server.run(
        "CREATE TABLE lignes (code text, n int, x float8, d date, m timestamp)",
        f"INSERT INTO lignes VALUES {', '.join(values)}",
    )
    rows = staged_rows(loaded_from(tmp_path, server.url(), KINDS, {"table": "lignes"}), tmp_path)
    assert [{name: row[name] for name in KINDS} for row in rows] == ROWS


TABLE = {"table": "Étude.T.1"}
THREE = {name: {"role": "other", "type": kind} for name, kind in (("id", "text"), ("n", "integer"))}
THREE['Nom "x"'] = {"role": "other"}


def test_a_table_of_a_schema_is_read_in_the_order_of_its_columns_bytes(tmp_path, filled):
    rows = staged_rows(loaded_from(tmp_path, filled.url(), THREE, TABLE), tmp_path)
    assert [(row["id"], row["n"], row['Nom "x"']) for row in rows] == [
        ("B", 1, None),
        ("a", 10, "x"),
        ("b", 2, "y"),
    ]


def test_the_primary_key_gives_the_order_when_there_is_one(tmp_path, filled):
    loaded = loaded_from(tmp_path, filled.url(), THREE, TABLE, primary_key=["n"])
    assert [row["n"] for row in staged_rows(loaded, tmp_path)] == [1, 2, 10]


def test_a_query_may_end_in_a_comment_or_a_semicolon(tmp_path, filled):
    for query in ('SELECT id AS a FROM "Étude"."T.1" WHERE n = 2;', "SELECT 'b' AS a -- fin"):
        loaded = loaded_from(tmp_path, filled.url(), ONE, {"query": query})
        assert [row["a"] for row in staged_rows(loaded, tmp_path)] == ["b"]


WRITES = [
    "INSERT INTO canari VALUES ('x') RETURNING a",
    "SELECT 'x' AS a) AS q; INSERT INTO canari VALUES ('x'); SELECT * FROM (SELECT 'y' AS a",
    "WITH w AS (INSERT INTO canari VALUES ('x') RETURNING a) SELECT a FROM w",
]


@pytest.mark.parametrize("query", WRITES)
def test_a_query_that_writes_is_refused_and_writes_nothing(tmp_path, server, query):
    server.run("CREATE TABLE IF NOT EXISTS canari (a text)")
    assert refused(tmp_path, server.url(), ONE, {"query": query}).code == "source-database-query"
    counted = {"query": "SELECT count(*)::text AS a FROM canari"}
    assert staged_rows(loaded_from(tmp_path, server.url(), ONE, counted), tmp_path)[0]["a"] == "0"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"table": "absente"}, "source-database-no-table"),
        ({"query": "SELECT a FROM absente"}, "source-database-no-table"),
        ({"query": "SELECT nope FROM pg_class"}, "source-database-query"),
        ({"query": "SELEC 1"}, "source-database-query"),
        ({"query": "SELECT 1/(relpages*0) || '' AS a FROM pg_class"}, "source-database-dropped"),
    ],
)
def test_what_the_server_refuses_is_told_by_its_code_alone(tmp_path, server, source, code):
    error = refused(tmp_path, server.url(), ONE, source)
    assert error.code == code
    assert "nope" not in messages(error)


def test_a_table_that_may_not_be_read_is_told(tmp_path, filled):
    filled.run("CREATE ROLE lecteur LOGIN PASSWORD 'autre-canari'")
    url = filled.url("autre-canari").replace("canari:", "lecteur:", 1)
    error = refused(tmp_path, url, THREE, TABLE)
    assert error.code == "source-database-denied"
    assert "autre-canari" not in messages(error)


def test_a_server_that_does_not_answer_or_refuses_is_told(tmp_path, server):
    wrong = [server.url("faux-canari"), server.url(database="absente"), server.url(port=1)]
    for url in [*wrong, f"postgresql://canari:{postgres.PASSWORD}@[x/postgres"]:
        error = refused(tmp_path, url, ONE, TABLE)
        assert error.code == "source-database-connection"
        assert "faux-canari" not in messages(error)


def test_another_kind_of_address_is_refused(tmp_path):
    url = f"mysql://canari:{postgres.PASSWORD}@localhost/base"
    assert refused(tmp_path, url, ONE, TABLE).code == "source-database-address"


class Killer:
    """Ends the server's side of the reading once some rows have come."""

    def __init__(self, server):
        self.server, self.rows = server, 0

    def start(self, key, total, **facts):
        assert total is None

    def advance(self, amount):
        if not self.rows:
            self.server.kill_readers()
        self.rows += amount

    def done(self):
        raise AssertionError("the whole table was read")


def test_a_database_that_drops_in_the_middle_leaves_nothing(tmp_path, server):
    query = "SELECT repeat(md5(i::text), 4) AS a FROM generate_series(1, 400000) AS i"
    loaded = loaded_from(tmp_path, server.url(), ONE, {"query": query})
    killer = Killer(server)
    with pytest.raises(SourceError) as caught:
        stage(loaded, tmp_path / "staged", killer)
    assert caught.value.code == "source-database-dropped"
    assert postgres.PASSWORD not in messages(caught.value)
    assert killer.rows > 0
    assert not list((tmp_path / "staged").glob("T*"))


def test_rows_come_in_several_batches_and_all_of_them(tmp_path, server):
    query = "SELECT i AS n, repeat('x', 100) AS a FROM generate_series(1, 100000) AS i"
    loaded = loaded_from(tmp_path, server.url(), columns(n="integer", a="text"), {"query": query})
    assert [row["n"] for row in staged_rows(loaded, tmp_path)] == list(range(1, 100001))


def test_an_address_in_the_profile_itself_is_refused_unseen(tmp_path):
    url = f"postgresql://canari:{postgres.PASSWORD}@localhost/base"
    for written in (url, "${BASE:-" + url + "}", "${BASE}" + url):
        path = profile(tmp_path, ONE, {"database": written, "table": "T"})
        with pytest.raises(ProfileError) as caught:
            load_profile(path, {} if ":-" in written else {"BASE": "x"})
        assert (caught.value.code, caught.value.place.line) == ("database-literal", 9)
        assert postgres.PASSWORD not in messages(caught.value)


def test_the_address_is_in_no_text_that_a_profile_gives(tmp_path):
    url = f"postgresql://canari:{postgres.PASSWORD}@localhost/base"
    loaded = loaded_from(tmp_path, url, ONE, TABLE)
    seen = [
        repr(loaded.profile),
        str(loaded.profile.model_dump()),
        loaded.profile.model_dump_json(),
        loaded.digest,
    ]
    assert postgres.PASSWORD not in "".join(seen)
    assert postgres.PASSWORD not in repr(loaded)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"database": "${BASE}"}, "source-table-or-query"),
        ({"database": "${BASE}", "table": "T", "query": "SELECT 1"}, "source-table-or-query"),
        ({"database": "${BASE}", "table": "T", "path": "T.csv"}, "source-place"),
        ({"delimiter": ";"}, "source-place"),
        ({"path": "T.csv", "table": "T"}, "source-table-without-database"),
    ],
)
def test_a_source_is_one_place(tmp_path, source, code):
    tables = {"T": {"source": source, "columns": dict(ONE)}}
    whole = {"version": 1, "id": "test", "title": "Test", "seed": 1, "tables": tables}
    (tmp_path / "p.yaml").write_text(json.dumps(whole))
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "p.yaml", {"BASE": "postgresql://localhost"})
    assert caught.value.code == code


def test_without_the_extra_the_error_tells_what_to_install(tmp_path, monkeypatch):
    loaded = loaded_from(tmp_path, "postgresql://localhost/x", ONE, TABLE)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    (problem,) = check(loaded)
    assert "pip install 'vitrail[postgres]'" in messages(problem.as_error())


@pytest.mark.parametrize("port", [None, 1])
def test_the_command_line_never_shows_the_address(tmp_path, filled, port):
    path = profile(tmp_path, THREE, TABLE)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "check", str(path), "--json"],
        env={**os.environ, "BASE": filled.url(port=port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if port is None else 4), done.stdout + done.stderr
    assert postgres.PASSWORD not in done.stdout + done.stderr
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "profile.yaml"]
    assert not any(postgres.PASSWORD.encode() in path.read_bytes() for path in left)
