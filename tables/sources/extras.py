"""Libraries that only some formats need, imported when a table asks for them."""

from importlib import import_module
from typing import Any

from profiles.errors import Place, SourceError


def extra(module: str, name: str, place: Place) -> Any:
    """The module, or SourceError that tells which extra ``name`` of vitrail brings it."""
    try:
        return import_module(module)
    except ImportError:
        raise SourceError("source-extra-missing", place, extra=name) from None
