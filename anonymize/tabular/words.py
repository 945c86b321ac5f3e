"""Sentences of the catalogue in both languages at once."""

from profiles.catalogue import Lang, text
from profiles.model import Bilingual


def words(key: str, /, **facts: object) -> Bilingual:
    """The catalogue's ``key`` with its fields filled, in French and in English."""
    return Bilingual(fr=text(key, Lang.FR, **facts), en=text(key, Lang.EN, **facts))
