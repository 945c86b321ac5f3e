"""Places that must go."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from anonymize.text.spans import Label, Span, joined, merged, replaced

SPANS = st.lists(
    st.builds(
        lambda start, length, label: Span(start, start + length, label),
        st.integers(0, 30),
        st.integers(1, 10),
        st.sampled_from(Label),
    )
)


@given(SPANS)
def test_merged_spans_are_disjoint_and_cover_the_same_characters(spans):
    done = merged(spans)

    assert all(one.end <= other.start for one, other in pairwise(done))
    assert {at for span in done for at in range(span.start, span.end)} == {
        at for span in spans for at in range(span.start, span.end)
    }


def test_the_longest_of_overlapping_spans_gives_the_label():
    assert merged([Span(0, 4, Label.NUMBER), Span(2, 12, Label.PHONE)]) == [Span(0, 12, Label.PHONE)]


def test_two_names_side_by_side_become_one_label():
    text = "DUPONT, Marie"

    assert replaced(text, joined(text, [Span(0, 6, Label.NAME), Span(8, 13, Label.NAME)])) == "[NOM]"


def test_a_mask_does_not_tell_what_was_there():
    assert replaced("le 12/03", [Span(3, 8, Label.DATE)], "[…]") == "le […]"
