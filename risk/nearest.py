"""The nearest points to each of some targets, by products of matrices in blocks.

One product of targets and points costs targets × points × dimensions multiplications at the full
speed of the processor, whatever the dimension, where trees degrade above a dozen. The number of
targets being fixed (``risk.targets``), the cost grows like the number of persons.
"""

import numpy as np
import numpy.typing as npt

from risk.embedding import Vectors

Distances = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

CELLS = 8_000_000
"""Distances held at once: 32 MB."""


def nearest(targets: Vectors, points: Vectors, count: int = 1) -> tuple[Distances, Places]:
    """Squared distances to the ``count`` nearest points of each target, the nearest first, and their places.

    When there are fewer points, the missing ones are at infinity, at place -1. What is found is
    measured again in double precision: equal points are at exactly 0.
    """
    found, places = _search(targets, points, min(count, len(points)))
    exact = _measure(targets, points, places)
    order = np.argsort(exact, axis=1, kind="stable")
    exact, places = np.take_along_axis(exact, order, 1), np.take_along_axis(places, order, 1)
    missing = count - found.shape[1]
    if missing:
        exact = np.pad(exact, ((0, 0), (0, missing)), constant_values=np.inf)
        places = np.pad(places, ((0, 0), (0, missing)), constant_values=-1)
    return exact, places


def _search(targets: Vectors, points: Vectors, count: int) -> tuple[Vectors, Places]:
    best = np.full((len(targets), count), np.inf, dtype=np.float32)
    places = np.full((len(targets), count), -1, dtype=np.int64)
    step = max(count, CELLS // max(1, len(targets)))
    for start in range(0, len(points), step):
        block = points[start : start + step]
        # The target's own length is the same for all points: it does not change which is nearest.
        gaps = (block**2).sum(axis=1) - 2 * (targets @ block.T)
        better = np.flatnonzero(gaps.min(axis=1) < best[:, -1])
        if len(better):
            best[better], places[better] = _merged(gaps[better], start, best[better], places[better])
    return best, places


def _merged(gaps: Vectors, start: int, best: Vectors, places: Places) -> tuple[Vectors, Places]:
    """The best so far and those of one block, whose first point has the number ``start``."""
    count = best.shape[1]
    if count == 1:
        near = np.argmin(gaps, axis=1)[:, None]
    elif count < gaps.shape[1]:
        near = np.argpartition(gaps, count - 1, axis=1)[:, :count]
    else:
        near = np.broadcast_to(np.arange(gaps.shape[1]), gaps.shape)
    joined = np.hstack([best, np.take_along_axis(gaps, near, 1)])
    spots = np.hstack([places, near + start])
    order = np.argsort(joined, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(joined, order, 1), np.take_along_axis(spots, order, 1)


def _measure(targets: Vectors, points: Vectors, places: Places) -> Distances:
    found = np.empty(places.shape, dtype=np.float64)
    for rank in range(places.shape[1]):
        gap = targets.astype(np.float64) - points[places[:, rank]]
        found[:, rank] = (gap**2).sum(axis=1)
    return found
