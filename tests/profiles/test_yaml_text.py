import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from profiles.errors import ProfileError
from profiles.yaml_text import MAX_DEPTH, parse
from tests.profiles.factories import CANARY


def refused(text: str | bytes) -> ProfileError:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(ProfileError) as caught:
        parse(content, "p.yaml")
    assert CANARY not in repr(caught.value) + repr(caught.value.facts) + repr(caught.value.place)
    return caught.value


@pytest.mark.parametrize(
    "code", ["01", "NO", "12:30", "1e3", "0x1F", "~", "null", "true", "2024-01-01", "1_000"]
)
def test_a_code_stays_the_text_that_was_written(code):
    document = parse(f"a: {code}\n{code}: b\n".encode(), "p.yaml")
    assert document.data == {"a": code, code: "b"}


def test_every_key_and_item_knows_its_line():
    marks = parse(b"a: 1\nb:\n  - x\n  - c: 2\n", "p.yaml").marks
    lines = {key: mark.line for key, mark in marks.items()}
    assert lines == {(): 1, ("a",): 1, ("b",): 2, ("b", "0"): 3, ("b", "1"): 4, ("b", "1", "c"): 4}


def test_a_duplicate_key_shows_both_lines():
    error = refused(f"a: 1\nb: 2\na: {CANARY}\n")
    assert (error.code, error.place.line, error.facts) == ("yaml-duplicate-key", 3, {"name": "a", "first": 1})


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "profile-empty", None),
        ("# nothing\n", "profile-empty", None),
        (f"- {CANARY}\n", "profile-not-mapping", 1),
        (f"{CANARY}\n", "profile-not-mapping", 1),
        (f"a: 1\n---\nb: {CANARY}\n", "yaml-several-documents", 2),
        (f"a: &x {CANARY}\n", "yaml-alias", 1),
        (f"a: 1\nb: *{CANARY}\n", "yaml-alias", 2),
        (f"a: !!str {CANARY}\n", "yaml-tag", 1),
        (f"a: !!python/object/apply:os.system [{CANARY}]\n", "yaml-tag", 1),
        (f"? [{CANARY}]\n: b\n", "yaml-key-not-text", 1),
        (f"a: 1\n'{CANARY}\n", "yaml-syntax", 3),
        (f"a:\n\tb: {CANARY}\n", "yaml-tab", 2),
        (f"a: {{b: {CANARY}\n", "yaml-syntax", 2),
    ],
)
def test_unusual_yaml_is_refused_where_it_stands(text, code, line):
    error = refused(text)
    assert (error.code, error.place.file, error.place.line) == (code, "p.yaml", line)


def test_an_alias_bomb_stops_at_its_first_anchor():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    start = time.process_time()
    error = refused("l0: &l0 x\n" + "\n".join(levels))
    assert (error.code, error.place.line) == ("yaml-alias", 1)
    assert time.process_time() - start < 1


def test_nesting_stops_at_the_limit():
    deep = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert parse(deep.encode(), "p.yaml").data["a"] is not None
    assert refused("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH).code == "yaml-too-deep"
    assert refused("a: " + "[" * 100_000).code == "yaml-too-deep"


def test_bytes_that_are_not_utf8_are_refused_with_their_line():
    error = refused("a: 1\nb: é\n".encode("latin-1"))
    assert (error.code, error.place.line) == ("profile-not-utf8", 2)


def test_a_byte_order_mark_is_accepted():
    assert parse(b"\xef\xbb\xbfa: 1\n", "p.yaml").data == {"a": "1"}


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
trees = st.dictionaries(
    texts,
    st.recursive(
        texts,
        lambda node: st.lists(node, max_size=3) | st.dictionaries(texts, node, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=5,
)


@given(trees)
def test_any_tree_of_text_comes_back_as_it_was_written(tree):
    written = yaml.dump(tree, default_style='"', sort_keys=False, Dumper=_NoAlias)
    assert parse(written.encode(), "p.yaml").data == tree


class _NoAlias(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


@given(st.text(max_size=200))
def test_any_text_gives_a_tree_or_a_profile_error(text):
    try:
        parsed = parse(text.encode("utf-8", "surrogatepass"), "p.yaml")
    except ProfileError:
        return
    assert isinstance(parsed.data, dict)
