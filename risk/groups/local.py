"""Groups counted on this machine: integers, one a person and column, that the attackers share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from risk.groups.counted import CountedView, counted_view
from risk.groups.scene import Scene, local_scene
from risk.labels import first_rows
from risk.person_events import Kind
from risk.sizes import Sizes
from tables.candidate import Candidate
from tables.duck import connect

if TYPE_CHECKING:
    from risk.subject import Subject


@dataclass(frozen=True)
class LocalGroups:
    """DuckDB gathers, numpy counts. It holds nothing: the views are the subject's."""

    @contextmanager
    def asked(self, tables: Candidate) -> Iterator[Any]:
        """DuckDB over the files of ``tables``."""
        con = connect(tables.folder)
        try:
            yield con
        finally:
            con.close()

    def sizes(self, subject: "Subject", columns: Sequence[str]) -> Sizes:
        """Classes of the persons of the candidate over ``columns``, by size."""
        return Sizes.of(subject.view().classes(columns).sizes)

    def counted(self, subject: "Subject", columns: Sequence[str]) -> CountedView:
        """Persons of the candidate by what they have in ``columns``."""
        view = subject.view()
        labels = view.classes(columns)
        rows = view.frame.select(list(columns)).take(pa.array(first_rows(labels)))
        return counted_view(rows, labels.sizes)

    def scene(self, subject: "Subject", kinds: Sequence[Kind]) -> Scene:
        """Whose events of ``kinds`` are known, and who is published."""
        return local_scene(subject, kinds)
