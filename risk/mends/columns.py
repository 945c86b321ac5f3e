"""Columns under each option: their file row by row, and their groups person by person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import VitrailError
from profiles.model import Column, Profile
from risk.labels import Labels, encode
from risk.mends.bench import Bench, UnfitError, connection
from risk.mends.model import Change
from risk.mends.options import DROP, can_change, nested_options, other_options, steps_of
from risk.person_view import PersonView
from tables.candidate import PERSON
from tables.duck import quote, scan, stream
from tables.person_rows import person_rows_sql, reference_name

Option = Any
"""A transform as a profile writes it; None: as the profile says now."""
SAID = ("drop", "pseudonymize", "bin", "generalize", "truncate", "tail", "suppress_rare")
"""Of the steps that are new, the one that a sentence names."""


@dataclass
class Columns:
    """The columns of a candidate before persons are left out, under any option."""

    bench: Bench
    view: PersonView
    """Those persons, with what an intruder knows or wants."""
    _files: dict[tuple[str, str], Path | None] = field(default_factory=dict, init=False)
    _labels: dict[tuple[str, str], Labels] = field(default_factory=dict, init=False)
    _options: dict[str, list[Option]] = field(default_factory=dict, init=False)

    def spec(self, reference: str) -> Column:
        """What the profile says of a column."""
        table, column = self.bench.loaded.profile.split(reference)
        return self.bench.loaded.profile.tables[table].columns[column]

    def change(self, reference: str, option: Option) -> Change:
        """What to write in the profile for ``option``."""
        return change_of(self.bench.loaded.profile, reference, option)

    def changes(self, options: Mapping[str, Option]) -> list[Change]:
        """All that is to be written for ``options``."""
        return changes_of(self.bench.loaded.profile, options)

    def file(self, reference: str, option: Option) -> Path | None:
        """The column made alone; None when it would not be published. UnfitError when it can't be made."""
        if option == DROP:
            return None
        key = (reference, str(option))
        if key not in self._files:
            self._files[key] = self._make(reference, option)
        return self._files[key]

    def _make(self, reference: str, option: Option) -> Path:
        table, column = self.bench.loaded.profile.split(reference)
        changes = [] if option is None else [self.change(reference, option)]
        try:
            # No rule of the profile is asked: "keep" of a date of death is no proposal, only a measure.
            return self.bench.column(self.bench.unchecked(changes), table, column)
        except VitrailError:
            raise UnfitError from None

    def labels(self, reference: str, option: Option) -> Labels:
        """The group of each person of the view, by their value or their set of values."""
        if option is None and reference in self.view.references:
            return self.view.codes(reference)
        key = (reference, str(option))
        if key not in self._labels:
            self._labels[key] = self._groups(reference, option)
        return self._labels[key]

    def _groups(self, reference: str, option: Option) -> Labels:
        path = self.file(reference, option)
        persons = self.view.frame.column(PERSON)
        if path is None:
            return Labels(np.zeros(len(persons), dtype=np.int64), 1)
        pair = self.bench.loaded.profile.split(reference)
        with connection(path.parent) as con:
            sql = person_rows_sql(con, {pair[0]: path}, [pair])
            found = stream(con, f"SELECT * FROM ({sql}) ORDER BY {PERSON}").read_all()
        rows = pc.index_in(persons, value_set=found.column(PERSON).combine_chunks())
        codes = encode(found.column(reference_name(*pair))).codes
        places = np.asarray(rows.fill_null(-1).to_numpy())
        known = np.where(places < 0, -1, codes[np.maximum(places, 0)])
        return encode(pa.array(known))

    def nested(self, reference: str) -> list[Option]:
        """Ever coarser options of a column that suit its values, ``drop`` last; none when it is fixed."""
        if reference not in self._options:
            self._options[reference] = list(self._fitting(reference))
        return self._options[reference]

    def _fitting(self, reference: str) -> list[Option]:
        if not can_change(self.bench.loaded.profile, reference):
            return []
        found = []
        groups = self._groups_in_rows(reference, None)
        for option in nested_options(self.spec(reference), self._spread(reference)):
            if option == DROP:
                found.append(option)
            elif self.bench.elapsed() > 1:
                continue
            elif self.fits(reference, option):
                left = self._groups_in_rows(reference, option)
                if left < groups:
                    found.append(option)
                    groups = left
        return found

    def _groups_in_rows(self, reference: str, option: Option) -> int:
        """Distinct values in the rows of the column."""
        path = self.file(reference, option)
        if path is None:
            return 1
        return encode(pq.read_table(path).drop_columns([PERSON]).column(0)).groups

    def others(self, reference: str, floor: int) -> list[Option]:
        """Options that only touch the rarest values."""
        if not can_change(self.bench.loaded.profile, reference):
            return []
        return [one for one in other_options(self.spec(reference), floor) if self.fits(reference, one)]

    def fits(self, reference: str, option: Option) -> bool:
        """Whether the column can be made so."""
        try:
            self.file(reference, option)
        except UnfitError:
            return False
        return True

    def _spread(self, reference: str) -> float | None:
        """Largest less smallest number, before it is put in intervals."""
        steps = {name: value for name, value in steps_of(self.spec(reference)).items() if name != "bin"}
        try:
            path = self.file(reference, steps or {"keep": {}})
        except UnfitError:
            return None
        if path is None:
            return None
        column = quote(self.bench.loaded.profile.split(reference)[1])
        with connection(path.parent) as con:
            kinds = con.execute(f"SELECT typeof({column}) FROM {scan(path)} LIMIT 1").fetchall()
            if not kinds or kinds[0][0] not in {"BIGINT", "INTEGER", "DOUBLE"}:
                return None
            found = con.execute(f"SELECT max({column}) - min({column}) FROM {scan(path)}").fetchall()[0][0]
        return None if found is None else float(found)

    @cached_property
    def persons(self) -> int:
        """Persons before some are left out."""
        return self.view.persons


def change_of(profile: Profile, reference: str, option: Option) -> Change:
    """What to write in the profile for ``option``."""
    table, column = profile.split(reference)
    now = steps_of(profile.tables[table].columns[column])
    new = [name for name in SAID if name in option and option[name] != now.get(name)]
    return Change(("tables", table, "columns", column, "transform"), option, new[0] if new else "other")


def changes_of(profile: Profile, options: Mapping[str, Option]) -> list[Change]:
    """All that is to be written for ``options``; a column that goes leaves the lists of ``risk`` too."""
    gone = {name for name, option in options.items() if option == DROP}
    found = [change_of(profile, *item) for item in options.items()]
    for key, listed in (("knowledge", profile.risk.knowledge), ("secrets", profile.risk.secrets)):
        if gone & set(listed):
            found.append(Change(("risk", key), [name for name in listed if name not in gone]))
    return found
