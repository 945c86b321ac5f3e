"""Images done on Spark are those that this machine does, and the secret is in nothing that Spark keeps."""

import csv
import os

import pytest
import yaml

from anonymize.derivation import Derivation
from anonymize.dicom import batch
from anonymize.dicom import spark as on_spark
from anonymize.dicom.plan import compile_plan
from profiles.errors import ProfileError
from profiles.loading import load_profile
from tests.anonymize.dicom.little import image, save
from tests.factories import KEY as SECRET
from tests.spark.helpers import SHARED, needs_spark

pytestmark = needs_spark


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    for patient in range(1, 5):
        for number in range(1, 6):
            save(image(number, patient), folder / "images" / f"{patient}" / f"{number}.dcm")
    (folder / "images" / "notes.txt").write_text("x")
    document = {
        "version": 1, "id": "spark-images", "title": {"fr": "x", "en": "x"}, "seed": 1, "policy": "open-data",
        "secret": "${VITRAIL_KEY}", "dicom": {"source": {"path": "images"}},
    }  # fmt: skip
    (folder / "profil.yaml").write_text(yaml.safe_dump(document))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_KEY", SECRET)
        yield load_profile(folder / "profil.yaml", os.environ)


def run(loaded, base, spread=None):
    dicom = loaded.profile.dicom
    return batch.run(
        loaded.folder / "images", base / "work", base / "images", compile_plan(dicom), SECRET.encode(),
        loaded.profile.id, "series.PatientID", dicom.pixels, 1, spread=spread,
    )  # fmt: skip


def files(base):
    return {path.relative_to(base): path.read_bytes() for path in (base / "images").rglob("*.dcm")}


def test_parts_on_spark_make_the_files_of_this_machine(spark, loaded, tmp_path, monkeypatch):
    monkeypatch.setattr(on_spark, "FILES", 7)
    here = run(loaded, tmp_path / "here")
    keys = Derivation(SECRET.encode(), loaded.profile.id)
    there = run(loaded, tmp_path / "there", on_spark.spread_on(spark, loaded, keys.key_id))
    again = run(loaded, tmp_path / "there", on_spark.spread_on(spark, loaded, keys.key_id))
    with pytest.raises(ProfileError) as caught:
        run(loaded, tmp_path / "other", on_spark.spread_on(spark, loaded, "0" * 16))
    assert caught.value.code == "spark-other-secret"
    assert files(tmp_path / "here") == files(tmp_path / "there")
    assert here.rows.read_bytes() == there.rows.read_bytes()
    assert (there.done, there.skipped, again.skipped) == (20, 0, 20)
    with there.quarantine.open(newline="") as stream:
        assert [row["file"] for row in csv.DictReader(stream)] == ["notes.txt"]
    events = SHARED.events()
    assert "MapInArrow" in events
    for hidden in (
        SECRET,
        SECRET.encode().hex(),
        keys.pseudonym("series.PatientID")("HOSP-000001"),
        "HOSP-0",
    ):
        assert hidden not in events
