"""What a release says of persons, beside what a register knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.keys import private_keys
from risk.labels import combine, encode
from risk.person_view import build, columns_of, table_paths
from risk.registers.exact import ABSENT, Facts, taken
from risk.registers.grain import UNKNOWN, Codes, Comparison, Equal, Within, compare, spans, useless
from risk.registers.reading import Matched, ReadRegister, whole
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, Staged
from tables.duck import connect, quote, scan, stream
from tables.person_rows import is_person_level

AMBIGUOUS = -3
"""True person of a line whose identifier is that of several persons."""


@dataclass(frozen=True)
class Sides:
    """A register and a release, ready to be linked."""

    facts: tuple[Facts, ...]
    """The first says what lasts of each person, the others what happened to them."""
    persons: pa.Array = field(repr=False)
    """Pseudonym of each person of the release, sorted."""
    used: tuple[str, ...]
    """Columns on which something is compared."""
    unused: tuple[str, ...]
    """Columns of which the release tells an outsider nothing."""


def sides(candidate: Candidate, register: ReadRegister) -> Sides:
    """The register beside ``candidate``."""
    persons = whole(build(candidate, ()).frame.column(PERSON))
    published = columns_of(candidate)
    fit = [one for one in register.matched if not useless(one, one.reference in published)]
    lasting: list[Comparison] = []
    events: list[tuple[Codes, list[Comparison]]] = []
    for table in dict.fromkeys(_table(candidate, one) for one in fit):
        here = [one for one in fit if _table(candidate, one) == table]
        rows, single = _rows(candidate, table, here)
        places = _places(persons, whole(rows.column(PERSON)))
        found = _comparisons(candidate, here, rows)
        if single:
            lasting += [_by_person(one, places, len(persons)) for one in found]
        elif found:
            events.append((places, found))
    used = [one.reference for one in lasting] + [one.reference for _, found in events for one in found]
    unused = [one.reference for one in register.matched if one.reference not in used]
    if not used:
        # Nothing is compared: everybody agrees with everybody.
        nothing = np.zeros(register.rows, dtype=np.int64)
        lasting = [Equal("", nothing, np.zeros(len(persons), dtype=np.int64))]
    base = Facts(np.arange(len(persons)), tuple(lasting), np.ones(len(lasting), dtype=bool))
    more = [_of_events(places, lasting, found) for places, found in events]
    return Sides((base, *more), persons, tuple(used), tuple(unused))


def _table(candidate: Candidate, matched: Matched) -> str:
    return candidate.profile.split(matched.reference)[0]


def _rows(candidate: Candidate, table: str, matched: Sequence[Matched]) -> tuple[pa.Table, bool]:
    """The different rows of a table on what is compared, and whether each person has at most one."""
    path = table_paths(candidate)[table]
    names = dict.fromkeys(candidate.profile.split(one.reference)[1] for one in matched)
    columns = ", ".join([PERSON, *map(quote, names)])
    with connect(candidate.folder) as con:
        rows = stream(con, f"SELECT DISTINCT {columns} FROM {scan(path)} ORDER BY ALL").read_all()
        return rows, is_person_level(con, path) or rows.num_rows == _distinct(rows)


def _distinct(rows: pa.Table) -> int:
    return encode(rows.column(PERSON)).groups


def _comparisons(candidate: Candidate, matched: Sequence[Matched], rows: pa.Table) -> list[Comparison]:
    names = {one.reference: candidate.profile.split(one.reference)[1] for one in matched}
    others = {names[one.reference]: one.values for one in matched if one.rule.grain == "source"}
    release = {reference: whole(rows.column(name)) for reference, name in names.items()}
    found = [compare(one, release[one.reference], others) for one in matched]
    return [one for one in found if one is not None] + list(spans(list(matched), release))


def _places(persons: pa.Array, wanted: pa.Array) -> Codes:
    """Where each of ``wanted`` stands in ``persons``; :data:`ABSENT` when it does not."""
    found = pc.index_in(wanted, value_set=persons).fill_null(ABSENT)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _by_person(compared: Comparison, places: Codes, persons: int) -> Comparison:
    """The same with one row a person; those who are not in the table have no value."""
    rows = np.full(persons, -1, dtype=np.int64)
    rows[places] = np.arange(len(places))
    return taken(with_blank(compared), rows)


def with_blank(compared: Comparison) -> Comparison:
    """The same with a last row that has no value, which -1 then points at."""
    if isinstance(compared, Within):
        return replace(
            compared,
            release_low=np.append(compared.release_low, np.nan),
            release_high=np.append(compared.release_high, np.nan),
        )
    return replace(compared, release=np.append(compared.release, UNKNOWN))


def _of_events(places: Codes, lasting: Sequence[Comparison], own: Sequence[Comparison]) -> Facts:
    compared = (*(taken(one, places) for one in lasting), *own)
    mine = np.array([False] * len(lasting) + [True] * len(own))
    return Facts(places, compared, mine)


def true_persons(subject: Subject, register: ReadRegister, persons: pa.Array) -> Codes | None:
    """Number in ``persons`` of the person of each line, None when the profile does not tell the truth.

    :data:`ABSENT`: not among ``persons``; :data:`AMBIGUOUS`: the identifier is that of several persons.
    """
    if not register.truth or subject.source is None:
        return None
    table = subject.profile.split(register.truth[0][0])[0]
    names = [subject.profile.split(reference)[1] for reference, _ in register.truth]
    rows = _identifiers(subject.source, table, names)
    both = [
        encode(pa.concat_arrays([mine, whole(rows.column(name)).cast(mine.type)]))
        for name, (_, mine) in zip(names, register.truth, strict=True)
    ]
    codes = combine(both).codes
    keys = private_keys(subject.profile.seed, subject.profile.id, subject.keys).persons()
    known = _places(persons, keys(whole(rows.column(PERSON))))
    size = int(codes.max(initial=0)) + 1
    owner = np.full(size, ABSENT, dtype=np.int64)
    theirs = codes[register.rows :]
    owner[theirs] = known
    owner[np.bincount(theirs, minlength=size) > 1] = AMBIGUOUS
    found: Codes = owner[codes[: register.rows]]
    for _, mine in register.truth:
        found[mine.is_null().to_numpy(zero_copy_only=False)] = ABSENT
    return found


def _identifiers(source: Staged, table: str, names: Sequence[str]) -> pa.Table:
    """The different identifiers of the source, each beside its person."""
    columns = ", ".join([*map(quote, names), PERSON])
    with connect(source.folder) as con:
        return stream(
            con, f"SELECT DISTINCT {columns} FROM {scan(source.tables[table].path)} ORDER BY ALL"
        ).read_all()
