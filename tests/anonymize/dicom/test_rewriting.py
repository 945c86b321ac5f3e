"""What a rewritten file is: whole, readable, stamped, and without a trace of where it came from."""

import resource
import struct
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from anonymize.dicom.file_meta import IMPLEMENTATION_UID
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.rewriting import Rewriting
from tests.anonymize.dicom.factory import Rewriter
from tests.anonymize.dicom.little import CT, PIXELS, ROOT, image, save


@pytest.fixture(params=[False, True], ids=["fast", "slow"])
def rewritten(request, tmp_path):
    """Rewrite a data set, or bytes, one way or the other; what was told of it and what was written."""

    def run(source, **profile):
        rewriter = Rewriter(**profile)
        path = tmp_path / "in.dcm"
        if isinstance(source, bytes):
            path.write_bytes(source)
        else:
            save(source, path)
        one = Rewriting(rewriter.plan, rewriter.replacer, rewriter.policy)
        made = one.rewrite(path, tmp_path / "out.dcm", slow=request.param)
        return made, tmp_path / "out.dcm", rewriter

    return run


def raw(ds: Dataset, tmp_path: Path) -> bytes:
    return save(ds, tmp_path / "raw.dcm").read_bytes()


def test_uids_map_the_same_wherever_they_stand(rewritten):
    reference = Dataset()
    reference.ReferencedSOPClassUID = CT
    reference.ReferencedSOPInstanceUID = f"{ROOT}.1.1.1.2"
    nested = Dataset()
    nested.ReferencedImageSequence = Sequence([reference])
    nested.ReferencedSOPClassUID, nested.ReferencedSOPInstanceUID = CT, f"{ROOT}.1.1.1.3"
    made, path, rewriter = rewritten(image(ReferencedImageSequence=[reference], SourceImageSequence=[nested]))
    ds, uid = pydicom.dcmread(path), rewriter.replacer.uid
    assert (
        ds.SOPInstanceUID
        == ds.file_meta.MediaStorageSOPInstanceUID
        == uid(f"{ROOT}.1.1.1.1")
        == made.instance
    )
    assert ds.StudyInstanceUID == uid(f"{ROOT}.1.1") == made.study
    assert ds.ReferencedImageSequence[0].ReferencedSOPInstanceUID == uid(f"{ROOT}.1.1.1.2")
    assert ds.ReferencedImageSequence[0].ReferencedSOPClassUID == CT
    assert uid(f"{ROOT}.1.1.1.2") in made.references


def test_the_file_says_how_it_was_de_identified(rewritten):
    _, path, _ = rewritten(
        image(DeidentificationMethod="by Jean Dupont", PatientIdentityRemoved="NO"),
        options=["retain-longitudinal-modified-dates", "clean-descriptors"],
    )
    ds = pydicom.dcmread(path)
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.DeidentificationMethod[0] == "vitrail"
    assert all(len(value) <= 64 for value in ds.DeidentificationMethod)
    codes = [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107"]
    assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
    assert "BurnedInAnnotation" not in ds


@pytest.mark.parametrize(
    ("options", "said"), [([], "REMOVED"), (["retain-longitudinal-full-dates"], "UNMODIFIED")]
)
def test_the_file_says_what_became_of_its_dates(rewritten, options, said):
    _, path, _ = rewritten(image(), options=options)
    assert pydicom.dcmread(path).LongitudinalTemporalInformationModified == said


def test_nothing_of_the_file_meta_information_is_copied(rewritten, tmp_path):
    ds = image()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.SourceApplicationEntityTitle = "LEFEVREAE"
    ds.file_meta.SendingApplicationEntityTitle = "LEFEVREAE"
    ds.file_meta.PrivateInformationCreatorUID = "1.2.3.4.55555"
    ds.file_meta.PrivateInformation = b"Lefevre "
    ds.file_meta.ImplementationVersionName = "LEFEVRE_1"
    ds.preamble = b"MZ Lefevre".ljust(128, b"x")
    ds.save_as(tmp_path / "meta.dcm", enforce_file_format=True)
    _, path, _ = rewritten((tmp_path / "meta.dcm").read_bytes())
    written = path.read_bytes()
    assert written[:132] == bytes(128) + b"DICM"
    assert b"lefevre" not in written.lower()
    meta = pydicom.dcmread(path).file_meta
    assert meta.ImplementationClassUID == IMPLEMENTATION_UID
    assert [element.tag.element for element in meta] == [0x00, 0x01, 0x02, 0x03, 0x10, 0x12, 0x13]
    assert meta.FileMetaInformationGroupLength == written.index(b"\x08\x00\x05\x00CS") - 144


def test_what_follows_the_pixels_is_read_too(rewritten, tmp_path):
    private = struct.pack("<HH2sH", 0x7FE1, 0x10, b"LO", 8) + b"Lefevre "
    known = struct.pack("<HH2sHL", 0xFFFC, 0xFFFC, b"OB", 0, 8) + b"Lefevre "
    _, path, _ = rewritten(raw(image(), tmp_path) + private + known)
    written = path.read_bytes()
    assert b"Lefevre" not in written
    assert written.endswith(PIXELS)


@pytest.mark.parametrize("junk", [b"Lefevre Theodule", b"\1" * 7, b"\xfe\xff\x00\xe0" * 4])
def test_what_follows_the_pixels_and_is_no_element_sets_the_file_aside(rewritten, tmp_path, junk):
    with pytest.raises(Quarantine):
        rewritten(raw(image(), tmp_path) + junk)
    assert not (tmp_path / "out.dcm").exists()


def test_trailing_zeros_are_dropped(rewritten, tmp_path):
    _, path, _ = rewritten(raw(image(), tmp_path) + bytes(512))
    assert path.read_bytes().endswith(PIXELS)


def test_encapsulated_pixels_are_copied_fragment_by_fragment(rewritten, tmp_path):
    ds = image()
    ds.PixelData = encapsulate([b"\1\0\0\0\x40\0\0\0" + bytes(56) + b"\xfe\x01\x82\x00" * 10])
    ds["PixelData"].is_undefined_length, ds["PixelData"].VR = True, "OB"
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = RLELossless
    ds.save_as(tmp_path / "rle.dcm", enforce_file_format=True)
    _, path, _ = rewritten((tmp_path / "rle.dcm").read_bytes())
    assert pydicom.dcmread(path).PixelData == ds.PixelData


def test_dates_move_by_the_offset_of_the_tables_at_every_depth(rewritten):
    item = Dataset()
    item.ScheduledProcedureStepStartDate = "20230414"
    item.StudyDate = "20230415"
    made, path, rewriter = rewritten(
        image(ReferencedStudySequence=[item]), options=["retain-longitudinal-modified-dates"]
    )
    ds = pydicom.dcmread(path)
    moved = rewriter.replacer.shifted("HOSP-000001", "20230415", "DA")
    assert made.person == "HOSP-000001"
    assert ds.StudyDate == moved != "20230415"
    assert ds.SeriesDate == rewriter.replacer.shifted("HOSP-000001", "20230416", "DA")
    assert ds.StudyTime == "101530"
    assert not ds.PatientBirthDate


def test_a_person_is_the_same_in_every_file(rewritten):
    one, path, rewriter = rewritten(image(number=1))
    first = pydicom.dcmread(path)
    two, path, _ = rewritten(image(number=2))
    second = pydicom.dcmread(path)
    assert first.PatientID == second.PatientID == one.patient == two.patient
    assert first.PatientID == rewriter.replacer.patient("HOSP-000001")
    assert first.AccessionNumber == second.AccessionNumber != "ACC00001X"
    assert first.SOPInstanceUID != second.SOPInstanceUID


@pytest.mark.parametrize(("identifier", "reason"), [("", Reason.NO_PERSON), ("  ", Reason.NO_PERSON)])
def test_a_file_that_names_no_person_is_set_aside(rewritten, identifier, reason):
    with pytest.raises(Quarantine) as refusal:
        rewritten(image(PatientID=identifier))
    assert refusal.value.reason is reason


def test_sequences_of_private_and_unknown_attributes_leave_whole(rewritten):
    inner = Dataset()
    inner.PatientName = "Lefevre"
    ds = image()
    ds.private_block(0x0009, "LEFEVRE SYSTEMS", create=True).add_new(1, "SQ", [inner])
    ds.add_new(0x00091099, "LO", "Lefevre")
    ds.add_new(0x00189998, "SQ", [inner])
    ds.add_new(0x00189996, "LO", "Lefevre")
    _, path, _ = rewritten(ds)
    assert b"lefevre" not in path.read_bytes().lower()
    assert not [element for element in pydicom.dcmread(path) if element.tag.is_private]


@pytest.mark.parametrize("charset", ["ISO_IR 100", "ISO_IR 192"])
@pytest.mark.parametrize("name", ["Lefèvre1", "LEFÈVRE1", "lefevre1"])
def test_the_name_is_found_in_other_attributes_whatever_its_spelling(rewritten, charset, name):
    made, path, _ = rewritten(
        image(SpecificCharacterSet=charset, Manufacturer=f"Atelier {name}"),
        attributes={"Manufacturer": "keep"},
    )
    assert made.why_slow in {"identifier", "asked"}
    assert b"vre1" not in path.read_bytes().lower().replace(b"\xc3\xa8", b"").replace(b"\xe8", b"")
    assert pydicom.dcmread(path).get("Manufacturer") != f"Atelier {name}"


def test_a_short_name_is_found_as_a_word_and_not_in_one(rewritten):
    _, path, _ = rewritten(
        image(PatientName="Lee^Ann", Manufacturer="LEE", ManufacturerModelName="SLEEVE"),
        attributes={"Manufacturer": "keep", "ManufacturerModelName": "keep"},
    )
    ds = pydicom.dcmread(path)
    assert ds.get("Manufacturer", "") != "LEE"
    assert ds.ManufacturerModelName == "SLEEVE"


def test_a_number_in_a_uid_or_a_measure_is_no_identifier(rewritten):
    made, path, _ = rewritten(
        image(PatientID="12345", ImagePositionPatient=["0.12345", "-7.123456", "0"], KVP="12345"),
    )
    ds = pydicom.dcmread(path)
    assert list(ds.ImagePositionPatient) == [0.12345, -7.123456, 0]
    assert not ds.get("KVP")
    assert made.person == "12345"


def test_pixels_of_any_size_are_streamed(tmp_path):
    size = 200 << 20
    ds = image(Rows=10240, Columns=10240)
    ds.PixelData = b"\0\0"
    whole = raw(ds, tmp_path)
    source = tmp_path / "large.dcm"
    with source.open("wb") as file:
        file.write(whole[:-6] + struct.pack("<L", size))
        file.truncate(len(whole) - 2 + size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = Rewriter()(source, tmp_path / "out.dcm")
    assert made.way == "walker"
    assert (tmp_path / "out.dcm").stat().st_size > size
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 << 10


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr("anonymize.dicom.rewriting.write_all", _full)
    source = save(image(), tmp_path / "in.dcm")
    with pytest.raises(OSError, match="full"):
        Rewriter()(source, tmp_path / "out.dcm")
    assert not (tmp_path / "out.dcm").exists()


def _full(_descriptor, _data):
    raise OSError("full")


def test_a_retained_uid_that_holds_the_persons_number_is_replaced_everywhere(rewritten):
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CT, "1.2.3.19471130.5"
    _, path, rewriter = rewritten(
        image(FrameOfReferenceUID="1.2.3.19471130.4", ReferencedImageSequence=[reference]),
        options=["retain-uids"],
    )
    ds = pydicom.dcmread(path)
    assert ds.FrameOfReferenceUID == rewriter.replacer.uid("1.2.3.19471130.4")
    assert ds.ReferencedImageSequence[0].ReferencedSOPInstanceUID == rewriter.replacer.uid("1.2.3.19471130.5")
    assert ds.SOPInstanceUID == f"{ROOT}.1.1.1.1"


def test_an_odd_length_becomes_even_without_losing_the_value(rewritten, tmp_path):
    whole = raw(image(), tmp_path)
    odd = struct.pack("<HH2sH", 0x0008, 0x0070, b"LO", 7) + b"SIEMENS"
    even = struct.pack("<HH2sH", 0x0008, 0x0070, b"LO", 8) + b"SIEMENS "
    assert even in whole
    _, path, _ = rewritten(whole.replace(even, odd))
    assert even in path.read_bytes()


def test_a_moved_date_may_fall_on_another_date_of_the_person(rewritten):
    made, path, rewriter = rewritten(image(), options=["retain-longitudinal-modified-dates"])
    moved = rewriter.replacer.shifted(made.person, "20230415", "DA")
    _, path, rewriter = rewritten(image(SeriesDate=moved), options=["retain-longitudinal-modified-dates"])
    ds = pydicom.dcmread(path)
    assert ds.StudyDate == moved
    assert ds.SeriesDate == rewriter.replacer.shifted(made.person, moved, "DA")
