"""What pydantic found wrong, said again with file, line, key and the nearest valid word.

A value of the profile is looked at to find that word, and is never part of a message.
"""

import re
import types
from collections.abc import Callable, Iterable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from profiles.catalogue import has
from profiles.errors import Place, ProfileError
from profiles.model import Profile
from profiles.words import nearest
from profiles.yaml_text import Key, Node, shown_key

Locate = Callable[[Key], Place]

CODES = {
    "missing": "missing-key",
    "enum": "bad-word",
    "literal_error": "bad-word",
    "int_parsing": "not-integer",
    "int_parsing_size": "not-integer",
    "int_from_float": "not-integer",
    "int_type": "not-integer",
    "float_parsing": "not-number",
    "float_type": "not-number",
    "finite_number": "not-number",
    "bool_parsing": "not-boolean",
    "bool_type": "not-boolean",
    "date_type": "not-iso-date",
    "date_parsing": "not-iso-date",
    "date_from_datetime_parsing": "not-iso-date",
    "date_from_datetime_inexact": "not-iso-date",
    "string_type": "not-text",
    "model_type": "not-mapping",
    "model_attributes_type": "not-mapping",
    "dict_type": "not-mapping",
    "tuple_type": "not-list",
    "list_type": "not-list",
    "string_too_short": "text-too-short",
    "string_too_long": "text-too-long",
    "string_pattern_mismatch": "bad-identifier",
    "greater_than": "not-above",
    "greater_than_equal": "too-small",
    "less_than": "not-below",
    "less_than_equal": "too-large",
}
"""Type of a pydantic error -> code of ours; the others are ``bad-value``."""

_LIMITS = ("gt", "ge", "lt", "le", "min_length", "max_length")


def validation_errors(error: ValidationError, data: Node, locate: Locate) -> list[ProfileError]:
    """One ProfileError for each place where the tree ``data`` is not a profile."""
    found: dict[tuple[Key, str], ProfileError] = {}
    for detail in error.errors(include_url=False):
        key = _written(detail["loc"], data)
        mistake = _mistake(detail, key, locate)
        found.setdefault((key, mistake.code + str(mistake.facts.get("name", ""))), mistake)
    misspelt = {
        (key[:-1], str(mistake.facts["near"]))
        for (key, _), mistake in found.items()
        if "near" in mistake.facts
    }
    return [
        mistake
        for (key, _), mistake in found.items()
        if mistake.code != "missing-key" or (key, mistake.facts["name"]) not in misspelt
    ]


def _mistake(detail: ErrorDetails, key: Key, locate: Locate) -> ProfileError:
    kind, context = detail["type"], detail.get("ctx", {})
    place = locate(key)
    if kind == "extra_forbidden":
        return _unknown_key(key, place)
    if kind == "missing":
        return ProfileError("missing-key", place, name=str(detail["loc"][-1]))
    if kind == "value_error":
        code = str(context["error"])
        return ProfileError(code if has(f"error.{code}") else "bad-value", place)
    if kind == "too_short":
        return ProfileError("empty-list", place)
    if kind in ("enum", "literal_error"):
        return _bad_word(detail, key, place)
    limit = next((context[name] for name in _LIMITS if name in context), "")
    return ProfileError(CODES.get(kind, "bad-value"), place, limit=limit)


def _unknown_key(key: Key, place: Place) -> ProfileError:
    name, valid = key[-1], valid_keys(key[:-1])
    code = "unknown-transform" if len(key) > 1 and key[-2] == "transform" else "unknown-key"
    if near := nearest(name, valid):
        return ProfileError(f"{code}-near", place, name=shown_key(name), near=near)
    return ProfileError(code, place, name=shown_key(name), valid=", ".join(valid))


def _bad_word(detail: ErrorDetails, key: Key, place: Place) -> ProfileError:
    if key == ("version",):
        return ProfileError("version-unknown", place)
    valid = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    written = detail["input"]
    if isinstance(written, str) and (near := nearest(written, valid)):
        return ProfileError("bad-word-near", place, near=near, valid=", ".join(valid))
    return ProfileError("bad-word", place, valid=", ".join(valid))


def _written(location: Iterable[int | str], data: Node) -> Key:
    """The part of a pydantic location that is written in the profile, plus an unknown last word."""
    key: list[str] = []
    node: Node | None = data
    for part in location:
        if isinstance(node, dict) and str(part) in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif isinstance(node, str) and key[-1] == "transform" and part == node:
            node = None
        else:
            break
        key.append(str(part))
    return tuple(key)


def valid_keys(key: Key) -> tuple[str, ...]:
    """The words that a profile may write under ``key``; empty when any name may be."""
    annotation: Any = Profile
    for part in key:
        annotation = _child(annotation, part)
    model = _model(annotation)
    return tuple(_fields(model)) if model is not None else ()


def _child(annotation: Any, part: str) -> Any:
    model = _model(annotation)
    if model is not None:
        spec = _fields(model).get(part)
        return spec.annotation if spec is not None else None
    for option in _options(annotation):
        if get_origin(option) is dict:
            return get_args(option)[1]
        if get_origin(option) is tuple:
            return get_args(option)[0]
    return None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {spec.alias or name: spec for name, spec in model.model_fields.items()}


def _model(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and get_origin(option) is None and issubclass(option, BaseModel):
            return option
    return None


def _options(annotation: Any) -> tuple[Any, ...]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return tuple(option for member in get_args(annotation) for option in _options(member))
    if hasattr(annotation, "__metadata__"):
        return _options(get_args(annotation)[0])
    return () if origin is Literal else (annotation,)
