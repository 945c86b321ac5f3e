"""Ways to a release that passes: every finding mended at once, at the least loss that was found."""

from profiles.model import Order
from risk.findings import Finding
from risk.mends.model import Change, Mend
from risk.mends.options import is_key
from risk.mends.search import ON_CLASSES, RESIDUALS, SUPPRESSION, OutOfTrialsError, Search, columns_named
from risk.mends.way import Way, class_plans, confirmed

PLANS = 2
"""Ways shown to a release that passes."""
SECRETS = ("classes_inference",)
ROW_ORDER = "row_order:"
"""How the checks on the order of the rows of a table begin."""


def residual_mends(search: Search, finding: Finding) -> list[Mend]:
    """All the columns that hold identifiers, each under a pseudonym or left out."""
    changes = protected(search, finding)
    if not changes:
        return []
    try:
        found = search.attack(changes, [finding.attacker])
    except OutOfTrialsError:
        return []
    if found is None:
        return []
    mend = search.mend(changes, found, [finding.check])
    return [mend] if mend.passes else []


def order_mends(search: Search, finding: Finding) -> list[Mend]:
    """The rows of the table in the order of the secret key."""
    try:
        found = search.attack([reordered(finding)], [finding.attacker])
    except OutOfTrialsError:
        return []
    mend = None if found is None else search.mend([reordered(finding)], found, [finding.check])
    return [mend] if mend is not None and mend.passes else []


def reordered(finding: Finding) -> Change:
    """The change of the order that ``finding`` names."""
    return Change(("tables", finding.check.removeprefix(ROW_ORDER), "order"), Order.PSEUDONYM.value)


def protected(search: Search, finding: Finding) -> list[Change]:
    """A change for each column in which ``finding`` met identifiers: a key changes name, the rest goes."""
    profile = search.bench.loaded.profile
    changes = []
    for reference in columns_named(search, finding):
        table, column = profile.split(reference)
        name = "pseudonymize" if is_key(profile, table, column) else "drop"
        changes.append(search.columns.change(reference, {name: {}}))
    return changes


def plans(search: Search, blocking: list[Finding]) -> tuple[Mend, ...]:
    """Ways to a release that passes, least loss first."""
    rest = [change for one in blocking if one.attacker == RESIDUALS for change in protected(search, one)]
    rest += [reordered(one) for one in blocking if one.check.startswith(ROW_ORDER)]
    starts: list[list[Change]] = [[]]
    if any(one.attacker in (*ON_CLASSES, *SECRETS) for one in blocking):
        starts = class_plans(search)[:1] if any(one.attacker in ON_CLASSES for one in blocking) else [[]]
    found: list[Mend] = []
    for secrets_too in (True, False):
        for start in starts:
            try:
                _go(search, _way(search, start, rest, secrets_too=secrets_too), found)
            except OutOfTrialsError:
                continue
    different: dict[str, Mend] = {}
    for mend in sorted(found, key=lambda mend: (not mend.whole, mend.loss)):
        if mend.changes:
            different.setdefault(str(sorted(mend.changes, key=str)), mend)
    return tuple(different.values())[:PLANS]


def _go(search: Search, way: Way, found: list[Mend]) -> None:
    """Add to ``found`` what ``way`` reaches: first spared, then made sure of."""
    mend = way.walk()
    if mend is None:
        return
    place = len(found)
    found.append(mend)
    spared = way.spared()
    better = [spared] if spared is not None and spared.loss < mend.loss else []
    for one in (*better, mend):
        if (sure := confirmed(search, one)) is not None:
            found[place] = sure
            return


def _way(search: Search, start: list[Change], rest: list[Change], *, secrets_too: bool) -> Way:
    options = {one.column: one.value for one in start if one.column is not None}
    others = [one for one in start if one.key == SUPPRESSION]
    return Way(search, dict(options), [*others, *rest], secrets_too, search.blocking)
