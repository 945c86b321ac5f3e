"""Mends of one finding, by one change or by those of its columns: made, attacked again, kept if they pass."""

from collections.abc import Mapping, Sequence

from risk.mends.model import Change, Mend
from risk.mends.search import SHARES, SUPPRESSION, OutOfTrialsError, Search, together
from risk.mends.way import Way

BEST = 3
"""Mends shown for one finding."""


def single_class_mends(search: Search, check: str, attacker: str) -> list[Mend]:
    """Single changes after which a finding on classes passes, least loss first, each proven."""
    wanted: list[tuple[float, list[Change]]] = []
    lattice, total = search.lattice, search.lattice.total
    allowed = _allowed(search)
    levels = [0] * len(lattice.ladders)
    for place, ladder in enumerate(lattice.ladders):
        for level in range(1, len(ladder.options)):
            levels[place] = level
            if lattice.below(levels) <= allowed:
                changes = search.columns.changes({ladder.reference: ladder.options[level]})
                wanted.append((search.added(changes, 0), changes))
                break
        levels[place] = 0
    below = lattice.below(levels)
    share = next((one for one in SHARES if below <= one * total), None)
    if share is not None and below > allowed:
        change = Change(SUPPRESSION, share)
        wanted.append((search.added([change], below), [change]))
    return _proven(search, wanted, [check], [attacker])


def own_mends(search: Search, checks: Mapping[str, Sequence[str]], attacker: str) -> dict[str, list[Mend]]:
    """By check, single changes of its own columns after which it passes, least loss first, each proven.

    ``checks``: check -> its columns. The least coarse option that passes is looked for from the
    coarsest down, for all checks of an attacker at once where none of their columns is known to an
    intruder: what becomes of one secret does not change what is found of another.
    """
    kept: dict[str, list[Mend]] = {check: [] for check in checks}
    floor = search.bench.subject.policy.persons_floor
    ladders = {
        check: [
            (search.added(changes, 0), changes)
            for name in names
            for option in (*search.columns.others(name, floor), *search.columns.nested(name))
            if (changes := search.columns.changes({name: option}))
        ]
        for check, names in checks.items()
    }
    open_ = {check: sorted(ladder, key=lambda one: one[0]) for check, ladder in ladders.items() if ladder}
    while open_:
        tried = {check: ladder.pop()[1] for check, ladder in open_.items()}
        merged = together(tried)
        try:
            found = search.attack(merged, [attacker])
        except OutOfTrialsError:
            break
        for check, changes in tried.items():
            mend = search.mend(changes, found, [check]) if found is not None else None
            if mend is not None and mend.passes:
                kept[check] = [mend, *kept[check]][:BEST]
            elif mend is not None:
                open_[check] = []
        open_ = {check: ladder for check, ladder in open_.items() if ladder}
    return {check: sorted(mends, key=_first) for check, mends in kept.items()}


def _first(mend: Mend) -> tuple[float, bool]:
    """The least loss; of two that lose as much, the column that goes: the other would be left empty."""
    return round(mend.loss, 3), all(change.what != "drop" for change in mend.changes)


def group_mend(search: Search, check: str, attacker: str, names: Sequence[str]) -> Mend | None:
    """Changes of several columns at once after which a finding passes: each as fine as it may stay."""
    way = Way(search, {}, [], secrets_too=True, attackers=(attacker,), check=check, only=tuple(names))
    try:
        mend = way.walk()
        spared = way.spared() if mend is not None else None
    except OutOfTrialsError:
        return None
    found = spared or mend
    return found if found is not None and found.passes else None


def with_group(
    search: Search, check: str, attacker: str, names: Sequence[str], kept: list[Mend]
) -> list[Mend]:
    """``kept``, with the changes of several columns where these lose less than any of one alone."""
    several = group_mend(search, check, attacker, names) if len(names) > 1 else None
    columns = {one.column for one in several.changes if one.column} if several else set()
    if several is None or len(columns) < 2 or any(one.loss <= several.loss for one in kept):
        return kept
    return [several, *kept][:BEST]


def _proven(
    search: Search, wanted: list[tuple[float, list[Change]]], checks: Sequence[str], attackers: Sequence[str]
) -> list[Mend]:
    """The first that pass, tried from the least loss."""
    kept: list[Mend] = []
    for _, changes in sorted(wanted, key=lambda one: (one[0], str(one[1]))):
        try:
            found = search.attack(changes, attackers)
        except OutOfTrialsError:
            break
        if found is not None:
            mend = search.mend(changes, found, checks)
            if mend.passes:
                kept.append(mend)
        if len(kept) == BEST:
            break
    return sorted(kept, key=lambda mend: mend.loss)


def _allowed(search: Search) -> int:
    anonymity = search.bench.loaded.profile.anonymity
    share = anonymity.suppression if anonymity else 0.0
    return int(share * search.lattice.total + 1e-9)
