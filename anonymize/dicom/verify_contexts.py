"""What verification wants of each element: that the plan lets it stay in an output; identity in a source."""

from collections.abc import Callable

from anonymize.dicom.actions import Action
from anonymize.dicom.plan import Plan
from anonymize.dicom.quarantine import Quarantine, Reason
from anonymize.dicom.standard.dictionary import keyword_of, vr_of
from anonymize.dicom.verify_identity import Sort
from anonymize.dicom.verify_parser import (
    BARE,
    BRIEF,
    EMPTY,
    END,
    ENTER,
    LONG,
    PIXELS,
    SHORT,
    SKIP,
    TAKE,
    WIDE,
    Context,
    Info,
)
from anonymize.dicom.verify_special import ITEMS, written

REMEMBERED = 50_000
"""Elements remembered by one context; hostile files know more tags."""
STAMPS = frozenset({0x00120062, 0x00120063, 0x00280303})
STAMP_CODES = 0x00120064
CODE_TAGS = frozenset({0x00080100, 0x00080102, 0x00080103, 0x00080104})
CHARSET, SOP_CLASS, INSTANCE = 0x00080005, 0x00080016, 0x00080018
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
ITEM_GROUP = 0xFFFE
NAMED = {
    Sort.CODE: "00100020 00101000 00101060 00101090 00102154 00102155 00080050 00200010 00181000 00181008"
    " 0018700A 00081010 00380010 00380014 00380060 00400009 00400253 00401001 00402016 00402017 00402009"
    " 00321000 00400241 00400001 00120010 00120020 00120030 00120040 00120042 00120071 00080054 00080055"
    " 00080094 00100021 00101050 00101080 00404023 0018100A",
    Sort.PLACE: "00080080 00080081 00101040 00080092 00120031 00380300 00380400 00400243 00102152",
    Sort.NAME: "00101001 00101005 00100010 00080090 00081048 00081050 00081060 00081070 00321032 00402008",
}
"""Attributes that identify whatever VR the file gives them; names, dates and UIDs are known by their VR."""
BY_TAG = {int(tag, 16): sort for sort, tags in NAMED.items() for tag in tags.split()}
BY_VR = {"PN": Sort.NAME, "DA": Sort.DATE, "DT": Sort.DATE, "UI": Sort.UID}
TEXT = frozenset({"AE", "LO", "LT", "PN", "SH", "ST", "UC", "UT"})
"""VRs whose whole value may be a short identifier."""


def tag_of(key: bytes) -> int:
    """The tag that a key begins with."""
    return key[1] << 24 | key[0] << 16 | key[3] << 8 | key[2]


def vr_in(key: bytes, tag: int) -> str:
    """VR of an element: its own, else the dictionary's; ``UN`` when neither tells."""
    given = key[4:6].decode("latin-1")
    return given if given in LONG or given in SHORT else vr_of(tag) or "UN"


def form_of(key: bytes) -> int:
    """How the length of the element is written."""
    vr = key[4:6].decode("latin-1")
    return WIDE if vr in LONG else BRIEF if vr in SHORT else BARE


class Remembering(Context):
    """Finds out what a tag is once, within a bound."""

    def learn(self, key: bytes) -> Info:
        """Delimiters are the same everywhere; anything else is the subclass's."""
        if len(self.infos) > REMEMBERED:
            self.infos.clear()
        tag = tag_of(key)
        if tag >> 16 == ITEM_GROUP:
            return BARE, END, None
        kind, child = self.meaning(key, tag, vr_in(key, tag))
        return form_of(key), kind, child

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """What to do with the element, and the context of its items."""
        raise NotImplementedError

    def refuse(self, key: bytes) -> None:
        """An element that must be empty is not."""
        raise forbidden(tag_of(key))


def forbidden(tag: int) -> Quarantine:
    """The file is set aside for an attribute that must not be there."""
    name = keyword_of(tag) or ("private" if tag >> 16 & 1 else f"({tag >> 16:04X},{tag & 0xFFFF:04X})")
    return Quarantine(Reason.FORBIDDEN_ATTRIBUTE, name)


class Stamp(Remembering):
    """Items of the codes that say how the file was de-identified, and nothing else."""

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """A code, or an attribute that has no business there."""
        del key, vr
        if tag not in CODE_TAGS:
            raise forbidden(tag)
        return SKIP, None


class Nothing(Remembering):
    """Items of a sequence that must be empty."""

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """Nothing may stand here."""
        del key, vr
        raise forbidden(tag)


class Everything(Remembering):
    """All values, whatever they are."""

    def inside(self, key: bytes) -> Context:
        """The same at any depth."""
        del key
        return self

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """A value, or a sequence."""
        del key
        if tag in PIXEL_TAGS:
            return PIXELS, None
        return (ENTER, self) if vr == "SQ" else (TAKE, None)


class Anew(Remembering):
    """Items that were written anew: only what such an item may hold."""

    def __init__(self, uids: set[bytes]) -> None:
        """``uids``: keys of UIDs, for who checks their form."""
        super().__init__()
        self._uids = uids

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """A value, or items of the same kind."""
        if tag not in ITEMS:
            raise forbidden(tag)
        if vr == "SQ":
            return ENTER, self
        if vr == "UI":
            self._uids.add(key)
        return TAKE, None


class Output(Remembering):
    """An output, in one place of one kind of object: what the plan removes is refused."""

    def __init__(
        self, plan: Plan, sop_class: str, parents: tuple[int, ...], wanted: Callable[[int], bool]
    ) -> None:
        """``wanted``: tags whose values describe the series, at the top of the file."""
        super().__init__()
        self._plan = plan
        self._sop_class = sop_class
        self._parents = parents
        self._wanted = wanted
        self._children: dict[int, Context] = {}
        self._written = written(sop_class)
        self.uids: set[bytes] = set()
        """Keys of UIDs that were replaced, and must be well formed."""
        self.shifted: set[bytes] = set()
        """Keys of dates that must have moved."""
        self.asked: dict[bytes, int] = {}
        """Key -> tag, of what was asked for at the top."""

    def inside(self, key: bytes) -> Context:
        """Context of the items of a sequence, made once."""
        tag = tag_of(key)
        if tag not in self._children:
            place = (*self._parents, tag)
            self._children[tag] = child = Output(self._plan, self._sop_class, place, self._wanted)
            child.uids, child.shifted = self.uids, self.shifted
        return self._children[tag]

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:  # noqa: PLR0911, C901 - a list
        """Whether the plan lets the attribute stay, and what is wanted of it."""
        top = not self._parents
        if top and tag == STAMP_CODES:
            return ENTER, Stamp()
        if top and tag in STAMPS:
            return SKIP, None
        if tag >> 16 & 1:
            return self._private(key, vr)
        if top and tag in self._written.trees:
            return ENTER, Anew(self.uids)
        if tag in self._written.labels:
            return TAKE, None
        action = self._plan.rule(tag, vr, self._sop_class, self._parents).action
        if action is Action.REMOVE:
            raise forbidden(tag)
        if vr == "SQ":
            return ENTER, Nothing() if action is Action.EMPTY else self.inside(key)
        if action is Action.EMPTY:
            return EMPTY, None
        if tag in PIXEL_TAGS:
            return PIXELS, None
        if action is Action.UID:
            self.uids.add(key)
        if action is Action.SHIFT and top and vr != "TM":
            self.shifted.add(key)
        if top and self._wanted(tag):
            self.asked[key] = tag
        wanted = vr == "UI" or vr in TEXT or key in self.shifted or key in self.asked
        return (TAKE if wanted else SKIP), None

    def _private(self, key: bytes, vr: str) -> tuple[int, Context | None]:
        """Judged after the walk, once the creator of its block is known."""
        return (ENTER, self.inside(key)) if vr == "SQ" else (TAKE, None)


class Identity(Remembering):
    """A source: the values that identify, unless the plan keeps them."""

    def __init__(
        self, plan: Plan, sop_class: str, parents: tuple[int, ...], wanted: Callable[[int], bool]
    ) -> None:
        """``wanted``: tags whose values are needed whatever the plan says, at the top of the file."""
        super().__init__()
        self._plan = plan
        self._sop_class = sop_class
        self._parents = parents
        self._wanted = wanted
        self._children: dict[int, Context] = {}
        self.sorts: dict[bytes, Sort] = {}
        """Key -> what its values identify here; not those that the plan keeps."""
        self.nested: dict[bytes, Sort] = {}
        """The same inside sequences."""
        self.asked: dict[bytes, int] = {}
        """Key -> tag, of what was asked for at the top."""

    def inside(self, key: bytes) -> Context:
        """Context of the items of a sequence, made once; those of unknown sequences are all the same."""
        tag = tag_of(key)
        if tag not in self._children:
            if len(self._parents) > 8 or len(self._children) > 1000:
                return self
            child = Identity(self._plan, self._sop_class, (*self._parents, tag), self._wanted)
            child.sorts = child.nested = self.nested
            self._children[tag] = child
        return self._children[tag]

    def meaning(self, key: bytes, tag: int, vr: str) -> tuple[int, Context | None]:
        """Whether values of this attribute identify somebody or something."""
        known = vr_of(tag)
        if vr == "SQ":
            return ENTER, self.inside(key)
        top = not self._parents
        if tag in PIXEL_TAGS:
            return PIXELS, None
        sort = BY_TAG.get(tag) or BY_VR.get(vr) or BY_VR.get(known or "")
        if sort is not None:
            action = self._plan.rule(tag, vr, self._sop_class, self._parents).action
            if action in (Action.KEEP, Action.CLEAN) or (action is Action.SHIFT and not top):
                sort = None
            elif action is not Action.SHIFT:
                self.sorts[key] = sort
        if top and self._wanted(tag):
            self.asked[key] = tag
        wanted = sort is not None or key in self.asked or (top and tag == CHARSET)
        return (TAKE if wanted else SKIP), None
