"""What happens to each attribute, under the basic profile, its options, and the lines of a profile."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.dicom.actions import Action, Rule
from anonymize.dicom.plan import compile_plan
from anonymize.dicom.standard import confidentiality
from anonymize.dicom.standard.dictionary import tag_of, vr_of
from profiles.dicom_model import Dicom, DicomSource
from profiles.errors import ProfileError

STORAGE = "1.2.840.10008.5.1.4.1.1."
CT, ENHANCED_MR, RT_PLAN, DX = STORAGE + "2", STORAGE + "4.1", STORAGE + "481.5", STORAGE + "1.1"
FULL, MODIFIED = "retain-longitudinal-full-dates", "retain-longitudinal-modified-dates"


def planned(options=(), attributes=None, **more):
    described = {"source": {"path": "x"}, "options": list(options), "attributes": attributes or {}, **more}
    return compile_plan(Dicom.model_validate(described))


def rule(plan, *path, sop_class=CT):
    tags = [part if isinstance(part, int) else tag_of(part) for part in path]
    assert None not in tags
    return plan.rule(tags[-1], vr_of(tags[-1]) or "UN", sop_class, tuple(tags[:-1]))


BASIC = planned()


@pytest.mark.parametrize(
    ("keyword", "sop_class", "action"),
    [
        ("PatientBirthDate", CT, Action.EMPTY),
        ("OtherPatientIDs", CT, Action.REMOVE),
        ("StudyDescription", CT, Action.REMOVE),
        ("SOPInstanceUID", CT, Action.UID),
        ("AcquisitionDate", CT, Action.REMOVE),
        ("ContentDate", CT, Action.EMPTY),
        ("ContentDate", ENHANCED_MR, Action.DUMMY),
        ("AcquisitionDateTime", CT, Action.REMOVE),
        ("AcquisitionDateTime", ENHANCED_MR, Action.DUMMY),
        ("DeviceSerialNumber", CT, Action.REMOVE),
        ("DeviceSerialNumber", ENHANCED_MR, Action.DUMMY),
        ("ContrastBolusAgent", CT, Action.EMPTY),
        ("PatientSexNeutered", CT, Action.EMPTY),
        ("RTPlanDate", RT_PLAN, Action.DUMMY),
        ("ReviewerName", RT_PLAN, Action.EMPTY),
        ("AcquisitionContextSequence", CT, Action.REMOVE),
        ("AcquisitionContextSequence", DX, Action.EMPTY),
        ("PatientSex", CT, Action.EMPTY),
        ("PatientAge", CT, Action.REMOVE),
        ("PixelData", CT, Action.KEEP),
        ("Rows", CT, Action.KEEP),
        ("Modality", CT, Action.KEEP),
        ("ReferencedImageSequence", CT, Action.KEEP),
        ("FrameOfReferenceUID", CT, Action.UID),
    ],
)
def test_codes_come_to_one_action_by_the_object(keyword, sop_class, action):
    assert rule(BASIC, keyword, sop_class=sop_class).action is action


def test_no_rule_is_conditional():
    for row in confidentiality.table():
        if row.tag == confidentiality.PRIVATE:
            continue
        tag = int(row.tag.replace("x", "0"), 16)
        for sop_class in (CT, ENHANCED_MR, "1.2.3"):
            found = BASIC.rule(tag, vr_of(tag) or "UN", sop_class)
            assert isinstance(found.action, Action)
            assert "/" not in found.reason.rpartition(">")[2] or ">" not in found.reason


def test_the_person_has_one_pseudonym_in_name_and_number():
    assert rule(BASIC, "PatientID") == Rule(Action.PSEUDONYM, "person", "ps3.15:Z/D>Z")
    assert rule(BASIC, "PatientName") == Rule(Action.PSEUDONYM, "person", "ps3.15:Z")
    assert rule(BASIC, "ReferencedStudySequence", "PatientName").action is Action.EMPTY
    assert rule(BASIC, "AccessionNumber").argument == "accession"
    assert rule(BASIC, "StudyID").argument == "study-id"


@pytest.mark.parametrize(
    ("tag", "vr"),
    [
        (0x00189999, "LO"),
        (0x00091001, "LO"),
        (0x00090010, "LO"),
        (0x50000022, "LO"),
        (0x50003000, "OW"),
        (0x60000022, "LO"),
        (0x60001500, "LO"),
        (0x60004000, "LT"),
        (0x60003000, "OW"),
        (0x60000010, "US"),
        (0x00020016, "AE"),
        (0x00020102, "OB"),
        (0x00080000, "UL"),
        (0xFFFCFFFC, "OB"),
        (0xFFFAFFFA, "SQ"),
        (0x04000500, "SQ"),
        (0x00120063, "LO"),
    ],
)
def test_what_no_table_vouches_for_leaves(tag, vr):
    assert BASIC.rule(tag, vr, CT).action is Action.REMOVE


@pytest.mark.parametrize(
    "keyword", ["SecondaryReviewerName", "RetrieveURL", "CodingSchemeURL", "DocumentTitle"]
)
def test_names_and_addresses_that_the_table_does_not_list_leave(keyword):
    plan = planned()
    tag = tag_of(keyword)
    found = plan.rule(tag, vr_of(tag), CT)
    assert found.action in {Action.REMOVE, Action.EMPTY, Action.DUMMY} or keyword == "DocumentTitle"


def test_an_attribute_under_another_representation_is_not_kept():
    assert BASIC.rule(tag_of("KVP"), "DS", CT).action is Action.KEEP
    assert BASIC.rule(tag_of("KVP"), "LO", CT).action is Action.EMPTY
    assert BASIC.rule(tag_of("ImageType"), "OB", CT).action is Action.DUMMY
    assert BASIC.rule(tag_of("WindowCenter"), "SQ", CT).action is not Action.KEEP


def test_values_that_may_not_stay_are_replaced_by_their_type():
    assert BASIC.fallback(tag_of("ImageType"), "CS", CT).action is Action.DUMMY
    assert BASIC.fallback(tag_of("Manufacturer"), "LO", CT).action is Action.EMPTY
    assert BASIC.fallback(tag_of("ManufacturerModelName"), "LO", CT).action is Action.REMOVE


def test_uids_are_mapped_unless_they_are_retained():
    assert rule(BASIC, "IrradiationEventUID").action is Action.UID
    assert rule(planned(["retain-uids"]), "SOPInstanceUID").action is Action.KEEP
    assert rule(planned(["retain-uids"]), "MediaStorageSOPInstanceUID").action is Action.KEEP
    assert rule(BASIC, "MediaStorageSOPInstanceUID").action is Action.UID
    assert rule(planned(["retain-uids"]), "ReferencedStudySequence").action is Action.KEEP


def test_full_dates_stay_and_modified_dates_move():
    for keyword in ("StudyDate", "AcquisitionDateTime", "StudyTime", "ContentDate"):
        assert rule(planned([FULL]), keyword).action is Action.KEEP
        assert rule(planned([MODIFIED]), keyword).action is Action.SHIFT
    assert rule(planned([FULL]), "PatientBirthDate").action is Action.EMPTY
    assert rule(planned([MODIFIED]), "PatientBirthDate").action is Action.EMPTY


def test_dates_of_devices_move_with_the_others():
    both = planned([MODIFIED, "retain-device-identity"])
    assert rule(both, "DateOfLastCalibration").action is Action.SHIFT
    assert rule(both, "DeviceSerialNumber").action is Action.KEEP


def test_timestamps_in_binary_are_no_dates():
    assert rule(planned([FULL]), "CertifiedTimestamp").action is Action.REMOVE
    assert rule(planned([FULL]), "TimezoneOffsetFromUTC").argument == ""


def test_dates_that_the_table_does_not_list_follow_those_that_it_lists():
    unlisted = 0x00080416
    assert (vr_of(unlisted), confidentiality.row_of(unlisted)) == ("DT", None)
    assert BASIC.rule(unlisted, "DT", CT).action is Action.REMOVE
    assert planned([MODIFIED]).rule(unlisted, "DT", CT).action is Action.SHIFT
    assert planned([FULL]).rule(unlisted, "DT", CT).action is Action.KEEP


def test_characteristics_stay_with_old_age_brought_together():
    plan = planned(["retain-patient-characteristics"])
    assert rule(plan, "PatientSex").action is Action.KEEP
    assert rule(plan, "PatientWeight").action is Action.KEEP
    assert rule(plan, "EthnicGroup") == Rule(Action.KEEP, "", "option:retain-patient-characteristics")
    assert rule(plan, "Allergies").action is Action.CLEAN
    assert rule(plan, "PatientAge") == Rule(Action.TOP_CODE, "89", "option:retain-patient-characteristics")
    assert rule(planned(attributes={"PatientAge": "keep"}), "PatientAge").action is Action.TOP_CODE


def test_device_and_institution_stay_as_they_are_written():
    device, institution = planned(["retain-device-identity"]), planned(["retain-institution-identity"])
    assert rule(device, "DeviceSerialNumber") == Rule(Action.KEEP, "as-is", "option:retain-device-identity")
    assert rule(device, "DeviceUID").action is Action.KEEP
    assert rule(device, "StationAETitle").action is Action.CLEAN
    assert rule(device, "InstitutionName").action is Action.REMOVE
    assert rule(institution, "InstitutionName").argument == "as-is"
    assert rule(institution, "DeviceSerialNumber").action is Action.REMOVE


def test_local_codes_stay_in_sequences_that_the_profile_retains():
    institution = planned(["retain-institution-identity"])
    assert rule(institution, "InstitutionCodeSequence", "CodeMeaning").argument == "as-is"
    assert rule(BASIC, "ViewCodeSequence", "CodeMeaning").argument == ""
    uids = planned(["retain-uids"])
    assert (
        rule(uids, "ReferencedImageSequence", "PurposeOfReferenceCodeSequence", "CodeMeaning").argument == ""
    )


def test_descriptions_graphics_and_content_are_cleaned_when_asked():
    assert rule(planned(["clean-descriptors"]), "StudyDescription").action is Action.CLEAN
    assert rule(planned(["clean-graphics"]), "GraphicAnnotationSequence").action is Action.CLEAN
    assert rule(planned(["clean-structured-content"]), "ContentSequence").action is Action.CLEAN


def test_overlays_leave_unless_the_profile_names_their_bitmap():
    assert planned(["clean-graphics"]).rule(0x60003000, "OW", CT).action is Action.REMOVE
    named = planned(attributes={"(60xx,3000)": "keep"})
    assert named.rule(0x60003000, "OW", CT).action is Action.KEEP
    assert named.rule(0x60020010, "US", CT).action is Action.KEEP
    assert named.rule(0x60000022, "LO", CT).action is Action.REMOVE
    assert named.rule(0x60004000, "LT", CT).action is Action.REMOVE


def test_safe_private_attributes_stay_under_their_option_only():
    safe = planned(["retain-safe-private"])
    found = safe.rule(0x0019100C, "IS", CT, (), "SIEMENS MR HEADER")
    assert (found.action, found.argument) == (Action.KEEP, "as-is")
    assert safe.rule(0x0019100D, "CS", CT, (), "SIEMENS MR HEADER").argument == ""
    assert safe.rule(0x0019100C, "IS", CT).action is Action.REMOVE
    assert safe.rule(0x0019100C, "IS", CT, (), "OTHER").action is Action.REMOVE
    assert BASIC.rule(0x0019100C, "IS", CT, (), "SIEMENS MR HEADER").action is Action.REMOVE


def test_an_exact_tag_comes_before_a_mask_and_a_mask_before_a_representation():
    plan = planned(
        attributes={
            "VR:DS": "remove",
            "(0018,xxxx)": "keep",
            "(0018,00xx)": "empty",
            "KVP": {"replace": "120"},
        }
    )
    assert rule(plan, "KVP") == Rule(Action.REPLACE, "120", "profile")
    assert rule(plan, "SliceThickness").action is Action.EMPTY
    assert rule(plan, "DistanceSourceToDetector").action is Action.KEEP
    assert rule(plan, "WindowCenter").action is Action.REMOVE


def test_a_line_of_the_profile_comes_before_an_option():
    plan = planned([FULL], {"StudyDate": "remove"})
    assert rule(plan, "StudyDate").action is Action.REMOVE


def test_masks_and_representations_do_not_touch_what_holds_the_file_together():
    plan = planned(
        attributes={"VR:UI": "remove", "VR:US": "remove", "VR:OW": "remove", "(0008,xxxx)": "remove"}
    )
    assert rule(plan, "SOPInstanceUID").action is Action.UID
    assert rule(plan, "Rows").action is Action.KEEP
    assert plan.rule(0x7FE00010, "OW", CT).action is Action.KEEP
    assert rule(plan, "SpecificCharacterSet").action is Action.KEEP
    assert rule(plan, "FrameOfReferenceUID").action is Action.REMOVE


def test_a_mask_speaks_of_private_attributes_only_with_a_whole_group():
    plan = planned(attributes={"(xxxx,1003)": "keep", "VR:LO": "remove", "(0029,xx10)": "keep"})
    assert plan.rule(0x00191003, "UN", CT).action is Action.REMOVE
    assert plan.rule(0x00291010, "UN", CT).action is Action.KEEP


def test_an_allow_list_keeps_what_it_names_and_what_the_object_needs():
    plan = planned(base="allow-list", allow=["KVP", "(0018,115x)", "PatientName", "ReferencedImageSequence"])
    assert rule(plan, "KVP").action is Action.KEEP
    assert rule(plan, "XRayTubeCurrent").action is Action.KEEP
    assert rule(plan, "PatientName").action is Action.PSEUDONYM
    assert rule(plan, "Rows").action is Action.KEEP
    assert rule(plan, "PixelData").action is Action.KEEP
    assert rule(plan, "SOPInstanceUID").action is Action.UID
    assert rule(plan, "TableHeight").action is Action.REMOVE
    assert rule(plan, "SourceImageSequence").action is Action.REMOVE
    assert rule(plan, "ReferencedImageSequence", "ReferencedSOPInstanceUID").action is Action.UID


def test_a_shipped_allow_list_is_named_by_its_name():
    plan = planned(base="allow-list", allow=["@deep"])
    assert rule(plan, "CompressionForce").action is Action.KEEP
    assert rule(plan, "AcquisitionDate").action is Action.REMOVE
    assert rule(plan, "FlipAngle").action is Action.REMOVE
    with pytest.raises(ProfileError):
        planned(base="allow-list", allow=["@nobody"])


def test_a_plan_can_be_sent_to_another_process_and_says_what_it_is():
    plan = planned([MODIFIED], shift_days=30)
    rule(plan, "StudyDate")
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan
    assert again.digest == plan.digest
    assert again.shift_days == 30
    assert plan.digest != planned([MODIFIED], shift_days=31).digest
    assert rule(again, "StudyDate") == rule(plan, "StudyDate")


def test_codes_say_what_was_applied():
    assert [code for code, _, _ in BASIC.applied_codes()] == ["113100"]
    chosen = planned([MODIFIED, "retain-uids"]).applied_codes()
    assert [code for code, _, _ in chosen] == ["113100", "113107", "113110"]
    assert [code for code, _, _ in planned(attributes={"StudyDescription": "keep"}).applied_codes()] == []
    assert [code for code, _, _ in planned(attributes={"KVP": "remove"}).applied_codes()] == ["113100"]


def test_a_profile_that_contradicts_itself_has_no_plan():
    with pytest.raises(ProfileError) as caught:
        planned([FULL, MODIFIED])
    assert caught.value.code == "dicom-options-contradict"


@given(
    st.integers(min_value=0, max_value=0xFFFFFFFF),
    st.sampled_from(["LO", "UN", "SQ", "US", "UI", "PN", "DA"]),
)
def test_every_attribute_has_a_rule_and_unknown_ones_leave(tag, vr):
    found = BASIC.rule(tag, vr, CT)
    assert isinstance(found, Rule)
    if vr_of(tag) is None and tag >> 16 != 2:
        assert found.action is Action.REMOVE


def test_a_signal_stays_in_an_object_that_has_signals_and_nowhere_else():
    plan, ecg = compile_plan(Dicom(source=DicomSource(path="images"))), "1.2.840.10008.5.1.4.1.1.9.1.1"
    data, sequence = 0x54001010, 0x54000100
    assert plan.rule(data, "OW", ecg, (sequence,)).action is Action.KEEP
    assert plan.rule(data, "OW", CT).action is Action.REMOVE
