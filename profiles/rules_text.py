"""Rules on free texts that are redacted."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.model import Profile
from profiles.rules import Locate, columns_of, unknown_name
from profiles.transforms import LANGUAGES


def redactions_are_possible(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The language has rules, and the columns known of the person exist."""
    for key, _, _, column in columns_of(profile):
        redact = column.transform.redact
        if redact is None:
            continue
        here = (*key, "transform", "redact")
        if redact.language not in LANGUAGES:
            place = locate((*here, "language"))
            yield ProfileError("redact-language", place, language=redact.language, known=", ".join(LANGUAGES))
        names = [f"{table}.{name}" for _, table, name, _ in columns_of(profile)]
        for index, name in enumerate(redact.known or ()):
            if name not in names:
                yield unknown_name("reference-unknown", locate((*here, "known", str(index))), name, names)
