"""A value that enough persons carried must not stay when too few of them remain."""

from pathlib import Path

from anonymize.keys import Keys
from anonymize.pipeline import anonymize
from profiles.loading import load_profile
from profiles.secrets import read_secret
from tables.staging import stage
from tests.factories import KEY, people, profile, write_csv, write_profile


def candidate(folder: Path):
    """600 persons; ``rare`` is carried by eleven, three of whom are alone in their class."""
    persons = people(600)
    for number, person in enumerate(persons):
        person["dep"] = "99" if number < 3 else "01"
        person["statut"] = "rare" if number < 11 else "0"
    write_csv(folder / "personnes.csv", persons)
    document = profile(
        tables__soins=None,
        risk__secrets=["personnes.statut"],
        tables__personnes__columns__statut={
            "role": "sensitive",
            "transform": {"suppress_rare": {"persons": 11}},
        },
    )
    loaded = load_profile(write_profile(folder, document), {"VITRAIL_KEY": KEY})
    staged = stage(loaded, folder / "source")
    keys = Keys(read_secret(loaded, {"VITRAIL_KEY": KEY}), loaded.profile.id)
    return anonymize(loaded, staged, keys, folder / "candidate").candidate


def test_values_are_counted_again_once_persons_are_left_out(tmp_path):
    import pyarrow.parquet as pq

    made = candidate(tmp_path)
    values = pq.read_table(made.tables["personnes"].path).column("statut").to_pylist()

    assert made.suppressed_persons >= 3
    assert "rare" not in values
    assert values.count(None) == 8
    assert made.notes["suppressed_values:personnes.statut"] == 8
    assert not next(column for column in made.tables["personnes"].columns if column.name == "statut").required
