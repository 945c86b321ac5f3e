"""What a search cannot do is said from the command line, and nothing is written."""

import json

import pytest
import yaml

AGES = [20, 21, 22, 23, 24, 40, 41, 42, 61, 62, 63, 64]
PLACES = ["75001", "75002", "69001", "69002"] * 3


def profile(folder, hierarchy=None, **anonymity):
    """Twelve persons, two searched columns, a ward of two values."""
    lines = [
        f"{age},{place},{'AB'[row % 2]}" for row, (age, place) in enumerate(zip(AGES, PLACES, strict=True))
    ]
    (folder / "people.csv").write_text("\n".join(["age,place,ward", *lines, ""]), encoding="utf-8")
    place = {"prefix": [3, 2]}
    if hierarchy is not None:
        (folder / "h.csv").write_text(hierarchy, encoding="utf-8")
        place = {"hierarchy": "h.csv"}
    columns = {
        "age": {"role": "quasi", "type": "integer", "transform": {"search": {"widths": [5, 10, 20]}}},
        "place": {"role": "quasi", "transform": {"search": place}},
        "ward": {"role": "sensitive"},
    }
    made = {
        "version": 1,
        "id": "essai",
        "title": "Essai",
        "seed": 1,
        "tables": {"people": {"source": {"path": "people.csv"}, "columns": columns}},
        "anonymity": {"k": 2, **anonymity, "why": "twelve made-up persons, for a test"},
        "risk": {"knowledge": ["people.age"], "secrets": ["people.ward"]},
        "export": {"to": "publication/"},
    }
    path = folder / "profil.yaml"
    path.write_text(yaml.safe_dump(made), encoding="utf-8")
    return path


WHOLE = "75001;75;*\n75002;75;*\n69001;69;*\n69002;69;*\n"


@pytest.mark.parametrize("method", ["local", "global"])
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"hierarchy": WHOLE.replace("69002;69;*\n", "")}, (4, "hierarchy")),
        ({"hierarchy": WHOLE + "75001;69;*\n"}, (4, "75001")),
        ({"k": 13}, (2, "13")),
        ({"l": {"people.ward": 3}}, (2, "3")),
        ({"l": {"people.ward": {"entropy": 2.5}}}, (2, "2.5")),
        ({"l": {"people.place": 2}}, (2, "known")),
        ({"levels": {"people.age": [3, 1]}}, (2, "finest")),
        ({"levels": {"people.age": 9}}, (2, "9")),
        ({"levels": {"people.age": 0, "people.place": 0}}, (2, "generalization")),
    ],
)
def test_each_mistake_is_told_and_nothing_is_written(tmp_path, vitrail, method, changes, told):
    code, said = told
    path = profile(tmp_path, **{"method": method, **changes})
    before = sorted(tmp_path.iterdir())
    ran = vitrail("--lang", "en", "release", path)
    assert ran.code == code, ran.said
    if said != "75001":
        assert said in ran.err
    else:
        assert said not in ran.err
    assert [one for one in sorted(tmp_path.iterdir()) if one.name != ".vitrail"] == before


def test_what_the_search_chose_is_in_the_json_of_both_commands(tmp_path, vitrail):
    path = profile(tmp_path, method="global")
    made = json.loads(vitrail("--json", "anonymize", path, "--to", tmp_path / "candidat").out)
    judged = json.loads(vitrail("--json", "release", path).out)
    assert made["search"]["proven"]
    assert [column["column"] for column in made["search"]["columns"]] == ["people.age", "people.place"]
    for name in ("method", "classes", "columns"):
        shown = [dict(one, loss=round(one["loss"], 6)) for one in made["search"]["columns"]]
        assert judged["search"][name] == (shown if name == "columns" else made["search"][name])
    assert len(judged["search"]["options"]) == len(made["search"]["options"]) > 0
    assert made["sample"] is judged["sample"] is None
