"""The person of each row, as one text: the same text wherever it is computed.

Key values are cast by Arrow (integers in plain decimal, dates in ISO 8601) and joined by a
separator. The key values are always those of the table at the root of the path.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from profiles.key_chain import target_columns
from profiles.model import Profile
from profiles.person_path import person_path, root_person

SEPARATOR = "\x1f"
"""Between the key values: a control that no identifier holds."""


def own_columns(profile: Profile, table: str) -> tuple[str, ...] | None:
    """Columns of ``table`` itself that hold the person's key, in the order of the root's key.

    Empty when each row is a person; None when the key can only be found by joins.
    """
    _, wanted = root_person(profile, table)
    for key in reversed(person_path(profile, table)):
        held = dict(zip(target_columns(profile, key), key.columns, strict=True))
        if not set(wanted) <= set(held):
            return None
        wanted = tuple(held[column] for column in wanted)
    return wanted


def person_text(values: Sequence[pa.Array]) -> pa.Array:
    """The person of each row from the typed key values; null where one of them is."""
    texts = [value.cast(pa.string()) for value in values]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, SEPARATOR)


def numbered_persons(start: int, count: int) -> pa.Array:
    """One person a row: ``row:1``, ``row:2``, … after ``start`` earlier rows."""
    numbers = pa.array(range(start + 1, start + count + 1), pa.int64()).cast(pa.string())
    return pc.binary_join_element_wise("row:", numbers, "")
