"""The thresholds of a release: a shipped policy, and what a profile changes in it with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pydantic import Field

from profiles.errors import Place, ProfileError
from profiles.model import Bilingual, Profile
from profiles.transforms import Model
from profiles.words import nearest
from profiles.yaml_text import Key, parse

CRITERIA = ("singling_out", "linkability", "inference")
MIN_REASON = 10
"""Characters of a reason that says something."""


@dataclass(frozen=True)
class Policy:
    """What a release must reach to be accepted."""

    name: str
    k: int
    """Persons in the smallest class allowed."""
    limits: Mapping[str, float]
    """Criterion -> highest upper bound of risk allowed."""
    confidence: float
    """One-sided confidence of the bounds."""
    persons_floor: int
    """Persons under which a figure is not published."""
    minimum_share: float
    """Share of the targets that an attack must really have attacked."""
    sources: Mapping[str, str]
    """Where each number comes from."""


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
    sources: dict[str, str]


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
    return Policy(**(dict(read) | {"limits": read.limits.model_dump()}))


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
    policy = load_policy(profile.policy)
    gate = profile.risk.gate
    own = {name: limit for name in CRITERIA if (limit := getattr(gate, name)) is not None}
    return replace(
        policy,
        k=_own_k(profile, policy),
        limits={**policy.limits, **own},
        confidence=gate.confidence if gate.confidence is not None else policy.confidence,
    )


def with_policy_k(profile: Profile) -> Profile:
    """The same profile; an ``anonymity`` that says no ``k`` takes the one of the policy."""
    if profile.anonymity is None or "k" in profile.anonymity.model_fields_set:
        return profile
    k = load_policy(profile.policy).k
    return profile.model_copy(update={"anonymity": profile.anonymity.model_copy(update={"k": k})})


def unreasoned(profile: Profile) -> Iterator[Key]:
    """The keys that loosen the policy without a reason in the ``why`` beside them."""
    policy, gate = load_policy(profile.policy), profile.risk.gate
    if not _is_reason(profile.risk.why):
        for name in CRITERIA:
            limit = getattr(gate, name)
            if limit is not None and limit > policy.limits[name]:
                yield "risk", "gate", name
        if gate.confidence is not None and gate.confidence < policy.confidence:
            yield "risk", "gate", "confidence"
    why = profile.anonymity.why if profile.anonymity is not None else None
    if _own_k(profile, policy) < policy.k and not _is_reason(why):
        yield "anonymity", "k"


def loosened(key: Key, place: Place) -> ProfileError:
    """The error for a threshold that is looser than the policy's, without a reason."""
    return ProfileError("policy-loosened", place, name=key[-1], why=f"{key[0]}.why")


def _own_k(profile: Profile, policy: Policy) -> int:
    anonymity = profile.anonymity
    if anonymity is None or "k" not in anonymity.model_fields_set:
        return policy.k
    return anonymity.k


def _is_reason(why: Bilingual | None) -> bool:
    return why is not None and max(len((why.fr or "").strip()), len((why.en or "").strip())) >= MIN_REASON
