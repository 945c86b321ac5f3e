"""The dictionary of a source that has no profile yet: variables, types, domains, counts, structure.

The rows are those of ``release.dictionary``. Nothing that fewer persons than a floor share is told: values,
ends of ranges and counts below it are left out; without a column of persons, a row stands for one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from profiles.catalogue import Lang
from profiles.errors import Place, SourceError
from profiles.model import Kind
from release.dictionary import Entry
from release.wording import SEPARATOR, floored, word
from risk.report.summary import number, percent
from tables.progress import Progress

FLOOR = 11
"""Persons behind what is told, as in the policy ``open-data``."""
MOST_FREQUENT = 10


@dataclass(frozen=True)
class Description:
    """What a source holds."""

    structure: Mapping[str, str]
    """What is counted -> how many, in words."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Found:
    """What was seen of one variable, before it is put in words."""

    name: str
    kind: Kind | None
    filled: int
    """Rows or files with a value."""
    total: int
    label_fr: str = ""
    label_en: str = ""
    unit: str = ""
    code: str = ""
    low: str | None = None
    high: str | None = None
    frequent: tuple[tuple[str, float], ...] = ()
    """Values that the floor of persons share -> share of the total."""
    closed: bool = False
    """Whether ``frequent`` are all the values that there are."""
    notes: tuple[str, ...] = field(default=())
    """Keys of what is to be known besides."""


def describe(
    source: Path, work: Path, lang: Lang, person: str | None = None, progress: Progress | None = None
) -> Description:
    """The dictionary of a folder or an archive of images, or of one table in any format that profiles read.

    ``work``: a private folder for what must be kept meanwhile. ``person``: the column that names persons.

    Raises:
        SourceError: the source can't be read.
        ProfileError: its format is unknown.
    """
    if not source.exists():
        raise SourceError("source-missing", Place(file=str(source)))
    if source.is_dir() or source.suffix.lower() in {".zip", ".dcm"}:
        from release.describe_images import images  # noqa: PLC0415 - one of two

        return images(source, work, lang, progress)
    from release.describe_table import table  # noqa: PLC0415

    return table(source, work, lang, person)


def entry(table: str, found: Found, floor: int, lang: Lang) -> Entry:
    """One row of the dictionary."""
    shown = SEPARATOR[lang].join(
        value if found.closed else f"{value} ({percent(share, lang)})" for value, share in found.frequent
    )
    return Entry(
        table=table,
        nom=found.name,
        libelle=found.label_fr,
        libelle_en=found.label_en,
        type=word(f"kind.{found.kind}", lang) if found.kind else "",
        unite=found.unit,
        role="",
        nomenclature=found.code,
        valeurs=shown if found.closed else "",
        etendue=word("range", lang, low=found.low, high=found.high) if found.low is not None else "",
        part_manquants=_missing(found, floor, lang),
        frequences="" if found.closed else shown,
        traitement="",
        remarques=" ".join(word(f"describe.{note}", lang) for note in found.notes),
    )


def _missing(found: Found, floor: int, lang: Lang) -> str:
    lacking = found.total - found.filled
    if not lacking:
        return word("missing_none", lang)
    if lacking < floor or found.filled < floor:
        return word("missing_hidden", lang, floor=floor)
    return percent(lacking / found.total, lang)


def counted(value: int, floor: int, lang: Lang) -> str:
    """A count, or that it is below the floor."""
    return floored(value, floor, lang)


def words_of(keyword: str) -> str:
    """``SliceThickness`` as ``Slice thickness``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", keyword)
    return " ".join(
        part if part.isupper() or not index else part.lower() for index, part in enumerate(apart.split())
    )


__all__ = ["FLOOR", "Description", "Found", "counted", "describe", "entry", "number", "words_of"]
