"""Groups of at least k persons who are alike, for microaggregation.

One column: the partition of least squared error (Hansen and Mukherjee 2003,
doi:10.1109/TKDE.2003.1208999). Several: MDAV (Domingo-Ferrer and Torra 2005,
doi:10.1007/s10618-005-0007-5). Both are written here for groups that count distinct persons, who
may have several rows each; with one row a person they are the published ones.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from anonymize.tabular.grid import Floats, Integers

Flags = npt.NDArray[np.bool_]

BLOCK = 8192
"""Rows among which MDAV, whose cost grows with their square, looks for neighbours; more rows are
first cut at the median of their widest column."""


def best_groups(values: Floats, persons: Integers, k: int) -> Integers:
    """The group of each value: contiguous values, ``k`` persons each, least sum of squared errors.

    ``persons``: a number from 0 for each row; there are at least ``k`` of them.
    """
    order = np.argsort(values, kind="stable")
    starts = _starts(values[order], _latest(persons[order], k))
    labels = np.empty(len(values), np.int64)
    labels[order] = np.searchsorted(np.array(starts), np.arange(len(values)), side="right") - 1
    return labels


def _latest(persons: Integers, k: int) -> list[int]:
    """For each end, the latest start such that ``k`` persons lie between, both included; -1: none."""
    held = [0] * (int(persons.max()) + 1)
    people = persons.tolist()
    found, start, distinct = [], 0, 0
    for person in people:
        held[person] += 1
        distinct += held[person] == 1
        while distinct >= k and (distinct > k or held[people[start]] > 1):
            held[people[start]] -= 1
            distinct -= held[people[start]] == 0
            start += 1
        found.append(start if distinct >= k else -1)
    return found


def _starts(values: Floats, latest: list[int]) -> list[int]:
    """First places of the best groups of sorted ``values``, by dynamic programming.

    A group that could be cut in two is never needed, since cutting does not raise the error: it
    starts after the last place from which both halves would have their persons.
    """
    centred = values - values.mean()
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (centred, centred**2))
    cost = np.full(len(values) + 1, np.inf)
    cost[0] = 0.0
    before = [0] * (len(values) + 1)
    for end, last in enumerate(latest, start=1):
        if last < 0:
            continue
        first = latest[last - 1] + 1 if last else 0
        sizes = end - np.arange(first, last + 1)
        error = squares[end] - squares[first : last + 1] - (sums[end] - sums[first : last + 1]) ** 2 / sizes
        total = cost[first : last + 1] + error
        best = int(np.argmin(total))
        cost[end], before[end] = total[best], first + best
    starts, end = [], len(values)
    while end:
        end = before[end]
        starts.append(end)
    return starts[::-1]


def near_groups(points: Floats, persons: Integers, k: int) -> Integers:
    """The group of each point (a row), ``k`` persons each; columns count alike, whatever their units."""
    spread = points.std(axis=0)
    scaled = (points - points.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    labels = np.empty(len(points), np.int64)
    groups = (
        group for block in _blocks(scaled, persons, np.arange(len(points)), k) for group in _mdav(*block, k)
    )
    for label, group in enumerate(groups):
        labels[group] = label
    return labels


Block = tuple[Floats, Integers, Integers]
"""Points, their persons, their places among all."""


def _blocks(points: Floats, persons: Integers, places: Integers, k: int) -> Iterator[Block]:
    if len(places) > BLOCK:
        widest = int(np.argmax(np.ptp(points[places], axis=0)))
        order = places[np.argsort(points[places, widest], kind="stable")]
        halves = order[: len(order) // 2], order[len(order) // 2 :]
        if all(_distinct(persons[half]) >= k for half in halves):
            for half in halves:
                yield from _blocks(points, persons, np.sort(half), k)
            return
    yield points[places], persons[places], places


def _mdav(points: Floats, persons: Integers, places: Integers, k: int) -> Iterator[Integers]:
    """Groups of places, from the outside inwards."""
    while (left := _distinct(persons)) >= 2 * k:
        distances = _distances(points, points.mean(axis=0))
        for _ in range(2 if left >= 3 * k else 1):
            far = points[np.argmax(distances)]
            distances = _distances(points, far)
            group = _nearest(distances, persons, k)
            yield places[group]
            stays = np.ones(len(places), np.bool_)
            stays[group] = False
            points, persons, places, distances = (
                points[stays],
                persons[stays],
                places[stays],
                distances[stays],
            )
    yield places


def _distances(points: Floats, centre: Floats) -> Floats:
    distances: Floats = ((points - centre) ** 2).sum(axis=1)
    return distances


def _nearest(distances: Floats, persons: Integers, k: int) -> Integers:
    """The nearest rows, as many as it takes to have ``k`` persons."""
    # Most often the k nearest rows are of k persons, and the others need no sorting.
    nearest = np.argpartition(distances, k - 1)[:k]
    if _distinct(persons[nearest]) == k:
        return nearest
    order = np.argsort(distances, kind="stable")
    _, first = np.unique(persons[order], return_index=True)
    return order[: np.sort(first)[k - 1] + 1]


def _distinct(persons: Integers) -> int:
    return len(np.unique(persons))
