"""The header of a file against the columns of the profile."""

from collections import Counter
from collections.abc import Iterable, Sequence

from profiles.errors import Place
from profiles.model import Table
from profiles.words import nearest
from tables.problems import Problem

DELIMITERS = {";": ";", ",": ",", "\t": "\\t", "|": "|"}
"""Usual delimiters and how a profile writes them."""
SHOWN = 10
"""Names listed in one message."""


def header_problems(header: Sequence[str], table: Table, place: Place, *, drop: bool) -> list[Problem]:
    """What keeps ``header`` from being that of ``table``; ``drop`` tolerates unlisted columns.

    Names of the header are shown only when one of them is in the profile: a first line that has
    none may be a record.
    """
    if not set(header) & set(table.columns):
        return [_not_a_header(header, table, place)]
    return [
        *_duplicates(header, table, place, drop=drop),
        *([] if drop else _unlisted(header, table, place)),
        *_missing(header, table, place),
    ]


def _not_a_header(header: Sequence[str], table: Table, place: Place) -> Problem:
    if len(header) == 1:
        counts = Counter({sign: header[0].count(sign) for sign in DELIMITERS})
        sign, count = counts.most_common(1)[0]
        if count:
            return Problem("header-delimiter", place, facts={"probable": DELIMITERS[sign]})
    return Problem("header-unknown", place, facts={"expected": _listed(table.columns), "found": len(header)})


def _duplicates(header: Sequence[str], table: Table, place: Place, *, drop: bool) -> list[Problem]:
    repeated = [name for name, count in Counter(header).items() if count > 1 and name]
    wrong = [name for name in repeated if name in table.columns or not drop]
    return [Problem("header-duplicate", place, facts={"names": _listed(wrong)})] if wrong else []


def _unlisted(header: Sequence[str], table: Table, place: Place) -> list[Problem]:
    problems = []
    unnamed = [str(position) for position, name in enumerate(header, 1) if not name.strip()]
    if unnamed:
        problems.append(Problem("header-unnamed", place, facts={"positions": _listed(unnamed)}))
    unlisted = [name for name in dict.fromkeys(header) if name.strip() and name not in table.columns]
    if unlisted:
        names = _with_nearest(unlisted, [name for name in table.columns if name not in header])
        problems.append(Problem("column-unlisted", place, facts={"names": names}))
    return problems


def _missing(header: Sequence[str], table: Table, place: Place) -> list[Problem]:
    missing = [name for name in table.columns if name not in header]
    if not missing:
        return []
    names = _with_nearest(missing, [name for name in header if name not in table.columns])
    return [Problem("column-missing", place, facts={"names": names})]


def _with_nearest(names: Sequence[str], candidates: Sequence[str]) -> str:
    """``BEN_SEX (BEN_SEX_COD ?)``: each name with the one that was perhaps meant."""
    near = {name: nearest(name, candidates) for name in names[:SHOWN]}
    return _listed([f"{name} ({near[name]} ?)" if near.get(name) else name for name in names])


def _listed(names: Iterable[str]) -> str:
    """At most :data:`SHOWN` names, printable and not too long."""
    every = ["".join(sign for sign in name if sign.isprintable())[:80] for name in names]
    return ", ".join(every[:SHOWN]) + (", …" if len(every) > SHOWN else "")
