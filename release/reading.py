"""The parts of a release's own descriptions that verification relies on, read with suspicion."""

import json
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from release.json_text import canonical_json

LARGEST = 64_000_000
"""Bytes of the largest description that is read."""


class Read(BaseModel):
    """Base of what is read: strict about the fields it names, indifferent to others."""

    model_config = ConfigDict(hide_input_in_errors=True, strict=True)


class Digest(Read):
    """Digest of a file."""

    sha256: str


class Subject(Read):
    """A file that an attestation names."""

    name: str
    digest: Digest


class Assessed(Read):
    """Our own part of the predicate, as far as verification needs it."""

    profile: str
    verdict: str
    waived: list[str]


class Predicate(Read):
    """What was found."""

    result: Literal["PASSED", "WARNED", "FAILED"]
    vitrail: Assessed


class Statement(Read):
    """``attestation.json``."""

    type: str = Field(alias="_type")
    subject: list[Subject]
    predicate_type: str = Field(alias="predicateType")
    predicate: Predicate


class TableField(Read):
    """A column of a table."""

    name: str


class TableSchema(Read):
    """The columns of a table."""

    columns: list[TableField] = Field(alias="fields")


class Resource(Read):
    """A table of the package."""

    path: str
    bytes: int
    hash: str
    table: TableSchema = Field(alias="schema")


class Package(Read):
    """``datapackage.json``."""

    resources: list[Resource]


Shape = TypeVar("Shape", bound=Read)


def read_json(path: Path) -> object:
    """The JSON value in ``path``; ValueError when it is not JSON, or far too large or too deep."""
    if path.stat().st_size > LARGEST:
        raise ValueError("too large")
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except RecursionError:
        raise ValueError("too deep") from None


def is_canonical(path: Path) -> bool:
    """Whether the JSON of ``path`` is in the one spelling of :func:`canonical_json`; ValueError as above."""
    try:
        return canonical_json(read_json(path)).encode("utf-8") == path.read_bytes()
    except RecursionError:
        raise ValueError("too deep") from None


def read_as(path: Path, shape: type[Shape]) -> Shape:
    """The JSON of ``path`` as ``shape``; ValueError when it does not fit."""
    value = read_json(path)
    try:
        return shape.model_validate(value)
    except ValidationError:
        raise ValueError("unexpected shape") from None
