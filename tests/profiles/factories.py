"""Profiles written for tests: a table of persons, a table of their events, and changes to them."""

from collections.abc import Mapping
from pathlib import Path

from profiles.errors import ProfileError
from profiles.loading import LoadedProfile, ProfileErrors, load_profile
from profiles.model import Profile

CANARY = "CANARI-secret-9c41e7"

PROFILE = """\
version: 1
id: essai
title: {fr: "Essai", en: "Test"}
seed: 7
secret: ${VITRAIL_KEY?la clé manque}
tables:
  PERSONS:
    source: {path: persons.csv}
    primary_key: [ID, RANK]
    person: [ID, RANK]
    columns:
      ID: {role: direct, transform: pseudonymize}
      RANK: {role: direct, transform: pseudonymize}
      SEX: {role: quasi, values: {1: homme, 2: femme}}
      BORN: {role: quasi, type: year, transform: {bin: {width: 5}}}
      DIED: {role: sensitive, type: date, transform: shift}
  EVENTS:
    source: {path: events.csv}
    foreign_keys: [{columns: [ID, RANK], references: PERSONS}]
    columns:
      ID: {role: direct, transform: inherit}
      RANK: {role: direct, transform: inherit}
      CODE: {role: sensitive}
      WHEN: {role: quasi, type: date, transform: shift}
risk:
  knowledge: [PERSONS.SEX, PERSONS.BORN]
  secrets: [EVENTS.CODE]
"""


def write(folder: Path, text: str = PROFILE, name: str = "profil.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(*changes: tuple[str, str]) -> str:
    """The profile with each first text replaced; the text must be there."""
    text = PROFILE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def load(folder: Path, text: str = PROFILE, environ: Mapping[str, str] | None = None) -> LoadedProfile:
    return load_profile(write(folder, text), environ or {})


def mistakes(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[ProfileError]:
    """Every mistake of the profile; none when it loads."""
    try:
        load(folder, text, environ)
    except ProfileErrors as found:
        return list(found.errors)
    except ProfileError as found:
        return [found]
    return []


def codes(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    return [mistake.code for mistake in mistakes(folder, text, environ)]


def line_of(text: str, part: str) -> int:
    """1-based line of the first line that holds ``part``."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


HEAD = "version: 1\nid: essai\ntitle: Essai\nseed: 7\nsecret: ${VITRAIL_KEY?la clé manque}\n"
"""What every profile starts with, before its tables."""


def profile_of(folder: Path, tables: str) -> Profile:
    """The profile that has these tables."""
    return load(folder, HEAD + tables).profile
