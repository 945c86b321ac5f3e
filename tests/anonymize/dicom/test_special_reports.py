"""Content trees keep what PS3.15 Table E.3.4-1 lets stay, and stay whole."""

from io import BytesIO

import pydicom
import pytest
from pydicom.dataset import Dataset

from anonymize.dicom.plan import compile_plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.codes import coded
from anonymize.dicom.special.concepts import Fate, fate
from anonymize.dicom.special.registry import handler
from anonymize.dicom.values import Replacer
from anonymize.keys import Keys
from profiles.dicom_model import Dicom, Option

STORAGE = "1.2.840.10008.5.1.4.1.1."
COMPREHENSIVE, KEY_OBJECTS = STORAGE + "88.33", STORAGE + "88.59"
CT = STORAGE + "2"
CLEAN = ("clean-structured-content",)
FINDING, LOCAL = ("121071", "DCM"), ("NOM01", "99CHU")
CANARY = "DUPONT"


def item(
    kind: str, name: tuple[str, str] | None = FINDING, relation: str = "CONTAINS", **values: object
) -> Dataset:
    ds = Dataset()
    ds.RelationshipType, ds.ValueType = relation, kind
    if name is not None:
        ds.ConceptNameCodeSequence = [coded(*name, CANARY)]
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def number(value: str, unit: str = "mm", name: tuple[str, str] = ("121206", "DCM")) -> Dataset:
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = value, [coded(unit, "UCUM", CANARY)]
    return item("NUM", name, MeasuredValueSequence=[measured])


def reference(uid: str = "1.2.3.4", kind: str = "IMAGE", name: tuple[str, str] | None = None) -> Dataset:
    pointed = Dataset()
    pointed.ReferencedSOPClassUID, pointed.ReferencedSOPInstanceUID = CT, uid
    return item(kind, name, ReferencedSOPSequence=[pointed])


def report(
    *children: Dataset, sop_class: str = COMPREHENSIVE, title: tuple[str, str] = ("18748-4", "LN")
) -> Dataset:
    ds = item("CONTAINER", title, ContinuityOfContent="SEPARATE", ContentSequence=list(children))
    del ds.RelationshipType
    ds.SOPClassUID, ds.PatientID = sop_class, "8004512377"
    return ds


def replacer(plan) -> Replacer:
    return Replacer(Keys(b"0" * 32, "essai"), plan, "person")


def cleaned(ds: Dataset, options: tuple[str, ...] = CLEAN, **dicom: object) -> Dataset:
    plan = compile_plan(Dicom(source={"path": "x"}, options=options, **dicom))
    finish = handler(ds.SOPClassUID).clean(ds, plan, replacer(plan), ("dupont",))
    assert "ContentSequence" not in ds
    finish(ds)
    return ds


def children(ds: Dataset) -> list[Dataset]:
    return list(ds.get("ContentSequence") or [])


def written(ds: Dataset) -> bytes:
    file = BytesIO()
    pydicom.dcmwrite(file, ds, implicit_vr=False, little_endian=True)
    return file.getvalue()


def mapped(uid: str) -> str:
    plan = compile_plan(Dicom(source={"path": "x"}))
    return replacer(plan).uid(uid)


def test_without_the_option_a_report_keeps_its_header_only():
    assert children(cleaned(report(number("4")), options=())) == []


@pytest.mark.parametrize(
    "leaving",
    [
        item("TEXT", TextValue=CANARY),
        item("TEXT", ("121106", "DCM"), TextValue=CANARY),
        item("TEXT", ("113811", "DCM"), TextValue=CANARY),
        item("PNAME", ("121088", "DCM"), PersonName=CANARY),
        item("PNAME", ("113811", "DCM"), PersonName=CANARY),
        item("DATE", ("121031", "DCM"), Date="19570312"),
        item("DATE", ("113811", "DCM"), Date="19570312"),
        item("TIME", ("111019", "DCM"), Time="101112"),
        item("CODE", ("121032", "DCM"), ConceptCodeSequence=[coded("M", "DCM", "Male")]),
        item("CODE", FINDING, ConceptCodeSequence=[coded(*LOCAL, CANARY)]),
        item("CODE", LOCAL, ConceptCodeSequence=[coded("121071", "DCM", "")]),
        item("NUM", LOCAL),
        number("4", "dupont12345"),
        number("8004512377"),
        number("67", "a", ("121033", "DCM")),
        number("67", "kg", ("27113001", "SCT")),
        item("TABLE"),
        item(CANARY),
        reference(kind="WAVEFORM", name=("121080", "DCM")),
    ],
)
def test_items_that_may_name_someone_leave_with_all_that_hangs_from_them(leaving):
    leaving.ContentSequence = [number("4")]
    assert children(cleaned(report(leaving))) == []


def test_measurements_stay_with_their_units_in_public_words():
    (kept,) = children(cleaned(report(number("12.5"))))
    assert str(kept.MeasuredValueSequence[0].NumericValue) == "12.5"
    assert CANARY.encode() not in written(kept)


def test_codes_and_containers_stay_and_a_local_heading_goes():
    box = item("CONTAINER", LOCAL, ContinuityOfContent="CONTINUOUS")
    box.ContentSequence = [
        item("CODE", ("121071", "DCM"), ConceptCodeSequence=[coded("T-62000", "SRT", CANARY)])
    ]
    (kept,) = children(cleaned(report(box)))
    assert "ConceptNameCodeSequence" not in kept
    (code,) = children(kept)
    assert code.ConceptCodeSequence[0].CodeValue == "T-62000"
    assert CANARY.encode() not in written(kept)


def test_a_local_title_becomes_a_public_one():
    assert cleaned(report(title=LOCAL)).ConceptNameCodeSequence[0].CodingSchemeDesignator == "LN"


def test_names_and_texts_that_a_template_needs_become_dummies():
    observer = item("PNAME", ("121008", "DCM"), PersonName=CANARY)
    description = item("TEXT", ("111033", "DCM"), TextValue=CANARY)
    names = children(cleaned(report(observer, description)))
    assert names[0].PersonName == "ANONYMIZED"
    assert names[1].TextValue == "ANONYMIZED"


def test_descriptions_are_cleaned_when_the_profile_asks():
    text = item("TEXT", ("121077", "DCM"), TextValue="Foie normal, M. Dupont revu 12/03/1957")
    (kept,) = children(cleaned(report(text), (*CLEAN, "clean-descriptors")))
    assert "Foie" in kept.TextValue
    assert not any(word in kept.TextValue.lower() for word in ("dupont", "1957"))
    assert children(cleaned(report(text))) == []


def test_references_point_at_the_new_instances_with_their_frames():
    source = reference()
    source.ReferencedSOPSequence[0].ReferencedFrameNumber = [2, 5]
    (kept,) = children(cleaned(report(source)))
    pointed = kept.ReferencedSOPSequence[0]
    assert (pointed.ReferencedSOPClassUID, pointed.ReferencedSOPInstanceUID) == (CT, mapped("1.2.3.4"))
    assert list(pointed.ReferencedFrameNumber) == [2, 5]


def test_uids_stay_when_they_are_retained():
    (kept,) = children(cleaned(report(reference()), (*CLEAN, "retain-uids")))
    assert kept.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.2.3.4"


def test_uid_items_are_mapped():
    (kept,) = children(cleaned(report(item("UIDREF", ("112040", "DCM"), UID="1.2.9"))))
    assert str(kept.UID) == mapped("1.2.9")


@pytest.mark.filterwarnings("ignore:Invalid value")
def test_a_uid_item_stays_only_where_the_table_and_the_profile_say_so():
    tracking, other = item("UIDREF", ("112040", "DCM"), UID="1.2.9"), item("UIDREF", UID="1.2.9")
    options = (*CLEAN, "retain-uids")
    kept = children(cleaned(report(tracking, other), options, attributes={"UID": "keep"}))
    assert [str(one.UID) for one in kept] == ["1.2.9", mapped("1.2.9")]
    kept = children(cleaned(report(tracking, other), options))
    assert [str(one.UID) for one in kept] == [mapped("1.2.9")] * 2
    assert children(cleaned(report(item("UIDREF", ("113811", "DCM"), UID=CANARY)))) == []


def test_dates_move_with_the_person_and_stay_when_retained():
    source = item("DATE", ("111060", "DCM"), Date="20240131")
    shifted = (*CLEAN, "retain-longitudinal-modified-dates")
    plan = compile_plan(Dicom(source={"path": "x"}, options=shifted))
    (moved,) = children(cleaned(report(source), shifted))
    assert moved.Date == replacer(plan).shifted("8004512377", "20240131", "DA") != "20240131"
    (kept,) = children(cleaned(report(source), (*CLEAN, "retain-longitudinal-full-dates")))
    assert kept.Date == "20240131"


@pytest.mark.filterwarnings("ignore:Invalid value")
def test_a_date_that_is_none_leaves():
    source = item("DATE", ("111060", "DCM"), Date=CANARY)
    assert children(cleaned(report(source), (*CLEAN, "retain-longitudinal-full-dates"))) == []


def test_ages_over_89_are_brought_together():
    kept = cleaned(
        report(number("97", "a", ("121033", "DCM")), number("40", "a", ("121033", "DCM"))),
        (*CLEAN, "retain-patient-characteristics"),
    )
    assert [int(one.MeasuredValueSequence[0].NumericValue) for one in children(kept)] == [89, 40]


def test_a_report_without_its_verifier_is_unverified():
    source = report(number("4"))
    source.VerificationFlag, source.VerifyingObserverSequence = "VERIFIED", [Dataset()]
    source.VerifyingObserverSequence[0].VerifyingObserverName = CANARY
    kept = cleaned(source)
    assert kept.VerificationFlag == "UNVERIFIED"
    assert CANARY.encode() not in written(kept)


def test_references_by_position_follow_the_items_that_stay():
    gone, first, second = item("TEXT", TextValue=CANARY), number("1"), number("2")
    to_second, to_gone = Dataset(), Dataset()
    to_second.RelationshipType, to_second.ReferencedContentItemIdentifier = "INFERRED FROM", [1, 3]
    to_gone.RelationshipType, to_gone.ReferencedContentItemIdentifier = "INFERRED FROM", [1, 1]
    first.ContentSequence = [to_gone, to_second]
    kept = children(cleaned(report(gone, first, second)))
    assert len(kept) == 2
    (pointer,) = children(kept[0])
    assert pointer.ReferencedContentItemIdentifier == [1, 2]


def test_key_objects_keep_their_references_and_nothing_else():
    text = item("TEXT", ("113012", "DCM"), TextValue=CANARY)
    kept = cleaned(report(text, reference(), number("4"), sop_class=KEY_OBJECTS, title=LOCAL), options=())
    (one,) = children(kept)
    assert one.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == mapped("1.2.3.4")
    assert kept.ConceptNameCodeSequence[0].CodeValue == "113000"


def test_nothing_that_an_item_may_hold_beside_its_value_stays():
    source = number("4")
    source.add_new(0x00091001, "LO", CANARY)
    source.TextValue = CANARY
    source.MeasuredValueSequence[0].add_new(0x00104000, "LT", CANARY)
    source.ConceptNameCodeSequence[0].CodingSchemeVersion = CANARY
    source.ObservationDateTime = "19570312"
    assert CANARY.encode() not in written(cleaned(report(source)))
    assert b"19570312" not in written(cleaned(report(number("4"), source)))


def test_a_tree_without_end_is_set_aside():
    top = deepest = item("CONTAINER", FINDING)
    for _ in range(40):
        below = item("CONTAINER", FINDING)
        deepest.ContentSequence = [below]
        deepest = below
    with pytest.raises(Quarantine) as caught:
        cleaned(report(top))
    assert caught.value.reason is Reason.TOO_DEEP


@pytest.mark.parametrize(
    ("name", "kind", "options", "expected"),
    [
        (("121022", "DCM"), "TEXT", (), Fate.REMOVE),
        (("121012", "DCM"), "UIDREF", (), Fate.DUMMY),
        (("121012", "DCM"), "UIDREF", (Option.RETAIN_DEVICE_IDENTITY,), Fate.KEEP),
        (("113877", "DCM"), "TEXT", (Option.RETAIN_DEVICE_IDENTITY,), Fate.KEEP),
        (("121017", "DCM"), "TEXT", (Option.RETAIN_INSTITUTION_IDENTITY,), Fate.KEEP),
        (("121032", "DCM"), "CODE", (Option.RETAIN_PATIENT_CHARACTERISTICS,), Fate.KEEP),
        (("121031", "DCM"), "DATE", (Option.RETAIN_FULL_DATES,), Fate.REMOVE),
        (("126201", "DCM"), "DATE", (Option.RETAIN_MODIFIED_DATES,), Fate.SHIFT),
        (("121071", "DCM"), "TEXT", (Option.CLEAN_DESCRIPTORS,), Fate.CLEAN),
        (("121022", "DCM"), "NUM", (), Fate.REMOVE),
        (("121071", "DCM"), "CODE", (), Fate.KEEP),
        (None, "IMAGE", (), Fate.KEEP),
        (None, "NUM", (), Fate.REMOVE),
    ],
)
def test_the_table_says_what_happens_to_a_concept(name, kind, options, expected):
    assert fate(name, kind, options) is expected
