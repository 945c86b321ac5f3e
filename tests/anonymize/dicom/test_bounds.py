"""A file made to be slow, or to fill the memory, is set aside while it is still small."""

import itertools
import time

import pytest

from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.rewriting import Rewriting
from tests.anonymize.dicom.factory import Rewriter
from tests.anonymize.dicom.little import image, save
from tests.anonymize.dicom.random_data import EXPLICIT, TAGS, Element, saved

FIXED = [
    Element(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2\0"), Element(0x00080018, "UI", b"1.2.826.0.1.1.77"),
    Element(0x00100020, "LO", b"HOSP-77 "), Element(0x0020000D, "UI", b"1.2.826.0.1.1.5\0"),
    Element(0x0020000E, "UI", b"1.2.826.0.1.1.6\0"),
]  # fmt: skip


def file_of(path, *others):
    return saved(sorted([*FIXED, *others], key=lambda one: one.tag), EXPLICIT, path)


def test_a_hundred_thousand_names_are_not_looked_for(tmp_path):
    letters = itertools.islice(itertools.product(b"abcdefghijkl", repeat=5), 99_999)
    names = [[Element(0x0040A075, "PN", b"Zyx" + bytes(word))] for word in letters]
    source = file_of(tmp_path / "in.dcm", Element(0x00081110, "SQ", names))
    start = time.monotonic()
    with pytest.raises(Quarantine) as refusal:
        Rewriter()(source, tmp_path / "out.dcm")
    assert refusal.value.reason is Reason.TOO_LARGE
    assert time.monotonic() - start < 20


def test_sequences_of_all_kinds_within_one_another_are_not_entered(tmp_path):
    kinds = [tag for tag, vr in TAGS if vr == "SQ"][:160]
    inner = [Element(tag, "SQ", [[]]) for tag in kinds]
    source = file_of(tmp_path / "in.dcm", *(Element(tag, "SQ", [inner]) for tag in kinds))
    with pytest.raises(Quarantine) as refusal:
        Rewriter()(source, tmp_path / "out.dcm")
    assert refusal.value.reason is Reason.TOO_LARGE


def test_what_is_learnt_of_values_is_forgotten_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr("anonymize.dicom.compiled.REMEMBERED", 200)
    rewriter = Rewriter()
    one = Rewriting(rewriter.plan, rewriter.replacer, rewriter.policy)
    places = one._fast._places
    most = 0
    for number in range(60):
        source = save(image(number=number, patient=number), tmp_path / "in.dcm")
        assert one.rewrite(source, tmp_path / "out.dcm").way == "walker"
        most = max(most, places.remembered)
    assert 100 < most < 400


def test_a_header_of_zeros_is_no_padding(tmp_path):
    source = file_of(tmp_path / "in.dcm")
    with source.open("ab") as file:
        file.truncate(source.stat().st_size + (3 << 30))
    start = time.monotonic()
    with pytest.raises(Quarantine) as refusal:
        Rewriter()(source, tmp_path / "out.dcm")
    assert refusal.value.reason is Reason.MALFORMED
    assert time.monotonic() - start < 5
