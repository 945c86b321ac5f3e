"""Care pathways as a few lines of YAML: who has the condition, and which care follows from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from profiles.errors import Place, ProfileError
from synth.catalogue.codes import items, stays

TIMES = re.compile(r"^(\d+(?:\.\d+)?)( a year)?$")
KEYS = {"label", "source", "event", "persons", "ald", "care"}
LINE = {"items", "stays", "times", "regular", "share", "from", "to", "after"}


@dataclass(frozen=True)
class Share:
    """Share of the persons of a sex and an age band who have the condition."""

    sex: int | None
    ages: tuple[int, int]
    share: float


@dataclass(frozen=True)
class Line:
    """Care that comes with the condition."""

    items: tuple[str, ...]
    stays: tuple[str, ...]
    times: float
    yearly: bool
    regular: bool
    """At even intervals with the same code each time, as a treatment is; else at random."""
    share: float
    ages: tuple[int, int]
    after: tuple[int, int] | None
    """Days from the event."""


@dataclass(frozen=True)
class Scenario:
    """A condition."""

    name: str
    event: bool
    """It happens on one day of the period; otherwise it was there before."""
    persons: tuple[Share, ...]
    ald: tuple[int, tuple[str, ...], float] | None
    """Number, diagnoses, share of those who have the condition."""
    care: tuple[Line, ...]


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that ship, everyday care first."""
    folder = resources.files("synth") / "scenarios"
    names = sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )
    return ("general", *(name for name in names if name != "general"))


def load(names: Sequence[str | Path] | None = None) -> tuple[Scenario, ...]:
    """Scenarios by shipped name or by path; None: all that ship. Raises ProfileError ``synth-scenario``."""
    return tuple(_load(name) for name in (shipped() if names is None else names))


def _load(name: str | Path) -> Scenario:
    if isinstance(name, str) and name in shipped():
        text = (resources.files("synth") / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise _wrong(name, "UTF-8") from None
    try:
        read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts only
    except yaml.YAMLError:
        raise _wrong(name, "YAML") from None
    if not isinstance(read, dict) or not {"persons", "care"} <= set(read) or set(read) - KEYS:
        raise _wrong(name, ", ".join(sorted(KEYS)))
    try:
        return Scenario(
            Path(name).stem,
            read.get("event") == "true",
            tuple(_share(one) for one in read["persons"]),
            _ald(read.get("ald")),
            tuple(_line(name, one) for one in read["care"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _wrong(name, "persons, ald, care") from None


def _share(one: Mapping[str, Any]) -> Share:
    sex = int(one["sex"]) if "sex" in one else None
    share = float(one["share"])
    if not 0 <= share <= 1 or sex not in (None, 1, 2):
        raise ValueError
    return Share(sex, (int(one["from"]), int(one["to"])), share)


def _ald(one: Mapping[str, Any] | None) -> tuple[int, tuple[str, ...], float] | None:
    return None if one is None else (int(one["number"]), tuple(one["diagnoses"]), float(one["share"]))


def _line(name: str | Path, one: Mapping[str, Any]) -> Line:
    known_items = {item.code for item in items() if item.table != "ER_PHA_F"} | {item.atc for item in items()}
    unknown = set(one.get("items", ())) - known_items
    unknown |= set(one.get("stays", ())) - {stay.name for stay in stays()}
    times = TIMES.match(str(one["times"]))
    if unknown or set(one) - LINE or times is None:
        raise _wrong(name, ", ".join(sorted(unknown | (set(one) - LINE))) or "times")
    after = tuple(int(day) for day in one["after"]) if "after" in one else None
    if after is not None and (len(after) != 2 or after[0] > after[1]):
        raise _wrong(name, "after")
    return Line(
        tuple(one.get("items", ())),
        tuple(one.get("stays", ())),
        float(times[1]),
        times[2] is not None,
        one.get("regular") == "true",
        float(one.get("share", 1)),
        (int(one.get("from", 0)), int(one.get("to", 120))),
        None if after is None else (after[0], after[1]),
    )


def _wrong(name: str | Path, reason: str) -> ProfileError:
    return ProfileError("synth-scenario", Place(file=str(name)), reason=reason, known=", ".join(shipped()))
