"""Verification finds what rewriting could have left, and nothing where nothing is left."""

import struct
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.verify import Verifier
from anonymize.dicom.verify_contexts import Everything
from anonymize.dicom.verify_parser import Unreadable, Walk, open_content
from tests.anonymize.dicom.factory import Rewriter
from tests.anonymize.dicom.little import ROOT, image, save


@pytest.fixture
def rewriter():
    return Rewriter()


def made(rewriter, tmp_path, **values):
    """A source and its output, which passes."""
    source = save(image(**values), tmp_path / "source.dcm")
    output = tmp_path / "output.dcm"
    rewriter(source, output)
    Verifier(rewriter.plan).verify(source, output)
    return source, output


def spoiled(path: Path, change) -> None:
    ds = pydicom.dcmread(path)
    change(ds)
    ds.save_as(path)


def reason(rewriter, source, output):
    with pytest.raises(Quarantine) as caught:
        Verifier(rewriter.plan).verify(source, output)
    return caught.value.reason, caught.value.detail


def put(keyword, value):
    return lambda ds: setattr(ds, keyword, value)


def nested(ds):
    item, inner = Dataset(), Dataset()
    inner.CodeValue, inner.CodingSchemeDesignator, inner.CodeMeaning = "1", "DCM", "chez LEFÈVRE1"
    item.PurposeOfReferenceCodeSequence = [inner]
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "2.25.77"
    ds.ReferencedImageSequence = [item]


LEAKS = {
    "a name as it is written": (put("Manufacturer", "Lefèvre1"), "PatientName"),
    "a name in capitals without accent": (put("Manufacturer", "DR LEFEVRE1 SA"), "PatientName"),
    "a first name in UTF-8": (put("Manufacturer", b"th\xc3\xa9odule".decode("latin-1")), "PatientName"),
    "a physician": (put("Manufacturer", "vasseur"), "ReferringPhysicianName"),
    "a number in a number": (put("SliceThickness", "20230415"), "StudyDate"),
    "an identifier": (put("ConvolutionKernel", "x HOSP-000001"), "PatientID"),
    "an accession number": (put("ConvolutionKernel", "acc00001x"), "AccessionNumber"),
    "a birth date as people write it": (put("ConvolutionKernel", "30/11/1947"), "PatientBirthDate"),
    "an institution": (put("ConvolutionKernel", "CLINIQUE DES TILLEULS"), "InstitutionName"),
    "a UID of the source": (put("FrameOfReferenceUID", f"{ROOT}.1.1"), "UID"),
    "a name in UTF-16 in bytes": (
        put("RedPaletteColorLookupTableData", "Théodule".encode("utf-16-le")),
        "PatientName",
    ),
    "a name at depth": (nested, "PatientName"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_an_identifier_of_the_source_is_found_wherever_it_stands(rewriter, tmp_path, name):
    change, attribute = LEAKS[name]
    source, output = made(rewriter, tmp_path)
    spoiled(output, change)
    assert reason(rewriter, source, output) == (Reason.LEAK, attribute)


FORBIDDEN = {
    "PatientName of somebody": (put("PatientBirthName", "Martin"), "PatientBirthName"),
    "a description": (put("StudyDescription", "CT"), "StudyDescription"),
    "a private attribute": (lambda ds: ds.add_new(0x00291010, "LO", "x"), "private"),
    "an unknown attribute": (lambda ds: ds.add_new(0x00094444 - 0x10000 + 0x10, "LO", "x"), "(0008,4454)"),
    "a curve": (lambda ds: ds.add_new(0x50003000, "OW", b"1234"), "CurveData"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_an_attribute_that_the_plan_removes_is_found(rewriter, tmp_path, name):
    change, attribute = FORBIDDEN[name]
    source, output = made(rewriter, tmp_path)
    spoiled(output, change)
    assert reason(rewriter, source, output) == (Reason.FORBIDDEN_ATTRIBUTE, attribute)


def test_an_attribute_is_found_at_depth_too(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "2.25.77"
    item.PatientName = "x"
    spoiled(output, put("ReferencedImageSequence", [item]))
    assert reason(rewriter, source, output)[0] is Reason.FORBIDDEN_ATTRIBUTE


def test_a_value_where_the_plan_wants_none_is_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    spoiled(output, put("ReferringPhysicianName", "x"))
    assert reason(rewriter, source, output) == (Reason.FORBIDDEN_ATTRIBUTE, "ReferringPhysicianName")


def test_one_changed_byte_of_pixels_is_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    data = bytearray(output.read_bytes())
    data[-3] ^= 1
    output.write_bytes(data)
    assert reason(rewriter, source, output)[0] is Reason.PIXELS_CHANGED
    Verifier(rewriter.plan).verify(source, output, edited_pixels=True)


def test_bytes_after_the_data_set_or_before_it_are_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    data = output.read_bytes()
    output.write_bytes(data + b"\0")
    assert reason(rewriter, source, output)[0] is Reason.UNREADABLE_OUTPUT
    output.write_bytes(b"MZ" + data[2:])
    assert reason(rewriter, source, output) == (Reason.UNREADABLE_OUTPUT, "FileMetaInformation")


def test_a_sender_in_the_file_meta_information_is_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    spoiled(output, lambda ds: setattr(ds.file_meta, "SourceApplicationEntityTitle", "PACS1"))
    assert reason(rewriter, source, output) == (Reason.UNREADABLE_OUTPUT, "FileMetaInformation")


def test_another_instance_in_the_file_meta_information_is_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    data = output.read_bytes()
    place = data.index(b"2.25.")
    output.write_bytes(
        data[: place + 5] + (b"1" if data[place + 5 : place + 6] != b"1" else b"2") + data[place + 6 :]
    )
    assert reason(rewriter, source, output) == (Reason.UNREADABLE_OUTPUT, "SOPInstanceUID")


def test_a_reference_that_is_no_uid_is_found(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    spoiled(output, put("FrameOfReferenceUID", "2.25.x"))
    assert reason(rewriter, source, output) == (Reason.REFERENCE, "FrameOfReferenceUID")


def test_a_date_that_did_not_move_is_found(tmp_path):
    rewriter = Rewriter(options=["retain-longitudinal-modified-dates"])
    source, output = made(rewriter, tmp_path)
    assert pydicom.dcmread(output).StudyDate != "20230415"
    spoiled(output, put("StudyDate", "20230415"))
    assert reason(rewriter, source, output) == (Reason.LEAK, "StudyDate")


@pytest.mark.parametrize(
    "values",
    [
        {"PatientName": "Head^Axial", "BodyPartExamined": "HEAD"},
        {"PatientName": "Siemens^Phantom"},
        {"PatientID": "120", "StudyID": "1"},
        {"PatientID": "1"},
        {"PatientID": "ANONYMIZED", "PatientName": "ANONYMIZED", "AccessionNumber": "ANONYMIZED"},
        {"PatientBirthDate": "19000101", "StudyDate": "19000101"},
        {"PatientName": "Ax^Li"},
    ],
)
def test_words_and_numbers_of_the_trade_do_not_hold_a_file_back(rewriter, tmp_path, values):
    made(rewriter, tmp_path, **values)


def test_values_that_are_asked_for_come_back_as_bytes(rewriter, tmp_path):
    source, output = made(rewriter, tmp_path)
    verified = Verifier(rewriter.plan, frozenset({0x00100010}), frozenset({0x00080060})).verify(
        source, output
    )
    assert dict(verified.source) == {0x00100010: "Lefèvre1^Théodule ".encode("latin-1")[:17].ljust(18)}
    assert dict(verified.output) == {0x00080060: b"CT"}


BROKEN = {"MR_truncated.dcm", "rtplan_truncated.dcm", "no_meta.dcm"}
HERE = Path(pydicom.__file__).parent / "data" / "test_files"
FILES = sorted(path for path in HERE.glob("*.dcm") if path.name not in BROKEN)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_reader_finds_the_elements_that_pydicom_finds(path):
    ds = pydicom.dcmread(path, force=True)
    expected = sum(each.VR != "SQ" and not _is_bulk(each) for each in ds.iterall())
    content = open_content(path)
    with content.stream:
        Walk(content).all(Everything())
    # Items of an icon's encapsulated pixels are no elements here.
    found = [key for key, _, _ in content.found if key[:4] != b"\xe0\x7f\x10\x00"]
    assert abs(len(found) + len(content.spans) - expected - _bulk(ds)) <= 3


def _is_bulk(element):
    return element.tag in (0x7FE00008, 0x7FE00009, 0x7FE00010)


def _bulk(ds):
    return sum(_is_bulk(element) for element in ds)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_file_that_breaks_off_is_refused(name):
    content = open_content(HERE / name)
    with content.stream, pytest.raises(Unreadable):
        Walk(content).all(Everything())


def test_a_length_that_the_file_does_not_have_is_refused_at_once(tmp_path):
    path = save(image(), tmp_path / "x.dcm")
    data = path.read_bytes()
    path.write_bytes(data + struct.pack("<HH2sHI", 0x7FE1, 0x1010, b"OB", 0, 0xFFFFFFF0))
    content = open_content(path)
    with content.stream, pytest.raises(Unreadable):
        Walk(content).all(Everything())


def test_sequences_without_end_are_refused(tmp_path):
    path = save(image(), tmp_path / "x.dcm")
    deep = (
        struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    ) * 5000
    path.write_bytes(path.read_bytes() + deep)
    content = open_content(path)
    with content.stream, pytest.raises(Unreadable):
        Walk(content).all(Everything())


def test_a_deflated_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("anonymize.dicom.verify_parser.GREATEST_INFLATED", 1 << 20)
    path = save(image(), tmp_path / "x.dcm")
    ds = pydicom.dcmread(path)
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    start = path.read_bytes()
    head = start[: start.index(b"\x08\x00\x05\x00CS")].replace(
        b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99"
    )
    packer = zlib.compressobj(wbits=-15)
    path.write_bytes(_longer(head) + packer.compress(bytes(1 << 22)) + packer.flush())
    with pytest.raises(Unreadable):
        open_content(path)


def _longer(head):
    """The length of the transfer syntax element after it grew by two bytes."""
    place = head.index(b"\x02\x00\x10\x00UI") + 6
    return head[:place] + struct.pack("<H", 22) + head[place + 2 :]
