"""The guide of outside files says what the code does."""

import re
from pathlib import Path

import pytest

from profiles.loading import load_profile
from profiles.risk_register import Register, RegisterMatch, RegisterSimulation, RegisterSource

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 1\nsecret: ${VITRAIL_KEY?clé}\n"


@pytest.mark.parametrize("guide", ["registers.en.md", "registres.fr.md"])
def test_every_key_of_a_register_is_named(guide: str) -> None:
    words = (GUIDES / guide).read_text(encoding="utf-8")
    keys = {
        name
        for model in (Register, RegisterMatch, RegisterSimulation, RegisterSource)
        for name in model.model_fields
    }

    assert [name for name in sorted(keys) if not re.search(rf"\b{name}\b", words)] == []


@pytest.mark.parametrize("guide", ["registers.en.md", "registres.fr.md"])
def test_profile_of_the_guide_loads(guide: str, tmp_path: Path) -> None:
    document = re.findall(
        r"```yaml\n(tables.*?)```", (GUIDES / guide).read_text(encoding="utf-8"), re.DOTALL
    )[0]
    path = tmp_path / "profil.yaml"
    path.write_text(HEAD + document, encoding="utf-8")

    (register,) = load_profile(path, {}).profile.risk.registers

    assert register.name == "deces-insee"
