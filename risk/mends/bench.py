"""A work bench: changes of the profile made real on a candidate, and attacked again."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymize.keyed_lookup import KeyedLookup
from anonymize.keys import Keys, private_keys
from anonymize.passes import Passes
from anonymize.pipeline import Anonymized, anonymize
from anonymize.plan import TablePlan, plan
from anonymize.recount import blank_again
from anonymize.suppression import suppress
from profiles.errors import VitrailError
from profiles.loading import LoadedProfile
from profiles.model import Anonymity, Column, Order, Profile
from profiles.policy import effective_policy
from profiles.semantics import find_mistakes
from profiles.transforms import Transforms
from risk.assessment import attack
from risk.attackers.registry import load
from risk.findings import Finding
from risk.mends.model import Change
from risk.mends.options import is_key
from risk.registers.reading import as_released
from risk.subject import Subject
from tables.candidate import PERSON, Candidate, CandidateTable, Staged
from tables.duck import connect
from tables.engine import GROUP, groups, read_batches, write_batches
from tables.progress import SILENT

ALONE = ("swap", "microaggregate", "redact", "search", "surrogate", "pseudonymize")
"""Steps that look at other columns: with one of them, the whole candidate is made again."""


class UnfitError(Exception):
    """The changes make no profile that could be run."""


@dataclass
class Bench:
    """A refused candidate and all that is needed to make it again with changes."""

    loaded: LoadedProfile
    subject: Subject
    staged: Staged
    """The tables that the candidate was made of: the sample, when one was drawn."""
    anonymized: Anonymized
    keys: Keys | None
    folder: Path
    elapsed: Callable[[], float] = lambda: 0.0
    """Part of the time that is over: late from 1 on."""
    _columns: dict[tuple[str, str], Path] = field(default_factory=dict, init=False)
    _in_order: set[str] = field(default_factory=set, init=False)
    _last: tuple[str, Subject] | None = field(default=None, init=False)
    _kept: dict[str, Any] = field(default_factory=dict, init=False)

    def changed(self, changes: Sequence[Change]) -> LoadedProfile:
        """The profile with ``changes``; UnfitError when a rule forbids it."""
        changed = self.unchecked(changes)
        if find_mistakes(changed.profile, self.loaded.place):
            raise UnfitError
        return changed

    def unchecked(self, changes: Sequence[Change]) -> LoadedProfile:
        """The same, whatever the rules say: to measure, never to propose."""
        profile = self.loaded.profile
        for change in changes:
            profile = changed(profile, change)
        return replace(self.loaded, profile=profile)

    def attack(self, changes: Sequence[Change], attackers: Sequence[str]) -> dict[str, list[Finding]]:
        """What ``attackers`` find once the changes are made, by attacker; UnfitError when they can't be."""
        subject = self.made(changes)
        return {
            name: attack(each, subject) if (each := load(name)).applies(subject) else [] for name in attackers
        }

    def holds(self, changes: Sequence[Change]) -> bool:
        """Whether the candidate with these changes is the last one made."""
        return self._last is not None and self._last[0] == name_of(changes)

    def made(self, changes: Sequence[Change]) -> Subject:
        """The subject of a candidate with the changes; its files live until the next one is made."""
        name = name_of(changes)
        if self._last is None or self._last[0] != name:
            self._last = None
            self._last = (name, self._subject(changes))
        return self._last[1]

    def _subject(self, changes: Sequence[Change]) -> Subject:
        loaded = self.changed(changes)
        try:
            made = self._anonymized(loaded, changes)
        except VitrailError:
            raise UnfitError from None
        source = self.subject.source
        return replace(
            self.subject,
            profile=loaded.profile,
            policy=effective_policy(loaded.profile),
            candidate=made.candidate,
            original=made.transformed,
            source=None if source is None else replace(source, profile=loaded.profile),
            package=None,
            registers=as_released(loaded, self.subject.registers),
            is_trial=True,
            kept=self._kept,
            _views={},
        )

    def _anonymized(self, loaded: LoadedProfile, changes: Sequence[Change]) -> Anonymized:
        folder = self.folder / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        columns = [change.key[1:4:2] for change in changes if change.column is not None]
        staged = replace(self.staged, profile=loaded.profile)
        if any(self._is_entangled(loaded.profile, *column) for column in columns):
            return anonymize(loaded, staged, self.keys, folder, SILENT)
        folder.mkdir(mode=0o700, parents=True)
        by_table: dict[str, list[str]] = {}
        for owner, column in columns:
            by_table.setdefault(owner, []).append(column)
        before = self.anonymized.transformed
        plans = plan(loaded, self.keys)
        tables = {}
        for name, table in before.tables.items():
            path = table.path
            if name in by_table:
                path = self._spliced(loaded, plans[name], by_table[name], path, folder)
            outputs = tuple(
                column.output()
                if column.name in by_table.get(name, ())
                else next(one for one in table.columns if one.name == column.name)
                for column in plans[name].columns
            )
            tables[name] = CandidateTable(name, path, table.rows, outputs)
        transformed = replace(before, profile=loaded.profile, folder=folder, tables=tables)
        return Anonymized(transformed, self._suppressed(loaded, plans, transformed, folder))

    def _suppressed(
        self, loaded: LoadedProfile, plans: Mapping[str, TablePlan], before: Candidate, folder: Path
    ) -> Candidate:
        """Persons left out as the pipeline does, rows in the order of the source."""
        work = folder / "left"
        work.mkdir(mode=0o700)
        with connect(work) as con:
            remaining = suppress(con, loaded.profile, before.tables, work, before.persons)
            remaining, _ = blank_again(con, plans, remaining, work)
        tables = {
            name: replace(table, path=remaining.paths[name], rows=remaining.rows[name])
            for name, table in before.tables.items()
        }
        return replace(
            before,
            folder=work,
            tables=tables,
            persons=remaining.persons,
            suppressed_persons=remaining.left_out,
        )

    def _is_entangled(self, profile: Profile, table: str, column: str) -> bool:
        now = profile.tables[table].columns[column].transform
        then = self.loaded.profile.tables[table].columns[column].transform
        columns = [one for spec in profile.tables.values() for one in spec.columns.values()]
        searched = any(one.transform.search is not None for one in columns)
        steps = any(getattr(one, name) is not None for one in (now, then) for name in ALONE)
        # The rows of Spark come in another order than those of the staged files.
        return searched or steps or is_key(profile, table, column) or profile.engine != "local"

    def _spliced(
        self, loaded: LoadedProfile, table: TablePlan, columns: Sequence[str], base: Path, folder: Path
    ) -> Path:
        """The table at ``base`` with its changed columns."""
        published = [column for column in table.columns if column.name in columns]
        made = [(one.name, self.column(loaded, table.name, one.name)) for one in published]
        names = [column.name for column in table.columns] + [PERSON]
        fixed = [name for name in names if name not in dict(made)]
        streams = [groups(read_batches(base, fixed), GROUP)]
        streams += [groups(read_batches(path, [name]), GROUP) for name, path in made]
        schema = pq.read_schema(base)
        types = {name: schema.field(name).type for name in fixed}
        types |= {name: pq.read_schema(path).field(name).type for name, path in made}
        whole = pa.schema([(name, types[name]) for name in names])
        target = folder / base.name

        def rows() -> "object":
            for parts in zip(*streams, strict=True):
                arrays = {name: part.column(name) for part in parts for name in part.column_names}
                yield from pa.table([arrays[name] for name in names], schema=whole).to_batches()

        write_batches(rows(), whole, target)  # type: ignore[arg-type]
        return target

    def column(self, loaded: LoadedProfile, table: str, name: str) -> Path:
        """The column alone, made from the source by the steps of ``loaded``; remembered by its steps."""
        steps = loaded.profile.tables[table].columns[name].transform.model_dump_json(exclude_none=True)
        key = (f"{table}.{name}", steps)
        if key not in self._columns:
            self._columns[key] = self._make(loaded, table, name)
        return self._columns[key]

    def _make(self, loaded: LoadedProfile, table: str, name: str) -> Path:
        folder = self.folder / f"column-{len(self._columns)}"
        work = folder / "work"
        work.mkdir(mode=0o700, parents=True)
        whole = plan(loaded, self.keys)[table]
        only = replace(whole, columns=tuple(one for one in whole.columns if one.name == name))
        alone = replace(self.staged, profile=loaded.profile, tables={table: self.staged.tables[table]})
        with connect(work) as con:
            made = Passes(con, {table: only}, alone, work, SILENT).run(self._persons, folder)[table]
        shutil.rmtree(work)
        self._check_order(table, made)
        return made

    @cached_property
    def _persons(self) -> KeyedLookup:
        profile = self.loaded.profile
        return private_keys(profile.seed, profile.id, self.keys).persons()

    def _check_order(self, table: str, made: Path) -> None:
        """The rows of the table's columns are those of the same persons, one by one. UnfitError otherwise."""
        if table in self._in_order:
            return
        base = self.anonymized.transformed.tables[table].path
        streams = [groups(read_batches(path, [PERSON]), GROUP) for path in (made, base)]
        for one, other in zip(*streams, strict=False):
            if not pc.all(pc.equal(one.column(0), other.column(0)), min_count=0).as_py():
                raise UnfitError
        self._in_order.add(table)


def name_of(changes: Sequence[Change]) -> str:
    """The same for the same changes, whatever their order."""
    return str(sorted((change.key, str(change.value)) for change in changes))


def changed(profile: Profile, change: Change) -> Profile:
    """``profile`` with the change."""
    if change.key[0] == "tables" and change.column is None:
        table = change.key[1]
        spec = profile.tables[table].model_copy(update={"order": Order(change.value)})
        return profile.model_copy(update={"tables": {**profile.tables, table: spec}})
    if change.key[0] == "tables":
        _, table, _, name, part = change.key
        spec = profile.tables[table]
        column: Column = spec.columns[name]
        value = Transforms.model_validate(change.value) if part == "transform" else change.value
        column = column.model_copy(update={part: value})
        spec = spec.model_copy(update={"columns": {**spec.columns, name: column}})
        return profile.model_copy(update={"tables": {**profile.tables, table: spec}})
    if change.key[0] == "risk":
        lists = {change.key[1]: tuple(change.value)}
        return profile.model_copy(update={"risk": profile.risk.model_copy(update=lists)})
    if change.key[0] == "synth" and profile.synth is not None:
        setting = {change.key[1]: change.value}
        return profile.model_copy(update={"synth": profile.synth.model_copy(update=setting)})
    anonymity = profile.anonymity or Anonymity(k=effective_policy(profile).k)
    return profile.model_copy(
        update={"anonymity": anonymity.model_copy(update={change.key[1]: change.value})}
    )


def connection(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection for a question about a column made alone."""
    return connect(folder)
