"""The tables of facts can be written anew from their sources."""

import json
from textwrap import wrap

from anonymize.dicom.standard import generate, generate_words, lexicon
from profiles.dicom_names import DATA

ROW = {
    "tag": "60XX3000",
    "basic": "X",
    "retired": "N",
    "name": "Overlay Data",
    **dict.fromkeys(generate.OPTIONS, ""),
    "clean_graph": "C",
}


def test_names_are_those_of_the_installed_dictionary_and_of_newer_rows():
    newer = {"tag": "00100012", "name": "Name to Use", "retired": "N"}
    shipped = DATA.read_text("ascii").splitlines()
    assert set(generate.names([])) < set(shipped)
    assert "00100012 LT NameToUse" in generate.names([newer])
    assert len(shipped) == len(generate.names([])) + 26


def test_actions_are_one_line_a_row():
    assert generate.confidentiality([ROW]) == ["60xx3000 X graphics=C"]


def test_keywords_follow_the_rule_of_the_dictionary():
    assert generate.keyword("Person Names to Use Sequence") == "PersonNamesToUseSequence"
    assert generate.keyword("Patient's Name") == "PatientsName"


def test_alike_modules_are_written_once_with_the_strongest_type(tmp_path):
    item = [
        {"keyword": "A", "type": "3", "path": []},
        {"keyword": "A", "type": "1C", "path": []},
        {"keyword": "B", "type": "2", "path": ["A"]},
    ]
    contents = {
        "sop_class_iod_map": {"1.2": "one", "1.3": "two"},
        "iod_module_map": {"one": [{"key": "x"}, {"key": "y"}], "two": [{"key": "y"}, {"key": "absent"}]},
        "module_attribute_map": {"x": item, "y": item},
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    classes, nodes = generate.objects(tmp_path, {"A": "00080001", "B": "00080002"})
    assert classes == ["1.2 one 2", "1.3 two 2"]
    assert nodes == ["00080002:2", "00080001:1C>1"]


def test_defined_terms_are_read_and_codes_are_no_words(tmp_path):
    (tmp_path / "ct.tpl").write_text(
        'StringValues="Phase" {\n\tPRE_CONTRAST,\n\tT-D1100 = Head,\n\t113040\n}\nNOT A TERM\n', "ascii"
    )
    found = list(generate_words.terms(tmp_path))
    assert found == ["PRE_CONTRAST", "T-D1100", "113040"]
    assert generate_words.of_terms(found) == {"pre", "contrast", "t"}


def test_words_of_meanings_are_things_not_surnames():
    words = generate_words.of_meanings()
    assert {"liver", "thoracic", "contrast"} <= words
    assert not {"dupont", "martin", "labrador"} & words


def test_codes_of_the_scheme_of_dicom_are_those_of_the_installed_dictionary():
    assert (
        lexicon.CODES.read_text("ascii").split() == "\n".join(wrap(" ".join(generate_words.codes()))).split()
    )
    words, ranges = lexicon.codes()
    assert "CT" in words
    assert any(113040 in each for each in ranges)
    assert not any(100000 in each for each in ranges)


def test_no_table_of_words_holds_a_word_that_was_left_out():
    left_out = lexicon.read("excluded.txt")
    assert not lexicon.read("words.txt") & left_out
    assert {"clinic", "hospital", "january"} <= left_out
