"""Keys that follow what they point at; the rest is in the tests of the plan."""

from tests.anonymize.helpers import make, run


def test_it_changes_nothing_by_itself_because_the_steps_of_the_root_follow_it():
    assert run(make("inherit"), ["a", None]) == ["a", None]
