"""A catalogue of SAS formats beside a table tells what its codes mean."""

import pytest

from profiles.catalogue import Lang
from profiles.errors import SourceError
from release.describe import describe
from tests.tables.sas_files import Variable, write_catalogue, write_table

VARIABLES = [
    Variable("SEXE", format="SEXE1.", label="Sexe de la personne"),
    Variable("MODE", 1, format="$MODE1."),
    Variable("RANG", format="BEST12."),
]
FORMATS = {"SEXE": {1.0: "Homme", 2.0: "Femme"}, "$MODE": {"D": "Domicile"}}


def described(folder):
    write_table(folder / "T.sas7bdat", VARIABLES, [(1 + n % 2, "DE"[n % 2], n % 3) for n in range(60)])
    found = describe(folder / "T.sas7bdat", folder, Lang.FR)
    return {entry.nom: entry for entry in found.entries}


@pytest.mark.parametrize("name", ["T.sas7bcat", "formats.sas7bcat"])
def test_codes_are_described_with_the_labels_of_the_catalogue(tmp_path, name):
    write_catalogue(tmp_path / name, FORMATS)
    found = described(tmp_path)
    assert "1 = Homme" in found["SEXE"].valeurs
    assert "2 = Femme" in found["SEXE"].valeurs
    assert "D = Domicile" in found["MODE"].valeurs
    assert "E =" not in found["MODE"].valeurs
    assert "=" not in found["RANG"].valeurs


def test_without_a_catalogue_codes_stay_bare_and_labels_of_variables_remain(tmp_path):
    found = described(tmp_path)
    assert "=" not in found["SEXE"].valeurs
    assert found["SEXE"].libelle == "Sexe de la personne"


def test_a_catalogue_cut_short_is_an_error_that_names_it(tmp_path):
    write_catalogue(tmp_path / "T.sas7bcat", FORMATS)
    data = (tmp_path / "T.sas7bcat").read_bytes()
    (tmp_path / "T.sas7bcat").write_bytes(data[:100])
    with pytest.raises(SourceError) as caught:
        described(tmp_path)
    assert caught.value.code == "source-sas-damaged"
    assert str(caught.value.place.file).endswith("T.sas7bcat")
