"""From staged tables to a candidate for release, all in a private folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile, rmtree

import duckdb

from anonymize.cascade import published_links
from anonymize.diversity import check_reachable
from anonymize.keys import Keys, private_keys
from anonymize.passes import Passes
from anonymize.plan import TablePlan, plan
from anonymize.recount import blank_again
from anonymize.suppression import Remaining, count_persons, suppress
from anonymize.tabular.search import Search
from profiles.errors import Place, VitrailError
from profiles.loading import LoadedProfile
from profiles.model import Kind, Order, Profile
from tables.candidate import PERSON, Candidate, CandidateTable, OutputColumn, Staged
from tables.duck import connect
from tables.keys import orphans
from tables.ordering import sort_table
from tables.progress import SILENT, Progress


@dataclass(frozen=True)
class Anonymized:
    """The two states of the candidate, with the same persons' pseudonyms."""

    transformed: Candidate
    """Every person, before some are left out; rows in the order of the source."""
    candidate: Candidate
    """What we propose to publish, in the order in which it would be."""
    holdout: Candidate | None = None
    """Of synthetic tables: persons never learnt from; :attr:`transformed` holds those learnt from."""


@dataclass(frozen=True)
class _Run:
    """What every stage below needs."""

    profile: Profile
    plans: Mapping[str, TablePlan]
    keys: Keys | None
    con: duckdb.DuckDBPyConnection
    progress: Progress
    make: Callable[..., Passes] = Passes


def anonymize(
    loaded: LoadedProfile,
    staged: Staged,
    keys: Keys | None,
    folder: Path,
    progress: Progress | None = None,
    *,
    make: Callable[..., Passes] = Passes,
) -> Anonymized:
    """Transform every table, suppress rare values, leave out rare persons, put rows in order.

    ``keys`` may be None when no column needs them. ``folder`` is private; it is created when
    absent. ``make`` makes the passes, for another engine. Raises ProfileError or SourceError as
    :mod:`anonymize.plan` and the transforms do.
    """
    plans = plan(loaded, keys)
    work, transformed, published = (folder / name for name in ("work", "transformed", "published"))
    for path in (folder, work, transformed, published):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with connect(work) as con:
        run = _Run(loaded.profile, plans, keys, con, progress or SILENT, make)
        before = _transform(run, staged, work, transformed)
        paths = {name: table.path for name, table in before.tables.items()}
        check_reachable(con, loaded, paths)
        if _is_searched(plans):
            from anonymize.search.recode import generalize  # noqa: PLC0415 - scipy loads slowly

            before = generalize(con, loaded, plans, before, work)
        if loaded.profile.aggregate:
            from anonymize.aggregated.build import aggregate  # noqa: PLC0415 - linear programming loads slowly

            aggregated = aggregate(con, loaded, before.tables, published, run.progress)
            told = [table.persons for table in aggregated.values() if table.persons is not None]
            persons = sum(told) if told else before.persons
            totals = replace(before, folder=published, tables={}, aggregated=aggregated, persons=persons)
            rmtree(work)
            return Anonymized(before, totals)
        run.progress.start("classes", None)
        remaining = suppress(con, loaded.profile, before.tables, work, before.persons)
        remaining, blanked = blank_again(con, plans, remaining, work)
        run.progress.done()
        after = _put_in_order(run, before, remaining, blanked, published)
        _check_joins(con, after)
    rmtree(work)
    return Anonymized(before, after)


def transform(
    loaded: LoadedProfile, staged: Staged, keys: Keys | None, folder: Path, progress: Progress | None = None
) -> Candidate:
    """All tables of all persons after their steps, rows in the order of the source; nobody is left out.

    ``folder`` is private; it is created when absent. Raises ProfileError or SourceError as
    :mod:`anonymize.plan` and the transforms do.
    """
    work = folder / "work"
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    with connect(work) as con:
        run = _Run(loaded.profile, plan(loaded, keys), keys, con, progress or SILENT)
        made = _transform(run, staged, work, folder)
    rmtree(work)
    return made


def _is_searched(plans: Mapping[str, TablePlan]) -> bool:
    """Whether some column waits for the best generalization."""
    columns = [column for table in plans.values() for column in table.columns]
    return any(isinstance(step, Search) for column in columns for step in column.steps)


def _transform(run: _Run, staged: Staged, work: Path, folder: Path) -> Candidate:
    """All tables after all their steps, rows in the order of the source."""
    lookup = private_keys(run.profile.seed, run.profile.id, run.keys).persons()
    passes = run.make(run.con, run.plans, staged, work, run.progress)
    tables = {
        name: CandidateTable(
            name, path, staged.tables[name].rows, _outputs(run.plans[name], passes.notes, staged)
        )
        for name, path in passes.run(lookup, folder).items()
    }
    persons = lookup.distinct
    if persons is None:
        persons = count_persons(run.con, {name: table.path for name, table in tables.items()})
    key_id = run.keys.key_id if run.keys else None
    nulled = {
        f"nulled_references:{table}.{column.name}": staged.nulled[table, column.name]
        for table, made in tables.items()
        for column in made.columns
        if (table, column.name) in staged.nulled
    }
    return Candidate(
        run.profile,
        folder,
        tables,
        persons=persons,
        key_id=key_id,
        notes={**passes.notes, **nulled},
        sampled=staged.sampled,
    )


def _outputs(plan_: TablePlan, notes: Mapping[str, int], staged: Staged) -> tuple[OutputColumn, ...]:
    """The columns of a table; where rare values or references went, nothing is required any more."""
    columns = (column.output() for column in plan_.columns)
    rare = "suppressed_values"
    return tuple(
        replace(
            one,
            required=one.required
            and not notes.get(f"{rare}:{plan_.name}.{one.name}")
            and (plan_.name, one.name) not in staged.nulled,
        )
        for one in columns
    )


def _put_in_order(
    run: _Run, before: Candidate, remaining: Remaining, blanked: Mapping[tuple[str, str], int], folder: Path
) -> Candidate:
    """The candidate: what remains, each table in the order that the profile declares.

    ``blanked``: table and column -> values that have gone because persons were left out.
    """
    tables = {}
    for name, table in before.tables.items():
        target = folder / table.path.name
        run.progress.start("order", None, table=name)
        if run.profile.tables[name].order is Order.INPUT:
            _same_file(remaining.paths[name], target)
        else:
            sort_table(remaining.paths[name], target, _order(run, table))
        run.progress.done()
        emptied = remaining.nulled.keys() | blanked.keys()
        columns = tuple(
            replace(column, required=column.required and (name, column.name) not in emptied)
            for column in table.columns
        )
        tables[name] = CandidateTable(name, target, remaining.rows[name], columns)
    nulled = {f"nulled_references:{table}.{column}": n for (table, column), n in remaining.nulled.items()}
    gone = {f"suppressed_values:{table}.{column}": n for (table, column), n in blanked.items()}
    return replace(
        before,
        folder=folder,
        tables=tables,
        persons=remaining.persons,
        suppressed_persons=remaining.left_out,
        notes={
            **before.notes,
            **{name: before.notes.get(name, 0) + n for name, n in (nulled | gone).items()},
        },
    )


def _same_file(source: Path, target: Path) -> None:
    """A second name for a private file that nobody changes any more; a copy where links do not exist."""
    try:
        target.hardlink_to(source)
    except OSError:
        copyfile(source, target)


def _order(run: _Run, table: CandidateTable) -> list[str]:
    """Columns that order the published rows.

    By person only when the release tells persons apart anyway: otherwise the neighbourhood of two
    rows would tell that they are of one person. Without a secret the order of persons could be
    computed by anyone, so it comes last. A person's rows come in the order of dates and numbers, then
    of texts: the pseudonym of the person would tell none of them apart.
    """
    names = [column.name for column in table.columns]
    kinds = {column.name: column.kind for column in table.columns}
    if run.keys is None or not run.plans[table.name].person_is_published:
        return [*names, PERSON]
    return [PERSON, *sorted(names, key=lambda name: kinds[name] is Kind.TEXT)]


def _check_joins(con: duckdb.DuckDBPyConnection, candidate: Candidate) -> None:
    """Every foreign key that is still published holds. VitrailError otherwise: it can't happen."""
    columns = {name: {column.name for column in table.columns} for name, table in candidate.tables.items()}
    for link in published_links(candidate.profile, columns):
        child, parent = candidate.tables[link.table].path, candidate.tables[link.key.references].path
        lost = con.execute(orphans(child, link.key.columns, parent, link.to)).fetchall()[0][0]
        if lost:
            raise VitrailError("foreign-key-lost", Place(table=link.table), count=lost)
