"""Objects that are no plain image are cleaned by their handler, or set aside."""

from io import BytesIO

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from anonymize.dicom.plan import compile_plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.special.codes import coded
from anonymize.dicom.special.plain import PLAIN
from anonymize.dicom.special.registry import families, handler
from anonymize.dicom.standard.iod import known_sop_class
from anonymize.dicom.values import Replacer
from anonymize.keys import Keys
from profiles.dicom_model import Dicom

STORAGE = "1.2.840.10008.5.1.4.1.1."
PDF, STRUCTURES, SEGMENTS, GREY_STATE, ECG = (
    STORAGE + one for one in ("104.1", "481.3", "66.4", "11.1", "9.1.1")
)
CANARY = "DUPONT"


def cleaned(ds: Dataset, needles: tuple[str, ...] = ("dupont",), **dicom: object) -> Dataset:
    plan = compile_plan(Dicom(source={"path": "x"}, **dicom))
    replacer = Replacer(Keys(b"0" * 32, "essai"), plan, "person")
    finish = handler(ds.SOPClassUID).clean(ds, plan, replacer, needles)
    if finish is not None:
        finish(ds)
    return ds


def written(ds: Dataset) -> bytes:
    file = BytesIO()
    pydicom.dcmwrite(file, ds, implicit_vr=False, little_endian=True)
    return file.getvalue()


def data_set(sop_class: str, **values: object) -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.PatientID = sop_class, "77"
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def items(keyword: str, *values: str) -> list[Dataset]:
    made = []
    for value in values:
        one = Dataset()
        if value:
            setattr(one, keyword, value)
        made.append(one)
    return made


@pytest.mark.filterwarnings("ignore:Invalid value")
@pytest.mark.parametrize(
    "sop_class",
    [
        "1.2.840.113619.4.2",
        STORAGE + "66",
        STORAGE + "9.4.1",
        STORAGE + "9.4.2",
        STORAGE + "68.1",
        STORAGE + "201.1",
        "1.2.840.10008.1.3.10",
        "1.2.840.10008.5.1.1.27",
        "",
        CANARY,
    ],
)
def test_objects_that_are_not_understood_are_set_aside(sop_class):
    with pytest.raises(Quarantine) as caught:
        cleaned(data_set(sop_class))
    assert caught.value.reason is Reason.UNKNOWN_OBJECT


@pytest.mark.parametrize(
    "suffix", ["2", "4", "6.1", "7", "1.1", "12.1", "77.1.6", "481.2", "128", "2.1", "4.1"]
)
def test_plain_images_need_no_handler(suffix):
    assert handler(STORAGE + suffix) is None


def test_no_class_is_both_plain_and_special_or_unknown_to_the_standard():
    special = [uid for family in families() for uid in family.sop_classes]
    assert len(special) == len(set(special))
    assert PLAIN.isdisjoint(special)
    assert all(map(known_sop_class, PLAIN.union(special)))


def test_a_document_sets_its_file_aside_unless_it_is_removed():
    ds = data_set(
        PDF,
        DocumentTitle=CANARY,
        EncapsulatedDocument=b"%PDF DUPONT ",
        MIMETypeOfEncapsulatedDocument="application/pdf",
    )
    with pytest.raises(Quarantine) as caught:
        cleaned(ds)
    assert caught.value.reason is Reason.ENCAPSULATED
    bare = cleaned(ds, encapsulated="remove")
    assert bare.EncapsulatedDocument == b"\0\0"
    assert CANARY.encode() not in written(bare)


def test_contours_get_names_of_their_own():
    ds = data_set(STRUCTURES, StructureSetLabel=CANARY)
    ds.StructureSetROISequence = items("ROIName", CANARY, "Liver", "", "PTV Dupont")
    cleaned(ds)
    assert [one.get("ROIName") for one in ds.StructureSetROISequence] == ["ROI-1", "ROI-2", None, "ROI-4"]
    assert ds.StructureSetLabel == "STRUCTURES"


def test_contours_keep_words_of_anatomy_when_descriptors_are_cleaned():
    ds = data_set(STRUCTURES)
    ds.StructureSetROISequence = items("ROIName", "Liver Dupont", "Liver", "PTV", "Dr Dupont")
    cleaned(ds, options=("clean-descriptors",))
    assert [one.ROIName for one in ds.StructureSetROISequence] == ["Liver", "Liver 2", "PTV", "ROI-4"]


def test_segments_are_named_by_their_public_code():
    ds = data_set(SEGMENTS)
    ds.SegmentSequence = items("SegmentLabel", CANARY, CANARY)
    ds.SegmentSequence[0].SegmentedPropertyTypeCodeSequence = [coded("T-62000", "SRT", CANARY)]
    ds.SegmentSequence[1].SegmentedPropertyTypeCodeSequence = [coded("X1", "99CHU", CANARY)]
    labels = [one.SegmentLabel for one in cleaned(ds).SegmentSequence]
    assert labels[0].startswith("Liver")
    assert labels[1] == "SEGMENT-2"


def state() -> Dataset:
    drawing = Dataset()
    drawing.GraphicAnnotationUnits, drawing.GraphicDimensions, drawing.NumberOfGraphicPoints = "PIXEL", 2, 2
    drawing.GraphicData, drawing.GraphicType, drawing.GraphicFilled = [1.0, 2.0, 3.0, 4.0], "POLYLINE", "N"
    drawing.add_new(0x00091001, "LO", CANARY)
    text = Dataset()
    text.UnformattedTextValue = CANARY
    pointed = Dataset()
    pointed.ReferencedSOPClassUID, pointed.ReferencedSOPInstanceUID = STORAGE + "2", "1.2.3"
    annotation = Dataset()
    annotation.GraphicLayer, annotation.ReferencedImageSequence = CANARY, [pointed]
    annotation.GraphicObjectSequence, annotation.TextObjectSequence = [drawing], [text]
    layer = Dataset()
    layer.GraphicLayer, layer.GraphicLayerOrder, layer.GraphicLayerDescription = CANARY, 1, CANARY
    only_text = Dataset()
    only_text.GraphicLayer, only_text.TextObjectSequence = CANARY, [text]
    return data_set(
        GREY_STATE,
        ContentLabel=CANARY,
        GraphicAnnotationSequence=[annotation, only_text],
        GraphicLayerSequence=[layer],
    )


def test_drawings_leave_whole_without_the_option():
    ds = cleaned(state())
    assert "GraphicAnnotationSequence" not in ds
    assert CANARY.encode() not in written(ds)


def test_drawings_stay_without_their_texts_and_names_under_clean_graphics():
    ds = cleaned(state(), options=("clean-graphics",))
    (annotation,) = ds.GraphicAnnotationSequence
    assert list(annotation.GraphicObjectSequence[0].GraphicData) == [1.0, 2.0, 3.0, 4.0]
    assert annotation.GraphicLayer == ds.GraphicLayerSequence[0].GraphicLayer == "LAYER1"
    assert annotation.ReferencedImageSequence[0].ReferencedSOPInstanceUID.startswith("2.25.")
    assert CANARY.encode() not in written(ds)


def test_a_presentation_state_keeps_the_dates_that_it_needs_as_dummies():
    source = state()
    source.PresentationCreationDate = "20240131"
    del source.ContentLabel
    plan = compile_plan(Dicom(source={"path": "x"}))
    replacer = Replacer(Keys(b"0" * 32, "essai"), plan, "person")
    finish = handler(GREY_STATE).clean(source, plan, replacer, ())
    made = data_set(GREY_STATE)
    finish(made)
    assert made.PresentationCreationDate == "19000101"
    assert "PresentationCreationTime" not in made


def test_notes_on_a_signal_leave_but_for_codes_and_numbers():
    text, measure = Dataset(), Dataset()
    text.UnformattedTextValue = CANARY
    measure.ConceptNameCodeSequence = [coded("5.10.2.5-1", "SCPECG", CANARY)]
    public = Dataset()
    public.ConceptNameCodeSequence, public.NumericValue = [coded("2:15872", "MDC", CANARY)], "61"
    known = Dataset()
    known.ConceptNameCodeSequence = [coded("364075005", "SCT", CANARY)]
    known.NumericValue, known.MeasurementUnitsCodeSequence = "61", [coded("{bpm}", "UCUM", CANARY)]
    notes = [text, measure, public, known]
    assert "WaveformAnnotationSequence" not in cleaned(data_set(ECG, WaveformAnnotationSequence=notes))
    ds = cleaned(data_set(ECG, WaveformAnnotationSequence=notes), options=("clean-structured-content",))
    assert [float(one.NumericValue) for one in ds.WaveformAnnotationSequence] == [61.0]
    assert CANARY.encode() not in written(ds)


@pytest.mark.parametrize(
    "name",
    ["rtstruct.dcm", "rtplan.dcm", "liver_1frame.dcm", "waveform_ecg.dcm", "test-SR.dcm", "reportsi.dcm"],
)
def test_bundled_objects_go_through(name):
    ds = pydicom.dcmread(str(get_testdata_file(name)), force=True)
    assert cleaned(ds, options=("clean-structured-content", "clean-graphics", "clean-descriptors")) is ds


@pytest.mark.parametrize(
    ("sop_class", "keyword"),
    [
        (STORAGE + "88.33", "ContentSequence"),
        (STRUCTURES, "StructureSetROISequence"),
        (SEGMENTS, "SegmentSequence"),
        (GREY_STATE, "GraphicAnnotationSequence"),
        (ECG, "WaveformAnnotationSequence"),
    ],
)
def test_content_that_is_not_built_as_it_should_is_set_aside(sop_class, keyword):
    ds = data_set(sop_class)
    ds.add_new(pydicom.datadict.tag_for_keyword(keyword), "LO", CANARY)
    with pytest.raises(Quarantine) as caught:
        cleaned(ds, options=("clean-structured-content", "clean-graphics"))
    assert caught.value.reason is Reason.MALFORMED
    assert CANARY not in caught.value.detail
