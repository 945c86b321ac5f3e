"""What a profile may say of images."""

import pytest

from profiles.dicom_model import Dicom
from profiles.dicom_selectors import parse
from profiles.errors import Place
from profiles.loading import ProfileErrors, load_profile
from profiles.rules_dicom import first_mistake, mistakes


def codes(**described):
    dicom = Dicom.model_validate({"source": {"path": "x"}, **described})
    return [
        (mistake.code, mistake.place.key) for mistake in mistakes(dicom, lambda key: Place(key=".".join(key)))
    ]


def test_a_plain_profile_has_no_mistake():
    assert codes() == []
    assert (
        codes(options=["retain-uids"], attributes={"PatientAge": {"top-code": "85"}, "VR:DA": "remove"}) == []
    )


def test_an_unknown_attribute_is_told_with_the_nearest_name():
    dicom = Dicom.model_validate({"source": {"path": "x"}, "attributes": {"PatientAgee": "remove"}})
    mistake = first_mistake(dicom)
    assert mistake is not None
    assert (mistake.code, mistake.facts["near"]) == ("dicom-attribute-near", "PatientAge")
    assert mistake.place.key == "dicom.attributes.PatientAgee"


@pytest.mark.parametrize("written", ["(0010,10)", "VR:ZZ", "(00100010)", "(0010,001g)"])
def test_what_is_no_tag_is_refused(written):
    assert codes(attributes={written: "remove"})[0][0].startswith("dicom-attribute")


@pytest.mark.parametrize(
    ("written", "tag", "covered"),
    [
        ("PatientName", 0x00100010, True),
        ("(0010,0010)", 0x00100010, True),
        ("0010,0010", 0x00100010, True),
        ("(0010,0010)", 0x00100020, False),
        ("(0018,xx02)", 0x00181102, True),
        ("(0018,..02)", 0x00181102, True),
        ("(60xx,3000)", 0x60103000, True),
        ("OverlayData", 0x60103000, True),
        ("(xxxx,1001)", 0x00191001, False),
        ("(0019,xx01)", 0x00191001, True),
        ("VR:LO", 0x00080070, True),
        ("VR:LO", 0x00191001, False),
    ],
)
def test_a_line_speaks_of_tags_by_name_number_mask_and_representation(written, tag, covered):
    selector = parse(written)
    assert selector is not None
    assert selector.covers(tag, "LO") is covered


def test_dates_are_kept_or_moved():
    options = ["retain-longitudinal-full-dates", "retain-longitudinal-modified-dates"]
    assert codes(options=options) == [("dicom-options-contradict", "dicom.options.1")]
    assert codes(options=["retain-uids", "retain-uids"]) == [("dicom-option-twice", "dicom.options.1")]


@pytest.mark.parametrize(
    "written",
    [
        "PatientName",
        "PatientID",
        "(0010,xxxx)",
        "(0008,xxxx)",
        "OperatorsName",
        "AccessionNumber",
        "VR:PN",
        "VR:LO",
        "PatientBirthDate",
    ],
)
@pytest.mark.parametrize("action", ["keep", "clean"])
def test_no_line_keeps_who_the_patient_is(written, action):
    found = codes(attributes={written: action})
    assert any(code in {"dicom-identifier-kept", "dicom-action"} for code, _ in found)


def test_a_set_may_be_kept_once_the_identifiers_in_it_have_lines_of_their_own():
    apart = {"PatientBirthDate": "remove", "PatientBirthDateInAlternativeCalendar": "remove"}
    assert codes(attributes={"VR:DA": "keep"}) != []
    assert codes(attributes={"VR:DA": "keep", **apart}) == []


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"PatientName": "shift"}, "dicom-action"),
        ({"KVP": "uid"}, "dicom-action"),
        ({"SliceThickness": "pseudonymize"}, "dicom-action"),
        ({"SOPInstanceUID": "remove"}, "dicom-structure"),
        ({"PixelData": "remove"}, "dicom-structure"),
        ({"Rows": "empty"}, "dicom-structure"),
        ({"PatientAge": {"top-code": "ninety"}}, "dicom-top-code"),
        ({"PatientAge": {"top-code": "95"}}, "dicom-top-code"),
        ({"StudyDescription": {"replace": "é" * 3}}, "dicom-replace"),
    ],
)
def test_an_action_fits_its_attribute(attributes, code):
    assert [found for found, _ in codes(attributes=attributes)] == [code]


def test_an_allow_list_needs_its_base():
    assert codes(allow=["KVP"]) == [("dicom-allow-base", "dicom.allow")]
    assert codes(base="allow-list", allow=["KVP"]) == []
    assert codes(base="allow-list", allow=["KVPP"]) == [("dicom-attribute-near", "dicom.allow.0")]


def test_modalities_and_rectangles_exist():
    assert codes(pixels={"assume-clean": ["US", "XX"]})[0][1] == "dicom.pixels.assume_clean.1"
    assert codes(pixels={"boxes": [{"modality": "US", "mask": [[0, 0, 10, 10]]}]}) == []
    for box in ([10, 0, 10, 10], [-1, 0, 5, 5], [0, 9, 5, 5]):
        assert codes(pixels={"boxes": [{"modality": "US", "mask": [box]}]})[0][0] == "dicom-box"


def test_a_rule_that_vouches_for_images_says_which():
    assert codes(pixels={"boxes": [{}]}) == [("dicom-box-any", "dicom.pixels.boxes.0")]
    assert codes(pixels={"boxes": [{"modality": "*"}]}) == [("dicom-box-any", "dicom.pixels.boxes.0")]
    assert codes(pixels={"boxes": [{"manufacturer": "ACME*"}]}) == []


def test_roles_are_for_columns_that_the_images_keep():
    assert codes(columns={"Modality": {"role": "other"}}) == []
    assert codes(columns={"Modalty": {"role": "other"}}) == [("dicom-column-near", "dicom.columns.Modalty")]
    assert codes(columns={"PatientAge": {"role": "other"}})[0][1] == "dicom.columns.PatientAge"
    kept = {"options": ["retain-patient-characteristics"], "columns": {"PatientAge": {"role": "sensitive"}}}
    assert codes(**kept) == []


def test_mistakes_are_told_with_their_line(tmp_path):
    (tmp_path / "images").mkdir()
    path = tmp_path / "profile.yaml"
    path.write_text(
        "version: 1\nid: images\ntitle: {fr: Images, en: Images}\nseed: 1\n"
        "secret: ${VITRAIL_KEY}\n"
        "dicom:\n  source: {path: images}\n  attributes:\n    PatientAgee: remove\n    KVP: uid\n",
        "utf-8",
    )
    with pytest.raises(ProfileErrors) as caught:
        load_profile(path, {"VITRAIL_KEY": "0" * 64})
    assert [(error.code, error.place.line) for error in caught.value.errors] == [
        ("dicom-attribute-near", 9),
        ("dicom-action", 10),
    ]
