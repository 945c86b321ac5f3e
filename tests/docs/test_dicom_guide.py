"""The guides on images name what there is, and their examples are read."""

import re
from pathlib import Path

import pytest

from anonymize.dicom.pixels.catalogue import load_catalogue
from anonymize.dicom.quarantine import Reason
from profiles.catalogue import text
from profiles.dicom_model import Box, Option, Pixels
from profiles.loading import load_profile

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
BOTH = pytest.mark.parametrize("guide", ["dicom.fr.md", "dicom.en.md"])


def blocks(guide: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (GUIDES / guide).read_text(encoding="utf-8"), re.DOTALL)


@BOTH
def test_every_reason_option_and_key_is_named(guide: str) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    names = [*(reason.value for reason in Reason), *(option.value for option in Option)]
    keys = [*Pixels.model_fields, *Box.model_fields]
    assert [name for name in names if f"`{name}`" not in words] == []
    assert [key for key in keys if not re.search(rf"\b{key}\b", words)] == []


@BOTH
def test_profile_of_the_guide_loads(guide: str, tmp_path: Path) -> None:
    path = tmp_path / "profil.yaml"
    path.write_text(blocks(guide)[0], encoding="utf-8")
    profile = load_profile(path, {}).profile
    assert set(profile.tables) == {"patients", "series"}


@BOTH
def test_pixel_rules_of_the_guide_load(guide: str, tmp_path: Path) -> None:
    path = tmp_path / "profil.yaml"
    path.write_text(
        blocks(guide)[0].replace("  pixels:\n    ocr: mask\n", blocks(guide)[1]), encoding="utf-8"
    )
    dicom = load_profile(path, {}).profile.dicom
    assert dicom is not None
    assert dicom.pixels.boxes[0].mask == ((0, 0, 1024, 75),)


@BOTH
def test_catalogue_of_the_guide_is_read(guide: str, tmp_path: Path) -> None:
    path = tmp_path / "regles.yaml"
    path.write_text(blocks(guide)[2], encoding="utf-8")
    assert load_catalogue(path)[0].rows == 600


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentences(reason: Reason, lang: str) -> None:
    assert len(text(f"dicom.quarantine.{reason.value}", lang)) > 60
