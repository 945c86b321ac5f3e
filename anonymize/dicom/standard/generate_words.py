"""Write the words that a kept text may be made of.

    python -m anonymize.dicom.standard.generate_words --terms FOLDER --names FILE

``--terms``: folder of ``*.tpl`` (the defined terms of the attributes of VR CS, as the tables ``strval`` of
dicom3tools list them). ``--names``: given names and surnames, one a line, that no word may be.
The rest comes from the installed pydicom: names of attributes, meanings of the codes of PS3.16.
A word of a meaning counts if it is also written in lower case somewhere (a surname never is), if it ends as
medical words do, or if it is a short acronym; breeds, languages, countries and institutions are left out.
"""

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

from pydicom._dicom_dict import DicomDictionary
from pydicom.sr._cid_dict import name_for_cid
from pydicom.sr._concepts_dict import concepts

from anonymize.dicom.standard import lexicon

WORD = re.compile(r"[^\W\d_]+")
TERM = re.compile(r"^\s*([A-Z0-9][A-Z0-9_ ./-]*?)\s*(?:[,=].*)?$")
CODE = re.compile(r"99\w*|\w*\d{3,}\w*|[a-f]\d[a-f0-9]+|\d+[a-f]+\d\w*")
ENDINGS = tuple(
    "al ar ary ase cele cyte emia genic gram graph graphy ia iac ial ic ide ine ing ion ism itis ium ive "  # noqa: SIM905
    "logy lysis meter metry oid oma omy osis ous pathy philia phy plasty rrhea scope scopy sis stasis stomy "
    "tomy tory trophy um ular us".split()
)
NOT_NAMES_OF_THINGS = ("Breed", "Country", "Ethnic", "Institution", "Language", "Role", "Strain", "Taxonom")
"""CIDs whose names hold one of these are left out."""


def fold(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def terms(folder: Path) -> Iterator[str]:
    """Defined terms of CS attributes."""
    for path in sorted(folder.glob("*.tpl")):
        inside = False
        for line in path.read_text("latin-1").splitlines():
            if line.lstrip().startswith("StringValues="):
                inside = True
            elif line.strip() == "}":
                inside = False
            elif inside and (found := TERM.match(line.rstrip(",; "))):
                yield found[1]


def meanings() -> Iterator[str]:
    """Meanings of codes, but of sets of breeds, languages, countries and institutions."""
    unwanted = {
        cid for cid, name in name_for_cid.items() if any(word in name for word in NOT_NAMES_OF_THINGS)
    }
    tables: Any = concepts
    for keywords in tables.values():
        for codes in keywords.values():
            for meaning, cids in codes.values():
                if not cids or set(cids) - unwanted:
                    yield meaning


def of_meanings() -> set[str]:
    """Words of meanings that name things."""
    found = {word for meaning in meanings() for word in WORD.findall(meaning)}
    acronyms = {word for word in found if word.isupper() and len(word) < 6}
    medical = {word for word in found if word.istitle() and word.endswith(ENDINGS) and len(word) > 5}
    return {fold(word) for word in found if word.islower() or word in acronyms | medical}


def of_attributes() -> set[str]:
    """Words of the names of attributes."""
    return {fold(word) for entry in DicomDictionary.values() for word in WORD.findall(entry[2])}


def of_terms(found: Iterable[str]) -> set[str]:
    """Pieces of defined terms, those with digits too; codes are no words."""
    pieces = {piece for term in found for piece in re.split(r"[^a-z0-9]+", term.lower())}
    return {piece for piece in pieces if piece and not CODE.fullmatch(piece)}


def codes() -> list[str]:
    """Codes of the scheme DCM: words as they are, numbers as ranges, in which up to three may be missing."""
    tables: Any = concepts
    known = {code for entries in tables["DCM"].values() for code in entries}
    ranges: list[list[int]] = []
    for number in sorted(int(code) for code in known if code.isdigit()):
        if ranges and number - ranges[-1][1] <= 4:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [*sorted(code for code in known if code.isalpha()), *(f"{low}-{high}" for low, high in ranges)]


def main() -> None:
    """Write the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    given = parser.parse_args()
    names = {fold(line.strip()) for line in given.names.read_text("utf-8").splitlines()}
    defined = sorted({term for term in terms(given.terms) if not CODE.fullmatch(term.lower())})
    sure = of_terms(defined) | of_attributes()
    words = sure | (of_meanings() - names)
    kept = {
        word
        for word in words - lexicon.read("excluded.txt")
        if word.isascii() and len(word) > 1 and not word.isdigit()
    }
    lexicon.TERMS.write_text(
        "\n".join(wrap(";".join(defined).replace(" ", "~").replace(";", " "), 110)) + "\n", "ascii"
    )
    lexicon.CODES.write_text("\n".join(wrap(" ".join(codes()), 110, break_on_hyphens=False)) + "\n", "ascii")
    lexicon.GENERATED.write_text("\n".join(wrap(" ".join(sorted(kept)), 110)) + "\n", "ascii")


if __name__ == "__main__":
    main()
