"""What SDV's open version takes, said before anything is read."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.key_chain import target_columns
from profiles.model import Profile
from profiles.rules import Locate
from profiles.synth_model import SynthEngine

MOST_TABLES = 5
"""Of SDV's HMA; it takes a depth of two besides."""


def single_table_engines_have_one(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A single-table synthesizer of SDV takes one table."""
    if profile.synth is None or not profile.synth.engine.is_single or len(profile.tables) <= 1:
        return
    yield ProfileError(
        "synth-sdv-single",
        locate(("synth", "engine")),
        engine=profile.synth.engine.value,
        count=len(profile.tables),
        tables=", ".join(profile.tables),
    )


def hma_has_its_limits(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Two to five tables, one of persons that all others point at, by keys of one column."""
    if profile.synth is None or profile.synth.engine is not SynthEngine.SDV_HMA:
        return
    here = locate(("synth", "engine"))
    if not 2 <= len(profile.tables) <= MOST_TABLES:
        told = ", ".join(profile.tables)
        yield ProfileError("synth-hma-tables", here, count=len(profile.tables), most=MOST_TABLES, tables=told)
        return
    for table, spec in profile.tables.items():
        keys = [spec.primary_key, *(key.columns for key in spec.foreign_keys)]
        wide = next((key for key in keys if len(key) > 1), None)
        if wide is not None:
            yield ProfileError("synth-hma-key", here, table=table, columns=", ".join(wide))
            return
    yield from _depth(profile, locate)


def _depth(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    here = locate(("synth", "engine"))
    roots = [name for name, spec in profile.tables.items() if not spec.foreign_keys]
    if len(roots) != 1:
        yield ProfileError("synth-hma-root", here, count=len(roots), tables=", ".join(roots) or "–")
        return
    (root,) = roots
    for table, spec in profile.tables.items():
        seen: set[str] = set()
        for place, key in enumerate(spec.foreign_keys):
            at = locate(("tables", table, "foreign_keys", str(place)))
            if key.references != root:
                chain = f"{table} → {key.references}"
                yield ProfileError("synth-hma-depth", at, root=root, chain=chain)
                return
            if key.columns[0] in seen or len(target_columns(profile, key)) != 1:
                yield ProfileError("synth-hma-shared", at, table=table, column=key.columns[0])
                return
            seen.add(key.columns[0])
