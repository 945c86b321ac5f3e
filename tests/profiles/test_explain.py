from profiles.catalogue import Lang
from profiles.explain import explain
from profiles.model import Bilingual
from tests.profiles.factories import changed, load


def described(table, column):
    return (Bilingual(fr=f"étape de {table}.{column}", en=f"step of {table}.{column}"),)


def explained(folder, *changes, lang=Lang.FR):
    found = explain(load(folder, changed(*changes)), lang, described)
    return {(row.table, row.column): row for row in found}


def test_every_column_is_explained_in_the_order_of_the_profile(tmp_path):
    rows = list(explained(tmp_path))
    assert rows[:3] == [("PERSONS", "ID"), ("PERSONS", "RANK"), ("PERSONS", "SEX")]
    assert rows[-1] == ("EVENTS", "WHEN")
    assert len(rows) == 9


def test_the_words_are_those_of_the_language(tmp_path):
    why = ("CODE: {role: sensitive}", "CODE: {role: sensitive, why: {fr: utile, en: useful}}")
    french = explained(tmp_path, why)[("EVENTS", "CODE")]
    english = explained(tmp_path, why, lang=Lang.EN)[("EVENTS", "CODE")]
    assert (french.role, french.kind, french.why) == ("donnée sensible", "texte", "utile")
    assert (english.role, english.kind, english.why) == ("sensitive", "text", "useful")
    assert french.steps == ("étape de EVENTS.CODE",)
    assert english.steps == ("step of EVENTS.CODE",)


def test_what_deserves_a_second_look_is_said(tmp_path):
    rows = explained(tmp_path, lang=Lang.EN)
    assert any("as it is" in warning for warning in rows["PERSONS", "SEX"].warnings)
    assert any("risk.knowledge" in warning for warning in rows["EVENTS", "WHEN"].warnings)
    assert any("risk.secrets" in warning for warning in rows["PERSONS", "DIED"].warnings)
    assert any("free text" in warning for warning in rows["EVENTS", "CODE"].warnings)
    assert rows["PERSONS", "ID"].warnings == ()


def test_a_declared_code_list_is_not_taken_for_free_text(tmp_path):
    rows = explained(tmp_path, ("CODE: {role: sensitive}", "CODE: {role: sensitive, nomenclature: atc}"))
    assert rows["EVENTS", "CODE"].warnings == ()


def test_a_column_that_is_not_published_asks_for_nothing(tmp_path):
    rows = explained(
        tmp_path,
        ("WHEN: {role: quasi, type: date, transform: shift}", "WHEN: {role: quasi, transform: drop}"),
    )
    assert not rows["EVENTS", "WHEN"].published
    assert rows["EVENTS", "WHEN"].warnings == ()
