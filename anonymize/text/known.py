"""What is known of one person, looked for in a text in every usual spelling.

Texts and values are compared as sequences of words (runs of letters, runs of digits) without case,
accents and punctuation, so that ``DUPONT-MARTIN``, ``Dupont Martin`` and ``dupont - martin`` are one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from anonymize.text.folding import Folded, fold
from anonymize.text.months import MONTHS
from anonymize.text.spans import Label, Span
from anonymize.text.vocabulary import is_function_word

TOKEN = re.compile(r"[a-z]+|\d+|[^\W\d_]+")
PARTICLES = frozenset(
    {
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "el",
        "ben",
        "d",
        "l",
        "st",
        "ste",
        "et",
    }
)
TITLES = frozenset({"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "dr", "pr", "docteur"})
BESIDE = 2
"""Characters between a name and what tells that it is one."""
MOST_INITIALS = 8
GAP = 4
"""Characters, none of them a letter or a digit, that may stand between two words of a value."""
LETTERS, DIGITS, GLUED = 2, 4, 5
"""The shortest name and number that are looked for; the shortest name that is looked for in pieces."""
ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
FRENCH_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
INITIALS = re.compile(r"(?<![\w.’'])[^\W\d_a-z](?:[.\-]{1,2}[ ]?-?[ ]?[^\W\d_a-z])+(?!\w)\.?")
"""``J.D.``, ``J.-P. D.``"""
PHONE = re.compile(r"(?:(?:\+|00)33(?:\(0\))?|0)([1-9]\d{8})")


@dataclass(frozen=True)
class Words:
    """Words that follow each other in a text."""

    words: tuple[str, ...]
    label: Label
    capital: bool = False
    """Whether the text must write it with a capital: it is very short, or grammar needs it everywhere."""


@dataclass
class Known:
    """The direct identifiers of one person, ready to be looked for."""

    sequences: dict[str, list[Words]] = field(default_factory=dict)
    """By first word, longest first."""
    numbers: dict[str, Label] = field(default_factory=dict)
    """Letters and digits of each number, without what separates them."""
    glued: dict[str, set[str]] = field(default_factory=dict)
    """Names as one word, by first letter: a text may cut them anywhere."""
    initials: set[str] = field(default_factory=set)
    """Initials of given name and surname, in both orders."""

    def spans(self, text: str, folded: Folded) -> Iterator[Span]:
        """Every place of ``text`` that holds one of them."""
        tokens = [(found.group(), *found.span()) for found in TOKEN.finditer(folded.text)]
        for place, (word, start, _) in enumerate(tokens):
            for sequence in self.sequences.get(word, ()):
                end = _matches(folded.text, tokens, place, sequence.words)
                if end is None:
                    continue
                if (
                    not sequence.capital
                    or _has_capital(text, folded, start, end)
                    or self._beside(tokens, place)
                ):
                    yield Span(*folded.source(start, end), sequence.label)
                    break
        yield from self._glued(folded, tokens)
        if self.numbers:
            yield from self._numbers(folded, tokens)
        if self.initials:
            yield from self._initials(text)

    def _beside(self, tokens: list[tuple[str, int, int]], place: int) -> bool:
        """Whether the word before or after is a name of the person too."""
        near = [one for one in (place - 1, place + 1) if 0 <= one < len(tokens)]
        gaps = [abs(tokens[max(one, place)][1] - tokens[min(one, place)][2]) for one in near]
        return any(
            gap <= BESIDE
            and (
                (one < place and tokens[one][0] in TITLES)
                or any(each.label is Label.NAME for each in self.sequences.get(tokens[one][0], ()))
            )
            for one, gap in zip(near, gaps, strict=True)
        )

    def _numbers(self, folded: Folded, tokens: list[tuple[str, int, int]]) -> Iterator[Span]:
        longest = max(map(len, self.numbers))
        for place, (_, start, _) in enumerate(tokens):
            compact, before = "", start
            for word, begin, end in tokens[place:]:
                compact += word
                if begin - before > GAP or len(compact) > longest:
                    break
                before = end
                label = self.numbers.get(compact) or self.numbers.get(compact.lstrip("0"))
                if label is not None:
                    yield Span(*folded.source(start, end), label)

    def _glued(self, folded: Folded, tokens: list[tuple[str, int, int]]) -> Iterator[Span]:
        """``Dupo-`` and ``nt`` on the next line, ``D U P O N T``, ``la croix`` for Lacroix."""
        for place, (word, start, stop) in enumerate(tokens):
            candidates = [name for name in self.glued.get(word[0], ()) if name.startswith(word)]
            compact, before = word, stop
            for more, begin, end in tokens[place + 1 :] if candidates else ():
                compact += more
                candidates = [name for name in candidates if name.startswith(compact)]
                if begin - before > GAP or not candidates:
                    break
                before = end
                if compact in candidates:
                    yield Span(*folded.source(start, end), Label.NAME)

    def _initials(self, text: str) -> Iterator[Span]:
        for found in INITIALS.finditer(text):
            letters = [(place, fold(sign).text) for place, sign in enumerate(found.group()) if sign.isalpha()]
            for first in range(max(0, len(letters) - MOST_INITIALS), len(letters) - 1):
                if "".join(letter for _, letter in letters[first:]) in self.initials:
                    yield Span(found.start() + letters[first][0], found.end(), Label.NAME)
                    break


def _matches(text: str, tokens: list[tuple[str, int, int]], place: int, words: tuple[str, ...]) -> int | None:
    """Where the words end when they stand at ``place``; None when they do not."""
    if place + len(words) > len(tokens):
        return None
    for offset, word in enumerate(words):
        found, start, _ = tokens[place + offset]
        gap = text[tokens[place + offset - 1][2] : start] if offset else ""
        if found != word or len(gap) > GAP or "(" in gap:
            return None
    return tokens[place + len(words) - 1][2]


def _has_capital(text: str, folded: Folded, start: int, end: int) -> bool:
    begin, stop = folded.source(start, end)
    return any(sign.isupper() for sign in text[begin:stop])


def known_of(values: Iterable[str]) -> Known:
    """All spellings of the values of one person; dates as ISO 8601, the rest as the source writes it."""
    known = Known()
    names: list[list[str]] = []
    for value in values:
        folded = fold(value.strip()).text
        date = _date(folded)
        if date is not None:
            _add_date(known, *date)
        elif any(sign.isdigit() for sign in folded) or "@" in folded:
            _add_number(known, folded)
        else:
            words = TOKEN.findall(folded)
            names.append(words)
            _add_name(known, words)
    _add_initials(known, names)
    for sequences in known.sequences.values():
        sequences.sort(key=lambda each: (-len(each.words), each.capital, each.words))
    return known


def _add(known: Known, words: Iterable[str], label: Label, *, capital: bool = False) -> None:
    sequence = Words(tuple(words), label, capital)
    held = known.sequences.setdefault(sequence.words[0], [])
    if sequence not in held:
        held.append(sequence)


def _add_name(known: Known, words: list[str]) -> None:
    """The whole, written as one word, and each part that is no particle."""
    whole = "".join(words)
    if len(whole) < LETTERS:
        return
    if len(words) > 1:
        _add(known, words, Label.NAME)
        _add(known, [whole], Label.NAME)
    for word in words:
        if len(words) > 1 and (word in PARTICLES or len(word) <= LETTERS):
            continue
        _add(known, [word], Label.NAME, capital=len(word) <= LETTERS or is_function_word(word))
    for name in (whole, *words):
        if len(name) >= GLUED:
            known.glued.setdefault(name[0], set()).add(name)


def _add_initials(known: Known, names: list[list[str]]) -> None:
    """``J.D.``, ``J. Dupont`` and ``DUPONT J.`` for Jean Dupont, whichever column is the given name."""
    for given in names:
        for name in names:
            if given and name and given is not name:
                known.initials |= {one + other for one in _letters(given) for other in _letters(name)}
                _add_initialled(known, given, name)


def _letters(name: list[str]) -> set[str]:
    """The initials that stand for a name: all of them, the first, and those without particles."""
    letters = "".join(word[0] for word in name)
    bare = "".join(word[0] for word in name if word not in PARTICLES)
    return {letters, letters[0], bare, bare[:1], bare[-1:]} - {""}


def _add_initialled(known: Known, given: list[str], name: list[str]) -> None:
    letters = [word[0] for word in given]
    for written in dict.fromkeys([(letters[0],), tuple(letters), ("".join(letters),)]):
        _add(known, (*written, *name), Label.NAME, capital=True)
        _add(known, (*name, *written), Label.NAME, capital=True)


def _add_number(known: Known, value: str) -> None:
    phone = PHONE.fullmatch(re.sub(r"[ .\-/]", "", value))
    compact = "".join(TOKEN.findall(value))
    if phone is not None:
        for start in ("0", "33", "0033", "330", "00330"):
            known.numbers[start + phone.group(1)] = Label.PHONE
    elif "@" in value:
        _add(known, TOKEN.findall(value), Label.EMAIL)
    elif " " in value and re.search(r"[a-z]{3}", value):
        _add_address(known, TOKEN.findall(value))
    elif sum(map(str.isdigit, compact)) >= DIGITS or len(compact) > DIGITS:
        label = Label.NIR if len(compact) in (13, 15) and compact[:5].isdigit() else Label.NUMBER
        known.numbers[compact] = label
        if label is Label.NIR and len(compact) == 15:
            known.numbers[compact[:13]] = label
        bare = re.sub(r"\D", "", compact).lstrip("0")
        if len(bare) >= DIGITS:
            known.numbers.setdefault(bare, label)


def _add_address(known: Known, words: list[str]) -> None:
    _add(known, words, Label.ADDRESS)
    rest = words
    while rest and (rest[0].isdigit() or rest[0] in ("bis", "ter")):
        rest = rest[1:]
    if len(rest) > 1:
        _add(known, rest, Label.ADDRESS)


def _date(value: str) -> tuple[int, int, int] | None:
    found = ISO_DATE.fullmatch(value)
    parts = found.groups() if found else ()
    if not found and (found := FRENCH_DATE.fullmatch(value)):
        parts = found.groups()[::-1]
    if not parts:
        return None
    year, month, day = map(int, parts)
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _add_date(known: Known, year: int, month: int, day: int) -> None:
    """12/03/1950, 12.3.50, 12 mars 1950, 1er mars, 1950-03-12, 12031950, mars 1950."""
    days = dict.fromkeys((f"{day:02d}", str(day)))
    months = dict.fromkeys((f"{month:02d}", str(month), *MONTHS[month - 1]))
    years = (f"{year:04d}", f"{year % 100:02d}")
    for d in days:
        for m in months:
            for y in years:
                _add(known, (d, m, y), Label.DATE)
                if day == 1:
                    _add(known, (d, "er", m, y), Label.DATE)
                if not m.isdigit():
                    _add(known, (m, d, y), Label.DATE)
            _add(known, (years[0], m, d), Label.DATE)
    for m in MONTHS[month - 1]:
        _add(known, (m, years[0]), Label.DATE)
    for compact in (f"{day:02d}{month:02d}{year:04d}", f"{year:04d}{month:02d}{day:02d}"):
        known.numbers[compact] = Label.DATE
