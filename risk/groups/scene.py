"""Whose events are known and who is published: what the attack by known events asks, and our own answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from risk.known_events import window
from risk.labels import Codes, Counts, Labels, combined, encode
from risk.person_events import Events, Kind, read
from risk.unicity import Index, Queries, among_alike, matches

if TYPE_CHECKING:
    from risk.subject import Subject, Which


class Scene(Protocol):
    """Published persons, and those whose events an intruder knows: targets, or the controls kept apart."""

    @property
    def has_controls(self) -> bool:
        """Whether there are persons who were kept away from the fit."""

    def owners(self, *, control: bool) -> tuple[Codes, Counts]:
        """Those who have an event, in the order of the persons, and how many each has."""

    def events(self, owners: Codes, *, control: bool) -> Events:
        """The events of some of :meth:`owners`, who are numbered anew in the order given."""

    def matches(self, events: Events, queries: Queries) -> Counts:
        """Published persons who have all events of each query (``risk.unicity.matches``)."""

    def without_classes(self) -> "Scene":
        """The same for one who knows events only, and nothing that lasts of a person."""


def groups_of(subject: "Subject") -> tuple[list["Which"], int]:
    """Published persons, then targets where they are others, then controls; which ones are the targets."""
    if subject.candidate.nature != "synthetic" or not subject.has("original"):
        return ["candidate"], 0
    return ["candidate", "original", *(["holdout"] if subject.has("holdout") else [])], 1  # type: ignore[list-item]


def shared_knowledge(subject: "Subject", kinds: Sequence[Kind]) -> list[str]:
    """What an intruder knows besides the events of ``kinds``."""
    events = {f"{kind.table}.{name}" for kind in kinds for name in kind.columns}
    return [one for one in subject.references.knowledge if one not in events]


@dataclass(frozen=True)
class LocalScene:
    """A scene in the memory of this machine."""

    groups: tuple[Events, ...]
    """Published persons, then targets and controls where they are others."""
    target: int
    """Which of them are the targets."""
    plain: tuple[Events, ...]
    """The same before events are told apart by the class of their person."""
    window: int

    @property
    def has_controls(self) -> bool:
        """Whether there are persons who were kept away from the fit."""
        return len(self.groups) > 2

    def owners(self, *, control: bool) -> tuple[Codes, Counts]:
        """Those who have an event, in the order of the persons, and how many each has."""
        sizes = np.diff(self._of(control=control).starts)
        owners = np.flatnonzero(sizes > 0)
        return owners, sizes[owners]

    def events(self, owners: Codes, *, control: bool) -> Events:
        """The events of some of :meth:`owners`, who are numbered anew in the order given."""
        return self._of(control=control).of(owners)

    def matches(self, events: Events, queries: Queries) -> Counts:
        """Published persons who have all events of each query."""
        return matches(self._index, events, queries)

    def without_classes(self) -> "LocalScene":
        """The same for one who knows events only."""
        return LocalScene(self.plain, self.target, self.plain, self.window)

    @cached_property
    def _index(self) -> Index:
        return Index(self.groups[0], self.window)

    def _of(self, *, control: bool) -> Events:
        return self.groups[2 if control and self.has_controls else self.target]


def local_scene(subject: "Subject", kinds: Sequence[Kind]) -> LocalScene:
    """The scene from the person views and the tables, read by DuckDB."""
    names, target = groups_of(subject)
    views = [subject.view(name) for name in names]
    tables = [getattr(subject, name) for name in names]
    plain = read([(one, view.column("__person")) for one, view in zip(tables, views, strict=True)], kinds)
    columns = [
        encode(pa.chunked_array([part for view in views for part in view.column(name).chunks]))
        for name in shared_knowledge(subject, kinds)
    ]
    bounds = np.cumsum([0, *(view.persons for view in views)])
    whole = combined(columns, int(bounds[-1]))
    classes = [Labels(whole.codes[first:last], whole.groups) for first, last in pairwise(bounds)]
    told = among_alike(plain, classes)
    return LocalScene(tuple(told), target, tuple(plain), window(subject, kinds))
