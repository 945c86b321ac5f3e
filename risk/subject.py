"""What is attacked: a candidate, and what the attacker's side may compare it with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from anonymize.keys import Keys
from profiles.model import Profile
from profiles.policy import Policy
from risk.findings import Criterion
from risk.groups.interface import Groups
from risk.groups.local import LocalGroups
from risk.person_view import PersonView, References, build, references
from risk.previous.earlier import Earlier
from risk.registers.reading import ReadRegister
from risk.retold import Retold, retold
from risk.sizes import Sizes
from tables.candidate import Candidate, Staged

T = TypeVar("T")
Which = Literal["candidate", "original", "holdout", "source"]


@dataclass(frozen=True)
class Subject:
    """A candidate under attack; views are built once and shared by the attackers."""

    profile: Profile
    policy: Policy
    candidate: Candidate
    """What would be published."""
    original: Candidate | None = None
    """Real: the same persons in release grain, before persons are left out. Synthetic: the source
    in release grain."""
    holdout: Candidate | None = None
    """Persons kept away from a synthesizer's fit."""
    source: Staged | None = None
    """The staged source, for attacks that look for its values in the release."""
    keys: Keys | None = None
    """The keys of the pseudonyms, for attacks that look for them in the release."""
    package: Path | None = None
    """The folder that would be published, byte for byte."""
    profile_digest: str | None = None
    """SHA-256 of the profile as it was read."""
    groups: Groups = field(default_factory=LocalGroups, repr=False, compare=False)
    """Who counts persons by group."""
    registers: tuple[ReadRegister, ...] = ()
    """Files that name people, read and ready to be linked."""
    previous: tuple[Earlier, ...] = ()
    """Earlier releases of the same data."""
    is_trial: bool = False
    """Whether only what may stand in the way of a release is wanted: what informs is spared."""
    kept: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    """What attacks on several candidates of one source keep of it from one to the next."""
    _views: dict[str, PersonView] = field(default_factory=dict, repr=False, compare=False)

    _shared: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def shared(self, name: str, make: Callable[["Subject"], T]) -> T:
        """What several attackers need, made by the first of them; ``name`` says what it is."""
        if name not in self._shared:
            self._shared[name] = make(self)
        found: T = self._shared[name]
        return found

    def of_source(self, name: str, make: Callable[[], T]) -> T:
        """What depends on the source alone, ``name`` says what: made once for all its candidates."""
        if self.kept is None:
            return make()
        if name not in self.kept:
            self.kept[name] = make()
        found: T = self.kept[name]
        return found

    @cached_property
    def references(self) -> References:
        """Knowledge and secrets, as far as the candidate publishes them."""
        with self.groups.asked(self.candidate) as con:
            return references(self.profile, self.candidate, con, self._retold())

    def _retold(self) -> tuple[Retold, ...]:
        """Columns that repeat what is known, when the source of real persons is there to tell."""
        real = self.candidate.nature == "real" and self.candidate.tables
        return retold(self.source) if self.source is not None and real else ()

    @property
    def persons(self) -> int:
        """Persons of the candidate's tables."""
        return self.sizes(()).persons

    def sizes(self, columns: Sequence[str]) -> Sizes:
        """Classes of the persons of the candidate over ``columns``, by size."""
        return self.shared(f"sizes of {tuple(columns)}", lambda one: one.groups.sizes(one, columns))

    @property
    def knowledge_declared(self) -> bool:
        """Whether the profile says what an intruder knows."""
        return bool(self.profile.risk.knowledge)

    @property
    def secrets_declared(self) -> bool:
        """Whether the profile says what an intruder wants."""
        return bool(self.profile.risk.secrets)

    def threshold(self, criterion: Criterion) -> float:
        """Highest upper bound allowed for ``criterion``, as a share of persons."""
        return float(self.policy.limits[criterion.value])

    def has(self, which: Which) -> bool:
        """Whether ``which`` was given."""
        return getattr(self, which) is not None

    def view(self, which: Which = "candidate") -> PersonView:
        """One row a person of ``which``, with all references; ValueError when it was not given."""
        if which not in self._views:
            tables: Candidate | Staged | None = getattr(self, which)
            if tables is None:
                raise ValueError(f"the subject has no {which}")
            self._views[which] = build(tables, self.references.everything)
        return self._views[which]
