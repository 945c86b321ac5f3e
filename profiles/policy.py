"""The thresholds of a release: a policy, shipped or of one's own, and what a profile changes in it.

A number may always ask for more. To ask for less, its reason is written beside it: in the profile, or
in the file of the policy (``profiles.policy_file``).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import Field

from profiles.bilingual import Bilingual
from profiles.errors import Place, ProfileError
from profiles.model import Profile
from profiles.policy_file import Source, is_reason, read_own
from profiles.policy_model import CRITERIA as CRITERIA  # noqa: PLC0414 - part of this module
from profiles.policy_model import Loosened, is_looser
from profiles.policy_model import Policy as Policy  # noqa: PLC0414 - part of this module
from profiles.simulation import weaker_simulation
from profiles.transforms import Model
from profiles.words import nearest
from profiles.yaml_text import Key, parse

UNREASONED = Bilingual(fr="sans raison écrite", en="no reason written")


class _Limits(Model):
    singling_out: float = Field(gt=0, le=1)
    linkability: float = Field(gt=0, le=1)
    inference: float = Field(gt=0, le=1)


class _PolicyFile(Model):
    name: str
    k: int = Field(ge=2)
    limits: _Limits
    confidence: float = Field(ge=0.5, lt=1)
    persons_floor: int = Field(ge=2)
    minimum_share: float = Field(gt=0, le=1)
    known_events: int = Field(ge=1, le=4)
    sources: dict[str, Source]


def policy_names() -> tuple[str, ...]:
    """The policies that come with vitrail."""
    names = [file.name for file in (resources.files("profiles") / "policies").iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def load_policy(name: str) -> Policy:
    """The shipped policy ``name``; ProfileError when there is none."""
    if name not in policy_names():
        raise unknown_policy(name, Place(key="policy"))
    file = resources.files("profiles") / "policies" / f"{name}.yaml"
    read = _PolicyFile.model_validate(parse(file.read_bytes(), f"vitrail:{name}").data)
    sources = {key: source.origin() for key, source in read.sources.items()}
    return Policy(**(dict(read) | {"limits": read.limits.model_dump(), "sources": sources}))


def own_policy(path: Path, shown: str) -> tuple[Policy, bytes]:
    """The policy of a file of one's own, and its bytes; see :func:`profiles.policy_file.read_own`."""
    return read_own(path, shown, {name: load_policy(name) for name in policy_names()})


def policy_of(profile: Profile) -> Policy:
    """The policy that the profile names, before what the profile itself changes."""
    own = profile.own_policy
    return own if own is not None else load_policy(profile.policy)


def is_known(profile: Profile) -> bool:
    """Whether the policy of the profile exists."""
    return profile.own_policy is not None or profile.policy in policy_names()


def unknown_policy(name: str, place: Place) -> ProfileError:
    """The error for a policy that does not exist."""
    valid = policy_names()
    if near := nearest(name, valid):
        return ProfileError("bad-word-near", place, near=near, valid=", ".join(valid))
    return ProfileError("bad-word", place, valid=", ".join(valid))


def effective_policy(profile: Profile) -> Policy:
    """The policy of the profile with its own ``risk.gate`` and ``anonymity.k``.

    Raises ProfileError when a threshold is looser than the policy's and no reason is written.
    """
    for key in unreasoned(profile):
        raise loosened(key, Place(key=".".join(key)))
    policy = policy_of(profile)
    gate = profile.risk.gate
    own = {name: limit for name in CRITERIA if (limit := getattr(gate, name)) is not None}
    changed = replace(
        policy,
        k=_own_k(profile, policy),
        limits={**policy.limits, **own},
        confidence=gate.confidence if gate.confidence is not None else policy.confidence,
        known_events=_own_known(profile, policy),
    )
    own_loosened = (*_loosened(profile, policy, changed), *_assumed(profile))
    return replace(changed, loosened=(*policy.loosened, *own_loosened))


def _loosened(profile: Profile, policy: Policy, changed: Policy) -> Iterator[Loosened]:
    """What the profile itself loosens, with the reason that it gives."""
    before = policy.numbers()
    for name, number in changed.numbers().items():
        if is_looser(name, number, before[name]):
            yield Loosened(name, before[name], number, _why(profile, name) or Bilingual())


def _assumed(profile: Profile) -> Iterator[Loosened]:
    """What the profile takes a register or the population to be, in place of the worst case."""
    simulation, population = profile.risk.register_simulation, profile.risk.population
    for name, (worst, own) in weaker_simulation(profile).items():
        yield Loosened(f"register_simulation.{name}", worst, own, simulation.why or UNREASONED)
    if population is not None and population.fraction < 1:
        yield Loosened("population.fraction", 1, population.fraction, population.why or UNREASONED)


def _why(profile: Profile, name: str) -> Bilingual | None:
    if name == "k":
        return profile.anonymity.why if profile.anonymity else None
    if name == "known_events" and is_reason(profile.risk.trajectory.why):
        return profile.risk.trajectory.why
    return profile.risk.why


def with_policy_k(profile: Profile) -> Profile:
    """The same profile; an ``anonymity`` that says no ``k`` takes the one of the policy."""
    if profile.anonymity is None or "k" in profile.anonymity.model_fields_set:
        return profile
    k = policy_of(profile).k
    return profile.model_copy(update={"anonymity": profile.anonymity.model_copy(update={"k": k})})


def looser(profile: Profile) -> Iterator[Key]:
    """The keys of the profile that ask for less than its policy."""
    policy, gate = policy_of(profile), profile.risk.gate
    for name in CRITERIA:
        limit = getattr(gate, name)
        if limit is not None and limit > policy.limits[name]:
            yield "risk", "gate", name
    if gate.confidence is not None and gate.confidence < policy.confidence:
        yield "risk", "gate", "confidence"
    if _own_k(profile, policy) < policy.k:
        yield "anonymity", "k"
    if _own_known(profile, policy) < policy.known_events:
        yield "risk", "trajectory", "known"


def reasons_beside(profile: Profile, key: Key) -> list[Key]:
    """Where a reason for the looser ``key`` is written: in the ``why`` of its part, or of ``risk``."""
    anonymity = profile.anonymity
    texts: dict[Key, Bilingual | None] = {
        ("anonymity", "why"): anonymity.why if anonymity is not None else None,
        ("risk", "trajectory", "why"): profile.risk.trajectory.why,
        ("risk", "why"): profile.risk.why,
    }
    return [where for where, why in texts.items() if where[:-1] in (key[:1], key[:-1]) and is_reason(why)]


def unreasoned(profile: Profile) -> Iterator[Key]:
    """The keys that loosen the policy without a reason in the ``why`` beside them."""
    return (key for key in looser(profile) if not reasons_beside(profile, key))


def loosened(key: Key, place: Place) -> ProfileError:
    """The error for a threshold that is looser than the policy's, without a reason."""
    return ProfileError("policy-loosened", place, name=key[-1], why=f"{_beside(key)}.why")


def _beside(key: Key) -> str:
    """Where the reason of a looser threshold is written."""
    return ".".join(key[:-1]) if key[:2] == ("risk", "trajectory") else key[0]


def _own_k(profile: Profile, policy: Policy) -> int:
    anonymity = profile.anonymity
    if anonymity is None or "k" not in anonymity.model_fields_set:
        return policy.k
    return anonymity.k


def _own_known(profile: Profile, policy: Policy) -> int:
    known = profile.risk.trajectory.known
    return policy.known_events if known is None else known
