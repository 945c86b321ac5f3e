"""Licences under which a release may be published, by SPDX identifier (SPDX list 3.27)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """A licence: what a reader needs to find its text."""

    id: str
    """SPDX identifier."""
    title: str
    url: str

    @property
    def file_name(self) -> str:
        """Name of its file in the release."""
        return f"LICENCE-{self.id}.txt"

    def notice(self) -> str:
        """The content of its file, in French and in English."""
        return (
            f"{self.title}\nSPDX-License-Identifier: {self.id}\n{self.url}\n\n"
            "Le texte complet de la licence se trouve à cette adresse.\n"
            "The full text of the licence is at this address.\n"
        )


_CC = "https://creativecommons.org"
_ODC = "https://opendatacommons.org/licenses"

LICENCES = (
    Licence(
        "etalab-2.0",
        "Licence Ouverte / Open Licence 2.0 (Etalab)",
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
    ),
    Licence("CC0-1.0", "Creative Commons Zero 1.0 Universal", f"{_CC}/publicdomain/zero/1.0/"),
    Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", f"{_CC}/licenses/by/4.0/"),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0 International",
        f"{_CC}/licenses/by-sa/4.0/",
    ),
    Licence("ODbL-1.0", "Open Data Commons Open Database License 1.0", f"{_ODC}/odbl/1-0/"),
    Licence("ODC-By-1.0", "Open Data Commons Attribution License 1.0", f"{_ODC}/by/1-0/"),
    Licence("PDDL-1.0", "Open Data Commons Public Domain Dedication & License 1.0", f"{_ODC}/pddl/1-0/"),
)

_BY_ID = {licence.id.lower(): licence for licence in LICENCES}


def licence_of(word: str) -> Licence:
    """The licence of a word that profiles allow (``profiles.vocabulary.LICENCES``), case ignored."""
    return _BY_ID[word.lower()]
