"""Persons of whom a known share is told: one scene for each attacker; ``calibration`` plays them often."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from profiles.model import Profile
from profiles.policy import effective_policy
from risk.attackers.registry import attacker
from risk.findings import Finding
from risk.gathering import traits
from risk.person_view import PersonView, References
from risk.previous.earlier import Earlier
from risk.rarity import ranked
from risk.statistics import minimum_targets
from risk.subject import Subject
from tables.candidate import PERSON, Candidate
from tests.risk.factories import candidate, subject
from tests.risk.leaks import attacked, leaking, people

THRESHOLD = 0.09
PERSONS, TARGETS = 600, 300
PUBLIC = 0.1
"""Share of the persons whom everybody knows: the attacks succeed on them in the control group too."""
COLUMNS = ("a", "b", "c", "d")
USUAL = 0.55
"""Share of the persons who have the usual secret."""
CLASS, CLASSES = 20, 500


@dataclass(frozen=True)
class Scene:
    """One attacker on data whose leak is known."""

    check: str
    play: Callable[[float, int], tuple[Finding, float]]
    """Leak rate and seed -> the finding, and the true risk."""
    exact: bool = False
    """Whether everybody is attacked: the estimate is then the truth itself."""


# -- persons, as views without files -----------------------------------------------------------------------


def viewed(nature: Any, frames: dict[str, dict[str, Any]], secrets: tuple[str, ...], seed: int) -> Subject:
    """A subject whose person views are ``frames``, by part; columns that are no secrets are known."""
    names = list(frames["candidate"])
    known = tuple(f"P.{name}" for name in names if name not in secrets)
    wanted = tuple(f"P.{name}" for name in secrets)
    profile = Profile.model_validate(
        {
            "version": 1,
            "id": "calibration",
            "title": "calibration",
            "seed": seed,
            "tables": {
                "P": {"source": {"path": "P.csv"}, "columns": {name: {"role": "other"} for name in names}}
            },
            "risk": {"knowledge": known, "secrets": wanted, "targets": TARGETS},
        }
    )
    views, parts = {}, {}
    for part, columns in frames.items():
        persons = [f"{part}{number:06d}" for number in range(len(columns[names[0]]))]
        frame = {f"P.{name}": pa.array(values) for name, values in columns.items()}
        views[part] = PersonView(pa.table({PERSON: pa.array(persons), **frame}))
        parts[part] = Candidate(profile, Path(), {}, nature, persons=len(persons))
    made = Subject(profile, effective_policy(profile), **parts, _views=views)
    made.__dict__["references"] = References(known, wanted, (), ())
    return made


def texts(numbers: Any) -> list[str]:
    return [f"v{number}" for number in numbers]


def told(share: float, seed: int) -> dict[str, dict[str, Any]]:
    """Synthetic persons of whom some are real: ``share`` of those who are not known to everybody.

    Every value is of one person only, so that nobody but a copied or a public person is met anywhere.
    Among each kind of person the usual secret is as frequent.
    """
    random = np.random.default_rng([seed, round(1000 * share)])
    public = round(PUBLIC * PERSONS)
    copied = round(share * (PERSONS - public))
    kinds = {"public": public, "copied": copied, "own": PERSONS - public - copied}
    kinds |= {"invented": kinds["own"], "apart": PERSONS - public}
    persons, start = {}, 0
    for kind, count in kinds.items():
        secret = np.where(np.arange(count) < round(USUAL * count), "usual", "rare")
        persons[kind] = (np.arange(start, start + count), random.permutation(secret))
        start += count
    parts = {
        "original": ("public", "copied", "own"),
        "candidate": ("public", "copied", "invented"),
        "holdout": ("public", "apart"),
    }
    frames = {}
    for part, members in parts.items():
        order = random.permutation(PERSONS)
        numbers, secrets = (
            np.concatenate([persons[kind][place] for kind in members])[order] for place in (0, 1)
        )
        frames[part] = {name: [f"{name}{number}" for number in numbers] for name in COLUMNS} | {
            "ill": secrets
        }
    return frames


def sampled(check: str) -> Scene:
    """A scene of an attacker that draws its targets, on synthetic persons."""
    secrets = ("ill",) if check.startswith("inference") else ()

    def play(share: float, seed: int) -> tuple[Finding, float]:
        frames = told(share, seed)
        if not secrets:
            frames = {part: {name: columns[name] for name in COLUMNS} for part, columns in frames.items()}
        found = attacker(check.partition("_uni")[0].partition("_multi")[0].partition(":")[0]).run(
            viewed("synthetic", frames, secrets, seed)
        )
        public = round(PUBLIC * PERSONS)
        truth = round(share * (PERSONS - public)) / (PERSONS - public)
        return next(item for item in found if item.check == check), truth

    return Scene(check, play)


def in_classes(check: str) -> Scene:
    """Real persons in classes of twenty: some of the classes tell, or some of the persons are alone."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        random = np.random.default_rng([seed, round(1000 * share)])
        groups = np.repeat(np.arange(100), CLASS)
        alone = round(share * len(groups))
        classes = texts(np.where(np.arange(len(groups)) < alone, 1000 + np.arange(len(groups)), groups))
        frames = {
            "candidate": {"a": classes, "ill": random.permutation(np.repeat(["w", "x", "y", "z"], 500))}
        }
        found = attacker("classes").run(viewed("real", frames, ("ill",), seed))
        # The class that lost some of its members may have become small too.
        _, where, sizes = np.unique(classes, return_inverse=True, return_counts=True)
        return found[0], float((sizes[where] < 11).mean())

    def guess(share: float, seed: int) -> tuple[Finding, float]:
        random = np.random.default_rng([seed, round(1000 * share)])
        groups = np.repeat(np.arange(CLASSES), CLASS)
        # As many of each secret in every class but in those that tell: one class for each of the secrets.
        secret = np.tile(np.repeat(["v", "w", "x", "y", "z"], CLASS // 5), CLASSES)
        telling = random.permutation(CLASSES)[: round(CLASSES * share)]
        for place, group in enumerate(telling):
            secret[groups == group] = "vwxyz"[place % 5]
        frames = {"candidate": {"a": texts(groups), "ill": secret}}
        found = attacker("classes_inference").run(viewed("real", frames, ("ill",), seed))
        finding = next(item for item in found if item.check == "classes_inference:P.ill")
        return finding, len(telling) / CLASSES

    return Scene(check, play if check == "classes" else guess, exact=True)


# -- persons with events, in files -------------------------------------------------------------------------


def copied(check: str) -> Scene:
    """Synthetic persons of whom some are fitted persons, whole, in a population of health tables."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        fitted, apart = people(1000, 1, seed), people(1000, 2, seed)
        made = leaking(share, fitted, 1000, seed)
        with tempfile.TemporaryDirectory() as folder:
            of = attacked(Path(folder) / "s", made, fitted, apart, targets=1000)
            found = attacker(check).run(of)
        return next(item for item in found if item.check == check), share

    return Scene(check, play)


def outliers(check: str) -> Scene:
    """Of the rarest fitted persons some are among the synthetic ones, whole."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        fitted, apart = people(2000, 1, seed), people(1000, 2, seed)
        with tempfile.TemporaryDirectory() as folder:
            of = attacked(Path(folder) / "rare", people(10, 3), fitted, apart)
            rare = ranked(traits(of), minimum_targets(THRESHOLD, 0.95), of.profile.seed)[1].original
            told = np.random.default_rng([8, seed]).permutation(rare)[: round(share * len(rare))]
            made = people(2000 - len(told), 9, seed) + fitted.take(told)
            found = attacker("outliers").run(attacked(Path(folder) / "s", made, fitted, apart, targets=1000))
        return next(item for item in found if item.check == check), len(told) / len(rare)

    return Scene(check, play)


ALIKE = 20
"""Persons who share their events or their known values, where they are not told."""


def groups(persons: int, share: float) -> tuple[list[str], float]:
    """A value for each person: one that nobody else has for ``share`` of them, the others in groups."""
    crowd = (persons - round(share * persons)) // ALIKE * ALIKE
    values = [f"v{number // ALIKE}" for number in range(crowd)]
    return values + [f"alone{number}" for number in range(persons - crowd)], (persons - crowd) / persons


def known_events(check: str) -> Scene:
    """Real persons with two events each: a place that nobody else was at, or one of twenty persons."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        places, truth = groups(1000, share)
        people_of = [f"p{number:04d}" for number in range(len(places))]
        events = {PERSON: 2 * people_of, "place": [*places, *("home" for _ in places)]}
        with tempfile.TemporaryDirectory() as folder:
            of = written(Path(folder), {"E": events}, {"E": {"place": "quasi"}}, "real", seed=seed)
            found = attacker("trajectory").run(of)
        return next(item for item in found if item.check == check), truth

    return Scene(check, play, exact=True)


def in_population(check: str) -> Scene:
    """Real persons of whom some are alone, in a release that is the whole population."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        values, truth = groups(1000, share)
        with tempfile.TemporaryDirectory() as folder:
            tables, roles = {"P": {"a": values}}, {"P": {"a": "quasi"}}
            of = written(Path(folder), tables, roles, "real", known=["P.a"], seed=seed)
            found = attacker("population").run(of)
        return next(item for item in found if item.check == check), truth

    return Scene(check, play, exact=True)


def differing(check: str) -> Scene:
    """Persons who came since an earlier release: alone with their known value, or twenty of them."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        came, truth = groups(1000, share)
        before = [f"old{number // ALIKE}" for number in range(1000)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "p.csv"
            rows = ["a,ill", *(f"{value},yes" for value in before), ""]
            path.write_text("\r\n".join(rows), encoding="utf-8", newline="")
            now = [*before, *came]
            tables = {"P": {"a": now, "ill": ["yes"] * len(now)}}
            roles = {"P": {"a": "quasi", "ill": "sensitive"}}
            of = written(Path(folder), tables, roles, "real", known=["P.a"], seed=seed, previous=["before"])
            of = replace(of, previous=(Earlier(1, {"p": (path,)}),))
            found = attacker("previous_release").run(of)
        return next(item for item in found if item.check == check), truth

    return Scene(check, play, exact=True)


def newcomers(check: str) -> Scene:
    """Twenty persons came into each class since an earlier release, who share a secret in some classes."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        random = np.random.default_rng([9, seed, round(1000 * share)])
        groups, secrets = np.repeat(np.arange(100), CLASS), np.tile(np.repeat(["w", "x", "y", "z"], 5), 100)
        telling = random.permutation(100)[: round(100 * share)]
        # As many classes tell each secret, or nearly.
        came = np.where(np.isin(groups, telling), np.array(["w", "x", "y", "z"])[groups % 4], secrets)
        before = [f"{group},{ill}" for group, ill in zip(groups, secrets, strict=True)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "p.csv"
            path.write_text("\r\n".join(["a,ill", *before, ""]), encoding="utf-8", newline="")
            now = {"a": [str(group) for group in (*groups, *groups)], "ill": [*secrets, *came]}
            roles = {"P": {"a": "quasi", "ill": "sensitive"}}
            declared: dict[str, Any] = {"known": ["P.a"], "secrets": ["P.ill"], "previous": ["before"]}
            of = written(Path(folder), {"P": now}, roles, "real", seed=seed, **declared)
            of = replace(of, previous=(Earlier(1, {"p": (path,)}),))
            found = attacker("previous_release").run(of)
        return next(item for item in found if item.check == check), len(telling) / 100

    return Scene(check, play, exact=True)


def linked(check: str) -> Scene:
    """The persons of ``told``, whom a register derived from the source names."""

    def play(share: float, seed: int) -> tuple[Finding, float]:
        frames = told(share, seed)
        roles = {"P": dict.fromkeys(COLUMNS, "quasi") | {"ill": "sensitive"}}
        known = [f"P.{name}" for name in COLUMNS]
        with tempfile.TemporaryDirectory() as name:
            folder, parts = Path(name), {}
            for part in ("original", "holdout"):
                (folder / part).mkdir()
            more: dict[str, Any] = {"known": known, "secrets": ["P.ill"], "targets": TARGETS}
            of = written(folder, {"P": frames["candidate"]}, roles, "synthetic", seed=seed, **more)
            for part in ("original", "holdout"):
                parts[part] = candidate(folder / part, of.profile, {"P": frames[part]})
            found = attacker("register").run(replace(of, **parts))
        public = round(PUBLIC * PERSONS)
        truth = round(share * (PERSONS - public)) / (PERSONS - public)
        return next(item for item in found if item.check == check), truth

    return Scene(check, play)


def written(
    folder: Path,
    tables: dict[str, Any],
    roles: dict[str, dict[str, str]],
    nature: Any,
    *,
    seed: int,
    known: Sequence[str] = (),
    secrets: Sequence[str] = (),
    **risk: Any,
) -> Subject:
    """A subject whose candidate is in files."""
    declared = {"knowledge": list(known), "secrets": list(secrets)} | risk
    return subject(folder, tables, roles, nature, seed=seed, risk=declared)


SCENES = (
    in_classes("classes"),
    in_population("population"),
    known_events("trajectory:E"),
    linked("register"),
    differing("previous_release:1"),
    newcomers("previous_secrets:1"),
    outliers("outliers_copies"),
    in_classes("classes_inference:P.ill"),
    sampled("singling_out_univariate"),
    sampled("singling_out_multivariate"),
    sampled("linkability"),
    sampled("inference:P.ill"),
    copied("membership"),
    copied("copies"),
)
