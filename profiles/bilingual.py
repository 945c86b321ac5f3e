"""A text in the two languages of the tool."""

from typing import Any

from pydantic import model_validator

from profiles.catalogue import Lang
from profiles.transforms import Model


class Bilingual(Model):
    """A text in French, English or both; a bare string serves for both."""

    fr: str | None = None
    en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"fr": value, "en": value} if isinstance(value, str) else value

    def get(self, lang: Lang) -> str:
        """The text in ``lang``, else in the other language, else empty."""
        first, second = (self.fr, self.en) if lang is Lang.FR else (self.en, self.fr)
        return first or second or ""
