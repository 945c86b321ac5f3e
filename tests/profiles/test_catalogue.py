import ast
from pathlib import Path
from string import Formatter

import pytest

from profiles.catalogue import Lang, catalogue, error_text, place_text
from profiles.errors import NOWHERE, Place, ProfileError, SourceError, UsageError, VerificationFailed
from profiles.validation import CODES

ROOT = Path(__file__).parents[2]
ROOMS = ("profiles", "tables", "anonymize", "synth", "risk", "release", "cli")
SOURCES = sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in ROOT.glob(f"{room}/**/*.py"))])
ERRORS = {kind.__name__ for kind in (ProfileError, SourceError, UsageError, VerificationFailed)}


def fields(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def calls():
    """Every call in the code: file, name of what is called, its node."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path.relative_to(ROOT), node.func.id, node


def literal(node):
    argument = node.args[0] if node.args else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def named_facts(node):
    """Names of the keyword arguments, or None when some come from a mapping."""
    names = {keyword.arg for keyword in node.keywords}
    return None if None in names else names


def errors_raised():
    """Every error whose code is written out: where, code, facts."""
    for path, name, node in calls():
        code = literal(node)
        if code is None:
            continue
        where = f"{path}:{node.lineno}"
        if name in ERRORS:
            yield where, code, named_facts(node)
        elif name == "unknown_name":
            facts = named_facts(node)
            yield where, code, None if facts is None else facts | {"name"}
            yield where, f"{code}-near", None if facts is None else facts | {"name", "near"}
        elif name == "ValueError" and path.parts[0] == "profiles" and " " not in code:
            yield where, code, set()


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_each_text_exists_in_both_languages_with_the_same_fields(key):
    entry = catalogue()[key]
    assert set(entry) == {lang.value for lang in Lang}
    assert all(entry[lang].strip() for lang in Lang)
    french, english = ({name.removesuffix(f"_{lang}") for name in fields(entry[lang])} for lang in Lang)
    assert french == english
    assert all(name.isidentifier() for name in fields(entry["fr"]))


def test_each_error_has_its_text():
    missing = [f"{where} {code}" for where, code, _ in errors_raised() if f"error.{code}" not in catalogue()]
    assert missing == []


def test_each_error_gives_the_facts_that_its_text_asks_for():
    lacking = []
    for where, code, facts in errors_raised():
        for key in (f"error.{code}", f"error.{code}.remedy"):
            asked = {name for template in catalogue().get(key, {}).values() for name in fields(template)}
            if facts is not None and not asked <= facts:
                lacking.append(f"{where} {key} lacks {sorted(asked - facts)}")
    assert lacking == []


def test_each_text_asked_by_its_name_exists_and_gets_its_fields():
    wrong = []
    for path, name, node in calls():
        key, facts = literal(node), named_facts(node)
        if name == "text" and key is not None and len(node.args) == 2:
            known = catalogue().get(key)
            if known is None or (facts is not None and not fields(known["fr"]) <= facts):
                wrong.append(f"{path}:{node.lineno} {key}")
    assert wrong == []


def test_each_remedy_belongs_to_an_error():
    remedies = [key for key in catalogue() if key.endswith(".remedy")]
    assert [key for key in remedies if key.removesuffix(".remedy") not in catalogue()] == []


def test_each_mistake_of_form_has_its_text():
    assert [code for code in CODES.values() if f"error.{code}" not in catalogue()] == []


def test_an_error_of_this_room_is_raised_somewhere():
    own = (ROOT / "profiles" / "texts" / "profiles.toml").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    defined = [key for key in catalogue() if key.startswith("error.") and f'["{key}"]' in own]
    stems = {
        key.removeprefix("error.").removesuffix(".remedy").removesuffix("-why").removesuffix("-near")
        for key in defined
    }
    assert [stem for stem in sorted(stems) if f'"{stem}' not in code] == []


def test_an_error_shows_what_where_and_what_to_do():
    error = ProfileError("missing-key", Place(file="p.yaml", line=3, key="tables.A"), name="role")
    assert error_text(error, Lang.EN) == (
        "p.yaml, line 3, key tables.A: the key “role” is missing\n→ add “role:” at this place of the profile"
    )
    assert error_text(error, Lang.FR).startswith("p.yaml, ligne 3, clé tables.A : il manque")


def test_nowhere_is_not_said():
    assert place_text(NOWHERE, Lang.FR) == ""
    assert (
        place_text(Place(table="A", column="B", record=3), Lang.FR)
        == "table A, colonne B, enregistrement n° 3"
    )
