"""The documentation says what the code does."""

import re
from pathlib import Path

import pytest

from profiles.loading import load_profile
from profiles.transforms import ORDER
from tests.docs.commands import PAGE, page

ROOT = Path(__file__).parents[2]
PAGES = [
    path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if "publication" not in path.parts
]


def test_commands_page_is_what_help_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.docs.commands"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("guide", ["guide.fr.md", "guide.en.md"])
def test_guide_names_every_transform(guide: str) -> None:
    words = (ROOT / "docs" / guide).read_text(encoding="utf-8")

    assert [name for name in ORDER if f"`{name}`" not in words] == []


def test_both_readmes_have_the_same_commands_and_tables() -> None:
    english, french = (ROOT / name for name in ("README.md", "LISEZMOI.md"))

    def blocks(path: Path) -> list[str]:
        return path.read_text(encoding="utf-8").split("```")[1::2]

    def commands(path: Path) -> list[str]:
        return re.findall(r"^(?:make|vitrail|export) [\w=$(]+", "\n".join(blocks(path)), re.MULTILINE)

    assert commands(english) == commands(french) != []


def test_readme_commands_exist() -> None:
    help_text = page()
    named = set(re.findall(r"vitrail ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))

    for command in named - {"takes", "measures"}:
        assert re.search(rf"^  {command}\b", help_text, re.MULTILINE), command


@pytest.mark.parametrize("guide", ["guide.fr.md", "guide.en.md"])
def test_profile_of_the_guide_loads(guide: str, tmp_path: Path) -> None:
    document = re.findall(
        r"```yaml\n(version.*?)```", (ROOT / "docs" / guide).read_text(encoding="utf-8"), re.DOTALL
    )[0]
    path = tmp_path / "profil.yaml"
    path.write_text(document, encoding="utf-8")

    assert load_profile(path, {}).profile.tables.keys() == {"PATIENTS", "VISITES"}


@pytest.mark.parametrize("guide", ["k-anonymat.fr.md", "k-anonymity.en.md"])
def test_profile_of_the_search_guide_loads(guide: str, tmp_path: Path) -> None:
    page_text = (ROOT / "docs" / "guides" / guide).read_text(encoding="utf-8")
    document = re.findall(r"```yaml\n(.*?)```", page_text, re.DOTALL)[0]
    head = "version: 1\nid: essai\ntitle: Essai\nseed: 1\nsecret: ${VITRAIL_KEY?clé}\n"
    path = tmp_path / "profil.yaml"
    path.write_text(head + document, encoding="utf-8")

    assert load_profile(path, {}).profile.anonymity is not None
