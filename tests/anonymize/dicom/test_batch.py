"""A folder of images: every file is processed or set aside, whatever it is and whatever happens."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pydicom
import pytest

from anonymize.dicom import batch
from anonymize.dicom.plan import compile_plan
from anonymize.dicom.quarantine import Reason
from anonymize.keys import Keys
from profiles.dicom_model import Dicom
from profiles.errors import SourceError
from tests.anonymize.dicom.little import image, save

SECRET = bytes(range(32))
unix = pytest.mark.skipif(sys.platform == "win32", reason="links and signals of Unix")


def run(source: Path, base: Path, *, processes=2, dry_run=False, secret=SECRET, **dicom) -> batch.Batch:
    what = Dicom.model_validate({"source": {"path": "images"}, **dicom})
    return batch.run(
        source, base / "work", base / "images", compile_plan(what), secret, "tests", "patients.ID",
        what.pixels, processes, dry_run=dry_run,
    )  # fmt: skip


def outputs(base: Path) -> dict[str, bytes]:
    images = base / "images"
    return {
        path.relative_to(images).as_posix(): path.read_bytes() for path in images.rglob("*") if path.is_file()
    }


def archive(source: Path, patients=2, files=3) -> None:
    for patient in range(1, patients + 1):
        for number in range(1, files + 1):
            save(image(number, patient), source / f"p{patient}" / f"{number}.dcm")


def set_aside(made: batch.Batch) -> dict[str, tuple[str, str]]:
    with made.quarantine.open(newline="") as stream:
        return {row["file"]: (row["reason"], row["detail"]) for row in csv.DictReader(stream)}


def test_every_file_gets_a_place_under_its_patient_study_and_series(tmp_path):
    archive(tmp_path / "source")
    made = run(tmp_path / "source", tmp_path)
    assert (made.done, made.patients, made.studies, made.series) == (6, 2, 2, 2)
    pseudonym = Keys(SECRET, "tests").pseudonym("patients.ID")
    found = Counter(name.split("/")[0] for name in outputs(tmp_path))
    assert found == {pseudonym("HOSP-000001"): 3, pseudonym("HOSP-000002"): 3}
    assert all(len(name.split("/")) == 4 and name.endswith(".dcm") for name in outputs(tmp_path))


def test_the_number_of_processes_changes_nothing(tmp_path):
    archive(tmp_path / "source", 3, 12)
    one = run(tmp_path / "source", tmp_path / "one", processes=1)
    two = run(tmp_path / "source", tmp_path / "two", processes=3)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")
    assert one.rows.read_bytes() == two.rows.read_bytes()


def test_outputs_tell_neither_when_they_were_made_nor_where_they_come_from(tmp_path):
    archive(tmp_path / "source")
    run(tmp_path / "source", tmp_path)
    times = {path.stat().st_mtime for path in (tmp_path / "images").rglob("*.dcm")}
    assert times == {315_532_800}
    assert not any(b"p1" in name.encode() or b"source" in data for name, data in outputs(tmp_path).items())


def test_what_is_no_image_is_counted_and_stops_nothing(tmp_path):
    source = tmp_path / "source"
    archive(source, 1, 2)
    (source / "Thumbs.db").write_bytes(b"x")
    (source / "p1" / "DICOMDIR").write_bytes((source / "p1" / "1.dcm").read_bytes())
    (source / "__MACOSX").mkdir()
    (source / "__MACOSX" / "._1.dcm").write_bytes(b"x")
    (source / "empty.dcm").write_bytes(b"")
    (source / "cut.dcm").write_bytes((source / "p1" / "1.dcm").read_bytes()[:-100])
    (source / "notes.txt").write_text("PATIENT DUPONT")
    made = run(source, tmp_path)
    assert made.done == 2
    assert made.quarantined == {Reason.NOT_DICOM: 5, Reason.TRUNCATED: 1}
    assert set(set_aside(made)) == {
        "Thumbs.db", "p1/DICOMDIR", "__MACOSX/._1.dcm", "empty.dcm", "cut.dcm", "notes.txt",
    }  # fmt: skip


def test_members_of_archives_and_gzipped_files_are_processed_as_files_are(tmp_path):
    archive(tmp_path / "plain", 1, 3)
    packed = tmp_path / "packed"
    packed.mkdir()
    first, second, third = sorted((tmp_path / "plain" / "p1").iterdir())
    with zipfile.ZipFile(packed / "a.zip", "w") as target:
        target.write(first, "../../etc/passwd", zipfile.ZIP_DEFLATED)
        target.write(second, "x/2.dcm", zipfile.ZIP_STORED)
        target.writestr("readme.txt", "no image")
    (packed / "3.dcm.gz").write_bytes(gzip.compress(third.read_bytes()))
    run(tmp_path / "plain", tmp_path / "one")
    made = run(packed, tmp_path / "two")
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")
    assert made.quarantined == {Reason.NOT_DICOM: 1}
    alone = run(packed / "a.zip", tmp_path / "three")
    assert (alone.done, alone.quarantined) == (2, {Reason.NOT_DICOM: 1})


def test_private_files_of_a_run_are_no_source(tmp_path):
    archive(tmp_path, 1, 2)
    (tmp_path / ".vitrail" / "p").mkdir(parents=True)
    made = run(tmp_path, tmp_path / ".vitrail" / "p")
    assert (made.done, made.quarantined) == (2, {})
    assert run(tmp_path, tmp_path / ".vitrail" / "p").skipped == 2


def test_damaged_and_swollen_archives_are_set_aside(tmp_path, monkeypatch):
    source = tmp_path / "source"
    source.mkdir()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("zeros.dcm", bytes(1 << 20))
    raw = bytearray(data.getvalue())
    # The archive says that the member has 100 bytes.
    place = raw.index(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (100).to_bytes(4, "little")
    (source / "liar.zip").write_bytes(raw)
    (source / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(50))
    (source / "cut.dcm.gz").write_bytes(gzip.compress(os.urandom(1000))[:-200])
    (source / "no.dcm.gz").write_bytes(b"hello")
    made = run(source, tmp_path)
    assert set_aside(made) == {
        "liar.zip!/zeros.dcm": ("too-large", "compressed"),
        "broken.zip": ("malformed", "archive"),
        "cut.dcm.gz": ("truncated", "gzip"),
        "no.dcm.gz": ("not-dicom", "gzip"),
    }


def test_two_files_of_one_instance_are_one_when_equal_and_the_first_by_name_when_not(tmp_path):
    source = tmp_path / "source"
    save(image(1), source / "a.dcm")
    save(image(1), source / "b.dcm")
    save(image(1, KVP="80"), source / "c.dcm")
    save(image(2, KVP="80"), source / "x.dcm")
    save(image(2), source / "y.dcm")
    made = run(source, tmp_path)
    assert (made.done, made.copies) == (2, 1)
    assert set_aside(made) == {
        "c.dcm": ("duplicate-instance", "SOPInstanceUID"),
        "y.dcm": ("duplicate-instance", "SOPInstanceUID"),
    }
    found = {str(pydicom.dcmread(path).InstanceNumber): path for path in (tmp_path / "images").rglob("*.dcm")}
    assert pydicom.dcmread(found["1"]).KVP == 120
    assert pydicom.dcmread(found["2"]).KVP == 80
    again = run(source, tmp_path)
    assert (again.done, again.copies, set_aside(again)) == (2, 1, set_aside(made))


def test_a_series_belongs_to_one_patient(tmp_path):
    source = tmp_path / "source"
    save(image(1), source / "a.dcm")
    other = image(2)
    other.PatientID = "HOSP-000002"
    save(other, source / "b.dcm")
    made = run(source, tmp_path)
    assert made.done == 1
    assert [reason for reason, _ in set_aside(made).values()] == ["duplicate-instance"]
    assert pq.read_table(made.rows).num_rows == 1


def test_references_are_counted_when_their_target_is_not_published(tmp_path):
    source = tmp_path / "source"
    first, second = image(1), image(2)
    for ds, target in ((first, second.SOPInstanceUID), (second, "1.2.3.4")):
        item = pydicom.Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = ds.SOPClassUID, target
        ds.ReferencedImageSequence = [item]
    save(first, source / "a.dcm")
    save(second, source / "b.dcm")
    assert run(source, tmp_path).dangling == 1


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    archive(tmp_path / "source")
    (tmp_path / "source" / "notes.txt").write_text("x")
    trial = run(tmp_path / "source", tmp_path, dry_run=True)
    assert not (tmp_path / "images").exists()
    assert [path.name for path in (tmp_path / "work").rglob("*") if path.is_file()] == ["quarantine.csv"]
    made = run(tmp_path / "source", tmp_path)
    assert (trial.done, trial.quarantined, trial.series) == (made.done, made.quarantined, made.series)


def test_a_source_that_is_neither_folder_nor_archive_is_refused(tmp_path):
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(SourceError):
        run(tmp_path / "x.txt", tmp_path)


@unix
def test_links_are_followed_inside_the_source_only(tmp_path):
    archive(tmp_path / "elsewhere", 1, 1)
    source = tmp_path / "source"
    save(image(2, 2), source / "a.dcm")
    (source / "b.dcm").symlink_to(source / "a.dcm")
    (source / "c.dcm").symlink_to(tmp_path / "elsewhere" / "p1" / "1.dcm")
    (source / "d").symlink_to(tmp_path / "elsewhere")
    (source / "loop").symlink_to(source)
    os.mkfifo(source / "pipe")
    made = run(source, tmp_path)
    assert (made.done, made.copies) == (1, 1)
    assert set(set_aside(made)) == {"c.dcm", "d", "loop", "pipe"}


@unix
def test_names_of_files_may_be_any_bytes(tmp_path):
    source = tmp_path / "source"
    save(image(1), source / "a.dcm")
    (source / "a.dcm").rename(source / os.fsdecode(b"\xff\xfe\n.dcm"))
    (source / "b\n.txt").write_text("x")
    made = run(source, tmp_path)
    assert (made.done, made.quarantined) == (1, {Reason.NOT_DICOM: 1})
    assert run(source, tmp_path).skipped == 1


def test_done_files_are_not_done_again_and_changed_ones_are(tmp_path):
    source = tmp_path / "source"
    archive(source, 2, 4)
    first = run(source, tmp_path)
    before = {path: path.stat().st_ino for path in (tmp_path / "images").rglob("*.dcm")}
    save(image(4, 2, KVP="80"), source / "p2" / "4.dcm")
    os.utime(source / "p2" / "4.dcm", (1, 1))
    (source / "p1" / "1.dcm").unlink()
    (source / "p1" / "notes.txt").write_text("x")
    second = run(source, tmp_path)
    assert (first.done, first.skipped, second.done, second.skipped) == (8, 0, 7, 6)
    after = {path: path.stat().st_ino for path in (tmp_path / "images").rglob("*.dcm")}
    assert len(after) == 7
    assert sum(before.get(path) == inode for path, inode in after.items()) == 6
    assert {float(pydicom.dcmread(path).KVP) for path in after} == {120.0, 80.0}
    assert outputs(tmp_path) == _fresh(source, tmp_path / "fresh")


def _fresh(source, base):
    run(source, base)
    return outputs(base)


def test_another_key_or_another_plan_begins_anew(tmp_path):
    archive(tmp_path / "source", 1, 2)
    run(tmp_path / "source", tmp_path)
    before = outputs(tmp_path)
    assert run(tmp_path / "source", tmp_path, secret=SECRET[::-1]).skipped == 0
    assert not before.keys() & outputs(tmp_path).keys()
    assert run(tmp_path / "source", tmp_path, options=["retain-uids"]).skipped == 0


KILLED = """
    import os
    import sys
    from pathlib import Path
    from tests.anonymize.dicom.test_batch import run
    os.nice(10)  # whoever kills it must not come too late
    run(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@unix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path, how):
    archive(tmp_path / "source", 5, 60)
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(KILLED))
    arguments = [sys.executable, script, tmp_path / "source", tmp_path / "one"]
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        arguments, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL
    )
    _until(lambda: sum(1 for _ in (tmp_path / "one" / "images").rglob("*.dcm")) > 20)
    process.send_signal(how)
    process.wait(20)
    _until(lambda: _quiet(tmp_path / "one" / "images"))
    assert all(
        pydicom.dcmread(path).PatientIdentityRemoved for path in (tmp_path / "one" / "images").rglob("*.dcm")
    )
    made = run(tmp_path / "source", tmp_path / "one")
    assert made.done == 300
    assert 20 <= made.skipped < 300
    assert outputs(tmp_path / "one") == _fresh(tmp_path / "source", tmp_path / "two")
    assert made.rows.read_bytes() == (tmp_path / "two" / "work" / "series.parquet").read_bytes()


def _until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def _quiet(images):
    """Whether no worker writes any more."""
    before = sum(1 for _ in images.rglob("*"))
    time.sleep(0.5)
    return sum(1 for _ in images.rglob("*")) == before


def test_the_private_files_of_a_run_hold_no_secret_and_are_private(tmp_path):
    archive(tmp_path / "source", 1, 2)
    run(tmp_path / "source", tmp_path)
    for path in (tmp_path / "work").rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_bytes()
            assert SECRET.hex().encode() not in path.read_bytes()
    header = json.loads((tmp_path / "work" / "journal" / "run.json").read_text())
    assert header["key"] == Keys(SECRET, "tests").key_id
    if sys.platform != "win32":
        assert {path.stat().st_mode & 0o077 for path in (tmp_path / "work" / "journal").glob("*.jsonl")} == {
            0
        }
        assert (tmp_path / "work" / "journal").stat().st_mode & 0o077 == 0


def test_a_dry_run_tells_the_rules_that_attributes_meet(tmp_path):
    archive(tmp_path / "source", 2, 1)
    rules = run(tmp_path / "source", tmp_path, dry_run=True).rules
    assert rules["PatientName", "pseudonym", "ps3.15:Z"] == 2
    assert rules["InstitutionName", "remove", "ps3.15:X/Z/D>X"] == 2
    assert set(rules.values()) == {2}
