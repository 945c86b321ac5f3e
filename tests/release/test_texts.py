"""Every error that the room raises has its sentence in both languages."""

import re
from pathlib import Path

import pytest

import release
from profiles.catalogue import Lang, error_text
from profiles.errors import Place, UsageError

SOURCES = sorted(Path(release.__file__).parent.glob("*.py"))
CODES = sorted(
    {code for path in SOURCES for code in re.findall(r'"((?:release|verify)-[a-z-]+)"', path.read_text())}
)


def test_codes_are_found():
    assert {"release-target-exists", "verify-empty"} < set(CODES)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("lang", list(Lang))
def test_an_error_has_its_sentence(code, lang):
    error = UsageError(code, Place(file="x"), parent="p", limit=1)
    assert error_text(error, lang).startswith("x")
