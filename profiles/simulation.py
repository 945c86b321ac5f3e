"""How a simulated register compares with the worst one: everybody in it, no mistake, all that is known."""

from profiles.model import Profile


def qualified(profile: Profile, name: str) -> str:
    """``TABLE.COLUMN`` of a reference; a bare column stands for the only table that has it."""
    try:
        profile.split(name)
    except KeyError:
        found = [f"{table}.{name}" for table, spec in profile.tables.items() if name in spec.columns]
        return found[0] if len(found) == 1 else name
    return name


def weaker_simulation(profile: Profile) -> dict[str, tuple[float, float]]:
    """Settings that leave a simulated register less than the worst: name -> the worst's, the profile's.

    Of ``columns``: how many are declared known, and how many of those the register has.
    """
    simulation = profile.risk.register_simulation
    columns = {qualified(profile, name) for name in simulation.columns}
    known = {qualified(profile, name) for name in profile.risk.knowledge}
    kept = len(known & columns) if columns else len(known)
    found = {
        "coverage": (1.0, simulation.coverage),
        "missing": (0.0, simulation.missing),
        "wrong": (0.0, simulation.wrong),
        "columns": (float(len(known)), float(kept)),
    }
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}
