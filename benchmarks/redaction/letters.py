"""French clinical letters made of templates, with the place and kind of every identifier they hold."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from faker import Faker

HOLE = re.compile(r"\{(\w+)\}")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


@dataclass(frozen=True)
class Answer:
    """An identifier: characters ``start`` to ``end`` (excluded) and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Letter:
    """A text, what must go from it, and what the tables know of its person."""

    text: str
    answers: tuple[Answer, ...]
    known: tuple[str, ...]


def letters(
    templates: Sequence[str], count: int, seed: int, writer: "type[Writer] | None" = None
) -> Iterator[Letter]:
    """``count`` letters, each template in its turn; the same for the same seed."""
    fake = Faker("fr_FR")
    fake.seed_instance(seed)
    chance = random.Random(seed)
    for number in range(count):
        yield (writer or Writer)(fake, chance).write(templates[number % len(templates)])


class Writer:
    """Fills a template for one patient."""

    def __init__(self, fake: Faker, chance: random.Random) -> None:
        self.fake, self.chance = fake, chance
        self.last, self.first = fake.last_name(), fake.first_name()
        self.birth = date(1925, 1, 1) + timedelta(days=chance.randrange(34_000))
        self.nir, self.ipp = self._nir(), str(chance.randrange(10**7, 10**8))
        self.tel, self.email = fake.phone_number(), fake.email()
        self.street, self.code, self.city = (
            fake.street_address().replace("\n", " "),
            fake.postcode(),
            fake.city(),
        )

    def write(self, template: str) -> Letter:
        """The letter of ``template``."""
        parts, answers, at, length = [], [], 0, 0
        for hole in HOLE.finditer(template):
            kind, value = self.fill(hole.group(1))
            before = template[at : hole.start()]
            length += len(before)
            parts += [before, value]
            if kind:
                answers.append(Answer(length, length + len(value), kind))
            length += len(value)
            at = hole.end()
        return Letter("".join([*parts, template[at:]]), tuple(answers), self.known())

    def known(self) -> tuple[str, ...]:
        """What the tables say of the patient."""
        return self.last, self.first, self.birth.isoformat(), self.nir, self.ipp, self.tel, self.email

    def fill(self, name: str) -> tuple[str, str]:
        """Kind (empty: no identifier) and text of a hole."""
        kind, make = self._makers()[name]
        return kind, make()

    def _makers(self) -> dict[str, tuple[str, Callable[[], str]]]:
        fake, pick = self.fake, self.chance.choice
        return {
            "civ": ("", lambda: pick(["M.", "Mme", "Monsieur", "Madame", "Mr", "Mme."])),
            "LAST": ("patient", lambda: pick([self.last.upper(), self.last, bare(self.last).upper(), self.last.upper()])),
            "FIRST": ("patient", lambda: pick([self.first, self.first.upper(), bare(self.first), self.first.lower()])),
            "FULL": ("patient", lambda: self._full(self.first, self.last)),
            "BIRTH": ("birth", lambda: self._date(self.birth)),
            "NIR": ("nir", self._spaced_nir),
            "IPP": ("number", lambda: self.ipp),
            "TEL": ("phone", lambda: self._phone(self.tel)),
            "EMAIL": ("email", lambda: pick([self.email, self.email.upper()])),
            "STREET": ("address", lambda: self.street),
            "TOWN": ("address", lambda: f"{self.code} {pick([self.city, self.city.upper()])}"),
            "CITY": ("place", lambda: self.city),
            "OTHERCITY": ("place", fake.city),
            "DLAST": ("name", lambda: pick([str.upper, str])(fake.last_name())),
            "DFULL": ("name", lambda: self._full(fake.first_name(), fake.last_name())),
            "RFIRST": ("name", fake.first_name),
            "RFULL": ("name", lambda: f"{fake.first_name()} {pick([str.upper, str])(fake.last_name())}"),
            "DTEL": ("phone", lambda: self._phone(fake.phone_number())),
            "DEMAIL": ("email", fake.company_email),
            "URL": ("url", lambda: pick(["www.", "https://", "https://www."]) + fake.domain_name() + pick(["", "/resultats/78451", "/rdv"])),
            "RPPS": ("number", lambda: _keyed("1" + f"{self.chance.randrange(10**9):09d}")),
            "FINESS": ("number", lambda: _keyed(f"{self.chance.randrange(1, 96):02d}{self.chance.randrange(10**6):06d}")),
            "ADELI": ("number", lambda: f"{self.chance.randrange(10, 96)}{self.chance.randrange(10**7):07d}"),
            "NDA": ("number", lambda: pick(["", "S", "H-"]) + str(self.chance.randrange(10**6, 10**9))),
            "DATE": ("date", lambda: self._date(date(2018, 1, 1) + timedelta(days=self.chance.randrange(2500)))),
            "DAY": ("date", lambda: f"{self.chance.randrange(1, 29)} {pick(MONTHS)}"),
        }  # fmt: skip

    def _full(self, first: str, last: str) -> str:
        initial = "-".join(f"{part[0]}." for part in first.split("-"))
        forms = [
            f"{first} {last}",
            f"{first} {last.upper()}",
            f"{last.upper()} {first}",
            f"{initial} {last.upper()}",
        ]
        # "M." before a name is read as "Monsieur", by people too.
        return self.chance.choice(forms[:3] if initial == "M." else forms)

    def _date(self, day: date) -> str:
        month = MONTHS[day.month - 1]
        first = "1er" if day.day == 1 else str(day.day)
        return self.chance.choice(
            [
                f"{day:%d/%m/%Y}", f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day:%y}",
                f"{first} {month} {day.year}", f"{first} {month.upper()} {day.year}", f"{first} {month.capitalize()} {day.year}",
                f"{day.isoformat()}",
            ]
        )  # fmt: skip

    def _nir(self) -> str:
        place = f"{self.chance.randrange(1, 96):02d}{self.chance.randrange(1, 990):03d}{self.chance.randrange(1, 1000):03d}"
        body = f"{self.chance.randrange(1, 3)}{self.birth:%y%m}{place}"
        return f"{body}{97 - int(body) % 97:02d}"

    def _spaced_nir(self) -> str:
        cuts = (1, 3, 5, 7, 10, 13, 15)
        groups = [self.nir[start:end] for start, end in zip((0, *cuts), cuts, strict=False)]
        return self.chance.choice(
            [
                self.nir,
                " ".join(groups),
                self.nir[:13],
                " ".join(groups[:-1]),
                f"{self.nir[:13]} {self.nir[13:]}",
            ]
        )

    def _phone(self, number: str) -> str:
        digits = re.sub(r"\D", "", number.replace("(0)", ""))[-9:]
        pairs = [digits[0], *(digits[place : place + 2] for place in range(1, 9, 2))]
        return self.chance.choice(
            [
                f"0{digits}",
                "0" + " ".join(pairs),
                "0" + ".".join(pairs),
                "+33 " + " ".join(pairs),
                f"+33{digits}",
                "+33 (0)" + " ".join(pairs),
                "0" + "-".join(pairs),
            ]
        )


def bare(text: str) -> str:
    """``text`` without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _keyed(digits: str) -> str:
    """With its Luhn key."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
