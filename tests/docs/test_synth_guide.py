"""The guide to synthetic data says what the format accepts."""

import re
from pathlib import Path

import pytest
import yaml

from profiles.loading import load_profile
from profiles.synth_model import Synth
from profiles.validation import valid_keys
from profiles.vocabulary import SCENARIOS

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


@pytest.mark.parametrize("guide", ["synthese.fr.md", "synthesis.en.md"])
def test_profiles_of_the_guide_are_good(guide: str, tmp_path: Path) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    whole, part = re.findall(r"```yaml\n(.*?)```", words, re.DOTALL)
    path = tmp_path / "profil.yaml"
    path.write_text(whole, encoding="utf-8")

    assert load_profile(path, {}).profile.synth is not None
    assert Synth.model_validate(yaml.load(part, yaml.BaseLoader)["synth"]).floor == 11


@pytest.mark.parametrize("guide", ["synthese.fr.md", "synthesis.en.md"])
def test_guide_names_every_setting_and_scenario(guide: str) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    wanted = [f"`{name}`" for name in (*valid_keys(("synth",)), *SCENARIOS) if name != "engine"]

    assert [name for name in wanted if name not in words] == []
