"""The search on the tables of a profile: persons in, generalized columns out.

The classes are those that the gate counts: every searched column, and what else is known of a
person (``anonymize.person_classes``), which keeps its value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonymize.person_classes import class_references
from anonymize.plan import TablePlan
from anonymize.search.constraints import Constraint
from anonymize.search.lattice import search_global
from anonymize.search.local import search_local
from anonymize.search.problem import Problem, Recoding, UnreachableError, column_losses
from anonymize.search.trees import Integers, Tree, tree
from anonymize.tabular.search import Labels, Search
from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.model import Anonymity, Kind
from tables.candidate import PERSON, Candidate
from tables.duck import quote, stream
from tables.engine import map_batches
from tables.person_rows import Reference, is_person_level, person_rows_sql, reference_name
from tables.searched import Searched, SearchedColumn, SearchedOption

Limit = Literal["distinct", "entropy", "recursive", "equal", "ordered"]
ROOT = "*"
"""What stands for a group that holds every value."""


@dataclass(frozen=True)
class _Column:
    """A searched column as a tree and the words of its groups."""

    reference: Reference
    tree: Tree
    words: tuple[str | None, ...]
    """Of each node, level after level."""
    depth: int


def generalize(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedProfile,
    plans: Mapping[str, TablePlan],
    before: Candidate,
    work: Path,
) -> Candidate:
    """``before`` with its searched columns generalized; the same when no column asks for it.

    Raises ProfileError when the search can't start or nothing allowed reaches what is asked,
    SourceError when a hierarchy misses a value. Tables are rewritten in place.
    """
    steps = _steps(plans)
    anonymity = loaded.profile.anonymity
    if not steps or anonymity is None:
        return before
    return _Search(con, loaded, before, work, steps, anonymity).run()


def _steps(plans: Mapping[str, TablePlan]) -> dict[Reference, Search]:
    return {
        (name, column.name): step
        for name, table in plans.items()
        for column in table.columns
        for step in column.steps
        if isinstance(step, Search)
    }


@dataclass
class _Search:
    """One search and what it needs."""

    con: duckdb.DuckDBPyConnection
    loaded: LoadedProfile
    before: Candidate
    work: Path
    steps: Mapping[Reference, Search]
    anonymity: Anonymity
    paths: Mapping[str, Path] = field(init=False)

    def run(self) -> Candidate:
        """Search, rewrite the tables, tell what was found."""
        self.paths = {name: table.path for name, table in self.before.tables.items()}
        self._check_tables()
        kept = class_references(self.con, self.before.profile, self.before.tables, self.paths)
        references = list(dict.fromkeys([*self.steps, *kept]))
        self._count(references)
        combinations = self._combinations()
        columns = [
            self._column(reference, values) for reference, values in self._values(combinations).items()
        ]
        problem = self._problem(columns, combinations, references)
        found = self._search(problem)
        self._rewrite(columns, found)
        return replace(self.before, searched=self._report(columns, problem, found))

    def _check_tables(self) -> None:
        for table, column in self.steps:
            if not is_person_level(self.con, self.paths[table]):
                place = self.loaded.place(("tables", table, "columns", column, "transform", "search"))
                raise ProfileError("search-several-rows", place)

    def _count(self, references: Sequence[Reference]) -> None:
        """Number the combinations of what is known of a person, in their own order."""
        rows = person_rows_sql(self.con, self.paths, references)
        names = [quote(reference_name(*reference)) for reference in references]
        shown = ", ".join(f"{name} AS c{place}" for place, name in enumerate(names))
        order = ", ".join(f"{name} NULLS FIRST" for name in names)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE combined AS SELECT {PERSON}, {shown},"
            f" dense_rank() OVER (ORDER BY {order}) - 1 AS combination FROM ({rows})"
        )

    def _combinations(self) -> pa.Table:
        """One row a combination: its searched values, a number for the rest, its persons."""
        searched = range(len(self.steps))
        shown = "".join(f", first(c{place}) AS c{place}" for place in searched)
        every = [row[0] for row in self.con.execute("DESCRIBE combined").fetchall()]
        rest = [name for name in every if name not in {PERSON, "combination", *(f"c{n}" for n in searched)}]
        ranked = f"dense_rank() OVER (ORDER BY {', '.join(rest)})" if rest else "1"
        others = "".join(f", first({name}) AS {name}" for name in rest)
        inner = f"SELECT combination{shown}{others}, count(*) AS persons FROM combined GROUP BY combination"
        names = "".join(f", c{place}" for place in searched)
        sql = f"SELECT combination{names}, persons, {ranked} - 1 AS rest FROM ({inner}) ORDER BY combination"
        return stream(self.con, sql).read_all()

    def _values(self, combinations: pa.Table) -> dict[Reference, pa.Array]:
        return {
            reference: combinations.column(f"c{place}").combine_chunks()
            for place, reference in enumerate(self.steps)
        }

    def _column(self, reference: Reference, values: pa.Array) -> _Column:
        step = self.steps[reference]
        leaves = step.leaves(sorted(pc.unique(values).to_pylist(), key=lambda one: (one is None, one or "")))
        labels = step.levels(leaves)
        low, high = self._limits(reference, len(labels) + (len(set(labels[-1])) > 1))
        weight = self.anonymity.weights.get(reference_name(*reference), 1.0)
        built = tree(labels, low=low, high=high, weight=weight)
        return _Column(reference, built, _node_words(built, labels), len(built.levels))

    def _limits(self, reference: Reference, depth: int) -> tuple[int, int | None]:
        name = reference_name(*reference)
        if name not in self.anonymity.levels:
            return 0, None
        asked = self.anonymity.levels[name]
        low, high = asked if isinstance(asked, tuple) else (asked, asked)
        if high >= depth:
            place = self.loaded.place(("anonymity", "levels", name))
            raise ProfileError("search-level-unknown", place, level=high, last=depth - 1)
        return low, high

    def _problem(
        self, columns: Sequence[_Column], combinations: pa.Table, references: Sequence[Reference]
    ) -> Problem:
        persons = combinations.column("persons").to_numpy().astype(np.int64)
        if self.anonymity.k > persons.sum():
            place = self.loaded.place(("anonymity", "k"))
            raise ProfileError("search-k-persons", place, k=self.anonymity.k, persons=int(persons.sum()))
        values = self._values(combinations)
        leaves = [_leaf_numbers(one, values[one.reference]) for one in columns]
        trees = [one.tree for one in columns]
        if len(references) > len(columns):
            rest = combinations.column("rest").to_numpy().astype(np.int64)
            leaves.append(rest)
            trees.append(tree([list(range(int(rest.max()) + 1))], high=0, weight=0.0))
        return Problem(
            leaves=np.stack(leaves, axis=1),
            persons=persons,
            trees=tuple(trees),
            k=self.anonymity.k,
            suppression=self.anonymity.suppression,
            constraints=tuple(self._constraints(references)),
        )

    def _constraints(self, known: Sequence[Reference]) -> list[Constraint]:
        found = [
            self._constraint(("l", name), asked.kind, asked.l, known, asked.c or 1.0)
            for name, asked in self.anonymity.l.items()
        ]
        for name, limit in self.anonymity.t.items():
            ordered = self._is_ordered(self.before.profile.split(name))
            found.append(self._constraint(("t", name), "ordered" if ordered else "equal", limit, known))
        return found

    def _constraint(
        self, key: tuple[str, str], kind: Limit, limit: float, known: Sequence[Reference], c: float = 1.0
    ) -> Constraint:
        reference = self.before.profile.split(key[1])
        if reference in known:
            raise ProfileError("search-l-known", self.loaded.place(("anonymity", *key)))
        rows = person_rows_sql(self.con, self.paths, [reference])
        secret = quote(key[1])
        ranked = (
            f"SELECT {PERSON}, dense_rank() OVER (ORDER BY {secret} NULLS FIRST) - 1 AS value FROM ({rows})"
        )
        counted = self.con.execute(
            f"SELECT combination, value, count(*) FROM combined JOIN ({ranked}) USING ({PERSON})"
            " GROUP BY combination, value ORDER BY combination, value"
        ).fetchall()
        combinations, values, persons = (np.array(column, np.int64) for column in zip(*counted, strict=True))
        return Constraint(combinations, values, persons, kind, limit, c)

    def _is_ordered(self, reference: Reference) -> bool:
        table, column = reference
        kinds = {one.name: one.kind for one in self.before.tables[table].columns}
        return kinds[column] not in {Kind.TEXT, Kind.BOOLEAN} and is_person_level(self.con, self.paths[table])

    def _search(self, problem: Problem) -> Recoding:
        deadline = monotonic() + self.anonymity.time_budget
        method: Callable[..., Recoding] = search_local
        if self.anonymity.method == "global":
            method = search_global
        try:
            return method(problem, monotonic, deadline)
        except UnreachableError:
            place = self.loaded.place(("anonymity", "k"))
            raise ProfileError("search-unreachable", place, k=self.anonymity.k) from None

    def _rewrite(self, columns: Sequence[_Column], found: Recoding) -> None:
        sql = f"SELECT {PERSON} AS person, combination FROM combined ORDER BY person"
        rows = stream(self.con, sql).read_all()
        combination = rows.column("combination").to_numpy()
        persons = rows.column("person").combine_chunks()
        for table in dict.fromkeys(one.reference[0] for one in columns):
            texts = {}
            for place, one in enumerate(columns):
                if one.reference[0] == table:
                    nodes = found.nodes[combination, place] - found.forest.first[place][0]
                    texts[one.reference[1]] = pa.array(one.words, pa.string()).take(pa.array(nodes))
            path = self.paths[table]
            rewritten = self.work / f"searched-{path.name}"
            map_batches(path, _Rewriting(persons, texts), rewritten)
            rewritten.replace(path)
        self.con.execute("DROP TABLE combined")

    def _report(self, columns: Sequence[_Column], problem: Problem, found: Recoding) -> Searched:
        losses = column_losses(found, problem.persons)
        everywhere = self.anonymity.method == "global"
        chosen = found.options[0].levels if everywhere else (None,) * len(columns)
        return Searched(
            method=self.anonymity.method,
            loss=found.loss,
            bound=found.bound if everywhere else None,
            proven=everywhere and found.proven,
            classes=found.classes,
            left_out=found.left_out,
            columns=tuple(
                SearchedColumn(reference_name(*one.reference), one.depth, level, float(loss))
                for one, level, loss in zip(columns, chosen, losses, strict=False)
            ),
            options=tuple(
                SearchedOption(option.levels[: len(columns)], option.loss, option.left_out)
                for option in found.options[1:]
            ),
        )


def _node_words(built: Tree, labels: Sequence[Labels]) -> tuple[str | None, ...]:
    words: list[str | None] = []
    for level, groups in enumerate(built.levels):
        shown: Labels = [ROOT] * (int(groups.max(initial=0)) + 1)
        if level < len(labels):
            for leaf, group in enumerate(groups.tolist()):
                shown[group] = labels[level][leaf]
        words += shown
    return tuple(words)


def _leaf_numbers(column: _Column, values: pa.Array) -> Integers:
    first = column.words[: column.tree.leaves]
    numbers = {word: number for number, word in enumerate(first)}
    return np.array([numbers[value] for value in values.to_pylist()], np.int64)


@dataclass
class _Rewriting:
    """Puts the generalized values into the batches of one table."""

    persons: pa.Array
    texts: Mapping[str, pa.Array]
    """Column -> the value of each of ``persons``."""

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with its searched columns generalized."""
        rows = pc.index_in(batch.column(PERSON), value_set=self.persons)
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        return pa.RecordBatch.from_pydict(
            {**columns, **{name: values.take(rows) for name, values in self.texts.items()}}
        )
