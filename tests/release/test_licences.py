"""Every word that a profile may use for a licence or a frequency has its text."""

from profiles.catalogue import has
from profiles.vocabulary import FREQUENCIES, LICENCES
from release.licences import licence_of


def test_every_licence_that_a_profile_may_name_is_known():
    assert [licence_of(word).id.lower() for word in LICENCES] == list(LICENCES)


def test_the_notice_holds_the_spdx_identifier_and_the_link():
    licence = licence_of("CC-BY-4.0")
    assert "SPDX-License-Identifier: CC-BY-4.0\n" in licence.notice()
    assert licence.url in licence.notice()


def test_every_frequency_has_its_words():
    assert [word for word in FREQUENCIES if not has(f"release.frequency.{word}")] == []
