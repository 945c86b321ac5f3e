"""What happens to each column and why, for a reader who does not write YAML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from profiles.catalogue import Lang, text
from profiles.key_chain import effective_transform, is_dropped
from profiles.loading import LoadedProfile
from profiles.model import Bilingual, Column, Kind, Profile, Role

Describe = Callable[[str, str], tuple[Bilingual, ...]]
"""Table and column -> what each step does, in words; the transforms know them."""


@dataclass(frozen=True)
class ExplainedColumn:
    """One column of the profile, in the words of one language."""

    table: str
    column: str
    role: str
    kind: str
    steps: tuple[str, ...]
    """What is done to a value, in order."""
    why: str
    """The profile's own reason, or empty."""
    published: bool
    warnings: tuple[str, ...]
    """What deserves a second look."""


def explain(loaded: LoadedProfile, lang: Lang, describe: Describe) -> list[ExplainedColumn]:
    """Every column of every table, in the order of the profile."""
    profile = loaded.profile
    return [
        _explained(profile, table, name, lang, describe)
        for table, spec in profile.tables.items()
        for name in spec.columns
    ]


def _explained(profile: Profile, table: str, name: str, lang: Lang, describe: Describe) -> ExplainedColumn:
    column = profile.tables[table].columns[name]
    return ExplainedColumn(
        table=table,
        column=name,
        role=text(f"role.{column.role.value}", lang),
        kind=text(f"kind.{column.type.value}", lang),
        steps=tuple(step.get(lang) for step in describe(table, name)),
        why=column.why.get(lang) if column.why is not None else "",
        published=not is_dropped(profile, table, name),
        warnings=tuple(text(f"explain.{code}", lang) for code in warnings_of(profile, table, name)),
    )


def warnings_of(profile: Profile, table: str, name: str) -> Iterator[str]:
    """Codes of what deserves a second look on a published column; texts under ``explain.<code>``."""
    if is_dropped(profile, table, name):
        return
    column, reference = profile.tables[table].columns[name], f"{table}.{name}"
    kept = effective_transform(profile, table, name).keep is not None
    checked = profile.tables[table].source.format == "dicom"
    if column.role is Role.QUASI and kept and not checked:
        yield "quasi-kept"
    if (
        column.role is Role.QUASI
        and not profile.tables[table].person
        and reference not in profile.risk.knowledge
    ):
        yield "quasi-unknown"
    if column.role is Role.SENSITIVE and reference not in profile.risk.secrets:
        yield "sensitive-not-secret"
    if kept and column.role is not Role.DIRECT and not checked and _may_be_free_text(column):
        yield "free-text"


def _may_be_free_text(column: Column) -> bool:
    return column.type is Kind.TEXT and column.values is None and column.nomenclature is None
