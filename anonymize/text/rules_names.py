"""Names of persons: by the words before them, by their form, and by lists of frequent names."""

import re
from collections.abc import Iterator

from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_ambiguous, is_eponym, is_frequent, is_medical, is_ordinary

_UP = r"[A-ZÀ-ÖØ-ÞŒ]"
_WORD = rf"{_UP}[\w’'\-]+(?<![’'\-])"
_INITIAL = rf"(?:{_UP}(?:[.\-]{{1,2}} ?{_UP})?(?:\.|(?=[ ,\n]|$))|{_UP}[a-z]{{1,2}}\.(?=[ -]?{_UP}))"
_PARTICLE = r"(?:(?:(?i:de la|de l[’']|de|du|des|le|la|van der|van den|van|von|der|di|da|dos|el|ben|bin|ould))[ ]|[dlDL][’'])"
PART = re.compile(rf"(?:{_PARTICLE})?(?:{_INITIAL}|{_WORD})")
GAP = re.compile(r"[ \t]{1,2}|[ \t]?-[ \t]?")
PLAIN = re.compile(r"[a-zà-öø-ÿœ][a-zà-öø-ÿœ’'\-]{2,}")
TITLES = re.compile(
    r"(?<![\w’'])(?:(?:MM?\.|(?:[Dd]octeure?s?|DOCTEURS?|D[rR]s?|d[rR]s?|P[rR]s?|pr|[Pp]rofesseure?s?|PROFESSEURE?|M[rR]s?|mr"
    r"|[Mm]essieurs|[Mm]onsieur|MONSIEUR|M[mM][eE]s?|mmes?|[Mm]adame|MADAME|[Mm]esdames|M[lL][lL]es?|MLLE|mlle"
    r"|[Mm]ademoiselle|MADEMOISELLE|[Mm]a[îi]tre|Me|V[vV][eE]|vve|[Vv]euve)\b\.?)(?:[ \t]+(?:et|ou)[ \t]+)?[ \t]*\n?[ \t]*)+"
)
M_ALONE = re.compile(rf"(?<![\w.’'])M(?:[ \t]+)(?=(?:{_UP}\.[ \t])?{_WORD})")
_ROLES = (
    r"née?(?:\(e\))?|nommée?|appelée?|prénommée?|dénommée?|[ée]pouse|[ée]poux|mari|femme|fils|fille|frère|sœur|soeur|père|mère|conjointe?"
    r"|compagnon|compagne|tuteur|tutrice|curateur|curatrice|cousine?|neveu|nièce|oncle|tante|ami|amie|voisine?|patiente?|enfant|bébé|médecin(?: traitant| référent)?"
    r"|chirurgien(?:ne)?|anesthésiste|infirmi(?:er|ère)|IDE|sage[- ]femme|kinésithérapeute|kiné|psychologue|cardiologue|pharmacien(?:ne)?"
    r"|secrétaires?|internes?|externes?|responsable|biologiste|praticien(?:ne)?|gynécologue|pédiatre|radiologue|biologistes|opérateur|opératrice|aide|rédacteur|rédactrice|correspondante?|destinataire|assistante?(?: sociale)?"
    r"|(?:signée?|dictée?|validée?|saisie?|rédigée?|relue?|vue?|suivie?|adressée?|envoyée?|accompagnée?|opérée?|réalisée?|prescrite?|effectuée?|examinée?|reçue?)(?: électroniquement)? par"
    r"|interlocut(?:eur|rice)|coordinat(?:eur|rice)|coordonnat(?:eur|rice)|référente?(?: familiale?)?|aidante?(?: principale?)?|familiale?|éducat(?:eur|rice)|puéricultrice|auxiliaire(?: de vie)?"
    r"|orthophoniste|ergothérapeute|diététicien(?:ne)?|psychomotricien(?:ne)?|ostéopathe|orthodontiste|dentiste|neurologue|urologue|pneumologue|psychiatre|gériatre|médecin conseil|expert(?:e)?(?: désignée?)?"
    r"|ambulanci(?:er|ère)|brancardi(?:er|ère)|direct(?:eur|rice)|employ(?:eur|euse)|avocate?|tuteurs?|parents|parrain|marraine|séniore?|senior|ioa|instr(?:umentiste)?\.?|anesth\.?|op\.?|dict\.?|frappe"
    r"|(?:petite?s?|belle|beau|demi|grande?|arrière)[ -](?:fille|fils|frère|sœur|soeur|père|mère|enfant)s?|mamie|papi|maman|papa|bonjour|bonsoir|salut|coucou|hello|chers?|chères?"
    r"|signée?|signataire|confiance|prévenir|contact|identité|patronyme|confrère|collègue|ainée?|aînée?|jumeau|jumelle|cher|chère|de la part de"
)
ROLES = re.compile(
    rf"(?<![\w-])(?:(?i:{_ROLES}))(?!\w)(?:[ ](?:cadette?|aînée?|ainée?|jumelle|jumeau|op\.|opératoire))?(?:[ \t]*[:,]|[ \t]+(?:est|nommée?|prénommée?|le|la|par))?[ \t]*[:=]?[ \t]*(?=[\"«“(]?[ \t]?{_UP})[\"«“(]?[ \t]?"
)
BY = re.compile(rf"(?<![\w’'-])par[ ](?={_UP}[\w’'.\-]+[ ](?:{_PARTICLE})?{_UP})")
"""``par Jean Martin``: two words at least, for a drug is also given by name."""
FIELD = re.compile(
    r"(?<![\w’'-])(?i:noms?(?:[ ]de[ ](?:naissance|famille|jeune fille)|[ ]d[’']usage|[ ]marital|[ ]usuel|[ ]patronymique)?"
    r"(?:[ ](?:et|/)[ ]?prénoms?|[ ]?/[ ]?prénoms?)?|prénoms?(?:[ ]usuel)?)[ \t]*(?::|=|\best\b)[ \t]*(?=\w)"
)
FIELD_VALUE = re.compile(
    r"[\w’'\-]+(?:[ ][\w’'\-]+){0,3}?(?=[ \t]*(?:$|[\n,;.|/()\t]|[ ]{2}|[ ]-[ ]|[ ](?i:pr[ée]noms?|n[ée]e?|sexe|date|ddn|nom)\b))"
)
WITH_INITIAL = re.compile(rf"(?<![\w.’'/-])(?!M\.[ ]){_UP}\.(?:[ \-]?{_UP}\.)?[ ]?(?:{_PARTICLE})?{_WORD}")
HEADER = re.compile(
    rf"(?m)^[ \t]*(?i:de|à|a|cc|cci|from|to|exp[ée]diteur|destinataires?|objet|re|tr|fwd?)[ ]?:[ ](?=[\"«“<]?{_UP})[\"«“<]?"
)
"""The heading of a mail."""
CLOSING = re.compile(
    r"(?im)^[^\n]{0,60}\b(?:cordialement|confraternellement|amicalement|amiti[ée]s|bises|bisous|bien à toi|bien à vous|à plus|à bientôt|salutations|sentiments|merci)\b[^\n\w]{0,3}\n\s*"
)
"""The next line is a signature."""
PAIR = re.compile(
    rf"(?<![\w’'\-])({_UP}[a-zà-ÿœ]{{2,}}(?:-{_UP}[a-zà-ÿœ]+)?(?:[ ]{{1,2}}(?:{_PARTICLE})?(?:{_UP}[a-zà-ÿœ’'\-]{{2,}}\w|{_UP}[’']?{_UP}[A-ZÀ-Þ’'\-]+)){{1,2}})(?![\w’'])"
)
"""Two or three words with capitals, the first in lower case after its first letter."""
ALONE = re.compile(
    rf"(?m)^[ \t]*({_UP}[a-zà-ÿ]+(?:-{_UP}[a-zà-ÿ]+)?[ ]{_UP}{{2}}[A-ZÀ-Þ’'\-]*(?:[ ]{_UP}{{2}}[A-ZÀ-Þ’'\-]+)?"
    rf"|{_UP}{{2}}[A-ZÀ-Þ’'\-]+[ ]{_UP}[a-zà-ÿ]+(?:-{_UP}[a-zà-ÿ]+)?)[ \t]*(?=$|,|;)"
)
LINE = re.compile(rf"(?m)^[ \t]*((?:{_UP}[\w’'\-]+[ ]){{1,2}}{_UP}[\w’'\-]+)[ \t]*$")
"""Two or three words with capitals, alone on their line: a signature."""
LISTED = re.compile(
    rf"(?:^|(?<=[,;:(\n])|(?<=[,;:] ))({_UP}[a-zà-ÿ\-]+[ ]{_UP}{{4}}[A-ZÀ-Þ’'\-]*)(?=[ ]?[,;.)\n]|$)"
)
WITH_ROLE = re.compile(
    rf"(?<![\w’'\-])((?:{_UP}[\w’'\-]{{0,40}}[ ]){{1,3}}{_UP}[\w’'\-]{{1,40}})[ ]?(?=\((?i:interne|externe|ide|phc|ph|cca|pu-?ph|infirmi|médecin|chirurgien|mère|père|fils|fille|sœur|frère|épou|conjoint|ami|aide|sage))"
)
TYPISTS = re.compile(r"(?<!\w)(?:[NV]/)?[Rr][ée]f(?:érences?)?\.?[ ]?:?[ ]?([A-Z]{2,4}[ ]?/[ ]?[A-Z]{2,4})\b")
EPONYM = re.compile(
    r"(?i:maladies?|syndromes?|signes?|scores?|tests?|classifications?|critères?|échelles?|indices?|formules?|lymphomes?"
    r"|man(?:œ|oe)uvres?|triades?|thyroïdites?|canal|réflexes?|corps|ligaments?|méthodes?|opérations?|interventions?|techniques?"
    r"|voies?|stades?|positions?|sondes?|drains?|pinces?|fractures?|hernies?|diverticules?|purpuras?|phénomènes?|virus|bacilles?"
    r"|incisions?|points?|espaces?|lois?|anémies?|tumeurs?|sarcomes?|type|dit|ganglions?|neuropathies?|paralysies?|chorée|glandes?|grades?"
    r"|artères?|tubercules?|œsophages?|oesophages?|plaies?|pieds?|ulcères?|kystes?|cellules?|trompes?|valves?|prothèses?|régimes?|protocoles?)"
    r"(?:[ ](?!(?i:avec|par|pour|chez|et|ou|vers|dans|sur|est|a|à|de|du|des|au|que|qui|ont|sont|mais)[ ])[a-zà-ÿ]+)?[ ](?:d[eu’'][ ]?|D[EU’'][ ]?|des[ ])?(?:[A-Z][\w-]+(?:[ -]|[ ]et[ ]))*$"
)
BEGINS = re.compile(r"(?:^|[.!?:;|]|\n)[\s\-–•*(\d)]*$")
"""What stands before the first word of a sentence or of a field."""
LIST = re.compile(rf"(?<![\w’'-]){_UP}[\w’'\-]*\w")
LOOK_BACK = 60
INITIAL = 2


def names(text: str) -> Iterator[Span]:
    """Every name that a cue, a form or a list gives away."""
    yield from _cued(text)
    yield from _formed(text)
    yield from _listed(text)


def _cued(text: str) -> Iterator[Span]:
    """After a title, a role, ``par`` or the label of a field."""
    for pattern in (TITLES, M_ALONE):
        for cue in pattern.finditer(text):
            yield from _several(text, _after_title(cue))
    for pattern in (HEADER, CLOSING):
        for cue in pattern.finditer(text):
            title = TITLES.match(text, cue.end())
            yield from _several(text, _after_title(title) if title else cue.end())
    for cue in BY.finditer(text):
        yield from _several(text, cue.end())
    for cue in ROLES.finditer(text):
        title = TITLES.match(text, cue.end())
        yield from _several(text, _after_title(title) if title else cue.end())
    for cue in FIELD.finditer(text):
        yield from _field(text, cue.end())


def _formed(text: str) -> Iterator[Span]:
    """Written as only names are: an initial, a surname in capitals, a line of its own."""
    for found in WITH_INITIAL.finditer(text):
        word = found.group().split(".")[-1].strip()
        if not is_ordinary(word) and not is_eponym(word):
            yield Span(*found.span(), Label.NAME)
    for pattern in (ALONE, LINE, LISTED, WITH_ROLE):
        for found in pattern.finditer(text):
            if not any(is_ordinary(word) or is_eponym(word) for word in found.group(1).split()):
                yield Span(*found.span(1), Label.NAME)
    for found in PAIR.finditer(text):
        yield from _pair(text, found)
    for found in TYPISTS.finditer(text):
        yield Span(*found.span(1), Label.NAME)


def _pair(text: str, found: re.Match[str]) -> Iterator[Span]:
    """Words with capitals one after the other: a name, unless one of them never is."""
    words = found.group(1).split()
    while words and is_ordinary(words[0]):
        words.pop(0)
    known = any(is_frequent(word) for word in words)
    if len(words) < 2 or any(is_ordinary(word) or is_eponym(word) or is_medical(word) for word in words):
        return
    start = found.start() + found.group(1).index(words[0])
    if EPONYM.search(text, max(0, start - LOOK_BACK), start) or (not known and begins(text, start)):
        return
    yield Span(start, found.end(), Label.NAME)


def _after_title(title: re.Match[str]) -> int:
    """Where the name begins: in ``Dr M. Petit`` the second abbreviation is a given name."""
    words = title.group().split()
    return (
        title.end() - len(title.group().rpartition("M.")[2]) - 2
        if len(words) > 1 and words[-1] == "M."
        else title.end()
    )


def _several(text: str, start: int) -> Iterator[Span]:
    """The name at ``start``, and those after ``et`` or a comma that look like names for sure."""
    end = _end(text, start)
    if end is None:
        plain = PLAIN.match(text, start)
        if plain and is_frequent(plain.group()) and not is_ambiguous(plain.group()):
            yield Span(*plain.span(), Label.NAME)
        return
    yield Span(start, end, Label.NAME)
    more = re.match(r"[ ]?(?:,|/|et|ou|&)[ ]", text[end : end + 5])
    if more and PART.match(text, end + more.end()):
        following = _end(text, end + more.end())
        if following is not None:
            yield Span(end + more.end(), following, Label.NAME)


def _end(text: str, start: int) -> int | None:
    """Where the name that begins at ``start`` ends; None when there is none."""
    end, at = None, start
    shouted, likely = _in_capitals(text, start), True
    for _ in range(5):
        part = PART.match(text, at)
        if part is None or (is_ordinary(part.group()) and (end is not None or len(part.group()) > 1)):
            break
        if end is not None and shouted and not (is_frequent(part.group()) or likely):
            break
        likely = is_frequent(part.group()) or len(part.group()) <= INITIAL
        end = part.end()
        gap = GAP.match(text, end)
        if gap is None:
            break
        at = gap.end()
    return end


def _field(text: str, start: int) -> Iterator[Span]:
    """The content of a field ``Nom :``, however it is written."""
    found = FIELD_VALUE.match(text, start)
    end = found.end() if found else _end(text, start)
    if end is not None:
        yield Span(start, end, Label.NAME)


def begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or a field begins at ``start``: the capital says nothing there."""
    return BEGINS.search(text, max(0, start - 20), start) is not None


def _in_capitals(text: str, start: int) -> bool:
    """Whether the line is in capitals around ``start``."""
    first = max(0, start - LOOK_BACK, text.rfind("\n", max(0, start - LOOK_BACK), start) + 1)
    last = text.find("\n", start, start + LOOK_BACK)
    near = text[first : last if last >= 0 else start + LOOK_BACK]
    return sum(map(str.islower, near)) * 4 < sum(map(str.isupper, near))


def _listed(text: str) -> Iterator[Span]:
    for found in LIST.finditer(text):
        word = found.group()
        if not is_frequent(word) or is_ordinary(word) or is_eponym(word):
            continue
        if is_ambiguous(word) and (begins(text, found.start()) or _in_capitals(text, found.start())):
            continue
        if EPONYM.search(text, max(0, found.start() - LOOK_BACK), found.start()):
            continue
        end = _end(text, found.start()) or found.end()
        yield Span(_left(text, found.start()), max(end, found.end()), Label.NAME)


def _left(text: str, start: int) -> int:
    """``DUPONT Jean``: the capitals before a given name belong to it."""
    before = re.search(
        rf"(?<![\w’'-])((?:(?:LE|LA|LES|DE|DU|DES|DA|DOS|EL|BEN|VAN|VON|DI|D[’'])[ ]?)*{_UP}{{2}}[A-ZÀ-Þ’'\-]+)[ ]$",
        text[max(0, start - LOOK_BACK) : start],
    )
    if before is None or is_ordinary(before.group(1)):
        return start
    return start - len(before.group(0))
