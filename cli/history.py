"""``vitrail history``: what was assessed so far beside a profile, and with which outcome."""

import os
from dataclasses import asdict
from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode
from profiles.loading import load_profile


def history(settings: Settings, profile: Path) -> int:
    """Every assessment of the data of the profile, or under its name, oldest first."""
    from release.ledger import home, peek, source_digests
    from release.privacy_spent import spent

    loaded = load_profile(profile)
    ledger = peek(home(os.environ, loaded.folder))
    about = ledger.about(source_digests(ledger.salt, loaded, None))
    mine = [entry for entry in ledger.entries if entry.profile == loaded.profile.id]
    entries = [entry for entry in ledger.entries if entry in about or entry in mine]
    total = spent(entries)
    profiles = len({entry.profile_digest for entry in entries})
    if settings.json:
        shown = [
            {name: value for name, value in asdict(entry).items() if name != "tables"} for entry in entries
        ]
        privacy = total.published() if total.releases else None
        emit(
            {
                "command": "history",
                "exit_code": 0,
                "assessments": shown,
                "profiles": profiles,
                "privacy_total": privacy,
            }
        )
        return ExitCode.ACCEPTED
    if not entries:
        say(settings, "history.none")
        return ExitCode.ACCEPTED
    names = ("date", "profile", "policy", "verdict", "blocking")
    table(
        [text(f"history.column.{name}", settings.lang) for name in names],
        [
            (
                entry.date,
                f"{entry.profile} ({entry.profile_digest[:8]})",
                entry.policy,
                text(f"decision.{entry.verdict}", settings.lang),
                ", ".join(check for check, decision in entry.decisions.items() if decision != "accepted"),
            )
            for entry in entries
        ],
        title=text("history.title", settings.lang),
    )
    say(settings, "history.count", assessments=len(entries), profiles=profiles)
    if total.releases:
        epsilon, delta = f"{total.epsilon:g}", f"{total.delta:g}"
        say(settings, "history.privacy", releases=total.releases, epsilon=epsilon, delta=delta)
    return ExitCode.ACCEPTED
