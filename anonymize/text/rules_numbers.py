"""Numbers and addresses of the network that point at a person, by their form or by the words before them."""

import re
from collections.abc import Iterator

from stdnum import luhn

from anonymize.text.folding import Folded
from anonymize.text.spans import Label, Span

EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}\s?(?:@|\(at\)|\[at\]|\(a\)|\barobase\b)\s?[\w-]+(?:\.[\w-]+)+"
)
URL = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"]*[\w/]|(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,5}\.(?:fr|com|org|net|eu)\b(?:/[\w/.-]*\w)?"
)
PHONE = re.compile(
    r"(?<![\d.,+])(?:(?:\+|00)\s?33[ .\-/]*(?:\(0\)[ .\-/]*)?|\(?0)[1-9]\)?(?:[ .\-/]{0,3}\d){8}(?!\d)"
    r"|(?<![\d.,+])0[1-9](?:\s{0,2}[._/\-]?\s{0,2}\d{2}){4}(?!\d)"
    r"|(?<!\d)\+\d{1,3}(?:[ .\-()/]{0,2}\d){7,12}(?!\d)"
)
SHORT_PHONE = re.compile(
    r"\b(?:postes?|bip|dect|tel|telephone|portable|fax|telecopie|mobile|gsm)\b\.?[\s:n°.]{0,6}(\d[\d .-]{1,15}\d)"
)
NIR = re.compile(
    r"(?<!\d)[1-478][ .\-/]?\d{2}[ .\-/]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .\-/]?(?:\d{2}|2[ab])"
    r"[ .\-/]?\d{3}[ .\-/]?\d{3}(?:[ .\-/(]{0,3}(?:cle\s?:?\s?)?\d{2}\)?)?(?!\d)"
)
CARD = re.compile(r"(?<![\d,.])\d{1,3}(?:[ .]\d{2,5}){2,5}(?![\d,])")
"""Digits in groups: an identifier only when their key is right."""
SPELT = re.compile(r"(?<![\d.,] )(?<![\d.,])\d(?: \d){7,}(?![\d]| ?[.,]\d)")
"""Digits one by one, as a machine reads a form."""
OPEN_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?@ ?[\w-]{1,63} ?\. ?(?:fr|com|org|net|eu)\b")
IBAN = re.compile(r"\bfr\d{2}(?: ?[0-9a-z]{4}){5} ?[0-9a-z]{3}\b")
LONG = re.compile(
    r"(?<![\w,.])(?=[a-z0-9/_-]{0,40}\d{6})[a-z]{0,4}[-_/]?\d(?:[0-9/_-]*\d)?(?:[-_/]?[a-z]{1,3})?(?![\w]|[,.]\d)"
)
"""Seven digits and more: no measure is written so."""
LONG_DIGITS = 7
CUES = (
    r"ipp|nip|nda|iep|ins|ine|nss|nir|rpps|adeli|finess|siret|siren|matricule|identifiants?|identite|id"
    r"|immatriculation|(?:num(?:ero)?s?|no|nos|n)\b[ ]?[.°º]?|n[°º]|dossier|venue|episode|accession"
    r"|code (?:patient|barres?)|securite sociale|secu|adherent|carte vitale|prelevement|echantillon"
    r"|contrat|mutuelle|passeport|cni|permis|examen|demande|ref(?:erences?)?|sejour"
)
_BETWEEN = (
    r"(?:[ ]?(?:de|du|d'|des|la|le|l'|a|au|patient|patiente|dossier|sejour|securite|sociale|secu|venue|rpps|adeli|finess"
    r"|national|permanent|unique|interne|hospitalier|identification|identifiant|inscription|ordre|est|ci-apres|lot"
    r"|ipp|nip|nda|iep|nir|nss|ins|examen|demande|prelevement|adherent|contrat|mutuelle|passage|telephone|suivi)\b){0,5}"
)
CUED = re.compile(
    rf"\b(?:{CUES}){_BETWEEN}[\s]{{0,2}}[.:=#(°º]{{0,2}}[ ]?(?:n[°º][ ]?)?"
    r"((?=[a-z0-9 ./_-]{0,6}\d)[a-z]{0,5}[ ./_-]?\d(?:[a-z0-9]|[ ./_-](?=[a-z]?\d)){2,24})"
)
UNIT = re.compile(
    r"[ ]?(?:mg|g|kg|ug|µg|ml|cl|l|ui|mmol|mm|cm|m|h|min|ans?|jours?|j|mois|semaines?|%|°|fois|points?|/)(?![a-z])"
)
DIGITS = 4


def numbers(folded: Folded) -> Iterator[Span]:
    """E-mail, links, telephones, NIR, numbers of files and of professionals."""
    text = folded.text
    yield from _all(folded, EMAIL, Label.EMAIL)
    yield from _all(folded, OPEN_EMAIL, Label.EMAIL)
    yield from _all(folded, URL, Label.URL)
    yield from _all(folded, SPELT, Label.NUMBER)
    yield from _all(folded, NIR, Label.NIR)
    yield from _all(folded, PHONE, Label.PHONE)
    for found in SHORT_PHONE.finditer(text):
        yield Span(*folded.source(*found.span(1)), Label.PHONE)
    yield from _all(folded, IBAN, Label.NUMBER)
    for found in CARD.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) >= LONG_DIGITS + 2 and luhn.is_valid(digits):
            yield Span(*folded.source(*found.span()), Label.NUMBER)
    for found in LONG.finditer(text):
        if sum(map(str.isdigit, found.group())) >= LONG_DIGITS:
            yield Span(*folded.source(*found.span()), Label.NUMBER)
    yield from _cued(folded)


def _cued(folded: Folded) -> Iterator[Span]:
    for found in CUED.finditer(folded.text):
        digits = sum(map(str.isdigit, found.group(1)))
        if digits >= DIGITS and UNIT.match(folded.text, found.end()) is None:
            yield Span(*folded.source(*found.span(1)), Label.NUMBER)


def _all(folded: Folded, pattern: re.Pattern[str], label: Label) -> Iterator[Span]:
    for found in pattern.finditer(folded.text):
        yield Span(*folded.source(*found.span()), label)
