"""Everything that the documents of one release draw from, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass

from profiles.errors import ProfileError
from profiles.loading import LoadedProfile
from profiles.model import Export, Profile
from profiles.policy import Policy, effective_policy
from release.facts import TableFacts, gather
from release.licences import Licence, licence_of
from release.names import safe_names
from risk.person_view import References, references
from tables.candidate import Candidate


@dataclass(frozen=True)
class ReleaseFacts:
    """A candidate, what its profile says of it, and what was counted in it."""

    profile: Profile
    export: Export
    candidate: Candidate
    policy: Policy
    licences: tuple[Licence, ...]
    tables: Mapping[str, TableFacts]
    references: References
    """What the attacks take as known and as secret."""
    names: Mapping[str, str]
    """Table -> file name without suffix."""

    def csv_path(self, table: str) -> str:
        """Where the table's CSV lies, relative to the release."""
        return f"data/{self.names[table]}.csv"

    def parquet_path(self, table: str) -> str:
        """Where the table's Parquet copy lies, if there is one."""
        return f"data/{self.names[table]}.parquet"

    def resource(self, table: str) -> str:
        """The table's name in ``datapackage.json``, which allows lower case only."""
        return self.names[table].lower()


def release_facts(candidate: Candidate, loaded: LoadedProfile) -> ReleaseFacts:
    """Count and check what the documents need; ProfileError when ``export`` is absent."""
    export = loaded.profile.export
    if export is None:
        raise ProfileError("export-missing", loaded.place(()))
    policy = effective_policy(loaded.profile)
    return ReleaseFacts(
        profile=loaded.profile,
        export=export,
        candidate=candidate,
        policy=policy,
        licences=tuple(licence_of(word) for word in export.licence),
        tables=gather(candidate, policy.persons_floor),
        references=references(loaded.profile, candidate),
        names=safe_names([*candidate.tables, *candidate.aggregated]),
    )
