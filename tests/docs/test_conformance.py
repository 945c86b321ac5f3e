"""The conformance statement says what the code does."""

from anonymize.dicom.standard import confidentiality
from tests.docs.conformance import PAGE, page


def test_conformance_statement_is_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.docs.conformance"


def test_every_row_of_the_table_is_there() -> None:
    text = page()

    for row in confidentiality.table():
        shown = "odd group" if row.tag == confidentiality.PRIVATE else f"({row.tag[:4]},{row.tag[4:]})"
        assert shown in text
