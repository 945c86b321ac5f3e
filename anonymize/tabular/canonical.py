"""The canonical text of a typed value: what is hashed, looked up and mapped."""

import pyarrow as pa
import pyarrow.compute as pc


def canonical_text(values: pa.Array) -> pa.Array:
    """Each value as text, null staying null.

    Text as it is, 42, 1.5 (shortest decimal that reads back the same), true, 2020-01-31,
    2020-01-31T08:30:00 with six decimals of seconds only when there are any.
    """
    if pa.types.is_string(values.type):
        return values
    if pa.types.is_timestamp(values.type):
        seconds = pc.strftime(values.cast(pa.timestamp("s"), safe=False), "%Y-%m-%dT%H:%M:%S")
        whole = pc.equal(pc.microsecond(values), 0)
        whole = pc.and_(whole, pc.equal(pc.millisecond(values), 0))
        return pc.if_else(whole, seconds, pc.strftime(values, "%Y-%m-%dT%H:%M:%S"))
    return values.cast(pa.string())
