"""JSON with one possible spelling, so that the same facts always give the same bytes."""

import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Sorted keys, two spaces of indent, UTF-8 kept, one final newline; ValueError on NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2) + "\n"


def ordered_json(value: Any) -> str:
    """The same with the keys in the order given, for files that people read."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
