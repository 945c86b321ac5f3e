"""Letters about patients, from the source to a release that somebody has answered for."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faker import Faker

from benchmarks.redaction import held_out, scanned
from benchmarks.redaction.letters import Writer, bare
from benchmarks.redaction.noisy import NoisyWriter
from tests.conftest import Ran
from tests.factories import bytes_below, write_profile

PERSONS = 66
HELD = ("nom", "prenom", "naissance", "nir", "ipp", "tel", "mail")
DROPPED = [name for name in HELD if name != "ipp"]
SYLLABLES = ("vork", "zim", "drax", "tulv", "qob", "wexi", "yfri", "jusk")


def surname(number: int) -> str:
    """A name that no document holds by chance."""
    return "".join(SYLLABLES[number // 8**place % 8] for place in range(3)).capitalize() + "-Ozk"


def written(
    folder: Path, *, waivers: list[dict[str, str]] | None = None
) -> tuple[Path, list[dict[str, str]]]:
    """Persons with two letters each, one of them blurred as a scanner does; the profile, the persons."""
    fake, chance = Faker("fr_FR"), random.Random(5)
    fake.seed_instance(5)
    persons, texts = [], []
    for number in range(PERSONS):
        careful = Writer(fake, chance)
        careful.last, careful.ipp = surname(number), str(10_000_000 + 7_919 * number)
        blurred = NoisyWriter(fake, chance)
        vars(blurred).update(vars(careful), maiden=careful.last)
        persons.append(dict(zip(HELD, careful.known(), strict=True)) | {"sexe": str(number % 2 + 1)})
        for writer, templates in ((careful, held_out.TEMPLATES), (blurred, scanned.TEMPLATES)):
            texts.append({"ipp": careful.ipp, "lettre": writer.write(templates[number % 6]).text})
    for name, rows in (("p.csv", persons), ("t.csv", texts)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(rows[0]))
            out.writeheader()
            out.writerows(rows)
    return write_profile(folder, document(waivers)), persons


def document(waivers: list[dict[str, str]] | None) -> dict[str, Any]:
    dropped: dict[str, Any] = {name: {"role": "direct", "transform": "drop"} for name in DROPPED}
    dropped["naissance"]["type"] = "date"
    return {
        "version": 1,
        "id": "lettres",
        "title": "Lettres",
        "seed": 4,
        "secret": "${VITRAIL_KEY}",
        "tables": {
            "personnes": {
                "source": {"path": "p.csv"},
                "primary_key": ["ipp"],
                "person": ["ipp"],
                "columns": {
                    "ipp": {"role": "direct", "transform": "pseudonymize"},
                    **dropped,
                    "sexe": {"role": "quasi", "values": ["1", "2"]},
                },
            },
            "lettres": {
                "source": {"path": "t.csv"},
                "foreign_keys": [{"columns": ["ipp"], "references": "personnes"}],
                "columns": {
                    "ipp": {"role": "direct", "transform": "inherit"},
                    "lettre": {"role": "other", "transform": "redact"},
                },
            },
        },
        "risk": {"knowledge": ["personnes.sexe"], "secrets": ["personnes.sexe"]},
        "export": {"to": "publication"},
        **({"waivers": waivers} if waivers else {}),
    }


def waiver(until: str) -> list[dict[str, str]]:
    return [
        {
            "check": "redacted_text:lettres.lettre",
            "until": until,
            "reason": "two people read a sample",
            "approved_by": "DPO",
        }
    ]


def test_letters_without_a_waiver_are_not_published(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path, _ = written(tmp_path)

    ran = vitrail("release", path)

    assert ran.code == 3, ran.said
    assert "redacted_text:lettres.lettre" in ran.said
    assert not (tmp_path / "publication").exists()


def test_letters_whose_waiver_is_over_are_not_published(tmp_path: Path, vitrail: Callable[..., Ran]) -> None:
    path, _ = written(tmp_path, waivers=waiver("2020-01-31"))

    ran = vitrail("release", path)

    assert ran.code == 3, ran.said
    assert not (tmp_path / "publication").exists()


def test_a_waiver_publishes_letters_in_which_nothing_of_the_persons_is_left(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path, persons = written(tmp_path, waivers=waiver("2999-12-31"))

    ran = vitrail("release", path)

    assert ran.code == 0, ran.said
    assert vitrail("verify", tmp_path / "publication").code == 0
    published = b"\n".join(bytes_below(tmp_path / "publication").values()).decode().casefold()
    for person in persons:
        first, *_ = person["nom"].split("-")
        held = (first, person["nir"], person["nir"][:13], person["mail"], person["ipp"], person["naissance"])
        assert not [one for one in held if one.casefold() in published]
        assert bare(first).casefold() not in published
    with (tmp_path / "publication" / "data" / "lettres.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["lettre"] for row in csv.DictReader(file)]
    assert len(texts) == 2 * PERSONS
    assert all("[NOM]" in text for text in texts)


def test_the_report_gives_the_measured_shares_and_names_who_answers(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    path, _ = written(tmp_path, waivers=waiver("2999-12-31"))

    assert vitrail("release", path).code == 0
    report = json.loads((tmp_path / "publication" / "rapport-risque.json").read_text(encoding="utf-8"))
    (found,) = [item for item in report["findings"] if item["attacker"] == "redacted_text"]
    assert (found["decision"], found["waived_by"]) == ("inconclusive", "DPO")
    assert found["details"]["made_up_letters"] >= 600
    assert 0 <= found["details"]["others_left"] < 10
    (search,) = [item for item in report["findings"] if item["attacker"] == "residuals"]
    assert search["decision"] == "accepted"


@pytest.mark.parametrize("check", ["residuals"])
def test_no_waiver_covers_a_name_that_is_left_in_a_letter(
    tmp_path: Path, vitrail: Callable[..., Ran], check: str
) -> None:
    made = document([{**waiver("2999-12-31")[0]}, {**waiver("2999-12-31")[0], "check": check}])
    path, persons = written(tmp_path)
    made["tables"]["lettres"]["columns"]["lettre"]["transform"] = {"redact": {"known": ["personnes.nir"]}}
    lines = (
        (tmp_path / "t.csv")
        .read_text(encoding="utf-8")
        .replace("Séjour", persons[0]["nom"].lower() + " séjour")
    )
    (tmp_path / "t.csv").write_text(
        lines.replace("Transmissions", persons[1]["nom"].lower()), encoding="utf-8"
    )
    path = write_profile(tmp_path, made)

    ran = vitrail("release", path)

    assert ran.code == 1, ran.said
    assert not (tmp_path / "publication").exists()
