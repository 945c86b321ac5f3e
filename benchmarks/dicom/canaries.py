"""Values that look like identifiers of a French patient and occur nowhere else."""

import datetime as dt
import random
from dataclasses import dataclass

SYLLABLES = (
    "ber van lou thi rez gau chel mon tar quin dor lac frey sau gnac vil bré lég mar cin hué jou kér lam"
    " nor pau rui séb tous val wag yss zel bau çon drô fèv"
).split()
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


@dataclass(frozen=True)
class Canary:
    """One planted value and the strings that betray it, each unique to it."""

    text: str
    """As it is written in the file."""
    needles: tuple[str, ...]
    """Words, numbers or dates (``yyyymmdd``); one of them in an output is a leak."""
    kind: str = "text"


class Canaries:
    """Draws canaries from a seed; no two share the first eight letters or digits of a needle."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._taken: set[str] = set()

    def _unique(self, draw: "callable[[], str]") -> str:  # type: ignore[valid-type]
        while True:
            value = draw()
            if value[:8] not in self._taken:
                self._taken.add(value[:8])
                return value

    def word(self) -> str:
        """A made-up French surname of 9 to 12 letters, with an accent now and then."""

        def draw() -> str:
            text = "".join(self._random.choice(SYLLABLES) for _ in range(4))[:12]
            return text if len(text) >= 9 else text + "ville"[: 9 - len(text)]

        return self._unique(draw).capitalize()

    def plain_word(self) -> str:
        """The same without accents, upper case: what a CS may hold."""
        table = str.maketrans("éèçôê", "eecoe")
        return self._unique(lambda: self.word().lower().translate(table)).upper()

    def digits(self, count: int = 10, start: str = "80") -> str:
        """A hospital number."""
        return self._unique(
            lambda: start + "".join(self._random.choice("0123456789") for _ in range(count - len(start)))
        )

    def name(self) -> Canary:
        """A person's name as PN writes it."""
        family, given = self.word(), self.word()
        return Canary(f"{family.upper()}^{given}", (family, given), "name")

    def identifier(self) -> Canary:
        """An IPP of ten digits."""
        number = self.digits()
        return Canary(number, (number,), "id")

    def nir(self) -> Canary:
        """A French social security number whose key is right."""
        body = self.digits(13, self._random.choice("12"))
        text = f"{body}{97 - int(body) % 97:02d}"
        return Canary(text, (body,), "id")

    def phone(self) -> Canary:
        """A mobile number as it is written in France."""
        number = self.digits(10, "06")
        return Canary(" ".join(number[i : i + 2] for i in range(0, 10, 2)), (number,), "phone")

    def address(self) -> Canary:
        """A street and a town that do not exist."""
        street, town = self.word(), self.word()
        return Canary(f"{self._random.randint(1, 99)} rue {street} 35042 {town}", (street, town), "address")

    def institution(self) -> Canary:
        """A hospital."""
        town = self.word()
        return Canary(f"CHU {town}", (town,), "institution")

    def date(self) -> Canary:
        """A day between 1930 and 2024."""

        def draw() -> str:
            day = dt.date(1930, 1, 1) + dt.timedelta(self._random.randrange(34_000))
            return f"{day:%Y%m%d}"

        text = self._unique(draw)
        return Canary(text, (text,), "date")

    def time(self) -> Canary:
        """A time of the day to the microsecond."""
        pick = self._random.randrange
        text = self._unique(
            lambda: f"{pick(10, 24):02d}{pick(60):02d}{pick(60):02d}.{pick(100_000, 1_000_000)}"
        )
        return Canary(text, (text.replace(".", ""),), "time")

    def moment(self) -> Canary:
        """A date and time."""
        day, hour = self.date(), self.time()
        return Canary(day.text + hour.text, (day.text, hour.needles[0]), "date")

    def uid(self) -> Canary:
        """A UID made of a hospital number."""
        number = self.digits(12, "8")
        return Canary(f"1.2.250.1.59.{number}.1", (number,), "uid")

    def code(self) -> Canary:
        """A word in capitals, as CS, AE and SH take it."""
        word = self.plain_word()
        return Canary(word[:12], (word,), "text")

    def sentence(self) -> Canary:
        """Free text with a name and a number in it."""
        family, number = self.word(), self.digits()
        return Canary(f"Patient {family} vu ce jour, dossier {number}", (family, number), "text")

    def short(self) -> Canary:
        """Exactly eight ASCII letters: fills one FD."""
        word = self.plain_word()[:8]
        return Canary(word, (word,), "text")

    def of(self, vr: str) -> Canary:
        """A value that an attribute of this VR could hold."""
        makers = {
            "PN": self.name, "DA": self.date, "TM": self.time, "DT": self.moment, "UI": self.uid,
            "CS": self.code, "AE": self.code, "SH": self.code, "IS": self.short, "DS": self.short,
            "AS": self.short, "UR": self._url, "LO": self._line, "FD": self.short, "FL": self.short,
        }  # fmt: skip
        return makers.get(vr, self.sentence)()

    def _url(self) -> Canary:
        word = self.plain_word().lower()
        return Canary(f"https://dossier.example/{word}", (word,), "text")

    def _line(self) -> Canary:
        return self._random.choice((self.sentence, self.address, self.phone, self.institution, self.nir))()
