from profiles.catalogue import Lang
from release.search_section import search_section
from tables.searched import Searched, SearchedColumn, SearchedOption

COLUMNS = (SearchedColumn("t.sex", 2, 0, 0.04), SearchedColumn("t.age", 5, 3, 0.2))
OPTIONS = (SearchedOption((0, 4), 0.31, 5),)


def test_nothing_is_said_when_nothing_was_searched():
    assert search_section(None, 11, Lang.FR) == ""


def test_levels_loss_and_the_next_best_are_told_and_small_counts_are_not():
    found = Searched("global", 0.2928, 0.2928, True, 370, 1178, COLUMNS, OPTIONS)
    page = search_section(found, 11, Lang.FR)
    assert "29,3 %" in page
    assert "démontré" in page
    assert "| `t.age` | 3 sur 4 | 20,0 % |" in page
    assert "- 0, 4 : perte 31,0 %, personnes retirées : moins de 11" in page


def test_a_search_cut_short_says_its_bound():
    found = Searched("global", 0.3, 0.25, False, 370, 0, COLUMNS)
    assert "no choice loses less than 25.0%" in search_section(found, 11, Lang.EN)


def test_a_local_search_has_no_single_level():
    columns = (SearchedColumn("t.age", 5, None, 0.2),)
    page = search_section(Searched("local", 0.05, None, False, 4000, 0, columns), 11, Lang.EN)
    assert "by group (0 to 4)" in page
    assert "proven" not in page
