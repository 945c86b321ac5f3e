"""Fills templates as careless hands and scanners do: spellings, separators and line breaks of all sorts."""

import random
import re
from collections.abc import Callable
from datetime import date

from faker import Faker

from benchmarks.redaction.letters import MONTHS, Writer, bare

RARE = (
    "DE LA TOUR", "de Saint-Aubin", "Le Goff", "N'Diaye", "D'Almeida", "Van den Broucke", "Ben Youssef", "El Khattabi", "Oyono-Mbarga",
    "Tran-Thanh", "Wojciechowska", "Da Silva Ferreira", "Kerguélen", "Quéméneur", "Çelik", "Müller-Roth", "Ó Briain", "Brûlé", "Ly", "Aït Kaci",
)  # fmt: skip
GIVEN = (
    "Marie-Ange",
    "Jean-Christophe",
    "Anne Lise",
    "Zélie",
    "Oumou",
    "Thi-Mai",
    "Enguerrand",
    "Loïc",
    "Noëlla",
    "Côme",
    "Abdelhamid",
    "Maëlys",
)


class NoisyWriter(Writer):
    """One patient in three has a rare name; every value takes one of many shapes."""

    def __init__(self, fake: Faker, chance: random.Random) -> None:
        super().__init__(fake, chance)
        if self.chance.random() < 0.35:
            self.last, self.first = self.chance.choice(RARE), self.chance.choice(GIVEN)
        self.maiden = self.fake.last_name()

    def known(self) -> tuple[str, ...]:
        """What the tables say of the patient, the name at birth too."""
        return *super().known(), self.maiden

    def _makers(self) -> dict[str, tuple[str, Callable[[], str]]]:
        last, first = (lambda: self._spelt(self.last)), (lambda: self._spelt(self.first))
        return super()._makers() | {
            "LAST": ("patient", last),
            "FIRST": ("patient", first),
            "MAIDEN": ("patient", lambda: self._spelt(self.maiden)),
            "FULL": ("patient", self._both),
            "INITIALS": ("initials", self._initials),
            "EMAIL": ("email", self._hidden_email),
            "STREET": ("address", self._street),
        }

    def _spelt(self, name: str) -> str:
        name = self.chance.choice(
            [name, name.upper(), name.lower(), bare(name), bare(name).upper(), bare(name).lower()]
        )
        joint = self.chance.choice([None, None, None, " ", "-", " - ", "\n", "  ", "-\n"])
        return name if joint is None else re.sub(r"[ -]", lambda _: joint, name)

    def _both(self) -> str:
        one, other = self._spelt(self.first), self._spelt(self.last)
        letters = [part[0] for part in re.split(r"[ -]", self.first)]
        initial = self.chance.choice([".-".join(letters) + ".", "".join(letters), letters[0] + "."])
        gap = self.chance.choice([" ", " ", "  ", "\n", ", "])
        return self.chance.choice(
            [
                f"{one}{gap}{other}",
                f"{other}{gap}{one}",
                f"{initial} {self.last}",
                f"{self.last.upper()} {initial}",
            ]
        )

    def _initials(self) -> str:
        given = [part[0].upper() for part in re.split(r"[ -]", self.first)]
        name = re.split(r"[ '-]", self.last)[-1][0].upper()
        return self.chance.choice(
            [f"{'.-'.join(given)}. {name}.", f"{given[0]}.{name}.", f"{given[0]}. {name}."]
        )

    def _date(self, day: date) -> str:
        first = "1er" if day.day == 1 else str(day.day)
        month = MONTHS[day.month - 1]
        return self.chance.choice(
            [
                super()._date(day),
                f"{first} {month} {day.year}", f"{day:%d.%m.%y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d / %m / %Y}", f"{day:%d %m %Y}",
                f"{first} {bare(month)} {day.year}", f"{first}\n{month} {day.year}", f"{first}  {month}  {day.year}", f"{day:%d/%m}/\n{day.year}",
            ]
        )  # fmt: skip

    def _spaced_nir(self) -> str:
        cuts = (1, 3, 5, 7, 10, 13, 15)
        groups = [self.nir[start:end] for start, end in zip((0, *cuts), cuts, strict=False)]
        joint = self.chance.choice([" ", "  ", ".", "\n", "-"])
        return self.chance.choice(
            [
                super()._spaced_nir(),
                joint.join(groups),
                joint.join(groups[:-1]),
                f"{self.nir[:7]} {self.nir[7:13]} clé {self.nir[13:]}",
            ]
        )

    def _phone(self, number: str) -> str:
        digits = re.sub(r"\D", "", number.replace("(0)", ""))[-9:]
        pairs = [digits[0], *(digits[place : place + 2] for place in range(1, 9, 2))]
        joint = self.chance.choice(["  ", " . ", "/", "\n", "_", " - "])
        return self.chance.choice(
            [
                super()._phone(number),
                "0" + joint.join(pairs),
                f"0033 {' '.join(pairs)}",
                f"0{digits[:4]} {digits[4:]}",
                f"+33.{'.'.join(pairs)}",
            ]
        )

    def _hidden_email(self) -> str:
        name, _, domain = self.email.partition("@")
        return self.chance.choice(
            [
                self.email,
                f"{name} @ {domain}",
                f"{name} (at) {domain}",
                f"{name}[at]{domain}",
                f"{name} arobase {domain}",
                f"{name}@{domain.replace('.', ' . ')}",
            ]
        )

    def _street(self) -> str:
        number = self.chance.randrange(1, 200)
        kind = self.chance.choice(["rue", "RUE", "av", "Bd", "allée", "chemin", "place", "impasse", "route"])
        name = self.chance.choice(
            [
                "des Lilas",
                "du Général Leclerc",
                "Victor Hugo",
                "DE LA REPUBLIQUE",
                "du 8 mai 1945",
                "saint-Jacques",
                "de l'Abbé Grégoire",
            ]
        )
        return f"{number}{self.chance.choice(['', ' bis', ' ter', 'B', ','])} {kind} {name}"
