"""The lines of a journal, put where they can be asked for: which files are done, and what the whole gives.

A small database in the private folder, made anew from the journal for each run, so that memory does not grow
with the number of files.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from anonymize.dicom.census import Met
from anonymize.dicom.journal import Line
from anonymize.dicom.quarantine import Reason
from anonymize.dicom.series import Series

_TABLES = """
CREATE TABLE files (name BLOB PRIMARY KEY, size INTEGER, stamp INTEGER, output TEXT, bytes INTEGER, way TEXT,
    pixels TEXT, class TEXT, frames INTEGER, series TEXT, other TEXT, reason TEXT, detail TEXT) WITHOUT ROWID;
CREATE TABLE said (series TEXT, study TEXT, person TEXT, patient TEXT, output TEXT, source TEXT,
    face INTEGER);
CREATE TABLE refs (name BLOB, target TEXT);
CREATE TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_FILE = "INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"


class Index:
    """What a journal says, by file and by series; removed when the ``with`` block ends."""

    def __init__(self, path: Path) -> None:
        """``path``: a file that is written anew."""
        path.unlink(missing_ok=True)
        self._path = path
        self._base = sqlite3.connect(path)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.executescript(_TABLES)
        self.rules: Counter[Met] = Counter()
        """Of a dry run: rules, and the files with an attribute that meets them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()
        self._path.unlink(missing_ok=True)

    def take(self, lines: Iterable[Line]) -> int:
        """Add lines, a later one of the same file in place of an earlier; how many they were."""
        count = 0
        for line in lines:
            count += 1
            if "series" in line:
                row = (
                    line["series"], line["study"], line["PatientID"], line["patient"],
                    json.dumps(line["output"]), json.dumps(line["source"]), line["face"],
                )  # fmt: skip
                self._base.execute("INSERT INTO said VALUES (?,?,?,?,?,?,?)", row)
            elif "rule" in line:
                self.rules[tuple(line["rule"])] += line["files"]
            else:
                self._file(line)
        self._base.execute("CREATE INDEX IF NOT EXISTS by_output ON files (output)")
        self._base.execute("CREATE INDEX IF NOT EXISTS by_series ON said (series)")
        self._base.commit()
        return count

    def _file(self, line: Line) -> None:
        name = os.fsencode(line["f"])
        row = (
            name, line["s"], line["m"], line.get("o"), line.get("n"), line.get("w"), line.get("x"),
            line.get("c"), line.get("k"), line.get("r"), line.get("z"), line.get("q"), line.get("d"),
        )  # fmt: skip
        self._base.execute(_FILE, row)
        self._base.executemany("INSERT INTO refs VALUES (?,?)", ((name, each) for each in line.get("e", ())))

    def see(self, name: str) -> bool:
        """A file of the source is there; False when it was told already."""
        count = self._base.execute("INSERT OR IGNORE INTO seen VALUES (?)", (os.fsencode(name),)).rowcount
        return count > 0

    def made(self, name: str, size: int, stamp: int) -> tuple[str, int, str | None] | None:
        """Output, its bytes and its name among others, of a file that has not changed since it was made."""
        query = """SELECT output, bytes, other FROM files
            WHERE name=? AND size=? AND stamp=? AND output IS NOT NULL"""
        row: tuple[str, int, str | None] | None = self._base.execute(
            query, (os.fsencode(name), size, stamp)
        ).fetchone()
        return row

    def forget_unseen(self) -> None:
        """Lines of files that the source has no more."""
        self._base.execute("DELETE FROM files WHERE name NOT IN (SELECT name FROM seen)")
        self._base.execute("DELETE FROM refs WHERE name NOT IN (SELECT name FROM files)")
        self._base.commit()

    def outputs(self) -> Iterator[str]:
        """Names of all published files, sorted."""
        query = (
            "SELECT DISTINCT output FROM files WHERE output IS NOT NULL AND reason IS NULL ORDER BY output"
        )
        yield from (output for (output,) in self._base.execute(query))

    def is_output(self, output: str) -> bool:
        """Whether a published file has this name."""
        query = "SELECT 1 FROM files WHERE output=? AND reason IS NULL LIMIT 1"
        return self._base.execute(query, (output,)).fetchone() is not None

    def contested(self) -> list[str]:
        """Outputs that files with different content claim."""
        query = "SELECT DISTINCT output FROM files WHERE other IS NOT NULL AND reason IS NULL ORDER BY output"
        return [output for (output,) in self._base.execute(query)]

    def claims(self, output: str) -> list[tuple[bytes, str | None]]:
        """Names of the files that claim ``output``, sorted, and where their version is if not in place."""
        query = "SELECT name, other FROM files WHERE output=? AND reason IS NULL ORDER BY name"
        return self._base.execute(query, (output,)).fetchall()

    def two_patients(self) -> list[tuple[str, str]]:
        """Series that several patients have, with each patient but the first."""
        query = """
            SELECT series, patient FROM (
                SELECT DISTINCT series, patient,
                    dense_rank() OVER (PARTITION BY series ORDER BY patient) AS rank
                FROM said WHERE series IN (SELECT series FROM files WHERE reason IS NULL))
            WHERE rank > 1 ORDER BY series, patient"""
        return [(series, patient) for series, patient in self._base.execute(query)]

    def of_series(self, series: str, patient: str) -> list[tuple[bytes, str]]:
        """Names and outputs of the files of a series and a patient."""
        query = "SELECT name, output FROM files WHERE series=? AND reason IS NULL ORDER BY name"
        rows = self._base.execute(query, (series,)).fetchall()
        return [(name, output) for name, output in rows if output.partition("/")[0] == patient]

    def set_aside(self, names: Iterable[bytes], reason: Reason, detail: str) -> None:
        """Files that turn out not to be published."""
        rows = ((reason.value, detail, name) for name in names)
        self._base.executemany("UPDATE files SET reason=?, detail=?, output=NULL WHERE name=?", rows)
        self._base.commit()

    def quarantine(self) -> Iterator[tuple[str, str, str]]:
        """Name, reason and detail of the files set aside, sorted by name."""
        query = "SELECT name, reason, coalesce(detail, '') FROM files WHERE reason IS NOT NULL ORDER BY name"
        for name, reason, detail in self._base.execute(query):
            yield os.fsdecode(name), reason, detail

    def reasons(self) -> Iterator[tuple[str, str, int]]:
        """Reason, detail and number of the files set aside."""
        yield from self._base.execute(
            "SELECT reason, coalesce(detail, ''), count(*) FROM files WHERE reason IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )

    def levels(self) -> tuple[int, int, int]:
        """Patients, studies and series that have a published file."""
        query = """
            SELECT count(DISTINCT substr(output, 1, instr(output, '/'))),
                count(DISTINCT substr(output, 1, length(output) - 38)),
                count(DISTINCT substr(output, 1, length(output) - 21)) FROM files WHERE output IS NOT NULL"""
        patients, studies, series = self._base.execute(query).fetchone()
        return patients, studies, series

    def dangling(self) -> int:
        """References of published files to instances that are not published."""
        query = """
            WITH there AS
                (SELECT DISTINCT substr(output, -20, 16) AS stem FROM files WHERE output IS NOT NULL)
            SELECT count(*) FROM refs JOIN files USING (name)
            WHERE reason IS NULL AND target NOT IN (SELECT stem FROM there)"""
        return int(self._base.execute(query).fetchone()[0])

    def counts(self, column: str) -> Counter[str]:
        """Published files by ``way``, ``pixels`` or ``class``."""
        assert column in {"way", "pixels", "class"}  # noqa: S101 - a name of ours
        query = f"""
            SELECT {column}, count(*) FROM (SELECT output, min({column}) AS {column} FROM files
            WHERE output IS NOT NULL GROUP BY output) GROUP BY 1 ORDER BY 1"""
        return Counter({value or "": count for value, count in self._base.execute(query)})

    def totals(self) -> tuple[int, int]:
        """Published files, and files of the source that they come from."""
        query = "SELECT count(DISTINCT output), count(output) FROM files WHERE reason IS NULL"
        outputs, files = self._base.execute(query).fetchone()
        return outputs, files

    def series(self) -> Iterator["Series"]:
        """The series that have a published file, sorted."""
        query = """
            SELECT series, patient, count(*), sum(frames) FROM (
                SELECT output, min(series) AS series, min(frames) AS frames,
                    substr(output, 1, instr(output, '/') - 1) AS patient
                FROM files WHERE output IS NOT NULL GROUP BY output)
            GROUP BY series, patient ORDER BY series"""
        for series, patient, instances, frames in self._base.execute(query):
            found = Series(series, "", "", instances, frames)
            said = "SELECT study, person, output, source, face FROM said WHERE series=? AND patient=?"
            for study, person, output, source, face in self._base.execute(said, (series, patient)):
                found.study, found.person, found.face = study, person, found.face or bool(face)
                found.add(json.loads(output), json.loads(source))
            yield found
