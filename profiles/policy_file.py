"""A policy of one's own: a file that inherits a shipped policy and says what it changes, and why."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from profiles.bilingual import Bilingual
from profiles.errors import Place, ProfileError
from profiles.policy_model import CRITERIA, Loosened, Origin, Policy, is_looser
from profiles.transforms import Model
from profiles.yaml_text import Document, Key, read_document, shown_key

MIN_REASON = 10
"""Characters of a reason that says something."""
OTHERS = ("confidence", "persons_floor", "minimum_share", "known_events")
"""Numbers of a policy besides k and the limits."""


class Source(Model):
    """Where a number comes from."""

    text: str = Field(min_length=MIN_REASON)
    date: str = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    """Year, month or day of the document, or of the decision."""

    def origin(self) -> Origin:
        """The same without the rules of reading."""
        return Origin(self.text, self.date)


class OwnLimits(Model):
    """The limits that are changed."""

    singling_out: float | None = Field(default=None, gt=0, le=1)
    linkability: float | None = Field(default=None, gt=0, le=1)
    inference: float | None = Field(default=None, gt=0, le=1)


class OwnPolicy(Model):
    """The file: a shipped policy and what differs from it."""

    name: str = Field(min_length=1, max_length=100)
    extends: str
    k: int | None = Field(default=None, ge=2)
    limits: OwnLimits = OwnLimits()
    confidence: float | None = Field(default=None, ge=0.5, lt=1)
    persons_floor: int | None = Field(default=None, ge=2)
    minimum_share: float | None = Field(default=None, gt=0, le=1)
    known_events: int | None = Field(default=None, ge=1, le=4)
    sources: dict[str, Source] = Field(default_factory=dict)
    reasons: dict[str, Bilingual] = Field(default_factory=dict)
    """Number that is looser than the base's -> why."""

    def changed(self) -> dict[str, float]:
        """The numbers that the file says, by name."""
        said = {"k": self.k, **{name: getattr(self.limits, name) for name in CRITERIA}}
        said |= {name: getattr(self, name) for name in OTHERS}
        return {name: value for name, value in said.items() if value is not None}


def is_file(name: str) -> bool:
    """Whether a profile's ``policy`` is a path and not the name of a shipped one."""
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))


def read_own(path: Path, shown: str, shipped: Mapping[str, Policy]) -> tuple[Policy, bytes]:
    """The policy of the file ``path`` and its bytes; ``shown`` names it in errors.

    Raises ProfileError, with file and line, when it inherits no shipped policy, changes a number
    without its source, or asks for less without a reason.
    """
    document = read_document(path, shown)
    own = _model(document, shown)
    if own.extends not in shipped:
        raise ProfileError("policy-base-unknown", _place(document, ("extends",)), known=", ".join(shipped))
    base = shipped[own.extends]
    for key, name in _misnamed(own):
        raise ProfileError("policy-number-unknown", _place(document, key), name=shown_key(name))
    loosened = []
    for name, value in own.changed().items():
        place = _place(document, ("limits", name) if name in CRITERIA else (name,))
        if ("limits" if name in CRITERIA else name) not in own.sources:
            raise ProfileError("policy-without-source", place, name=name)
        before = base.numbers()[name]
        if is_looser(name, value, before):
            if not is_reason(own.reasons.get(name)):
                raise ProfileError("policy-loosened", place, name=name, why=f"reasons.{name}")
            loosened.append(Loosened(name, before, value, own.reasons[name]))
    return _merged(base, own, tuple(loosened)), document.content


def _merged(base: Policy, own: OwnPolicy, loosened: tuple[Loosened, ...]) -> Policy:
    numbers = {**base.numbers(), **own.changed()}
    origins = {name: source.origin() for name, source in own.sources.items()}
    return Policy(
        name=own.name,
        k=int(numbers["k"]),
        limits={name: numbers[name] for name in CRITERIA},
        confidence=numbers["confidence"],
        persons_floor=int(numbers["persons_floor"]),
        minimum_share=numbers["minimum_share"],
        known_events=int(numbers["known_events"]),
        sources={**base.sources, **origins},
        base=base.name,
        loosened=loosened,
    )


def _misnamed(own: OwnPolicy) -> list[tuple[Key, str]]:
    """Sources and reasons of numbers that the file does not change, which would look like something."""
    changed = own.changed()
    sourced = {"limits" if name in CRITERIA else name for name in changed}
    found = [(("sources", name), name) for name in own.sources if name not in sourced]
    return [*found, *((("reasons", name), name) for name in own.reasons if name not in changed)]


def _model(document: Document, shown: str) -> OwnPolicy:
    from profiles.validation import validation_errors  # noqa: PLC0415 - it needs the model of profiles

    try:
        return OwnPolicy.model_validate(document.data)
    except ValidationError as error:
        found = validation_errors(error, document.data, lambda key: _place(document, key))
        raise (found or [ProfileError("bad-value", Place(file=shown))])[0] from None


def _place(document: Document, key: Key) -> Place:
    near = key
    while near and near not in document.marks:
        near = near[:-1]
    mark = document.marks.get(near)
    dotted = ".".join(shown_key(part) for part in key) or None
    return Place(mark.file, mark.line, dotted) if mark else Place(key=dotted)


def is_reason(why: Bilingual | None) -> bool:
    """Whether a text says something in one of its languages."""
    return why is not None and max(len((why.fr or "").strip()), len((why.en or "").strip())) >= MIN_REASON
