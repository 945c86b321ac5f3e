"""``dictionnaire.csv`` and ``dictionnaire.md``: one row per published column, in French first."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from profiles.catalogue import Lang
from profiles.model import Bilingual
from release.aggregated import aggregated
from release.facts import ColumnFacts, Frequent
from release.release_facts import ReleaseFacts
from release.wording import SEPARATOR, cell, coded, listed, word
from risk.report.summary import number, percent
from tables.candidate import OutputColumn

CSV_NAME, MARKDOWN_NAME = "dictionnaire.csv", "dictionnaire.md"

_LANG = Lang.FR
_SHOWN_VALUES = 12
_MARKDOWN = ("nom", "libelle", "type", "unite", "valeurs", "etendue", "part_manquants", "traitement")


@dataclass(frozen=True)
class Entry:
    """One published column; field names are the header of the CSV, hence French."""

    table: str
    nom: str
    libelle: str
    libelle_en: str
    type: str
    unite: str
    role: str
    nomenclature: str
    valeurs: str
    etendue: str
    part_manquants: str
    frequences: str
    traitement: str
    remarques: str


def entries(facts: ReleaseFacts, most_values: int | None = None) -> Iterator[Entry]:
    """The rows, table after table, columns in their published order."""
    for name, table in facts.tables.items():
        for column in table.table.columns:
            yield _entry(facts, name, column, table.columns[column.name], most_values)
    for name, _, totals in aggregated(facts):
        for column in totals.columns:
            yield _total_entry(name, column)


def dictionary_csv(facts: ReleaseFacts) -> str:
    """The dictionary as CSV text (comma, CRLF)."""
    return entries_csv(entries(facts))


def entries_csv(rows: Iterable[Entry]) -> str:
    """Rows of a dictionary as CSV text (comma, CRLF)."""
    names = [field.name for field in fields(Entry)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([getattr(entry, name) for name in names] for entry in rows)
    return text.getvalue()


def dictionary_markdown(facts: ReleaseFacts) -> str:
    """The dictionary as Markdown: one section a table, its notes below."""
    parts = [f"# {word('dictionary.title', _LANG)} : {facts.profile.title.get(_LANG)}\n"]
    parts.append(word("dictionary.intro", _LANG, floor=facts.policy.persons_floor) + "\n")
    rows = list(entries(facts, _SHOWN_VALUES))
    for name, table in facts.tables.items():
        label = _text(facts.profile.tables[name].label)
        parts.append(f"## `{name}`" + (f" : {label}" if label else "") + "\n")
        parts.append(word("dictionary.size", _LANG, rows=number(table.table.rows, _LANG)) + "\n")
        parts.append(_markdown_table([entry for entry in rows if entry.table == name]))
    for name, spec, totals in aggregated(facts):
        label = _text(spec.label)
        parts.append(f"## `{name}`" + (f" : {label}" if label else "") + "\n")
        parts.append(word("dictionary.size", _LANG, rows=number(totals.rows, _LANG)) + "\n")
        parts.append(_markdown_table([entry for entry in rows if entry.table == name]))
    return "\n".join(parts)


def _markdown_table(rows: list[Entry]) -> str:
    lines = [[word(f"dictionary.{name}", _LANG) for name in _MARKDOWN], ["---"] * len(_MARKDOWN)]
    lines += [[cell(getattr(entry, name)) for name in _MARKDOWN] for entry in rows]
    notes = [f"- `{entry.nom}` : {cell(note)}\n" for entry in rows if (note := _note(entry))]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return table + ("\n" + "".join(notes) if notes else "")


def _note(entry: Entry) -> str:
    frequent = f"{word('dictionary.frequences', _LANG)} : {entry.frequences}." if entry.frequences else ""
    return " ".join(part for part in (entry.remarques, frequent) if part)


def _entry(
    facts: ReleaseFacts, table: str, column: OutputColumn, found: ColumnFacts, most_values: int | None
) -> Entry:
    spec = facts.profile.tables[table].columns[column.name]
    return Entry(
        table=table,
        nom=column.name,
        libelle=spec.label.get(Lang.FR) if spec.label else "",
        libelle_en=spec.label.get(Lang.EN) if spec.label else "",
        type=word(f"kind.{column.kind}", _LANG),
        unite=_text(spec.unit),
        role=word(f"role.{column.role}", _LANG),
        nomenclature=spec.nomenclature or "",
        valeurs=listed(column.values, _LANG, most_values) if column.values else "",
        etendue=word("range", _LANG, low=found.low, high=found.high) if found.low is not None else "",
        part_manquants=_missing(found, facts.policy.persons_floor),
        frequences=SEPARATOR[_LANG].join(_frequent(column, item) for item in found.frequent),
        traitement=SEPARATOR[_LANG].join(step.get(_LANG) for step in column.transforms),
        remarques=" ".join(_text(item) for item in (spec.origin, spec.limits, spec.why) if item),
    )


def _total_entry(table: str, column: OutputColumn) -> Entry:
    """A column of a table of totals: nothing is counted in it, it is counts already."""
    return Entry(
        table=table,
        nom=column.name,
        libelle="",
        libelle_en="",
        type=word(f"kind.{column.kind}", _LANG),
        unite="",
        role=word(f"role.{column.role}", _LANG),
        nomenclature="",
        valeurs=listed(column.values, _LANG) if column.values else "",
        etendue="",
        part_manquants="",
        frequences="",
        traitement=SEPARATOR[_LANG].join(step.get(_LANG) for step in column.transforms),
        remarques="",
    )


def _frequent(column: OutputColumn, item: Frequent) -> str:
    label = (column.values or {}).get(item.value)
    return f"{coded(item.value, label, _LANG)} ({percent(item.share, _LANG)})"


def _missing(found: ColumnFacts, floor: int) -> str:
    if found.missing is None:
        return word("missing_hidden", _LANG, floor=floor)
    return percent(found.missing, _LANG) if found.missing else word("missing_none", _LANG)


def _text(item: Bilingual | None) -> str:
    return item.get(_LANG) if item else ""
