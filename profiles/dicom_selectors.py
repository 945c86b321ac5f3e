"""Which attributes a line of ``dicom.attributes`` speaks of: a keyword, a tag, a mask of tags, or a VR."""

import re
from dataclasses import dataclass

from profiles.dicom_names import entry_of, names

TAG = re.compile(r"\(?([0-9A-Fa-fxX.]{4}),\s?([0-9A-Fa-fxX.]{4})\)?")
VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM "  # noqa: SIM905
    "UC UI UL UN UR US UT UV".split()
)
ALL = 0xFFFFFFFF


@dataclass(frozen=True)
class Selector:
    """Tags that agree with ``value`` on ``bits``, or every attribute of a VR."""

    written: str
    bits: int = 0
    value: int = 0
    vr: str = ""

    @property
    def exact(self) -> bool:
        """Whether it names one tag."""
        return self.bits == ALL

    @property
    def rank(self) -> int:
        """The greater, the more it says: an exact tag, then masks by their digits, then a VR."""
        return -1 if self.vr else self.bits.bit_count()

    def covers(self, tag: int, vr: str) -> bool:
        """Whether it speaks of ``tag``; only a tag whose group is written whole speaks of private ones."""
        if self.vr:
            return self.vr == vr and not tag >> 16 & 1
        return tag & self.bits == self.value and (not tag >> 16 & 1 or self.bits >> 16 == 0xFFFF)


def parse(written: str) -> Selector | None:
    """The selector that ``written`` means; None when it is no tag, no mask, no VR and no known keyword."""
    if written.startswith("VR:"):
        vr = written[3:].strip().upper()
        return Selector(written, vr=vr) if vr in VRS else None
    found = TAG.fullmatch(written)
    if found:
        return _mask(written, "".join(found.groups()).lower().replace(".", "x"))
    tag = names().tags.get(written)
    if tag is None:
        return None
    repeating = next((bits for bits, value, entry in names().masks if entry[1] == written), ALL)
    return Selector(written, repeating, tag & repeating)


def _mask(written: str, digits: str) -> Selector:
    bits = int("".join("0" if digit == "x" else "f" for digit in digits), 16)
    return Selector(written, bits, int(digits.replace("x", "0"), 16))


def vr_named(selector: Selector) -> str:
    """The VR of all that it covers, when that is known: its own, or that of its one tag."""
    if selector.vr:
        return selector.vr
    entry = entry_of(selector.value)
    return entry[0] if entry and (selector.exact or _repeating(selector)) else ""


def _repeating(selector: Selector) -> bool:
    return any(bits == selector.bits and value == selector.value for bits, value, _ in names().masks)
