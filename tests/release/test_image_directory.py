"""A source that has a DICOMDIR gives a candidate that has one of its own."""

import pytest
import yaml
from pydicom.fileset import FileSet

from cli import main
from tests.anonymize.dicom.little import image, save


@pytest.mark.filterwarnings("ignore:.*[Vv]alue.*")
@pytest.mark.parametrize("medium", [True, False])
def test_the_directory_of_a_medium_is_made_anew(tmp_path, monkeypatch, medium):
    monkeypatch.setenv("DIRECTORY_KEY", "5f4c2a90b1e8d7634f21c0ab98e7d6f5")
    for number in (1, 2, 3):
        save(image(number), tmp_path / "images" / f"{number}.dcm")
    if medium:
        (tmp_path / "images" / "DICOMDIR").write_bytes(b"HOSP-000001")
    document = {
        "version": 1, "id": "medium", "title": {"fr": "x", "en": "x"}, "seed": 1, "policy": "open-data",
        "secret": "${DIRECTORY_KEY}", "dicom": {"source": {"path": "images"}, "processes": 1},
    }  # fmt: skip
    (tmp_path / "profil.yaml").write_text(yaml.safe_dump(document))
    with pytest.raises(SystemExit) as ended:
        main(["anonymize", str(tmp_path / "profil.yaml"), "--to", str(tmp_path / "candidate")])
    assert ended.value.code == 0
    directory = tmp_path / "candidate" / "published" / "images" / "DICOMDIR"
    assert directory.exists() == medium
    if medium:
        assert b"HOSP" not in directory.read_bytes()
        assert len(FileSet(directory)) == 3
