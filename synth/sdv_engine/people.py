"""Persons of the pathway engine drawn by SDV's single-table synthesizers in place of the trees."""

from dataclasses import replace

from synth.fitted.fit import People
from synth.fitted.model import Model
from synth.fitted.people import TOTAL, Drawn, drawn_from
from synth.sdv_engine.single import draw_rows


def draw_people(
    model: Model, held: People, synthesizer: str, persons: int, *, seed: int, epochs: int | None = None
) -> Drawn:
    """``persons`` rows of the person table ``held``, coherent as those of the trees are.

    Raises SourceError ``synth-sdv-failed``.
    """
    found = draw_rows(held.columns, synthesizer, persons, seed=seed, epochs=epochs, ranked=True)
    return drawn_from(model.people, found.index, found.numbers)


def with_room(model: Model, people: Drawn) -> Model:
    """The model with numbers set apart for as many events as these persons have.

    A synthesizer that has hardly learnt may draw several times as many as there are in the source.
    """
    drawn = {
        name: people.numbers[name + TOTAL].mean() for name in model.rows if name + TOTAL in people.numbers
    }
    more = max((mean / model.rows[name] for name, mean in drawn.items() if model.rows[name]), default=1.0)
    return replace(model, rows={name: rows * max(more, 1.0) for name, rows in model.rows.items()})
