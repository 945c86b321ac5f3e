"""Names, types and codes, against rows read by hand in the standard."""

import subprocess
import sys
import time

import pytest

from anonymize.dicom.standard import confidentiality
from anonymize.dicom.standard.dictionary import is_retired, keyword_of, tag_of, vr_of
from anonymize.dicom.standard.iod import known_sop_class, object_name, requirement
from anonymize.dicom.standard.safe_private import is_safe

STORAGE = "1.2.840.10008.5.1.4.1.1."
CT, MR, ENHANCED_MR, RT_PLAN = STORAGE + "2", STORAGE + "4", STORAGE + "4.1", STORAGE + "481.5"
DX, ECG, SLIDE, COMPREHENSIVE_SR = STORAGE + "1.1", STORAGE + "9.1.1", STORAGE + "77.1.6", STORAGE + "88.33"


def kind(sop_class, *path):
    tags = [tag_of(keyword) for keyword in path]
    assert None not in tags
    return requirement(sop_class, tuple(tags[:-1]), tags[-1])


def test_attributes_have_names_and_representations():
    assert (vr_of(0x00100010), keyword_of(0x00100010), tag_of("PatientName")) == (
        "PN",
        "PatientName",
        0x00100010,
    )
    assert vr_of(0x00280106) == "US"
    assert is_retired(0x00184000)
    assert not is_retired(0x00100010)
    assert vr_of(0x00091001) is None
    assert vr_of(0x00189999) is None


def test_repeating_groups_are_one_attribute():
    assert keyword_of(0x60003000) == keyword_of(0x60FE3000) == "OverlayData"
    assert vr_of(0x50100103) == "US"
    assert vr_of(0x60001234) is None


@pytest.mark.parametrize("tag", [0x00100012, 0x00100044, 0x0040B034, 0x0040E012, 0x3004007F, 0x00100047])
def test_attributes_newer_than_other_dictionaries_are_known(tag):
    assert vr_of(tag)
    assert keyword_of(tag)


def test_the_table_of_actions_is_whole():
    rows = confidentiality.table()
    assert len(rows) == 657
    assert sum(row.basic == "X" for row in rows) == 417
    assert {row.basic for row in rows} == {"X", "Z", "D", "U", "X/Z", "X/D", "X/Z/D", "Z/D", "X/Z/U*"}
    assert sum("longitudinal-full-dates" in row.options for row in rows) == 169
    assert sum(row.options.get("patient-characteristics") == "K" for row in rows) == 14


def test_actions_are_found_by_tag():
    assert confidentiality.row_of(0x00100010).basic == "Z"
    assert confidentiality.row_of(0x60103000).options == {"graphics": "C"}
    assert confidentiality.row_of(0x50020022).basic == "X"
    assert confidentiality.row_of(0x00280010) is None


@pytest.mark.parametrize(
    ("sop_class", "path", "expected"),
    [
        (CT, ["PatientName"], "2"),
        (CT, ["AcquisitionDateTime"], "3"),
        (CT, ["ContentDate"], "2C"),
        (CT, ["ContrastBolusAgent"], "2"),
        (CT, ["DeviceSerialNumber"], "3"),
        (CT, ["Rows"], "1"),
        (CT, ["AcquisitionContextSequence"], ""),
        (ENHANCED_MR, ["DeviceSerialNumber"], "1"),
        (ENHANCED_MR, ["AcquisitionDateTime"], "1C"),
        (ENHANCED_MR, ["ContentDate"], "1"),
        (
            ENHANCED_MR,
            ["PerFrameFunctionalGroupsSequence", "FrameContentSequence", "FrameAcquisitionDateTime"],
            "1C",
        ),
        (DX, ["AcquisitionContextSequence"], "2"),
        (RT_PLAN, ["RTPlanDate"], "2"),
        (RT_PLAN, ["ReviewerName"], "2C"),
        (RT_PLAN, ["BeamSequence", "TreatmentMachineName"], "2"),
        (SLIDE, ["AcquisitionDateTime"], "1"),
        (ECG, ["AcquisitionDateTime"], "1"),
        (COMPREHENSIVE_SR, ["ReferencedPerformedProcedureStepSequence"], "2"),
        (COMPREHENSIVE_SR, ["ContentSequence", "TextValue"], "1C"),
        (COMPREHENSIVE_SR, ["ContentSequence", "ContentSequence", "ContentSequence", "TextValue"], "1C"),
    ],
)
def test_types_are_those_of_the_object(sop_class, path, expected):
    assert kind(sop_class, *path) == expected


def test_objects_are_known_by_their_class_retired_ones_too():
    assert known_sop_class(CT)
    assert known_sop_class(STORAGE + "6")
    assert object_name(STORAGE + "6") == object_name(STORAGE + "6.1")
    assert not known_sop_class("1.2.3")
    assert requirement("1.2.3", (), 0x00100010) == ""


def test_private_attributes_are_safe_by_their_creator_and_representation():
    assert is_safe("SIEMENS MR HEADER", 0x0019100C, "IS")
    assert is_safe("SIEMENS MR HEADER", 0x00190010, "LO")
    assert is_safe("Philips Imaging DD 001", 0x20011003, "FL")
    assert is_safe("Philips Imaging DD 001", 0x20011003, "UN")
    assert not is_safe("SIEMENS MR HEADER", 0x0019100C, "UN")
    assert not is_safe("SIEMENS MR HEADER", 0x0019100C, "LO")
    assert not is_safe("SOMEBODY", 0x0019100C, "IS")
    assert not is_safe("SOMEBODY", 0x00190010, "LO")
    assert not is_safe("SIEMENS MR HEADER", 0x0029100C, "IS")


def test_the_facts_load_in_a_moment_and_without_pydicom():
    code = (
        "import sys, time\n"
        "from anonymize.dicom.standard import iod, dictionary, confidentiality, vocabulary\n"
        "start = time.process_time()\n"
        f"iod.requirement('{CT}', (), 0x00100010); iod.requirement('{MR}', (), 0x00100010)\n"
        "dictionary.vr_of(0x00100010); confidentiality.row_of(0x00100010)\n"
        "vocabulary.plausible(0x00080070, 'LO', 'SIEMENS')\n"
        "print(time.process_time() - start, 'pydicom' in sys.modules)"
    )
    spent, heavy = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert heavy == "False"
    assert float(spent) < 0.3


def test_types_are_answered_fast():
    start = time.process_time()
    for tag in range(0x00080000, 0x00081000):
        requirement(CT, (), tag)
    assert time.process_time() - start < 0.5
