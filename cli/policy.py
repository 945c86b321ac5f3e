"""``vitrail policy``: what each policy asks, where it comes from, and which of two is tighter."""

from dataclasses import asdict
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, table
from profiles.catalogue import text
from profiles.errors import ExitCode, Place, ProfileError
from profiles.policy import CRITERIA, Policy, load_policy, own_policy, policy_names, unknown_policy
from profiles.policy_file import is_file
from profiles.policy_model import Difference, compare


def show(settings: Settings, name: str | None) -> int:
    """Each number of a policy with its source and date; without a name, every shipped policy."""
    policies = [_policy(one) for one in ([name] if name is not None else policy_names())]
    if settings.json:
        emit({"command": "policy show", "exit_code": 0, "policies": [_document(one) for one in policies]})
        return ExitCode.ACCEPTED
    headers = [text(f"policy.column.{column}", settings.lang) for column in ("number", "value", "source")]
    for policy in policies:
        key = "policy.title.own" if policy.base else "policy.title"
        title = text(key, settings.lang, name=policy.name, base=policy.base or "")
        rows = [
            (text(f"policy.number.{number}", settings.lang), f"{value:g}", _source(policy, number))
            for number, value in policy.numbers().items()
        ]
        table(headers, rows, title=title)
        for one in policy.loosened:
            words = text(
                "policy.loosened", settings.lang, name=one.name, base=f"{one.base:g}", own=f"{one.own:g}"
            )
            print(f"! {words} {one.reason.get(settings.lang)}")
    return ExitCode.ACCEPTED


def diff(settings: Settings, first: str, second: str) -> int:
    """Each number of two policies and which asks for more; 0 whether they differ or not."""
    one, other = _policy(first), _policy(second)
    found = list(compare(one, other))
    overall = _overall(found)
    if settings.json:
        numbers = [asdict(each) | {"tighter": each.tighter} for each in found]
        emit(
            {
                "command": "policy diff",
                "exit_code": 0,
                "first": one.name,
                "second": other.name,
                "tighter": overall,
                "numbers": numbers,
            }
        )
        return ExitCode.ACCEPTED
    names = {
        "first": one.name,
        "second": other.name,
        "same": text("policy.diff.same", settings.lang),
    }
    headers = [text("policy.column.number", settings.lang), one.name, other.name]
    table(
        [*headers, text("policy.column.tighter", settings.lang)],
        [
            (
                text(f"policy.number.{each.name}", settings.lang),
                _dated(each.first, each.first_origin.date),
                _dated(each.second, each.second_origin.date),
                names[each.tighter],
            )
            for each in found
        ],
    )
    print(text(f"policy.diff.{overall}", settings.lang, first=one.name, second=other.name))
    return ExitCode.ACCEPTED


def _overall(found: list[Difference]) -> str:
    """``none``, ``first`` or ``second`` when one is tighter on all that differs, else ``mixed``."""
    sides = {each.tighter for each in found} - {"same"}
    return "none" if not sides else sides.pop() if len(sides) == 1 else "mixed"


def _policy(name: str) -> Policy:
    """A shipped policy by its name, or the one of a file; ProfileError when there is none."""
    if not is_file(name):
        if name not in policy_names():
            raise unknown_policy(name, Place())
        return load_policy(name)
    path = Path(name)
    if not path.is_file():
        raise ProfileError("policy-missing", Place(file=name))
    return own_policy(path, name)[0]


def _document(policy: Policy) -> dict[str, object]:
    return {
        "name": policy.name,
        "base": policy.base,
        "numbers": policy.numbers(),
        "sources": {name: asdict(origin) for name, origin in policy.sources.items()},
        "loosened": [
            {"name": one.name, "base": one.base, "own": one.own, "reason": one.reason.model_dump()}
            for one in policy.loosened
        ],
    }


def _source(policy: Policy, number: str) -> str:
    origin = policy.sources["limits" if number in CRITERIA else number]
    return f"{origin.text} ({origin.date})"


def _dated(value: float, date: str) -> str:
    return f"{value:g} ({date})"
