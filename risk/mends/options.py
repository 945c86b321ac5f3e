"""What may be done to a column, finest first: the transforms that a mend would write."""

from collections.abc import Iterator, Mapping
from math import floor, log10
from typing import Any

from pydantic import ValidationError

from anonymize.hierarchies.registry import SHIPPED
from profiles.key_chain import root_column
from profiles.model import Column, Kind, Profile, Role
from profiles.transforms import Transforms

Json = Any
FACTORS = (1, 5, 10, 20, 40, 80)
"""Widths of intervals, in units of about a fiftieth of the range, each a multiple of the one before."""
PERIODS = ("day", "month", "quarter", "year")
PREFIXES = (7, 5, 4, 3, 2, 1)
COARSENING = ("bin", "generalize", "truncate", "tail", "suppress_rare", "keep", "round", "clip")
"""Steps that an option replaces or stands beside; the others of a column stay as they are."""
FIXED = ("constant", "pseudonymize", "surrogate", "inherit", "redact", "drop", "search")
NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)
DROP: Json = {"drop": {}}


def is_key(profile: Profile, table: str, column: str) -> bool:
    """Whether the column is part of a key or names the person: another value there breaks a join."""
    for name, spec in profile.tables.items():
        own = {*spec.primary_key, *spec.person} if name == table else set()
        for key in spec.foreign_keys:
            own |= set(key.columns) if name == table else set()
            own |= set(key.to or ()) if key.references == table else set()
        if column in own:
            return True
    return False


def can_change(profile: Profile, reference: str) -> bool:
    """Whether another transform of this column can be tried alone."""
    table, column = profile.split(reference)
    spec = profile.tables[table].columns[column]
    return (
        spec.role is not Role.DIRECT
        and not is_key(profile, table, column)
        and root_column(profile, table, column) == (table, column)
        and not any(getattr(spec.transform, name) is not None for name in FIXED)
    )


def steps_of(column: Column) -> dict[str, Json]:
    """The column's steps as a profile writes them."""
    return {
        name: params.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        for name, params in column.transform.steps()
    }


def nested_options(column: Column, spread: float | None) -> list[Json]:
    """Ever coarser transforms of a column, each nested in the next; ``drop`` is the last.

    ``spread``: largest less smallest published number; None where there is none.
    """
    steps = steps_of(column)
    others = {name: value for name, value in steps.items() if name not in COARSENING}
    kept = {name: value for name, value in steps.items() if name in {"round", "clip", "tail"}}
    kind = _kind(column)
    found: list[Json] = []
    if kind in NUMBERS:
        found = [{**others, **kept, "bin": bins} for bins in _bins(steps.get("bin"), spread, kind)]
    elif kind in {Kind.DATE, Kind.DATETIME}:
        found = [{**others, **coarse} for coarse in _periods(kind, steps.get("truncate"), steps.get("bin"))]
    elif kind is Kind.TEXT and "map" not in steps:
        found = [{**others, "generalize": way} for way in _codes(column, steps.get("generalize"))]
    if "suppress_rare" in steps:
        found = [{**one, "suppress_rare": steps["suppress_rare"]} for one in found]
    return [one for one in (*found, DROP) if is_valid(one)]


def other_options(column: Column, floor_: int) -> list[Json]:
    """Transforms that only touch the rarest values, those carried by fewer than ``floor_`` persons."""
    steps = steps_of(column)
    kept = {name: value for name, value in steps.items() if name != "keep"}
    found: list[Json] = []
    if _kind(column) in NUMBERS and not {"bin", "tail"} & steps.keys():
        for share in (0.01, 0.05):
            ends = {"top_share": share, "bottom_share": share, "persons": floor_}
            found.append({**kept, "tail": ends})
    if "suppress_rare" not in steps:
        found.append({**kept, "suppress_rare": {"persons": floor_}})
    return [one for one in found if is_valid(one)]


def is_valid(option: Json) -> bool:
    """Whether a profile may say so; whether it suits the values is seen when it is planned."""
    try:
        Transforms.model_validate(option)
    except ValidationError:
        return False
    return True


def _kind(column: Column) -> Kind:
    """The type of the values that the coarsening steps get."""
    if column.transform.age_at is not None or column.transform.interval_since is not None:
        return Kind.INTEGER
    return column.type


def _bins(now: Mapping[str, Json] | None, spread: float | None, kind: Kind) -> Iterator[Json]:
    if now is not None and "edges" in now:
        edges = list(now["edges"])
        while len(edges) > 2:
            edges = edges[::2]
            yield {**now, "edges": edges}
        return
    width = float(now["width"]) if now is not None else 0.0
    if not spread or spread <= 0:
        return
    unit = 10.0 ** floor(log10(spread / 50))
    if width:
        unit = width
    for factor in (2, 4, 8, 16) if width else FACTORS:
        wide = unit * factor
        if wide <= width or wide >= spread or (kind is not Kind.NUMBER and (wide <= 1 or wide % 1)):
            continue
        yield {**(now or {}), "width": int(wide) if wide % 1 == 0 else round(wide, 10)}


def _periods(kind: Kind, now: Mapping[str, Json] | None, bins: Mapping[str, Json] | None) -> Iterator[Json]:
    # A date is at its day already.
    reached = PERIODS.index(now["to"]) if now else -1 if kind is Kind.DATETIME else 0
    for period in PERIODS[reached + 1 :]:
        yield {"truncate": {"to": period}}
    width = int(bins["width"]) if bins and "width" in bins else 1
    for wide in (5, 10):
        if wide > width:
            yield {"truncate": {"to": "year"}, "bin": {"width": wide}}


def _codes(column: Column, now: Mapping[str, Json] | None) -> Iterator[Json]:
    name = (now or {}).get("hierarchy") or _hierarchy(column.nomenclature)
    if name is not None and name in SHIPPED and "prefix" not in (now or {}):
        levels = SHIPPED[name].levels
        at = (now or {}).get("level", 0)
        start = levels.index(at) if at in levels else int(at)
        for level in levels[start + 1 :]:
            yield {"hierarchy": name, "level": level}
        return
    if now is not None and "hierarchy" in now:
        return
    longest = int((now or {}).get("prefix", PREFIXES[0] + 1))
    for size in PREFIXES:
        if size < longest:
            yield {"prefix": size}


def _hierarchy(nomenclature: str | None) -> str | None:
    """The shipped hierarchy of a nomenclature, by its name or by its first word."""
    word = (nomenclature or "").casefold().replace("_", "-")
    names = [name for name in SHIPPED if word and (name == word or name.startswith(f"{word}-"))]
    return names[0] if len(names) == 1 else None
