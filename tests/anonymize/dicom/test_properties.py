"""Random data sets: what comes out is readable, holds nothing planted, and goes through again."""

import tempfile
from pathlib import Path

import pydicom
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.datadict import DicomDictionary

from anonymize.dicom.quarantine import Quarantine
from benchmarks.dicom.canaries import Canaries
from benchmarks.dicom.encoder import BIG, DEFLATED, EXPLICIT, IMPLICIT, Data, Style
from benchmarks.dicom.leaks import Wanted
from benchmarks.dicom.sheet import CT, MR, Drawer
from tests.anonymize.dicom.factory import Rewriter

STRUCTURE = {0x00080005, 0x00080016, 0x00080018, 0x0020000D, 0x0020000E, 0x00100020}
KNOWN = sorted(
    tag
    for tag in DicomDictionary
    if 0x00080000 < tag < 0x7FE00000 and tag not in STRUCTURE and tag >> 16 != 0x0028
)
TEXTS = ("AE", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UN", "UR", "UT")
REWRITER = Rewriter()

tags = st.one_of(
    st.sampled_from(KNOWN),
    st.integers(0x00080000, 0x7FDFFFFF).filter(
        lambda tag: tag & 0xFFFF and tag >> 16 != 0x0028 and tag not in STRUCTURE
    ),
)
styles = st.builds(
    Style,
    syntax=st.sampled_from((EXPLICIT, IMPLICIT, BIG, DEFLATED)),
    charset=st.sampled_from(("latin-1", "utf-8")),
    undefined=st.booleans(),
    groups=st.booleans(),
)
shapes = st.recursive(
    st.lists(st.tuples(tags, st.sampled_from(TEXTS)), max_size=6),
    lambda inner: st.lists(
        st.one_of(st.tuples(tags, st.sampled_from(TEXTS)), st.tuples(tags, inner)), max_size=6
    ),
    max_leaves=24,
)


def fill(made, where: Data, shape, path: str = "") -> None:
    """Elements of a shape, each with a canary; a list is a sequence of one item."""
    for tag, what in shape:
        if isinstance(what, str):
            # A time without a VR of its own may stand where a number is due: nothing tells it from one.
            vr = "LO" if what == "TM" and not made.file.style.explicit else what
            made.plant(tag, vr, made.canaries.sentence() if vr == "UN" else None, where, path)
        else:
            item = Data()
            fill(made, item, what, f"{path}{tag:08X}/")
            where[tag] = ("SQ", [item])


def file_of(shape, style, modality) -> tuple[bytes, Wanted]:
    """A file of that shape, and what it hides."""
    draw = Drawer(0)
    draw.canaries = Canaries(11)
    made = draw.image("file.dcm", MR if modality == "MR" else CT, modality, style, side=4)
    inner = Data()
    fill(made, inner, shape)
    for tag, element in inner.items():
        made.data.setdefault(tag, element)
    return made.file.bytes(), Wanted(made.plants)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(shape=shapes, style=styles, modality=st.sampled_from(("CT", "MR")))
def test_any_data_set_comes_out_readable_and_clean_or_not_at_all(shape, style, modality):
    raw, wanted = file_of(shape, style, modality)
    with tempfile.TemporaryDirectory() as folder:
        source, once, twice = (Path(folder) / name for name in ("in", "once", "twice"))
        source.write_bytes(raw)
        try:
            first = REWRITER(source, once)
        except Quarantine:
            assert not once.exists()
            return
        assert list(wanted.search(once.read_bytes())) == []
        data = pydicom.dcmread(once)
        assert data.SOPInstanceUID == first.instance == data.file_meta.MediaStorageSOPInstanceUID
        assert [e.tag for e in data.iterall() if e.tag.is_private] == []
        assert len(data.PixelData) == 32
        second = REWRITER(once, twice)
        assert len(pydicom.dcmread(twice)) == len(data)
        assert second.person == first.patient
