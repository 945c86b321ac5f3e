"""The two profiles of the demonstration describe the generated files."""

from importlib import resources
from pathlib import Path

import pytest

from profiles.loading import LoadedProfile, load_profile
from profiles.model import Role
from tables.demo.codes import REGIONS
from tables.demo.generate import generate

SECRET = {"VITRAIL_KEY": "demonstration-only-" * 4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo")
    generate(target / "extraction", persons=300)
    for file in (resources.files("tables.demo") / "profiles").iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


@pytest.fixture(params=["prudent", "imprudent"])
def loaded(folder: Path, request: pytest.FixtureRequest) -> LoadedProfile:
    return load_profile(folder / f"{request.param}.yaml", SECRET)


def test_both_profiles_list_the_very_columns_of_the_files(loaded: LoadedProfile) -> None:
    assert len(loaded.profile.tables) == 6
    for name, table in loaded.profile.tables.items():
        header = loaded.resolve_source(name).read_bytes().split(b"\r\n")[0].decode("latin-1")
        assert sorted(header.split(";")) == sorted(table.columns), name


def test_every_table_and_column_has_its_label_in_both_languages(loaded: LoadedProfile) -> None:
    for table in loaded.profile.tables.values():
        labels = [table.label, table.description, *(column.label for column in table.columns.values())]
        assert all(label is not None and label.fr and label.en for label in labels)


def test_the_careful_profile_publishes_no_direct_identifier_as_it_is(folder: Path) -> None:
    profile = load_profile(folder / "prudent.yaml", SECRET).profile
    for table in profile.tables.values():
        for column in table.columns.values():
            if column.role is Role.DIRECT:
                assert column.transform.steps()[0][0] in {"drop", "pseudonymize", "inherit"}


def test_the_careless_profile_leaves_the_person_number_in_the_hospital_link(folder: Path) -> None:
    profile = load_profile(folder / "imprudent.yaml", SECRET).profile
    column = profile.tables["T_MCOaaC"].columns["NIR_ANO_17"]
    assert (column.role, column.transform.steps()[0][0]) == (Role.OTHER, "keep")


def test_the_careful_profile_knows_the_region_of_every_department(folder: Path) -> None:
    step = load_profile(folder / "prudent.yaml", SECRET).profile.tables["IR_BEN_R"].columns["BEN_RES_DPT"]
    assert step.transform.map is not None
    assert step.transform.map.values == REGIONS
