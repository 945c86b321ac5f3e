"""What an earlier release of the same data adds: differencing.

Definition: the intruder kept an earlier release (``risk.previous``) and compares it with the new one. What
one has and the other has not is about the persons who came or left in between; where pseudonyms are the
same, the two records of a person make one that says more (intersection attack).

Knowledge: both releases, the declared knowledge, and that a person came or left, or stayed.

Success: a person about whom the two releases tell more than the new one alone is told from all others but
fewer than k. Came or left: the records with the same known features that only one of the two releases has
are fewer than k. Stayed, under the same pseudonym: fewer than k persons share the known features of both
releases, where they differ. Tables of totals: two published cells of the same name differ by fewer persons
than the floor.

Statistics: exact, over the persons whom the comparison concerns; nobody concerned is no risk. The limit is
0, as for ``classes``: whoever is told from all others is told for certain, however many came with them.
Shared pseudonyms are counted in the report.

Cost: one sort. References: Denning & Schlörer 1983 (trackers); Fung et al. 2008, Anonymity for continuous
data publishing; Ganta, Kasiviswanathan & Smith 2008 (composition). Limits: a release that groups values
otherwise is compared on the columns whose values can be the same; noise, swaps and offsets under another
key are left aside; more than two releases are compared two by two.
"""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.tabular.canonical import canonical_text
from profiles.key_chain import effective_transform
from profiles.model import Column, Profile, Role
from risk.attackers.interface import Attacker, Detail, Nature
from risk.decide import Evidence
from risk.differencing import Codes, Difference, Rows, Side, cells, differences
from risk.earlier import Earlier
from risk.findings import Criterion, Finding
from risk.labels import encode
from risk.person_view import build
from risk.registers.reading import whole
from risk.statistics import Interval
from risk.subject import Subject
from tables.candidate import PERSON, PUBLISHED, STATUS, CandidateTable
from tables.person import SEPARATOR, own_columns
from tables.typing import ARROW, converter

MOVING = frozenset({"shift", "noise", "swap", "microaggregate", "surrogate", "pseudonymize", "redact"})
"""Steps after which the same value of the same person may differ from one release to the next."""


class PreviousRelease(Attacker):
    """Compare the release with earlier ones."""

    name: ClassVar[str] = "previous_release"
    criterion: ClassVar[Criterion] = Criterion.LINKABILITY

    def gates(self, nature: Nature) -> bool:
        """On real tables; the persons of a synthetic release are new each time."""
        return nature == "real"

    def applies(self, subject: Subject) -> bool:
        """Where the profile names an earlier release, of rows or of totals."""
        return bool(subject.profile.risk.previous)

    def run(self, subject: Subject) -> list[Finding]:
        """One finding an earlier release, ``previous_release:<number>``."""
        if not subject.previous:
            return [self.inconclusive(subject, self.name, "previous_unreadable")]
        return [self._one(subject, earlier) for earlier in subject.previous]

    def _one(self, subject: Subject, earlier: Earlier) -> Finding:
        check = f"{self.name}:{earlier.number}"
        if earlier.problem is not None:
            return self.inconclusive(subject, check, earlier.problem)
        try:
            found = (
                _of_totals(subject, earlier) if subject.candidate.aggregated else _of_rows(subject, earlier)
            )
        except (OSError, pa.ArrowInvalid, UnicodeDecodeError):
            return self.inconclusive(subject, check, "previous_unreadable")
        if found is None:
            return self.inconclusive(subject, check, "previous_nothing_shared")
        return self._judged(subject, check, earlier, found)

    def _judged(self, subject: Subject, check: str, earlier: Earlier, found: Difference) -> Finding:
        persons = max(1, subject.candidate.persons)
        share = found.isolated / found.concerned if found.concerned else 0.0
        details: dict[str, Detail] = {
            "persons": subject.candidate.persons,
            "persons_concerned": found.concerned,
            "persons_isolated": found.isolated,
            "persons_came": found.came,
            "persons_left": found.left,
            "same_pseudonyms": found.same_pseudonyms,
            "k": subject.policy.k,
            "sums_verified": earlier.summed,
        }
        evidence = Evidence(
            interval=Interval.exact(share),
            threshold=0.0,
            attempted=found.concerned or persons,
            targets=found.concerned or persons,
            minimum_share=subject.policy.minimum_share,
            refused_as="previous_isolates",
        )
        return self.finding(subject, check, evidence, details=details)


def _of_rows(subject: Subject, earlier: Earlier) -> Difference | None:
    """What the tables of both releases tell; None when they share no column."""
    candidate, profile = subject.candidate, subject.profile
    persons = whole(build(candidate, ()).frame.column(PERSON))
    shared: dict[str, list[str]] = {}
    new: dict[str, Rows] = {}
    old: dict[str, tuple[pa.Array | None, dict[str, pa.Array]]] = {}
    for name, table in candidate.tables.items():
        read = earlier.table(name)
        columns = [] if read is None else _shared(table, read)
        if read is None or not columns:
            continue
        mine = pq.read_table(table.path, columns=[*columns, PERSON])
        who = np.asarray(
            pc.index_in(whole(mine.column(PERSON)), value_set=persons).to_numpy(zero_copy_only=False),
            dtype=np.int64,
        )
        new[name] = Rows(who, {one: canonical_text(whole(mine.column(one))) for one in columns})
        old[name] = (
            _identity(profile, name, read),
            {one: _as_published(table, one, read) for one in columns},
        )
        shared[name] = columns
    sides = _sides(profile, len(persons), new, old)
    if sides is None:
        return None
    known = [profile.split(item) for item in subject.references.knowledge]
    known = [
        (table, column) for table, column in known if table in sides[1].tables and column in shared[table]
    ]
    stable = {
        name: [one for one in shared[name] if not _moves(profile, name, one)] for name in sides[1].tables
    }
    if not any(stable.values()):
        return None
    return differences(*sides, known, stable, subject.policy.k)


def _shared(table: CandidateTable, read: pa.Table) -> list[str]:
    return [column.name for column in table.columns if read.column_names.count(column.name) == 1]


def _as_published(table: CandidateTable, column: str, read: pa.Table) -> pa.Array:
    """The texts of an earlier column, written as the new release writes them."""
    kind = next(one.kind for one in table.columns if one.name == column)
    texts = whole(read.column(column))
    if ARROW[kind] == pa.string():
        return texts
    values = canonical_text(converter(Column(role=Role.OTHER, type=kind), canonical=True)(texts))
    return pc.coalesce(values, texts)


def _moves(profile: Profile, table: str, column: str) -> bool:
    return any(step in MOVING for step, _ in effective_transform(profile, table, column).steps())


def _identity(profile: Profile, table: str, read: pa.Table) -> pa.Array | None:
    """Who each row of an earlier table is of, by what it publishes; None when it does not tell."""
    own = own_columns(profile, table)
    if own == ():
        return pa.array([f"row:{number}" for number in range(read.num_rows)], pa.string())
    if own is None or not set(own) <= set(read.column_names):
        return None
    return pc.binary_join_element_wise(*(whole(read.column(name)) for name in own), SEPARATOR)


def _sides(
    profile: Profile,
    persons: int,
    new: dict[str, Rows],
    old: dict[str, tuple[pa.Array | None, dict[str, pa.Array]]],
) -> tuple[Side, Side] | None:
    """Both releases, on the tables whose rows can be given to persons in the earlier one."""
    told = {name: (who, columns) for name, (who, columns) in old.items() if who is not None}
    if not told and len(old) == 1:
        # The rows of a lone table whose person is not published are compared as if each were a person.
        name = next(iter(old))
        count = len(next(iter(old[name][1].values())))
        told = {name: (pa.array([f"row:{number}" for number in range(count)]), old[name][1])}
    if not told:
        return None
    everybody = encode(pa.concat_arrays([who for who, _ in told.values()]))
    start, tables = 0, {}
    for name, (who, columns) in told.items():
        tables[name] = Rows(everybody.codes[start : start + len(who)], columns)
        start += len(who)
    used = {name: new[name] for name in told}
    names = _names(profile, used, persons)
    earlier = pa.concat_arrays([who for who, _ in told.values()]).dictionary_encode().dictionary
    return Side(persons, used, names), Side(everybody.groups, tables, None if names is None else earlier)


def _names(profile: Profile, tables: dict[str, Rows], persons: int) -> pa.Array | None:
    """The pseudonym of each person, where a keyed one is published; a number or a value is no name."""
    names: Codes | None = None
    texts: list[pa.Array] = []
    for table, rows in tables.items():
        own = own_columns(profile, table)
        if not own or not set(own) <= set(rows.columns):
            continue
        if any(effective_transform(profile, table, name).pseudonymize is None for name in own):
            continue
        texts.append(pc.binary_join_element_wise(*(rows.columns[name] for name in own), SEPARATOR))
        names = np.full(persons, -1, dtype=np.int64) if names is None else names
        start = sum(len(one) for one in texts[:-1])
        names[rows.persons] = start + np.arange(len(rows.persons))
    if names is None:
        return None
    whole_ = pa.concat_arrays(texts)
    return whole_.take(pa.array(names, mask=names < 0))


def _of_totals(subject: Subject, earlier: Earlier) -> Difference | None:
    """Cells that both publish."""
    worst: Difference | None = None
    for name, table in subject.candidate.aggregated.items():
        read, spec = earlier.table(name), subject.profile.aggregate[name]
        mine = pq.read_table(table.path)
        dimensions = [
            one.name for one in table.columns if one.name not in spec.measures and one.name != STATUS
        ]
        counted = [one for one, about in spec.measures.items() if about.count is not None]
        if read is None or not {*dimensions, STATUS} <= set(read.column_names):
            continue
        for measure in [one for one in counted if one in read.column_names]:
            floor = max(spec.floor or 0, subject.policy.persons_floor)
            published, kept = (_cells(one, dimensions, measure) for one in (mine, read))
            concerned, isolated = cells(published, kept, dimensions, measure, floor)
            if worst is None or isolated * max(1, worst.concerned) > worst.isolated * max(1, concerned):
                worst = Difference(concerned, isolated, 0, 0, 0)
    return worst


def _cells(table: pa.Table, dimensions: list[str], measure: str) -> pa.Table:
    """Published cells: dimensions as text, the measure as a number."""
    shown = table.filter(pc.equal(table.column(STATUS), PUBLISHED))
    texts = {name: canonical_text(whole(shown.column(name))) for name in dimensions}
    return pa.table(texts | {measure: whole(shown.column(measure)).cast(pa.float64())})
