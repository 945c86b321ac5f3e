"""The rules on pixels that a profile names, in a file of its own or among those that ship."""

import pytest

from anonymize.dicom.pixels.catalogue import shipped_catalogue
from profiles.errors import ProfileError
from profiles.loading import load_profile
from release.images import _catalogue

PROFILE = """\
version: 1
id: essai
title: Essai
seed: 1
secret: ${VITRAIL_KEY?la clé manque}
dicom:
  source: {path: images}
  pixels: {catalogue: NAME}
"""


def rules(folder, name):
    (folder / "profil.yaml").write_text(PROFILE.replace("NAME", f"'{name}'"), encoding="utf-8")
    loaded = load_profile(folder / "profil.yaml", {})
    return _catalogue(loaded, loaded.profile.dicom)


def test_a_shipped_catalogue_is_named_with_an_at_sign(tmp_path):
    assert rules(tmp_path, "@banners") == shipped_catalogue("@banners")


def test_a_file_of_the_site_is_read_beside_the_profile(tmp_path):
    (tmp_path / "regles.yaml").write_text("[{modality: US, rows: 9, mask: [[0, 0, 9, 9]]}]", encoding="utf-8")
    assert rules(tmp_path, "regles.yaml")[0].rows == 9


@pytest.mark.parametrize(
    ("name", "code"), [("@autre", "dicom-catalogue-name"), ("absent.yaml", "dicom-catalogue-unreadable")]
)
def test_a_catalogue_that_is_not_there_is_refused(tmp_path, name, code):
    with pytest.raises(ProfileError) as caught:
        rules(tmp_path, name)
    assert caught.value.code == code
