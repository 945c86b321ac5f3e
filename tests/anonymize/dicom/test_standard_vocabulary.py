"""What a kept text may hold: techniques yes, persons never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.dicom.standard import coding
from anonymize.dicom.standard.dictionary import tag_of
from anonymize.dicom.standard.vocabulary import TEXTS, plausible, speaks_of
from profiles.dicom_names import names

IDENTIFIERS = (
    "DUPONT",
    "CANARY17",
    "MARTIN^Jean",
    "Jean Martin",
    "1850159123456",
    "1 85 01 59 123 456 78",
    "06 12 34 56 78",
    "0612345678",
    "+33612345678",
    "12/05/1950",
    "19500512",
    "1950",
    "12.05.50",
    "D U P O N T",
    "d.u.p.o.n.t",
    "(533)685-6860x3511",
    "WE188738",
    "IPP4711",
    "A1234567",
    "SN48151623",
    "Hôpital Saint-Louis",
    "CHU de Nantes",
    "12 rue de la Paix",
    "jean.martin@chu.fr",
    "Éléonore Lefèvre",
    "née Kermarrec",
)
SCHEMES = ("", "DCM", "SCT", "SRT", "LN", "UCUM", "IBSI", "FMA", "NEU", "I10", "99LOCAL")
TEXT_TAGS = tuple(
    (tag, vr, keyword) for tag, (vr, keyword, _) in sorted(names().exact.items()) if vr in TEXTS
)


def held(keyword: str, value: str, scheme: str = "") -> bool:
    tag = tag_of(keyword)
    assert tag is not None
    return plausible(tag, names().exact[tag][0], value, scheme)


@pytest.mark.parametrize("value", IDENTIFIERS)
def test_no_attribute_may_hold_an_identifier(value):
    assert not [keyword for tag, vr, keyword in TEXT_TAGS if plausible(tag, vr, value)]


@pytest.mark.parametrize("value", sorted(set(IDENTIFIERS) - {"1950"}))
def test_no_part_of_a_code_may_hold_an_identifier_whatever_its_scheme(value):
    parts = (coding.CODE_VALUE, coding.LONG_CODE_VALUE, coding.DESIGNATOR, coding.VERSION, coding.MEANING)
    assert not [
        (part, scheme) for part in parts for scheme in SCHEMES if plausible(part, "SH", value, scheme)
    ]


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("ImageType", "ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI"),
        ("ImageType", "DERIVED\\SECONDARY\\MPR\\CSA MPR\\\\CSAPARALLEL\\M\\ND\\NORM"),
        ("BodyPartExamined", "CSPINE"),
        ("PatientPosition", "HFS"),
        ("LossyImageCompressionMethod", "ISO_15444_1"),
        ("Manufacturer", "SIEMENS"),
        ("Manufacturer", "GE MEDICAL SYSTEMS"),
        ("Manufacturer", "FUJI PHOTO FILM CO. LTD."),
        ("ManufacturerModelName", "SOMATOM Definition AS+"),
        ("ManufacturerModelName", "Aquilion ONE"),
        ("ManufacturerModelName", "EPIQ 7C"),
        ("ConvolutionKernel", "B30f"),
        ("ConvolutionKernel", "Br40d\\3"),
        ("ConvolutionKernel", "FC13"),
        ("SequenceName", "*tse2d1_11"),
        ("SoftwareVersions", "syngo MR E11"),
        ("SoftwareVersions", "5.1.7\\5.1.7.2"),
        ("ReceiveCoilName", "HE1-4;NE1,2"),
        ("ImagedNucleus", "1H"),
        ("RescaleType", "HU"),
        ("DimensionDescriptionLabel", "ImagePositionPatient"),
        ("WindowCenterWidthExplanation", "WINDOW1\\WINDOW2"),
        ("SegmentLabel", "Foie"),
        ("SpecificCharacterSet", "\\ISO 2022 IR 87"),
        ("PatientOrientation", "L\\FP"),
        ("EthnicGroup", "Caucasian"),
        ("TimezoneOffsetFromUTC", "+0100"),
    ],
)
def test_words_of_techniques_stay(keyword, value):
    assert held(keyword, value)


@pytest.mark.parametrize(
    ("value", "scheme", "meaning"),
    [
        ("T-D1100", "SRT", "Head"),
        ("113040", "DCM", "Lossy Compression"),
        ("18748-4", "LN", "Diagnostic imaging study"),
        ("mm", "UCUM", "millimeter"),
        ("{counts}/s", "UCUM", "counts per second"),
        ("51185008", "SCT", "Thorax"),
        ("10200004", "SCT", "Liver"),
        ("RID1301", "RADLEX", "lung"),
    ],
)
def test_codes_of_the_standard_stay_with_their_meaning(value, scheme, meaning):
    assert plausible(coding.CODE_VALUE, "SH", value, scheme)
    assert plausible(coding.DESIGNATOR, "SH", scheme, scheme)
    assert plausible(coding.MEANING, "LO", meaning, scheme)


@pytest.mark.parametrize("scheme", ["99CHU", "SIEMENS_RIS", "L", ""])
def test_local_codes_leave_with_their_scheme(scheme):
    assert not plausible(coding.CODE_VALUE, "SH", "113040", scheme)
    assert not plausible(coding.MEANING, "LO", "Head", scheme)
    assert not scheme or not plausible(coding.DESIGNATOR, "SH", scheme, scheme)


def test_a_name_in_the_meaning_of_a_standard_code_is_not_a_meaning():
    assert not plausible(coding.MEANING, "LO", "Head of Jean DUPONT", "SCT")
    assert not plausible(coding.CODE_VALUE, "SH", "{DUPONT}", "UCUM")


def test_check_digits_tell_codes_from_other_numbers():
    assert coding.verhoeff("2363") == 0
    assert coding.is_loinc("18748-4")
    assert not coding.is_loinc("18748-5")
    assert coding.is_snomed("10200004")
    assert not coding.is_snomed("10200003")


@given(st.text(min_size=1, max_size=64), st.sampled_from(TEXT_TAGS))
def test_any_text_gets_an_answer(value, attribute):
    tag, vr, _ = attribute
    assert plausible(tag, vr, value, "DCM") in {True, False}


@given(st.integers(min_value=10**7, max_value=10**15), st.sampled_from(TEXT_TAGS))
def test_long_numbers_stay_nowhere(number, attribute):
    tag, vr, _ = attribute
    assert not plausible(tag, vr, str(number))


@pytest.mark.parametrize("vr", ["DS", "IS"])
def test_numbers_that_are_dates_or_identifiers_are_no_measures(vr):
    tag = tag_of("SliceThickness")
    assert tag is not None
    assert plausible(tag, vr, "120")
    assert not plausible(tag, vr, "19500512")
    assert not plausible(tag, vr, "1850159123456")


def test_doses_in_becquerels_are_long_numbers_of_few_digits():
    assert held("RadionuclideTotalDose", "370000000")
    assert held("RadionuclideTotalDose", "311400000.0")
    assert not held("RadionuclideTotalDose", "1850159123456")
    assert not held("RadionuclideTotalDose", "612345678")
    assert not held("SliceThickness", "370000000")


def test_a_short_number_is_no_word():
    assert not held("SegmentDescription", "4711")
    assert not held("ManufacturerModelName", "4711")
    assert held("ContextIdentifier", "4711")


def test_free_comments_are_not_read_at_all():
    for keyword in ("ContentLabel", "TreatmentStatusComment", "RouteSegmentID", "HangingProtocolName"):
        tag = tag_of(keyword)
        assert tag is not None
        assert speaks_of(tag, names().exact[tag][0]) == (keyword == "ContentLabel")


MADE = {
    "ManufacturerModelName": (
        "Discovery CT750 HD|LightSpeed VCT|Revolution CT|SOMATOM go.Top|Biograph mCT|iCT 256|"
        "IQon - Spectral CT|Aquilion PRIME|SIGNA Artist|Optima MR450w|Prisma_fit|TrioTim|MAGNETOM Vida|"
        "Ingenia Elition X|Vantage Galan 3T|LOGIQE9|iU22|Aplio i800|ACUSON S2000|Artis zee|Allura Xper|"
        "Senographe Essential|Selenia Dimensions|DRX-Evolution|Definium 8000|Symbia Intevo 16|"
        "GEMINI TF TOF 16|Cirrus HD-OCT 5000|TrueBeam|Pinnacle3|NanoZoomer"
    ),
    "Manufacturer": (
        "Siemens Healthineers|GE Healthcare|Philips Medical Systems|TOSHIBA_MEC|CANON_MEC|HOLOGIC, Inc.|"
        "Carestream Health|Agfa-Gevaert|KONICA MINOLTA|EOS imaging|SuperSonic Imagine SA|Carl Zeiss Meditec"
    ),
    "ConvolutionKernel": "B30f|H60s|Br40d\\3|Qr40d\\2|STANDARD|BONEPLUS|YA|UB|FC51|LUNG_B|XCB|SOFT+",
    "SequenceName": "*fl3d1_ns|epfid2d1_64|*ep_b1000t|tfl3d1_16ns|*spcir_278ns|*tir2d1_15rs11|SE2d1",
    "ScanOptions": "HELICAL MODE|SAT_GEMS|FS|PFP|SPIRAL|TOPOGRAM",
    "ReceiveCoilName": "HeadNeck_64|SENSE-Head-8|8HRBRAIN|C:HEA;HEP|T/R Head",
    "BodyPartExamined": "THORAX_ABDO|BASSIN|GENOU|RACHIS LOMBAIRE|LOW_EXM|CHESTABDPELVIS",
    "ImageType": "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND\\NORM|ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE",
    "AcquisitionProtocolName": "TAP injecté|Thorax low dose|ANGIO CAROTIDES|Abdomen Routine",
    "Radiopharmaceutical": "F-18 FDG|Ga-68 DOTATATE|Technetium Tc99m medronate",
}


@pytest.mark.parametrize("keyword", MADE)
def test_what_machines_of_many_makers_write_stays(keyword):
    assert [value for value in MADE[keyword].split("|") if not held(keyword, value)] == []
