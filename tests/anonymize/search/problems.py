"""Small random problems."""

import numpy as np
from hypothesis import strategies as st

from anonymize.search.problem import Problem
from anonymize.search.trees import Tree, tree


@st.composite
def trees(draw) -> Tree:
    """One to three levels over two to six leaves."""
    leaves = draw(st.integers(2, 6))
    groups = [list(range(leaves))]
    for _ in range(draw(st.integers(0, 2))):
        merged = draw(st.lists(st.integers(0, 2), min_size=leaves, max_size=leaves))
        groups.append(
            [merged[groups[-1][leaf]] if groups[-1][leaf] < leaves else 0 for leaf in range(leaves)]
        )
    return tree(groups, weight=draw(st.sampled_from([1.0, 2.0, 0.5])))


@st.composite
def problems(draw) -> Problem:
    """Up to four columns and thirty combinations."""
    columns = tuple(draw(st.lists(trees(), min_size=1, max_size=4)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 30))
    leaves = np.stack([random.integers(0, one.leaves, count) for one in columns], axis=1)
    leaves = np.unique(leaves, axis=0)
    persons = random.integers(1, 5, len(leaves))
    k = draw(st.integers(2, max(2, min(6, int(persons.sum())))))
    return Problem(leaves, persons, columns, k, draw(st.sampled_from([0.0, 0.1, 0.4])))
