"""What is written after the attacks is searched too."""

from pathlib import Path

import pytest

from profiles.catalogue import Lang, error_text
from profiles.errors import VerificationFailed
from profiles.loading import load_profile
from release.run import check_documents
from tables.staging import stage
from tests.factories import KEY, people, small_set


def staged(folder: Path):
    loaded = load_profile(small_set(folder / "jeu"), {"VITRAIL_KEY": KEY})
    return stage(loaded, folder / "source")


def test_an_identifier_in_a_document_stops_the_release(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "attestation.json").write_text(
        f'{{"reason": "vu avec {people()[7]["nir"]}"}}', encoding="utf-8"
    )

    with pytest.raises(VerificationFailed) as caught:
        check_documents(staged(tmp_path), package, tmp_path / "documents")

    assert "attestation.json" in error_text(caught.value, Lang.FR)
    assert people()[7]["nir"] not in error_text(caught.value, Lang.FR)


def test_documents_without_identifier_pass(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "LISEZMOI.md").write_text("# Un jeu de données\n", encoding="utf-8")

    check_documents(staged(tmp_path), package, tmp_path / "documents")
