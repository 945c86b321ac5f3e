"""What releases with differential privacy spend together."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from profiles.catalogue import Lang
from profiles.model import Profile
from release.ledger import Entry, Ledger, append, entry_of, read
from release.privacy_spent import Spent, finding, spent, with_this
from risk.assessment import Assessment
from risk.findings import Decision
from risk.gate import judge
from risk.report.summary import rows
from tables.synthetic import Synthetic

TABLES = {"P": "t1"}


def assessment(profile: str = "p", digest: str = "now", epsilon: float | None = 1.0) -> Assessment:
    privacy = None if epsilon is None else {"epsilon": epsilon, "delta": 1e-6}
    told = Synthetic("pathway", 7, 100, 20, 11, privacy)
    return Assessment(profile, digest, "synthetic", 100, 0, 7, "open-data", {}, {}, (), synthetic=told)


def entry(digest: str, epsilon: float | None = 0.5, **changed: Any) -> Entry:
    privacy = None if epsilon is None else {"epsilon": epsilon, "delta": 1e-6}
    base = Entry("2026-11-22", "release", "q", digest, "open-data", "accepted", {}, TABLES, privacy=privacy)
    return replace(base, **changed)


def ledger(*entries: Entry) -> Ledger:
    return Ledger(Path(), entries, "", b"")


def profile(total: float | None) -> Profile:
    dp = {"epsilon": 1, "delta": 1e-6} | ({} if total is None else {"total_epsilon": total})
    column = {"role": "quasi"}
    return Profile.model_validate(
        {
            "version": 1,
            "id": "p",
            "title": "p",
            "seed": 7,
            "tables": {"P": {"source": {"path": "P.csv"}, "columns": {"a": column}}},
            "synth": {"persons": 100, "dp": dp},
        }
    )


def test_releases_add_up_and_each_draw_counts_once() -> None:
    book = ledger(entry("a"), entry("a"), entry("b", 2.0), entry("now", 1.0, profile="p"))

    total = with_this(book, assessment(), TABLES)

    assert total is not None
    assert total == Spent(3, 3.5, total.delta)
    assert total.delta == pytest.approx(3e-6)


@pytest.mark.parametrize(
    "other",
    [
        {"verdict": "refused"},
        {"command": "assess"},
        {"tables": {"P": "t2"}},
        {"epsilon": None},
    ],
)
def test_what_was_not_published_of_these_data_spends_nothing(other: dict[str, Any]) -> None:
    total = with_this(ledger(entry("a", **other)), assessment(), TABLES)

    assert total == Spent(1, 1.0, 1e-6)


def test_a_new_extraction_under_the_same_name_is_of_the_same_persons() -> None:
    before = entry("now", 1.0, profile="p", tables={"P": "last-year"})

    assert with_this(ledger(before), assessment(), TABLES) == Spent(2, 2.0, 2e-6)


def test_without_noise_nothing_is_added_up() -> None:
    assert with_this(ledger(entry("a")), assessment(epsilon=None), TABLES) is None


@pytest.mark.parametrize(
    ("limit", "decision", "gates"),
    [
        (None, Decision.INCONCLUSIVE, False),
        (1.0, Decision.ACCEPTED, True),
        (0.999, Decision.REFUSED, True),
    ],
)
def test_the_sum_has_a_limit_where_the_profile_gives_one(
    limit: float | None, decision: Decision, gates: bool
) -> None:
    total = spent([entry(str(number), 0.1) for number in range(10)])
    given = profile(None if limit is None else max(1.0, limit))
    if limit is not None and given.synth is not None and given.synth.dp is not None:
        dp = given.synth.dp.model_copy(update={"total_epsilon": limit})
        given = given.model_copy(update={"synth": given.synth.model_copy(update={"dp": dp})})

    found = finding(given, total)

    assert (found.decision, found.gates) == (decision, gates)


@pytest.mark.parametrize("lang", Lang)
def test_the_report_says_the_sum(lang: Lang) -> None:
    found = finding(profile(1.0), Spent(2, 1.5, 2e-6))
    assessed = replace(assessment(), findings=(found,))
    verdict = judge(assessed, (), date(2026, 11, 22))

    (row,) = rows(assessed, verdict, lang)

    assert verdict.decision is Decision.REFUSED
    assert "ε = 1.5, δ = 2e-06" in row.result


def test_the_ledger_keeps_what_was_spent(tmp_path: Path) -> None:
    verdict = judge(assessment(), (), date(2026, 11, 22))
    append(tmp_path, entry_of("release", date(2026, 11, 22), assessment(), verdict, TABLES))

    (kept,) = read(tmp_path).entries

    assert kept.privacy == {"epsilon": 1.0, "delta": 1e-6}
