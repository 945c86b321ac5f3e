"""Which words may stay in an image: those that say how it was made, never whose it is."""

import re
import unicodedata
from collections.abc import Iterable

SIDES = "l r g d lt rt left right gauche droite gche dte links rechts"
VIEWS = (
    "ap pa lat ml mlo cc cranial caudal ax axial cor coronal sag sagittal transverse trans profil "
    "debout couche supine prone erect upright portable anterior posterior ant post sup inf superior inferior "
    "anterieur posterieur obl oblique lcc rcc rmlo lmlo"
)
TECHNIQUE = (
    "dr gn gain gen res map mi ti tis tib tic 2d 3d 4d m mode b pw cw cfm pd tdi color colour doppler "
    "harmonic dyn depth focus zoom prf wf filter fil low med high scale ww wl window level w c te tr tse "
    "ct mr us slice thk fov mag persist vel adult abd abdomen cardiac vascular obs thyroid breast msk "
    "pelvis x y z"
)
WORDS = frozenset(f"{SIDES} {VIEWS} {TECHNIQUE}".split())
"""Words that any image may show, without accents, in small letters; none that is a common surname."""
MEASURES = "cm mm m s ms sec hz khz mhz db kv kvp ma mas msv mgy fps fr frq bpm cmh2o f h"
UNITS = frozenset(MEASURES.split())
"""Words that may stay in a line that has a number: alone, some are surnames."""

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,2})?%?")
"""Up to three digits: no year, no identifier, no telephone."""
_GLUED = re.compile(r"([-+]?\d{1,3}(?:[.,]\d{1,2})?)([a-z]{1,4})")
_SPLIT = re.compile(r"[\s:;=/()\[\]|<>*~^°]+")
MOST_NUMBERS = 2
"""Numbers in one line of text; three may be a date (12 03 57)."""


def folded(text: str) -> str:
    """Small letters without accents."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(character for character in bare if not unicodedata.combining(character)).casefold()


def allowed(line: str, words: frozenset[str], needles: Iterable[str]) -> bool:
    """Whether every word of a line of text may stay, and none is an identifier of the file.

    ``words``: beside :data:`WORDS`, folded. ``needles``: identifiers, in any form.
    """
    parts = [part.strip(".,'\"-_") for part in _SPLIT.split(folded(line))]
    parts = [part for part in parts if part]
    own = {piece for needle in needles for piece in _SPLIT.split(folded(needle)) if len(piece) > 1}
    numbers = [part for part in parts if any(character.isdigit() for character in part)]
    few = bool(parts) and len(numbers) <= MOST_NUMBERS and own.isdisjoint(parts)
    return few and all(_known(part, words) or (bool(numbers) and part in UNITS) for part in parts)


def _known(part: str, words: frozenset[str]) -> bool:
    if part in WORDS or part in words or _NUMBER.fullmatch(part):
        return True
    glued = _GLUED.fullmatch(part)
    return glued is not None and (glued[2] in UNITS or glued[2] in words)
