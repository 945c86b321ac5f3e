"""Whether a face could be made out of a series: slices of a head, stacked, show its skin."""

import re
import unicodedata
from collections.abc import Iterable

VOLUMES = frozenset({"CT", "MR", "PT"})
"""Modalities whose slices make a volume in which skin is seen."""
ENGLISH = (
    "head skull brain face facial orbit orbits sinus sinuses ear ears iac pituitary jaw mandible maxilla "
    "dental tmj tongue nasal nasopharynx headneck wholebody wbd neck intracranial stroke epilepsy alzheimer "
    "dementia neuro larynx pharynx thyroid carotid parotid"
)
FRENCH = (
    "tete crane cerveau cerebral cerebrale encephale orbite orbites oreille rocher rochers hypophyse "
    "mandibule maxillaire dentaire facies massif cou carotides parotide intracranien avc epilepsie sclerose"
)
HEAD = frozenset(f"{ENGLISH} {FRENCH}".split())
"""Words of BodyPartExamined (0018,0015), of anatomic codes and of descriptions, without accents."""
_WORDS = re.compile(r"[a-z]+")


def recognisable_face(modality: str, body_part: str, descriptions: Iterable[str] = ()) -> bool:
    """Whether a series may show a face: a CT, MR or PET of a head, or one that does not say of what.

    ``descriptions``: StudyDescription, SeriesDescription, ProtocolName and meanings of anatomic codes, of
    the source. A guess by words, on the safe side: a series that names no part of the body counts.
    """
    if modality.strip().upper() not in VOLUMES:
        return False
    texts = [_folded(body_part), *map(_folded, descriptions)]
    words = {word for text in texts for word in _WORDS.findall(text)}
    return not words or not HEAD.isdisjoint(words) or "whole body" in " ".join(texts)


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text)
    return "".join(character for character in bare if not unicodedata.combining(character)).casefold()
