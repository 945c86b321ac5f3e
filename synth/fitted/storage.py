"""Frozen dataclasses to JSON and npz and back, by their annotations: no class name, no pickle in the file."""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from profiles.errors import Place, UsageError

Arrays = dict[str, Any]


def save(model: Any, folder: Path) -> None:
    """Write a dataclass as ``model.json`` and its arrays as ``model.npz``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrays: Arrays = {}
    tree = _plain(model, arrays)
    (folder / "model.json").write_text(json.dumps(tree, ensure_ascii=False, indent=1), encoding="utf-8")
    with (folder / "model.npz").open("wb") as sink:
        np.savez(sink, **arrays)


def load(folder: Path, kind: type) -> Any:
    """The dataclass that :func:`save` wrote."""
    try:
        tree = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return _built(tree, kind, arrays)
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError("synth-model-unreadable", Place(file=str(folder))) from None


def _plain(value: Any, arrays: Arrays) -> Any:
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return name
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name), arrays) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item, arrays) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, arrays) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _built(tree: Any, kind: Any, arrays: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is np.ndarray:
        return arrays[tree]
    if origin in (types.UnionType, typing.Union):
        wanted = next(item for item in arguments if item is not type(None))
        return None if tree is None else _built(tree, wanted, arrays)
    if origin in (Mapping, dict):
        return {key: _built(item, arguments[1], arrays) for key, item in tree.items()}
    if origin is tuple:
        inner = arguments if arguments[-1] is not Ellipsis else (arguments[0],) * len(tree)
        return tuple(_built(item, one, arrays) for item, one in zip(tree, inner, strict=True))
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast("Any", kind)(
            **{item.name: _built(tree[item.name], hints[item.name], arrays) for item in fields(kind)}
        )
    return kind(tree) if isinstance(kind, type) and issubclass(kind, Enum) else tree
