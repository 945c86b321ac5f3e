import pytest

from tests.profiles.factories import codes

PROFILE = """\
version: 1
id: essai
title: Essai
seed: 7
secret: ${{VITRAIL_KEY?la clé manque}}
tables:
  PERSONS:
    source: {{path: persons.csv}}
    primary_key: [ID]
    person: [ID]
    columns:
      ID: {{role: direct, transform: pseudonymize}}
  VISITS:
    source: {{path: visits.csv}}
    person: [{person}]
    foreign_keys: [{{columns: [PATIENT], references: PERSONS{optional}}}]
    columns:
      PATIENT: {{role: direct, transform: inherit}}
      NUMBER: {{role: direct, transform: pseudonymize}}
"""


@pytest.mark.parametrize(
    ("person", "optional", "expected"),
    [("PATIENT", "", []), ("NUMBER", "", ["two-persons"]), ("NUMBER", ", optional: true", [])],
)
def test_a_row_has_one_person_whichever_way_one_looks(tmp_path, person, optional, expected):
    assert codes(tmp_path, PROFILE.format(person=person, optional=optional)) == expected
