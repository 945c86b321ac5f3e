"""Which of the known columns, by themselves or together, leave persons in classes that are too small."""

import numpy as np

from risk.labels import Labels
from risk.mends.classes import Lattice, shapley
from risk.mends.model import Cause
from risk.mends.search import Search


def causes(search: Search) -> tuple[tuple[Cause, ...], int]:
    """What each known column has to do with it, and how many persons fell by combination."""
    found = search.lattice
    count = len(found.ladders)
    levels = [0] * count
    fallen = _fallen(found, found.classes(range(count), levels))
    random = np.random.default_rng([search.bench.subject.profile.seed, 6])
    shares = shapley(found, random)
    alone = [_fallen(found, found.classes([place], levels)) for place in range(count)]
    missing = _missing(search, fallen)
    ranked = [
        Cause(
            column=ladder.reference,
            share=float(shares[place]),
            without=_below(found, [other for other in range(count) if other != place]),
            rare=int(found.persons[fallen & alone[place]].sum()),
            missing=missing.get(ladder.reference, 0),
        )
        for place, ladder in enumerate(found.ladders)
    ]
    none_rare = fallen.copy()
    for one in alone:
        none_rare &= ~one
    ordered = sorted(ranked, key=lambda cause: -cause.share)
    return tuple(ordered), int(found.persons[none_rare].sum())


def _fallen(found: Lattice, classes: Labels) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which combinations lie in classes of fewer than k."""
    sizes = np.bincount(classes.codes, weights=found.persons, minlength=classes.groups)
    return np.asarray(sizes[classes.codes] < found.k)


def _below(found: Lattice, places: list[int]) -> int:
    return int(found.persons[_fallen(found, found.classes(places, [0] * len(found.ladders)))].sum())


def _missing(search: Search, fallen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> dict[str, int]:
    """Column -> persons who fell and have no value there."""
    view, references = search.columns.view, search.bench.subject.references.knowledge
    if not references:
        return {}
    down = fallen[view.classes(references).codes]
    counted = {}
    for name in references:
        column = view.column(name)
        absent = np.asarray(column.is_null().combine_chunks()).astype(bool)
        counted[name] = int((absent & down).sum())
    return counted
