"""No image at risk of burned-in text passes unseen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.dicom.pixels.catalogue import SHIPPED, load_catalogue, shipped_catalogue
from anonymize.dicom.pixels.policy import Decision, Facts, PixelPolicy
from anonymize.dicom.quarantine import Quarantine, Reason
from profiles.dicom_model import Box, Pixels
from profiles.errors import ProfileError

STORAGE = "1.2.840.10008.5.1.4.1.1."
CT = Facts(
    modality="CT",
    manufacturer="ACME",
    model="One",
    sop_class=STORAGE + "2",
    rows=512,
    columns=512,
    frames=1,
    burned_in="",
    image_type=("ORIGINAL", "PRIMARY", "AXIAL"),
    photometric="MONOCHROME2",
    transfer_syntax="1.2.840.10008.1.2.1",
    has_pixels=True,
    bits_stored=12,
)
US = replace(
    CT, modality="US", sop_class=STORAGE + "6.1", photometric="RGB", bits_stored=8, rows=480, columns=640
)
VIDEO = replace(US, modality="ES", sop_class=STORAGE + "77.1.1.1", transfer_syntax="1.2.840.10008.1.2.4.102")


def why(facts: Facts, **pixels: object) -> tuple[Reason, str]:
    with pytest.raises(Quarantine) as caught:
        PixelPolicy(Pixels(**pixels)).decide(facts)
    return caught.value.reason, caught.value.detail


def kind(facts: Facts, **pixels: object) -> str:
    return PixelPolicy(Pixels(**pixels)).decide(facts).kind


def test_a_ct_slice_is_left_as_it_is():
    assert kind(CT) == "untouched"


def test_an_object_without_pixels_asks_for_nothing():
    assert kind(replace(US, has_pixels=False)) == "none"


@pytest.mark.parametrize(
    "modality",
    ["US", "XA", "RF", "SC", "OT", "ES", "DX", "CR", "MG", "IVUS", "OP", "XC", "GM", "DOC", "PX", "IO", ""],
)
def test_modalities_at_risk_are_set_aside_when_nothing_looks_at_them(modality):
    assert why(replace(CT, modality=modality)) == (Reason.PIXELS_UNSEEN, "Modality")


@pytest.mark.parametrize("modality", ["US", "XA", "ES", "DX"])
def test_the_steward_may_answer_for_a_modality(modality):
    assert kind(replace(US, modality=modality), assume_clean=(modality,)) == "assumed-clean"


def test_answering_for_one_modality_is_no_answer_for_another():
    assert why(US, assume_clean=("XA",)) == (Reason.PIXELS_UNSEEN, "Modality")


def test_burned_in_annotation_puts_any_modality_at_risk_whatever_the_steward_says():
    assert why(replace(CT, burned_in="YES")) == (Reason.PIXELS_UNSEEN, "BurnedInAnnotation")
    assert why(replace(US, burned_in="YES"), assume_clean=("US",)) == (
        Reason.PIXELS_UNSEEN,
        "BurnedInAnnotation",
    )


def test_a_file_that_says_it_is_clean_is_not_believed():
    assert why(replace(US, burned_in="NO"))[0] is Reason.PIXELS_UNSEEN


def test_a_secondary_capture_is_at_risk_under_any_modality():
    assert why(replace(CT, sop_class=STORAGE + "7")) == (Reason.PIXELS_UNSEEN, "SOPClassUID")


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"photometric": "RGB"}, "PhotometricInterpretation"),
        ({"bits_stored": 8}, "BitsStored"),
        ({"image_type": ("DERIVED", "SECONDARY", "SCREEN SAVE")}, "ImageType"),
        ({"image_type": ("DERIVED", "SECONDARY", "OTHER", "CT_SOM5 PROT")}, "ImageType"),
        ({"image_type": ("DERIVED", "SECONDARY")}, "ImageType"),
        ({"image_type": ("DERIVED", "SECONDARY", "SOMETHING NEW")}, "ImageType"),
        ({"image_type": ("ORIGINAL", "PRIMARY", "DOSE_INFO")}, "ImageType"),
        ({"description": "Dose Report"}, "SeriesDescription"),
        ({"description": "Patient Protocol"}, "SeriesDescription"),
    ],
)
def test_screens_kept_as_ct_images_are_at_risk(changes, attribute):
    assert why(replace(CT, **changes)) == (Reason.PIXELS_UNSEEN, attribute)


@pytest.mark.parametrize(
    "changes",
    [
        {"image_type": ("DERIVED", "SECONDARY", "MPR")},
        {"image_type": ("DERIVED", "SECONDARY", "REFORMATTED", "AVERAGE")},
        {"image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")},
        {"image_type": ()},
        {"description": "LOW DOSE CHEST"},
        {"description": "Tomography of the head"},
    ],
)
def test_measured_and_computed_ct_images_pass(changes):
    assert kind(replace(CT, **changes)) == "untouched"


@pytest.mark.parametrize("label", ["LABEL", "OVERVIEW", "THUMBNAIL"])
def test_the_label_of_a_slide_is_set_aside_even_when_slides_are_assumed_clean(label):
    slide = replace(
        CT,
        modality="SM",
        sop_class=STORAGE + "77.1.6",
        photometric="RGB",
        image_type=("ORIGINAL", "PRIMARY", label),
    )
    assert why(slide, assume_clean=("SM",)) == (Reason.PIXELS_UNSEEN, "ImageType")
    assert why(slide, ocr="mask") == (Reason.PIXELS_UNSEEN, "ImageType")
    assert kind(slide, boxes=({"modality": "SM", "mask": [[0, 0, 512, 512]]},)) == "mask"
    assert kind(replace(slide, image_type=("ORIGINAL", "PRIMARY", "VOLUME"))) == "untouched"


def test_a_rule_that_matches_masks_its_rectangles():
    boxes = ({"modality": "us", "manufacturer": "acme", "rows": "480", "mask": [[0, 0, 640, 40]]},)
    decision = PixelPolicy(Pixels(boxes=boxes)).decide(US)
    assert decision == Decision("mask", ((0, 0, 640, 40),))


@pytest.mark.parametrize(
    "rule",
    [
        {"modality": "XA"},
        {"manufacturer": "ACM"},
        {"model": "Two"},
        {"sop_class": "CTImageStorage"},
        {"rows": "481"},
        {"columns": "641"},
    ],
)
def test_a_rule_for_another_image_does_not_make_this_one_seen(rule):
    assert why(US, boxes=({**rule, "mask": [[0, 0, 9, 9]]},))[0] is Reason.PIXELS_UNSEEN


def test_a_star_stands_for_any_text_and_a_sop_class_may_be_a_keyword():
    rule = {
        "manufacturer": "ac*",
        "model": "*",
        "sop_class": "UltrasoundImageStorage",
        "mask": [[0, 0, 9, 9]],
    }
    assert kind(US, boxes=(rule,)) == "mask"


def test_a_rule_without_rectangles_says_that_the_image_is_clean_unless_the_file_says_otherwise():
    rule = {"modality": "US", "rows": "480", "columns": "640"}
    assert kind(US, boxes=(rule,)) == "assumed-clean"
    assert why(replace(US, burned_in="YES"), boxes=(rule,))[0] is Reason.PIXELS_UNSEEN


def test_a_rule_that_names_no_image_cleans_none():
    assert why(US, boxes=({},))[0] is Reason.PIXELS_UNSEEN


def test_rectangles_of_all_rules_that_match_are_masked_and_cut_to_the_image():
    rules = ({"modality": "US", "mask": [[600, 0, 700, 40]]}, {"rows": "480", "mask": [[0, 470, 640, 999]]})
    assert PixelPolicy(Pixels(boxes=rules)).decide(US).boxes == ((600, 0, 640, 40), (0, 470, 640, 480))


def test_a_rectangle_outside_the_image_was_meant_for_another():
    assert why(US, boxes=({"modality": "US", "mask": [[700, 0, 800, 40]]},))[0] is Reason.PIXELS_UNSEEN


def test_old_overlays_in_the_bits_of_pixels_are_cleared_even_in_a_ct():
    assert PixelPolicy(Pixels()).decide(replace(CT, overlay_bits=True)) == Decision(
        "mask", (), clear_bits=True
    )


@pytest.mark.parametrize("syntax", ["100", "102", "106.1", "107", "108"])
def test_films_are_set_aside_unless_assumed_clean(syntax):
    film = replace(US, modality="ES", transfer_syntax=f"1.2.840.10008.1.2.4.{syntax}")
    assert why(film)[0] is Reason.VIDEO
    assert why(film, ocr="mask")[0] is Reason.VIDEO
    assert why(film, boxes=({"modality": "ES", "mask": [[0, 0, 9, 9]]},))[0] is Reason.VIDEO
    assert kind(film, assume_clean=("ES",)) == "assumed-clean"


def test_text_is_looked_for_in_images_at_risk_when_the_profile_says_so():
    assert kind(US, ocr="mask") == "look"
    assert kind(US, ocr="quarantine") == "look"
    assert kind(CT, ocr="mask") == "untouched"
    assert kind(US, ocr="mask", assume_clean=("US",)) == "assumed-clean"
    assert PixelPolicy(Pixels(ocr="mask", boxes=({"modality": "US", "mask": [[0, 0, 9, 9]]},))).decide(
        US
    ) == Decision("look", ((0, 0, 9, 9),))


@given(
    st.builds(
        Facts,
        modality=st.text(max_size=4) | st.sampled_from(["CT", "US", "OT"]),
        manufacturer=st.text(max_size=4),
        model=st.text(max_size=4),
        sop_class=st.sampled_from([STORAGE + "2", STORAGE + "7", STORAGE + "6.1", "1.2.3", ""]),
        rows=st.integers(0, 9),
        columns=st.integers(0, 9),
        frames=st.integers(0, 9),
        burned_in=st.sampled_from(["YES", "NO", "", "yes"]),
        image_type=st.lists(st.text(max_size=6), max_size=4).map(tuple),
        photometric=st.sampled_from(["RGB", "MONOCHROME2", ""]),
        transfer_syntax=st.sampled_from(["1.2.840.10008.1.2", "1.2.840.10008.1.2.4.102", ""]),
        has_pixels=st.booleans(),
    )
)
def test_with_an_empty_profile_only_measured_images_pass(facts):
    try:
        decision = PixelPolicy(Pixels()).decide(facts)
    except Quarantine:
        return
    assert decision.kind == "none" or (
        facts.modality.upper() == "CT"
        and facts.sop_class == STORAGE + "2"
        and facts.burned_in.upper() != "YES"
    )


def test_a_catalogue_is_a_list_of_rules(tmp_path):
    file = tmp_path / "regles.yaml"
    file.write_text("boxes:\n- modality: US\n  rows: 480\n  mask: [[0, 0, 640, 40]]\n", encoding="utf-8")
    (box,) = load_catalogue(file)
    assert box == Box(modality="US", rows=480, mask=((0, 0, 640, 40),))
    assert PixelPolicy(Pixels(), (box,)).decide(US).kind == "mask"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("boxes: [", "dicom-catalogue-unreadable"),
        ("- {modality: US, masque: []}", "dicom-catalogue-rule"),
        ("- {mask: [[0, 0, 9, 9]]}", "dicom-catalogue-any-image"),
        ("x: 1", "dicom-catalogue-rule"),
        ("{boxes: [], x: 1}", "dicom-catalogue-rule"),
        ("extends: '@inconnu'", "dicom-catalogue-name"),
    ],
)
def test_a_catalogue_that_is_none_is_refused(tmp_path, text, code):
    file = tmp_path / "regles.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_catalogue(file)
    assert caught.value.code == code


def test_a_missing_catalogue_is_refused(tmp_path):
    with pytest.raises(ProfileError) as caught:
        load_catalogue(tmp_path / "absent.yaml")
    assert caught.value.code == "dicom-catalogue-unreadable"


def test_a_site_extends_the_shipped_catalogue(tmp_path):
    file = tmp_path / "regles.yaml"
    file.write_text(
        "extends: '@banners'\nboxes: [{modality: XA, rows: 9, mask: [[0, 0, 9, 9]]}]", encoding="utf-8"
    )
    assert load_catalogue(file)[1:] == shipped_catalogue("@banners") != ()


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rules_name_one_machine_and_one_size_and_stay_inside_it(name):
    for box in shipped_catalogue(name):
        assert all((box.model, box.rows, box.columns, box.mask))
        assert all(
            0 <= left < right <= box.columns and 0 <= top < bottom <= box.rows
            for left, top, right, bottom in box.mask
        )


def test_a_shipped_banner_is_masked():
    machine = replace(US, manufacturer="Philips Medical Systems", model="iU22")
    assert PixelPolicy(Pixels(), shipped_catalogue("@banners")).decide(machine).boxes == ((0, 0, 640, 47),)


def test_a_shipped_catalogue_that_does_not_exist_is_refused():
    with pytest.raises(ProfileError) as caught:
        shipped_catalogue("@inconnu")
    assert caught.value.code == "dicom-catalogue-name"
