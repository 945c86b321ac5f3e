"""With differential privacy no page counts the real persons."""

from pathlib import Path

import pytest

from profiles.catalogue import Lang
from release.synthetic_section import synthetic_section
from tables.candidate import Candidate
from tables.synthetic import Synthetic
from tests.synth.dp.sources import stage

PRIVACY = {"epsilon": 1.0, "delta": 1e-6, "mechanism": "aim"}


def candidate(folder: Path, privacy: dict | None) -> Candidate:
    told = Synthetic("pathway", 7, 4321, 1234, 11, privacy)
    profile = stage(folder).profile
    return Candidate(profile, folder, {}, nature="synthetic", persons=1000, synthetic=told)


@pytest.mark.parametrize("lang", list(Lang))
def test_pages_tell_epsilon_and_delta_and_no_count_of_real_persons(tmp_path, lang):
    words = synthetic_section(candidate(tmp_path, PRIVACY), lang)

    assert "ε = 1" in words
    assert "δ = 1e-06" in words
    assert "AIM" in words
    assert "321" not in words
    assert "234" not in words


@pytest.mark.parametrize("lang", list(Lang))
def test_without_noise_pages_tell_how_many_were_learnt_from(tmp_path, lang):
    words = synthetic_section(candidate(tmp_path, None), lang)

    assert "321" in words
    assert "ε" not in words


def test_an_attestation_holds_the_accounting_and_no_count(tmp_path):
    published = candidate(tmp_path, PRIVACY).synthetic.published()

    assert published["privacy"] == PRIVACY
    assert published["persons_learnt_from"] is None
    assert published["persons_kept_apart"] is None
