"""The JSON Schema of a profile, for the editors that complete and check as one types.

pydantic gives the full forms; this adds the short ones, and the numbers that a YAML editor reads
where vitrail reads text.
"""

import ast
import inspect
import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from profiles import (
    aggregate_model,
    dicom_model,
    model,
    risk_model,
    risk_population,
    risk_register,
    risk_timeout,
    risk_trajectory,
    synth_model,
    synth_privacy,
    transforms,
)
from profiles.merging import shipped_bases
from profiles.policy import policy_names
from profiles.transforms import ORDER, Transforms
from profiles.vocabulary import FREQUENCIES, LICENCES

Schema = dict[str, Any]

VARIABLE: Schema = {"type": "string", "pattern": r"\$\{[A-Za-z_]"}
_EMPTY: list[Schema] = [{"type": "null"}, {"const": ""}]
_REF = "#/$defs/"
_PARTIAL = "Partial"
_MERGED = (
    "Profile",
    "Table",
    "Column",
    "Source",
    "Anonymity",
    "Risk",
    "GateLimits",
    "Population",
    "Export",
    "Producer",
    "Dicom",
    "Synth",
    "Dp",
)
"""Mappings that a base may begin and a profile complete; lists and transforms are replaced whole."""


def profile_schema() -> Schema:
    """The schema (draft 2020-12) of a profile; one that ``extends`` a base may leave keys to it."""
    root = _documented(model.Profile.model_json_schema())
    whole: dict[str, Schema] = {name: _widened(schema) for name, schema in root.pop("$defs").items()}
    whole["Profile"] = _widened(root)
    whole |= _short_forms(whole)
    del whole["SecretReference"]
    definitions = whole | {_PARTIAL + name: _partial(whole[name]) for name in _MERGED}
    for owner, part in (("Profile", "tables"), ("Table", "columns")):
        _let_remove(definitions[_PARTIAL + owner]["properties"][part])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vitrail profile",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_REF}{_PARTIAL}Profile"},
        "else": {"$ref": f"{_REF}Profile"},
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as the file that ``vitrail schema`` writes."""
    return json.dumps(profile_schema(), indent=2, ensure_ascii=False) + "\n"


def _short_forms(whole: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that accept more than their full form."""
    profile, export, column = (_copy(whole[name]) for name in ("Profile", "Export", "Column"))
    text: Schema = {"type": "string"}
    variable = {**VARIABLE, "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*(:?\?[^}]*)?\}$"}
    file = {
        "type": "object",
        "properties": {"file": text},
        "required": ["file"],
        "additionalProperties": False,
    }
    profile["properties"] |= {
        "secret": {"anyOf": [variable, file]},
        "policy": {"anyOf": [_words(policy_names()), {"type": "string", "pattern": r"\.ya?ml$"}]},
        "extends": {"anyOf": [{"enum": list(shipped_bases())}, text]},
    }
    profile["required"].remove("tables")
    profile["properties"]["tables"]["minProperties"] = 1
    made = {"synth": {"properties": {"engine": {"const": "schema"}}, "required": ["engine"]}}
    profile["anyOf"] = [
        {"required": ["tables"]},
        {"required": ["dicom"]},
        {"required": ["synth"], "properties": made},
    ]
    export["properties"] |= {
        "licence": {"anyOf": [_words(LICENCES), {"type": "array", "items": _words(LICENCES), "minItems": 1}]},
        "frequency": _words(FREQUENCIES),
    }
    values = column["properties"]["values"]
    column["properties"]["values"] = {"anyOf": [values, {"type": "array", "items": _scalar()}]}
    pair = {"type": "array", "items": _number("number"), "minItems": 2, "maxItems": 2}
    return {
        "Profile": profile,
        "Export": export,
        "Column": column,
        "Bilingual": {"anyOf": [_scalar(), whole["Bilingual"]]},
        "Diversity": {"anyOf": [_number("integer", {"minimum": 2}), whole["Diversity"]]},
        "Timeouts": {"anyOf": [_number("number", {"exclusiveMinimum": 0}), whole["Timeouts"]]},
        "Clip": {"anyOf": [pair, whole["Clip"]]},
        "RegisterMatch": {"anyOf": [_scalar(), whole["RegisterMatch"]]},
        "Override": _override(whole["Override"]),
        "Dicom": _hyphened(whole["Dicom"]),
        "Pixels": _hyphened(whole["Pixels"]),
        "Transforms": _transforms(whole["Transforms"]),
    }


def _override(full: Schema) -> Schema:
    """An action alone, an action with its value, or the full form."""
    with_value: Schema = {"replace": {"type": "string"}, "top-code": _number("integer")}
    words = list(get_args(dicom_model.PlainAction))
    pairs = [
        {"type": "object", "properties": {name: value}, "required": [name], "additionalProperties": False}
        for name, value in with_value.items()
    ]
    return {"anyOf": [{"enum": words}, *pairs, full]}


def _hyphened(full: Schema) -> Schema:
    """The same with its keys written with hyphens too."""
    schema = _copy(full)
    schema["properties"] |= {
        name.replace("_", "-"): value for name, value in full["properties"].items() if "_" in name
    }
    return schema


def _transforms(full: Schema) -> Schema:
    alone = [name for name in ORDER if _accepts_nothing(name)]
    steps = _copy(full)
    for name in alone:
        steps["properties"][name] = {"anyOf": [steps["properties"][name], *_EMPTY]}
    return {"anyOf": [{"enum": alone}, {**steps, "minProperties": 1}]}


def _accepts_nothing(step: str) -> bool:
    try:
        Transforms.model_validate({step: ""})
    except ValueError:
        return False
    return True


def _widened(node: Any) -> Any:
    """The same schema for what a YAML editor reads: numbers for text, text for numbers, no null."""
    if isinstance(node, list):
        return [_widened(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = _without_null(
        {key: value for key, value in node.items() if key not in ("title", "default", "format")}
    )
    return _leaf(node) or {
        key: _properties(value) if key == "properties" else _widened(value) for key, value in node.items()
    }


def _without_null(node: Schema) -> Schema:
    options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return node
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return rest | (options[0] if len(options) == 1 else {"anyOf": options})


def _leaf(node: Schema) -> Schema | None:
    """The schema of a scalar, or None when ``node`` is not one."""
    plain = {key: value for key, value in node.items() if key != "description"}
    words = node.get("enum", [node["const"]] if "const" in node else None)
    widened: Schema | None = None
    if words is not None:
        widened = _words(words)
    elif node.get("type") in ("integer", "number"):
        widened = _number(node["type"], plain)
    elif node.get("type") == "boolean":
        widened = {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}, VARIABLE]}
    elif node.get("type") == "string":
        widened = {"anyOf": [_scalar(plain), VARIABLE]} if "pattern" in node else _scalar(plain)
    described = {"description": node["description"]} if "description" in node else {}
    return widened | described if widened is not None else None


def _properties(properties: Schema) -> Schema:
    # A property may be called like a keyword of JSON Schema, for instance "title".
    return {name: _widened(schema) for name, schema in properties.items()}


def _number(kind: str, limits: Schema | None = None) -> Schema:
    pattern = r"^[+-]?\d+$" if kind == "integer" else r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
    return {"anyOf": [{**(limits or {}), "type": kind}, {"type": "string", "pattern": pattern}, VARIABLE]}


def _scalar(limits: Schema | None = None) -> Schema:
    return {**(limits or {}), "type": ["string", "number", "boolean"]}


def _words(words: Iterable[str | int]) -> Schema:
    texts = [str(word) for word in words]
    read = [int(word) if word.isdigit() else None for word in texts if word.isdigit() or word == "null"]
    return {"anyOf": [{"enum": [*texts, *read]}, VARIABLE]}


def _partial(node: Any) -> Any:
    """The same schema when a base may hold the rest: nothing is required."""
    if isinstance(node, list):
        return [_partial(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("$ref", "").removeprefix(_REF) in _MERGED:
        return node | {"$ref": node["$ref"].replace(_REF, _REF + _PARTIAL)}
    return {
        key: _partial(value) for key, value in node.items() if key != "required" or isinstance(value, dict)
    }


def _let_remove(mapping: Schema) -> None:
    """Let a profile leave empty, so as to remove it, what its base holds."""
    mapping["additionalProperties"] = {"anyOf": [mapping["additionalProperties"], *_EMPTY]}


def _copy(schema: Schema) -> Schema:
    copied: Schema = json.loads(json.dumps(schema))
    return copied


def _documented(schema: Schema) -> Schema:
    """The schema with the docstring of each field as its description."""
    sources = (
        model, aggregate_model, transforms, synth_model, synth_privacy,
        risk_model, risk_population, risk_register, risk_timeout, risk_trajectory,
    )  # fmt: skip
    for source in sources:
        for name, field, words in _field_docstrings(inspect.getsource(source)):
            owner = schema if name == schema.get("title") else schema["$defs"].get(name, {})
            if field in owner.get("properties", {}):
                owner["properties"][field]["description"] = words
    return schema


def _field_docstrings(code: str) -> Iterator[tuple[str, str, str]]:
    """Class, field and docstring of every annotated field that has one."""
    for item in ast.parse(code).body:
        if not isinstance(item, ast.ClassDef):
            continue
        for field, after in zip(item.body, item.body[1:], strict=False):
            if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
                continue
            words = after.value if isinstance(after, ast.Expr) else None
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                yield item.name, field.target.id, words.value
