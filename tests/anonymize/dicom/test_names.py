"""Names of published files are those of any file system, and tell nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from anonymize.dicom.names import output_name, short_name

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Z2-7]{16}){3}\.dcm")


@given(st.text(), st.text(), st.text(), st.text())
def test_a_name_is_a_path_below_the_images_whatever_the_values(patient, study, series, instance):
    name = output_name(patient, study, series, instance)
    assert SAFE.fullmatch(name)
    assert len(name) < 128


@given(st.text(), st.text())
def test_two_uids_have_two_names_in_any_case(one, other):
    assert (short_name(one).lower() == short_name(other).lower()) == (one == other)


def test_the_pseudonym_of_the_tables_names_the_folder():
    assert output_name("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "1", "2", "3").startswith("ABCDEFGHIJKLMNOPQRSTUVWXYZ/")
