"""What holds for every command: the language and the form of the output."""

import os
from dataclasses import dataclass

from profiles.catalogue import Lang
from profiles.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """Options that may stand before or after the command."""

    lang: Lang = Lang.FR
    json: bool = False


def split_settings(arguments: list[str]) -> tuple[Settings, list[str]]:
    """Take ``--lang`` and ``--json`` from wherever they stand; the rest is the command's."""
    lang = os.environ.get("VITRAIL_LANG", "fr")
    rest: list[str] = []
    as_json = False
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--json":
            as_json = True
        elif argument == "--lang":
            lang = next(waiting, "")
        elif argument.startswith("--lang="):
            lang = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    if lang not in set(Lang):
        # The language itself is unknown: the command reports it, in the default language.
        return Settings(json=as_json), ["--unknown-language"]
    return Settings(Lang(lang), as_json), rest


def refuse_language() -> None:
    """The error of a language that the catalogue does not have."""
    raise UsageError("unknown-language", languages=", ".join(Lang))
