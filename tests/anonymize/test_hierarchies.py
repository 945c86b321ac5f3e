"""Shipped hierarchies and hierarchy files."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.hierarchies.departements import regions
from anonymize.hierarchies.file import FileHierarchy
from anonymize.hierarchies.registry import SHIPPED, find_hierarchy
from profiles.errors import NOWHERE, ProfileError, SourceError

SAMPLES = {
    "age": st.integers(0, 130).map(str),
    "atc": st.from_regex(
        r"[ABCDGHJLMNPRSV](\d\d([A-Z]([A-Z](\d\d)?)?)?)?",
        fullmatch=True,
        alphabet=st.characters(codec="ascii"),
    ),
    "cim10": st.from_regex(
        r"[A-O]\d\d\.?\d{0,3}", fullmatch=True, alphabet=st.characters(codec="ascii")
    ).filter(lambda code: SHIPPED["cim10"].generalize([code], 3) != [None]),
    "ccam": st.from_regex(r"[A-C]{4}\d{3}", fullmatch=True, alphabet=st.characters(codec="ascii")),
    "dates": st.dates(date(1998, 1, 1), date(2022, 1, 1)).map(date.isoformat),
    "ghm": st.from_regex(r"0[1-3][CM]\d\d[1-4]", fullmatch=True, alphabet=st.characters(codec="ascii")),
    "commune-departement-region": st.tuples(st.sampled_from(sorted(regions())), st.integers(0, 999)).map(
        lambda pair: pair[0] + f"{pair[1]:03d}"[len(pair[0]) - 2 :]
    ),
    "postcode-departement": st.integers(1000, 95999).map("{:05d}".format),
}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("commune-departement-region", "75056", ["75056", "75", "11", "FR"]),
        ("commune-departement-region", "01004", ["01004", "01", "84", "FR"]),
        ("commune-departement-region", "2A004", ["2A004", "2A", "94", "FR"]),
        ("commune-departement-region", "20004", ["20004", "20", "94", "FR"]),
        ("commune-departement-region", "97411", ["97411", "974", "04", "FR"]),
        ("commune-departement-region", "97502", ["97502", "975", "COM", "FR"]),
        ("commune-departement-region", "67482", ["67482", "67", "44", "FR"]),
        ("commune-departement-region", "99134", ["99134", "99", "99", "99"]),
        ("commune-departement-region", "96001", [None] * 4),
        ("commune-departement-region", "7505", [None] * 4),
        ("commune-departement-region", "2C004", [None] * 4),
        ("postcode-departement", "20000", ["20000", "2A", "94", "FR"]),
        ("postcode-departement", "20200", ["20200", "2B", "94", "FR"]),
        ("postcode-departement", "97610", ["97610", "976", "06", "FR"]),
        ("postcode-departement", "31000", ["31000", "31", "76", "FR"]),
        ("postcode-departement", "00100", [None] * 4),
        ("atc", "A10BA02", ["A10BA02", "A10BA", "A10B", "A10", "A"]),
        ("atc", "C07AB", ["C07AB", "C07AB", "C07A", "C07", "C"]),
        ("atc", "E10BA02", [None] * 5),
        ("atc", "A10BA0", [None] * 5),
        ("cim10", "E119", ["E119", "E11", "E10-E14", "E00-E90"]),
        ("cim10", "E11.9", ["E11.9", "E11", "E10-E14", "E00-E90"]),
        ("cim10", "I200+0", ["I200+0", "I20", "I20-I25", "I00-I99"]),
        ("cim10", "B99", ["B99", "B99", "B99-B99", "A00-B99"]),
        ("cim10", "C00", ["C00", "C00", "C00-C14", "C00-D48"]),
        ("cim10", "D50", ["D50", "D50", "D50-D53", "D50-D89"]),
        ("cim10", "H59", ["H59", "H59", "H55-H59", "H00-H59"]),
        ("cim10", "H60", ["H60", "H60", "H60-H62", "H60-H95"]),
        ("cim10", "Z512", ["Z512", "Z51", "Z40-Z54", "Z00-Z99"]),
        ("cim10", "U071", ["U071", "U07", "U00-U49", "U00-U99"]),
        ("cim10", "A90", ["A90", "A90", "A90-A99", "A00-B99"]),
        ("cim10", "A29", ["A29", "A29", "A00-B99", "A00-B99"]),
        ("cim10", "T99", [None] * 4),
        ("cim10", "D49", [None] * 4),
        ("cim10", "E1", [None] * 4),
        ("ccam", "DEQP003", ["DEQP003", "DEQP", "DE", "D"]),
        ("ccam", "HHFA001-02", ["HHFA001-02", "HHFA", "HH", "H"]),
        ("ccam", "DEQP03", [None] * 4),
        ("ghm", "05M092", ["05M092", "05M09", "05"]),
        ("ghm", "28Z04Z", ["28Z04Z", "28Z04", "28"]),
        ("ghm", "05M09", [None] * 3),
        ("dates", "2020-03-31", ["2020-03-31", "2020-03", "2020-Q1", "2020", "2020-2029"]),
        ("dates", "1999-12", ["1999-12", "1999-12", "1999-Q4", "1999", "1990-1999"]),
        ("dates", "2021-Q3", ["2021-Q3", "2021-Q3", "2021-Q3", "2021", "2020-2029"]),
        ("dates", "2021", ["2021", "2021", "2021", "2021", "2020-2029"]),
        ("dates", "2021-02-29", [None] * 5),
        ("dates", "2021-13", [None] * 5),
        ("dates", "31/12/2021", [None] * 5),
        ("age", "0", ["0", "0-4", "0-9", "0-19", "*"]),
        ("age", "89", ["89", "85-89", "80-89", "80+", "*"]),
        ("age", "90", ["90", "90+", "90+", "80+", "*"]),
        ("age", "131", [None] * 5),
        ("age", "-1", [None] * 5),
    ],
)
def test_known_places_in_a_shipped_hierarchy(name, value, expected):
    hierarchy = SHIPPED[name]
    assert [hierarchy.generalize([value], level)[0] for level in range(len(hierarchy.levels))] == expected


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
def test_two_codes_that_meet_at_a_level_meet_at_every_coarser_one(name, data):
    hierarchy = SHIPPED[name]
    first, second = data.draw(SAMPLES[name]), data.draw(SAMPLES[name])
    same = [
        a == b
        for a, b in (hierarchy.generalize([first, second], level) for level in range(len(hierarchy.levels)))
    ]
    assert same == sorted(same)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_hierarchy_tells_its_source_and_names_no_level_by_a_number(name):
    assert SHIPPED[name].source
    assert not any(level.isdecimal() for level in SHIPPED[name].levels)
    assert SHIPPED[name].__doc__


def test_every_departement_has_one_region():
    metropolis = {
        code for code, region in regions().items() if region not in {"COM", "99"} and len(code) == 2
    }
    assert len(metropolis - {"20"}) == 96
    assert len({region for code, region in regions().items() if code in metropolis}) == 13
    assert {regions()[code] for code in ("971", "972", "973", "974", "976")} == {"01", "02", "03", "04", "06"}


def test_an_unknown_level_gets_the_list_and_the_nearest_one():
    with pytest.raises(ProfileError) as raised:
        SHIPPED["atc"].level_number("groupe-anatomic", NOWHERE)
    assert raised.value.code == "hierarchy-level-unknown"
    assert raised.value.facts["nearest"] == "groupe-anatomique"
    with pytest.raises(ProfileError):
        SHIPPED["atc"].level_number("5", NOWHERE)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "h.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_file_may_quote_its_cells_and_start_with_a_byte_order_mark(tmp_path):
    hierarchy = FileHierarchy(write(tmp_path, '\ufeff"a;b";"é"\r\nc;d\r\n'))
    assert hierarchy.generalize(["a;b", "c", "x"], 1) == ["é", "d", None]
    assert hierarchy.levels == ("0", "1")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a;A;*\nb;B;*\na;B;*\n", "hierarchy-two-parents", 3),
        ("a;A;x\nb;A;y\n", "hierarchy-two-parents", 2),
        ("a;A;*\nb;*\n", "hierarchy-ragged", 2),
        ("", "hierarchy-unreadable", None),
        ("\n\n", "hierarchy-unreadable", None),
        ('"a;b\n', "hierarchy-unreadable", None),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path, text, code, line):
    with pytest.raises(SourceError) as raised:
        FileHierarchy(write(tmp_path, text))
    assert raised.value.code == code
    assert (raised.value.place.file, raised.value.place.line) == ("h.csv", line)


def test_a_file_in_another_encoding_is_told(tmp_path):
    with pytest.raises(SourceError) as raised:
        FileHierarchy(write(tmp_path, "été;saison\n", "latin-1"))
    assert raised.value.code == "hierarchy-unreadable"


def test_the_same_line_twice_is_no_contradiction(tmp_path):
    assert FileHierarchy(write(tmp_path, "a;A\na;A\n")).generalize(["a"], 1) == ["A"]


MEDICINES = """PHA_CIP_C13;PHA_PRS_IDE;PHA_ATC_CLA;PHA_ATC_LIB
3400930000011;3000001;A10BA02;"x;y"
3400930000028;;C07AB07;z
3400930000035;3000003;;z
"""


def test_the_boxes_of_the_official_table_of_medicines_climb_to_their_atc_classes(tmp_path):
    path = write(tmp_path, MEDICINES)
    hierarchy = find_hierarchy("h.csv", lambda _: path, NOWHERE)
    codes = ["3400930000011", "3000001", "3400930000028", "3400930000035", "1"]
    assert hierarchy.generalize(codes, 0) == ["3400930000011", "3000001", "3400930000028", None, None]
    assert hierarchy.generalize(codes, 1) == ["A10BA02", "A10BA02", "C07AB07", None, None]
    level = hierarchy.level_number("groupe-anatomique", NOWHERE)
    assert hierarchy.generalize(codes, level) == ["A", "A", "C", None, None]


def test_a_box_with_two_classes_is_told_with_its_line(tmp_path):
    path = write(tmp_path, MEDICINES + "3400930000011;;B01AC06;w\n")
    with pytest.raises(SourceError) as raised:
        find_hierarchy("h.csv", lambda _: path, NOWHERE)
    assert (raised.value.code, raised.value.place.line) == ("hierarchy-two-parents", 5)


def test_a_table_of_medicines_in_another_encoding_is_told(tmp_path):
    path = write(tmp_path, MEDICINES.replace("z", "é"), "latin-1")
    with pytest.raises(SourceError) as raised:
        find_hierarchy("h.csv", lambda _: path, NOWHERE)
    assert raised.value.code == "hierarchy-unreadable"


def test_each_block_of_diagnoses_lies_in_one_chapter():
    from anonymize.hierarchies.cim10 import _range, _ranges

    blocks = _ranges("blocks")
    assert list(blocks) == sorted(blocks)
    assert all(block[:3] <= block[4:] for block in blocks)
    assert all(first[4:] < second[:3] for first, second in pairwise(blocks))
    assert all(_range("chapters", block[:3]) == _range("chapters", block[4:]) for block in blocks)


def test_a_shipped_name_wins_over_a_file(tmp_path):
    assert find_hierarchy("age", lambda _: tmp_path / "none", NOWHERE) is SHIPPED["age"]
