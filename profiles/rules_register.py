"""Rules on the registers that an attack links a release with."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.model import Kind, Profile
from profiles.policy_file import is_reason
from profiles.risk_register import Register, RegisterMatch
from profiles.rules import Locate
from profiles.rules_references import is_own_reason, listed, unknown_reference
from profiles.simulation import qualified as qualified  # noqa: PLC0414 - part of this module
from profiles.simulation import weaker_simulation
from profiles.transforms import Transforms
from profiles.yaml_text import Key

PLAIN = frozenset({"keep", "map", "truncate", "clip", "round", "bin", "generalize", "age_at"})
"""Steps that an intruder can take too: they need no key, and look at one value alone."""
ORDERED = frozenset({Kind.DATE, Kind.DATETIME, Kind.INTEGER, Kind.NUMBER, Kind.YEAR})
"""Types of which two values have a distance."""
DATES = frozenset({Kind.DATE, Kind.DATETIME})


def registers_have_names(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Reports tell registers apart by their names."""
    seen: set[str] = set()
    for index, register in enumerate(profile.risk.registers):
        name = register_name(profile, index)
        if name in seen or name == "simulated":
            yield ProfileError("register-name", locate(("risk", "registers", str(index), "name")))
        seen.add(register.name or name)


def register_name(profile: Profile, index: int) -> str:
    """The name of a register: its own, or its number from 1."""
    return profile.risk.registers[index].name or str(index + 1)


def registers_name_columns(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """What is compared, and what tells the truth, are columns of the data."""
    for index, register in enumerate(profile.risk.registers):
        here = ("risk", "registers", str(index))
        for part in ("match", "truth"):
            for name in getattr(register, part):
                unknown = unknown_reference(profile, qualified(profile, name), locate((*here, part, name)))
                if unknown is not None:
                    yield unknown
        tables = {qualified(profile, name).partition(".")[0] for name in register.truth}
        if len(tables) > 1:
            yield ProfileError("register-truth", locate((*here, "truth")))
    columns = profile.risk.register_simulation.columns
    yield from listed(profile, columns, ("risk", "register_simulation", "columns"), locate)


def registers_compare_what_can_be(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A tolerance is on dates and numbers, a format on dates, and a transform needs no key."""
    for index, register in enumerate(profile.risk.registers):
        yield from _comparisons(profile, register, ("risk", "registers", str(index), "match"), locate)


def simulation_is_as_strong_as_declared(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A simulated register that knows less than everything declared, of everybody, needs its reason."""
    here: Key = ("risk", "register_simulation")
    reasoned = is_reason(profile.risk.register_simulation.why)
    for name in weaker_simulation(profile):
        if not (reasoned and is_own_reason(locate, (*here, name), (*here, "why"))):
            place = locate((*here, name))
            yield ProfileError("policy-loosened", place, name=name, why="risk.register_simulation.why")


def _comparisons(profile: Profile, register: Register, here: Key, locate: Locate) -> Iterator[ProfileError]:
    for name, match in register.match.items():
        try:
            table, column = profile.split(qualified(profile, name))
        except KeyError:
            continue
        kind = profile.tables[table].columns[column].type
        yield from _comparison(match, kind, (*here, name), locate)


def _comparison(match: RegisterMatch, kind: Kind, here: Key, locate: Locate) -> Iterator[ProfileError]:
    own = Kind(match.type) if match.type else kind
    if match.tolerance is not None and (kind not in ORDERED or match.grain == "release"):
        yield ProfileError("register-tolerance", locate((*here, "tolerance")))
    if match.unit is not None and kind not in DATES:
        yield ProfileError("register-tolerance", locate((*here, "unit")))
    if match.format is not None and own not in DATES:
        yield ProfileError("register-format", locate((*here, "format")))
    if match.transform is not None and not _is_plain(match.transform):
        yield ProfileError("register-transform", locate((*here, "transform")))


def _is_plain(transform: Transforms) -> bool:
    names = {name for name, _ in transform.steps()}
    return names <= PLAIN and (transform.age_at is None or transform.age_at.date is not None)
