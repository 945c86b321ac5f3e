"""Small SAS tables: ReadStat, the library inside of pyreadstat, can write what it reads."""

import ctypes
from collections.abc import Mapping, Sequence
from ctypes import c_char_p, c_double, c_int, c_long, c_size_t, c_ssize_t, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyreadstat import _readstat_parser

LIBRARY = ctypes.CDLL(_readstat_parser.__file__)
WRITER = ctypes.CFUNCTYPE(c_ssize_t, c_void_p, c_size_t, c_void_p)
STRING, DOUBLE = 0, 5


@dataclass(frozen=True)
class Variable:
    """One column: a text of ``width`` bytes, or a number when that is 0."""

    name: str
    width: int = 0
    format: str | None = None
    label: str | None = None


def write_table(path: Path, variables: Sequence[Variable], rows: Sequence[Sequence[Any]]) -> None:
    """A ``.sas7bdat`` file; None is a missing value."""
    out = bytearray()

    def collect(data: int, size: int, _: Any) -> int:
        out.extend(ctypes.string_at(data, size))
        return size

    callback = WRITER(collect)
    writer = c_void_p(_call("readstat_writer_init", c_void_p))
    _check(_call("readstat_set_data_writer", c_int, writer, callback))
    added = [_add(writer, variable) for variable in variables]
    start = [writer, c_void_p(), c_long(len(rows))]
    _check(_call("readstat_begin_writing_sas7bdat", c_int, *start))
    for row in rows:
        _check(_call("readstat_begin_row", c_int, writer))
        for variable, value in zip(added, row, strict=True):
            _insert(writer, variable, value)
        _check(_call("readstat_end_row", c_int, writer))
    _check(_call("readstat_end_writing", c_int, writer))
    _call("readstat_writer_free", None, writer)
    path.write_bytes(bytes(out))


def write_catalogue(path: Path, formats: Mapping[str, Mapping[Any, str]]) -> None:
    """A ``.sas7bcat`` file; a format whose name starts with ``$`` is of texts."""
    out = bytearray()

    def collect(data: int, size: int, _: Any) -> int:
        out.extend(ctypes.string_at(data, size))
        return size

    callback = WRITER(collect)
    writer = c_void_p(_call("readstat_writer_init", c_void_p))
    _check(_call("readstat_set_data_writer", c_int, writer, callback))
    for name, labels in formats.items():
        kind = STRING if name.startswith("$") else DOUBLE
        added = c_void_p(
            _call("readstat_add_label_set", c_void_p, writer, c_int(kind), c_char_p(name.encode()))
        )
        for value, label in labels.items():
            text = c_char_p(label.encode())
            if kind == STRING:
                _call("readstat_label_string_value", None, added, c_char_p(value.encode()), text)
            else:
                _call("readstat_label_double_value", None, added, c_double(value), text)
    _check(_call("readstat_begin_writing_sas7bcat", c_int, writer, c_void_p()))
    _check(_call("readstat_end_writing", c_int, writer))
    _call("readstat_writer_free", None, writer)
    path.write_bytes(bytes(out))


def _add(writer: c_void_p, variable: Variable) -> c_void_p:
    kind = STRING if variable.width else DOUBLE
    name = c_char_p(variable.name.encode())
    size = c_size_t(variable.width)
    added = c_void_p(_call("readstat_add_variable", c_void_p, writer, name, c_int(kind), size))
    for setter, text in (("label", variable.label), ("format", variable.format)):
        if text is not None:
            _call(f"readstat_variable_set_{setter}", None, added, c_char_p(text.encode()))
    return added


def _insert(writer: c_void_p, variable: c_void_p, value: Any) -> None:
    if value is None:
        _check(_call("readstat_insert_missing_value", c_int, writer, variable))
    elif isinstance(value, str):
        text = c_char_p(value.encode())
        _check(_call("readstat_insert_string_value", c_int, writer, variable, text))
    else:
        _check(_call("readstat_insert_double_value", c_int, writer, variable, c_double(value)))


def _call(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(LIBRARY, name)
    function.restype = result
    return function(*arguments)


def _check(code: int) -> None:
    assert code == 0, f"ReadStat gave error {code}"
