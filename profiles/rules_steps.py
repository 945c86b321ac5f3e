"""Rules on steps that look beyond their own column."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.key_chain import is_dropped
from profiles.model import Kind, Profile
from profiles.rules import Locate, columns_of
from profiles.yaml_text import shown_key

DATES = (Kind.DATE, Kind.DATETIME)
WAITING = ("interval_since", "tail")
"""Steps before ``microaggregate`` after which a column is read once more."""


def steps_name_columns_of_the_table(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Groups are made of other columns of the same table, which are published."""
    for key, table, name, column in columns_of(profile):
        swap, means = column.transform.swap, column.transform.microaggregate
        named = [("swap", "within", swap.within)] if swap is not None else []
        named += [("microaggregate", "together", means.together)] if means is not None else []
        for step, word, others in named:
            for rank, other in enumerate(others):
                known = other in profile.tables[table].columns and other != name
                if not known or is_dropped(profile, table, other):
                    place = locate((*key, "transform", step, word, str(rank)))
                    yield ProfileError("step-column-unknown", place, step=step, name=shown_key(other))


def columns_aggregated_together_agree(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Each column of a group of columns names all the others, so that their groups are the same."""
    for key, table, name, column in columns_of(profile):
        step = column.transform.microaggregate
        for other in step.together if step is not None else ():
            spec = profile.tables[table].columns.get(other)
            if spec is None or step is None or other == name:
                continue
            theirs = spec.transform.microaggregate
            same = theirs is not None and {other, *theirs.together} == {name, *step.together}
            ready = all(
                (getattr(spec.transform, word) is None) == (getattr(column.transform, word) is None)
                for word in WAITING
            )
            if theirs is None or not same or not ready or theirs.persons != step.persons:
                place = locate((*key, "transform", "microaggregate"))
                yield ProfileError("step-together", place, name=shown_key(other))


def steps_name_dates(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """An age and an interval are counted to and from columns that hold dates."""
    for key, table, _, column in columns_of(profile):
        age, interval = column.transform.age_at, column.transform.interval_since
        if age is not None and age.column is not None and not _is_date(profile, f"{table}.{age.column}"):
            place = locate((*key, "transform", "age_at", "column"))
            yield ProfileError("step-date-unknown", place, step="age_at", name=shown_key(age.column))
        for rank, name in enumerate(interval.first if interval is not None else ()):
            if not _is_date(profile, name):
                place = locate((*key, "transform", "interval_since", "first", str(rank)))
                yield ProfileError("step-date-unknown", place, step="interval_since", name=shown_key(name))


def _is_date(profile: Profile, reference: str) -> bool:
    try:
        table, name = profile.split(reference)
    except KeyError:
        return False
    return profile.tables[table].columns[name].type in DATES
