"""A source, a register of the same people, and what the attack finds: for the tests of registers."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from profiles.loading import LoadedProfile, load_profile
from profiles.policy import effective_policy
from release.context import Run
from release.stages import prepare
from risk.attackers.register import Register
from risk.findings import Finding
from risk.registers.reading import read_registers
from risk.subject import Subject
from tests.factories import KEY, write_csv

ENVIRON = {"VITRAIL_KEY": KEY}


def document(
    columns: Mapping[str, Any], registers: Sequence[Mapping[str, Any]] = (), **risk: Any
) -> dict[str, Any]:
    """A profile of one table ``p`` whose persons are named by ``nir``."""
    named = {"nir": {"role": "direct", "transform": "pseudonymize"}, **columns}
    source = {"path": "p.csv", "delimiter": ";"}
    return {
        "version": 1,
        "id": "registres",
        "title": "registres",
        "seed": 11,
        "secret": "${VITRAIL_KEY?clé}",
        "tables": {"p": {"source": source, "primary_key": ["nir"], "person": ["nir"], "columns": named}},
        "risk": {"registers": [dict(one) for one in registers], **risk},
        "export": {"to": "publication"},
    }


def written(
    folder: Path,
    rows: list[dict[str, str]],
    lines: list[dict[str, str]] | None,
    spec: Mapping[str, Any],
) -> LoadedProfile:
    """The two files and the profile, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "p.csv", rows)
    if lines is not None:
        write_csv(folder / "registre.csv", lines)
    path = folder / "profil.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(spec)), allow_unicode=True), encoding="utf-8")
    return load_profile(path, ENVIRON)


def register(match: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """``registre.csv``, whose key is ``id`` and whose column ``nir`` tells the truth."""
    start = {
        "name": "r",
        "source": {"path": "registre.csv", "delimiter": ";"},
        "key": ["id"],
        "match": dict(match),
    }
    return start | {"truth": {"p.nir": "nir"}} | more


def attacked(loaded: LoadedProfile) -> dict[str, Finding]:
    """The findings, by check."""
    work = loaded.folder / "work"
    registers = read_registers(loaded, work / "registers")
    staged, made, keys = prepare(Run(loaded, ENVIRON, date(2026, 1, 1)), work)
    subject = Subject(
        loaded.profile,
        effective_policy(loaded.profile),
        made.candidate,
        original=made.transformed,
        source=staged,
        keys=keys,
        registers=registers,
    )
    return {found.check: found for found in Register().run(subject)}
