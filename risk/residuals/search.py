"""The whole search: every distinctive value in every cell, then the ordinary ones where they matter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from profiles.model import Profile
from risk.residuals.cells import Cells, UnreadableError, candidate_cells, is_open, of_texts
from risk.residuals.documents import Expected, document_cells, files_of
from risk.residuals.folding import tokens
from risk.residuals.hidden import hidden_columns, hidden_values, person_keys
from risk.residuals.keeping import Keep, anew
from risk.residuals.ledger import Found, Ledger
from risk.residuals.matching import NeedleIndex
from risk.residuals.names import Met, Names, known_texts, names_of
from risk.residuals.needles import Needles, build_needles
from risk.residuals.own_rows import NoLinkError, OwnRows, own_rows
from risk.residuals.result import Manner, ResidualResult
from risk.residuals.shared import invented_places, shared_texts
from tables.candidate import PERSON, Candidate, OutputColumn, Staged


def search_candidate(
    staged: Staged, candidate: Candidate, original: Candidate | None = None, keep: Keep = anew
) -> ResidualResult:
    """Search every published value of a candidate for the hidden values of its source.

    ``original``: the candidate before persons were left out, rows in the order of the source; it
    is needed to judge ordinary values of a candidate made of real persons. ``keep``: gives what was made
    of the source for another candidate, or makes it.
    """
    search = _search(staged, candidate, original, keep)
    for name, table in candidate.tables.items():
        for column in table.columns:
            search.all(f"{name}.{column.name}", candidate_cells(candidate, name, column))
    return search.result(*_own_rows(staged, candidate, original, keep))


def search_release(
    staged: Staged, candidate: Candidate, original: Candidate | None, package: Path
) -> ResidualResult:
    """Search every file of ``package``, and judge ordinary values on the ``candidate`` it was made of."""
    search = _search(staged, candidate, original)
    for name, table in candidate.tables.items():
        for column in table.columns:
            if is_open(candidate.profile, name, column):
                cells = candidate_cells(candidate, name, column)
                search.all(f"{name}.{column.name}", cells, names_only=True)
    search.files(package, replace(expected_of(staged.profile), free={}))
    return search.result(*_own_rows(staged, candidate, original))


def search_package(staged: Staged, package: Path) -> ResidualResult:
    """Search every file of the release folder ``package`` for the hidden values of the source.

    Persons are not known there: :func:`search_candidate` has judged ordinary values of the tables.
    """
    search = Search(staged)
    search.files(package, expected_of(staged.profile))
    return search.result([], None)


def expected_of(profile: Profile) -> Expected:
    """The columns that the profile lists, and those that may hold whatever somebody wrote."""
    free = {
        table: frozenset(
            name
            for name, column in spec.columns.items()
            if is_open(profile, table, OutputColumn(name, column.type, column.role, values=column.values))
        )
        for table, spec in profile.tables.items()
    }
    return Expected({table: frozenset(spec.columns) for table, spec in profile.tables.items()}, free)


def _search(staged: Staged, candidate: Candidate, original: Candidate | None, keep: Keep = anew) -> "Search":
    """The search of a candidate: what enough real persons share may stand in a synthetic one."""
    sought = keep(f"sought {hidden_columns(staged.profile)}", lambda: sought_in(staged))
    if candidate.synthetic is None or original is None:
        return Search(staged, sought=sought)
    shared = shared_texts(original, candidate, candidate.synthetic.floor)
    return Search(staged, shared, invented_places(candidate), sought)


def _own_rows(
    staged: Staged, candidate: Candidate, original: Candidate | None, keep: Keep = anew
) -> tuple[list[OwnRows], bool | None]:
    """What own rows betray, and whether they could be compared (None: there are none)."""
    if candidate.nature == "synthetic":
        return [], None
    if original is None:
        return [], False
    try:
        return own_rows(staged, original, candidate, hidden_columns(staged.profile), keep), True
    except NoLinkError:
        return [], False


@dataclass(frozen=True)
class Sought:
    """What is hidden in a source, ready to be looked for."""

    needles: Needles
    index: NeedleIndex
    names: Names


def sought_in(staged: Staged) -> Sought:
    """Reads everything hidden in the source."""
    hidden = list(hidden_values(staged, hidden_columns(staged.profile)))
    needles = build_needles(hidden, person_keys(staged, PERSON))
    return Sought(needles, NeedleIndex(needles.texts), names_of(hidden))


class Search:
    """A search under way."""

    def __init__(
        self,
        staged: Staged,
        shared: pa.Array | None = None,
        invented: frozenset[str] = frozenset(),
        sought: Sought | None = None,
    ) -> None:
        """``shared``: texts that enough persons share to be nobody's.

        ``invented``: columns of made-up numbers. ``sought``: what is hidden in the source, if it was read.
        """
        sought = sought_in(staged) if sought is None else sought
        self._needles, self._names = sought.needles, sought.names
        self._known = known_texts(staged.profile)
        self._ledger = Ledger(self._needles, sought.index, self._known, shared, invented)
        texts = [] if shared is None or not self._names.words else shared.to_pylist()
        self._shared = {word for text in texts for word in self._names.in_text(text)}
        self._met: dict[str, Met] = {}
        self._documented: dict[str, Met] = {}
        self._files: list[Callable[[], Iterator[Cells]]] = []
        self.unreadable: list[str] = []
        """Places that could not be searched."""

    def files(self, package: Path, expected: Expected) -> None:
        """Search every file below ``package``, and their paths."""
        try:
            paths = files_of(package)
        except UnreadableError:
            self.unreadable.append(".")
            paths = []
        places = [path.relative_to(package).as_posix() for path in paths]
        # A path that is itself a leak must not be repeated in what is said of the file.
        leaks = self._leaks(of_texts(".", places))
        shown = [f"#{number}" if leaks else place for number, place in enumerate(places, start=1)]
        self._files = [partial(document_cells, *pair, expected) for pair in zip(paths, shown, strict=True)]
        for place, cells in zip(shown, self._files, strict=True):
            self.all(place, cells())

    def _leaks(self, cells: Cells) -> bool:
        """Search ``cells``; whether they hold anything at all, be it by chance."""
        self.all(cells.place, [cells])
        return self._ledger.holds(cells.place) or bool(self._documented[cells.place].rows)

    def all(self, place: str, batches: Iterable[Cells], *, names_only: bool = False) -> None:
        """Search all batches of one place; ``names_only``: no distinctive values."""
        try:
            for cells in batches:
                if not names_only:
                    self._ledger.search(cells)
                if cells.open_text:
                    self._met.setdefault(cells.place, Met()).add(self._names, cells)
                elif cells.document:
                    self._documented.setdefault(cells.place, Met()).add(self._names, cells)
        except UnreadableError:
            self.unreadable.append(place)

    def result(self, own: list[OwnRows], linked: bool | None) -> ResidualResult:
        """What was found, once everything has been searched."""
        chance = self._ledger.settle()
        self._settle_names()
        return ResidualResult(
            searched=self._needles.values,
            found=min(self._needles.values, self._ledger.values()),
            traces=self._ledger.shown(),
            own_rows=tuple(own),
            linked=linked,
            chance=chance,
            unreadable=tuple(self.unreadable),
        )

    def _settle_names(self) -> None:
        """Rare names of the tables; in documents, those that neither the tables nor we wrote."""
        for place, met in self._met.items():
            self._name(place, met, met.rare() - self._shared)
        documented = {word for met in self._documented.values() for word in met.rows}
        if documented:
            documented -= self._shared
            documented -= {word for text in self._known for word in tokens(text)}
            documented -= self._published(documented)
        for place, met in self._documented.items():
            self._name(place, met, documented.intersection(met.rows))

    def _published(self, words: set[str]) -> set[str]:
        """Those of ``words`` that the tables hold: they have been judged there."""
        names, found = Names(frozenset(words)), set[str]()
        for file in self._files if words else ():
            try:
                tables = [cells.texts for cells in file() if not cells.document]
            except UnreadableError:
                continue  # said already: nothing is accepted
            for texts in tables:
                for text in texts.to_pylist():
                    found |= names.in_text(text)
        return found

    def _name(self, place: str, met: Met, words: set[str]) -> None:
        if words:
            occurrences = sum(met.rows[word] for word in words)
            self._ledger.add(place, Manner.NAME, Found(occurrences=occurrences, names=len(words)))
