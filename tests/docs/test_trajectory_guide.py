"""The guides on known events say what the profile accepts."""

import re
from pathlib import Path

import pytest
import yaml

from profiles.merging import shipped_bases
from profiles.model import Risk
from profiles.validation import valid_keys

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
BOTH = pytest.mark.parametrize("guide", ["trajectoires.fr.md", "trajectories.en.md"])


@BOTH
def test_guide_shows_parts_of_a_profile_that_are_read(guide: str) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    blocks = [
        yaml.load(block, yaml.BaseLoader) for block in re.findall(r"```yaml\n(.*?)```", words, re.DOTALL)
    ]
    read = [Risk.model_validate(block["risk"]) for block in blocks]
    assert [len(one.trajectory.events) for one in read] == [1, 0]
    assert read[1].population is not None


@BOTH
def test_guide_names_every_key_and_the_base(guide: str) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    keys = [*valid_keys(("risk", "trajectory")), *valid_keys(("risk", "population"))]
    assert [key for key in keys if f"{key}:" not in words] == []
    assert "pmsi-ouvert" in shipped_bases()
    assert "extends: pmsi-ouvert" in words
