"""Postal addresses, and towns and hospitals that are named as such."""

import re
from collections.abc import Iterator

from anonymize.text.months import MONTH
from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_ordinary

_UP = r"[A-ZÀ-ÖØ-ÞŒ]"
_WORD = rf"{_UP}[\w’']{{0,40}}"
_LINK = r"(?:de la|de l[’']|de|du|des|d[’']|la|le|les|l[’']|en|sur|sous|lès|les|aux|au|à|et)"
_TOWN = rf"(?!(?:MM?|Mr|Mmes?|Mlle|Dr|Pr|Monsieur|Madame|Mademoiselle|Docteur|Professeur|Ma[iî]tre)\b)(?:(?:L[’']|(?:L[ae]|Les|D[eu]s?) )?{_WORD}(?:(?:[ \-]|[ \-]{_LINK}[ \-]?){_WORD}){{0,4}})"
_VOIE = (
    r"(?:[Rr]ue|RUE|[Aa]venue|AVENUE|[Aa]v\.?|AV\.?|[Bb]oulevard|BOULEVARD|[Bb]l?v?d\.?|BL?V?D\.?|[Ii]mpasse|IMPASSE"
    r"|[Aa]ll[ée]es?|ALL[EÉ]ES?|[Cc]hemin|CHEMIN|[Rr]oute|ROUTE|[Rr]te|[Qq]uai|QUAI|[Ss]quare|SQUARE|[Rr][ée]sidence"
    r"|R[EÉ]SIDENCE|[Rr][ée]s\.|[Ll]otissement|LOTISSEMENT|[Ff]aubourg|[Hh]ameau|HAMEAU|[Ll]ieu[ -]?dit|[Ss]entier|[Rr]uelle"
    r"|[Ee]splanade|[Cc]it[ée]|[Tt]raverse|[Cc]los|[Dd]omaine|[Mm]ont[ée]e|[Rr]ond[- ]point|ZA|ZI|[Vv]enelle|[Cc]our)"
)
_VOIE_BOTH = rf"(?:{_VOIE}|[Pp]lace|PLACE|[Pp]l\.|[Cc]ours|COURS|[Pp]assage|PASSAGE|[Vv]oie|[Vv]illa|[Cc][ôo]te|[Pp]arc|[Mm]ail)"
NUMBERED = re.compile(
    rf"(?<![\d,.])\d{{1,4}}(?:-\d{{1,4}})?(?:\s?(?:bis|ter|quater|[A-D])\b)?\s?,?\s(?:{_VOIE}\s[^\n,;.:()\d]{{2,50}}?(?=$|[\n,;.:()\d]|\s(?:à|est|et|depuis|avec|chez)\s)"
    rf"|{_VOIE_BOTH}\s(?:{_LINK}\s)?(?:saints?[ -]|saintes?[ -]|\d{{1,2}}(?:er)?\s(?:{MONTH})(?:\s\d{{4}})?)[^\n,;.:()]{{0,30}}"
    rf"|{_VOIE_BOTH}\s(?:{_LINK}\s?)*{_WORD}(?:[ \-](?:{_LINK}[ \-]?)*{_WORD}){{0,5}})"
)
UNNUMBERED = re.compile(
    rf"\b(?:{_VOIE}|[Pp]lace|[Cc]ours|[Pp]assage)\s(?:{_LINK}\s?)*(?:\d{{1,2}}\s)?{_WORD}(?:[ \-](?:{_LINK}[ \-]?)*{_WORD}){{0,5}}"
)
POSTCODE = re.compile(
    rf"(?<![\d.,])(?:F-?)?(?:0[1-9]|[1-8]\d|9[0-8]|2[AB])[ ]?\d{{3}}[ ,\-]{{1,3}}{_TOWN}(?:\s?(?:C[EÉ]DEX|Cedex|cedex)(?:\s\d{{1,2}})?)?"
    r"|(?<![\d.,])(?:0[1-9]|[1-8]\d|9[0-8])\d{3}[ ]+[a-zà-ÿ\-' ]{2,30}(?=[,.;\n]|$)"
)
TOWN_CODE = re.compile(rf"\b({_TOWN}, ?(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}})(?!\d)")
POSTCODE_CUED = re.compile(r"(?:[Cc]ode postal|CP)\s?:?\s?(\d{2}\s?\d{3})\b")
BOX = re.compile(r"\b(?:BP|B\.P\.|CS|TSA)\s?\d{2,6}\b")
CUES = re.compile(
    rf"(?:[Nn][ée]e?(?:\(e\))?\b[^\n.]{{0,60}}?,? (?:à|a)|[Hh]abit(?:e|ant|ait|ent)(?: actuellement| seule?| désormais| toujours)?,? (?:à|a)"
    rf"|[Dd]omicili[ée]+e?s?,? (?:à|a)|[Dd]emeurant (?:à|a)|[Rr][ée]sid(?:e|ant|ait)(?: seule?| actuellement)? (?:à|a)"
    rf"|[Oo]riginaire de|[Vv]it (?:à|a)|[Vv]enant de|[Dd][ée]m[ée]nag[ée]e? (?:à|a)|[Ll]ieu de naissance ?:|LIEU DE NAISSANCE ?:"
    rf"|[Hh]abit(?:e|ait|ent)|[Vv]ers|VERS|[Rr]ejoint|[Qq]uitte|[Ss]ecteur(?: de)?|[ÉEé]quipe(?: mobile)? de|HAD de|SAMU de|[Pp]ompiers de|[Gg]are de|[Aa]rriv[ée]e? de|ARRIVEE? DE|[Pp]rovenance de|PROVENANCE DE|[Tt]ransf[ée]r[ée]e? (?:de|d[’']|à|vers)|[Vv]enue? de|[Rr]evenue? de|[Pp]arti[er]? (?:à|pour)|[Rr]égion de|[Pp]rison de|[Mm]aison d[’']arrêt de"
    rf"|[Vv]ille ?:|[Cc]ommune ?:|[Cc]ommune de|[Vv]ille de|[Mm]airie de|[Dd]épartement d[eu]|[Vv]illage de|[Rr]etrait[ée]e? (?:à|a)) ?"
    rf"({_TOWN}(?: \(\d{{2,5}}\))?)"
)
LETTERHEAD = re.compile(rf"(?:^|\n)[ \t]*(?:Fait )?(?:à |A )?({_TOWN}),? (?=le\b)")
"""``Rennes, le 12 mars``."""
HOSPITAL = re.compile(
    r"\b(?:CHR?U?|CHRU|CHIC?|C\.H\.U?\.?|GHU?|AP-HP|HIA|CLCC|CMP|CMPP|EHPAD|SSR|USLD|HAD|[Cc]entres? [Hh]ospitaliers?(?: [Uu]niversitaire| [Rr]égional| [Ii]ntercommunal)*"
    r"|[Hh][ôo]p(?:ital|itaux|\.)|H[OÔ]PITAL|[Cc]liniques?|CLINIQUE|[Pp]olycliniques?|[Mm]aternité|[Ii]nstitut|[Mm]aison de (?:retraite|santé|repos)"
    r"|[Rr]ésidence|[Ff]oyer|[Ll]aboratoire|[Cc]abinet(?: médical| infirmier)?|[Pp]harmacie|[Cc]entre(?: de santé| médical| de rééducation| de dialyse| de référence)|[Ll]ycée|[Éé]cole|[Cc]ollège)"
    rf"\s(?:(?:{_LINK})[ ]?)*({_TOWN})"
)
AT = re.compile(rf"\b(?:à|natifs? d[eu]|près de|proche de|banlieue de|région de) ({_TOWN})")
GROUPED = (AT, TOWN_CODE, POSTCODE_CUED, CUES, LETTERHEAD, HOSPITAL)


def places(text: str) -> Iterator[Span]:
    """Addresses by their form; towns and hospitals by the words before them."""
    for pattern in (NUMBERED, UNNUMBERED, BOX, POSTCODE):
        for found in pattern.finditer(text):
            yield Span(found.start(), found.start() + len(found.group().rstrip()), Label.ADDRESS)
    for pattern in GROUPED:
        for found in pattern.finditer(text):
            if not all(map(is_ordinary, found.group(1).split())):
                yield Span(*found.span(1), Label.PLACE)
