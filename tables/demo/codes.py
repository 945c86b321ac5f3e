"""Code lists of the demonstration: a few real codes of each nomenclature.

Sources: schema-snds, snapshot of 2020-12-15 (names of columns, prestations, specialities,
geography); official geographic code of INSEE (communes, with their accents); ATC index of the WHO
collaborating centre; CIM-10 and GHM classifications of the ATIH. Shares are invented.
"""

from dataclasses import dataclass
from typing import NamedTuple

REGIONS: dict[str, str] = {
    **dict.fromkeys(("022", "029", "035", "056"), "53"),
    **dict.fromkeys(("014", "027", "050", "061", "076"), "28"),
    **dict.fromkeys(("001", "038", "042", "063", "069"), "84"),
}
"""Département (three characters, as in the SNDS) -> region."""


class Commune(NamedTuple):
    """A commune with its share of the residents."""

    department: str
    code: str
    label: str
    share: float


COMMUNES: tuple[Commune, ...] = (
    Commune("035", "238", "Rennes", 9),
    Commune("035", "288", "Saint-Malo", 3),
    Commune("035", "115", "Fougères", 2),
    Commune("035", "360", "Vitré", 1.5),
    Commune("035", "236", "Redon", 1),
    Commune("029", "019", "Brest", 5),
    Commune("029", "232", "Quimper", 3),
    Commune("029", "239", "Roscoff", 0.4),
    Commune("029", "155", "Ouessant", 0.06),
    Commune("029", "084", "Île-Molène", 0.02),
    Commune("056", "121", "Lorient", 3),
    Commune("056", "260", "Vannes", 3),
    Commune("056", "069", "Groix", 0.12),
    Commune("056", "086", "Île-d'Houat", 0.02),
    Commune("022", "278", "Saint-Brieuc", 3),
    Commune("022", "113", "Lannion", 2),
    Commune("022", "016", "Île-de-Bréhat", 0.04),
    Commune("014", "118", "Caen", 6),
    Commune("014", "366", "Lisieux", 2),
    Commune("014", "047", "Bayeux", 1),
    Commune("076", "540", "Rouen", 6),
    Commune("076", "351", "Le Havre", 6),
    Commune("076", "217", "Dieppe", 2),
    Commune("027", "229", "Évreux", 3),
    Commune("050", "129", "Cherbourg-en-Cotentin", 3),
    Commune("050", "502", "Saint-Lô", 1.5),
    Commune("050", "218", "Granville", 1),
    Commune("061", "001", "Alençon", 2),
    Commune("069", "123", "Lyon", 10),
    Commune("069", "266", "Villeurbanne", 5),
    Commune("038", "185", "Grenoble", 5),
    Commune("042", "218", "Saint-Étienne", 5),
    Commune("063", "113", "Clermont-Ferrand", 4),
    Commune("001", "053", "Bourg-en-Bresse", 2),
    Commune("001", "283", "Oyonnax", 1),
)


class Treatment(NamedTuple):
    """A drug class with the ailment that it treats and its share among those treated."""

    atc: str
    ailment: str
    share: float
    presentations: int
    price: float
    """Price of a box, in euros."""


TREATMENTS: tuple[Treatment, ...] = (
    Treatment("A10BA02", "diabetes", 6, 3, 2.57),
    Treatment("A10BB09", "diabetes", 2, 2, 4.13),
    Treatment("A10BK03", "diabetes", 1.5, 1, 37.83),
    Treatment("A10AE04", "diabetes", 1, 2, 42.47),
    Treatment("C09AA05", "heart", 3, 2, 3.91),
    Treatment("C08CA01", "heart", 3, 2, 3.62),
    Treatment("C07AB07", "heart", 2, 2, 4.26),
    Treatment("C10AA05", "heart", 4, 2, 6.08),
    Treatment("B01AC06", "heart", 3, 1, 2.33),
    Treatment("C03CA01", "heart", 1, 1, 1.88),
    Treatment("N06AB06", "mood", 2, 1, 4.59),
    Treatment("N06AB10", "mood", 2, 1, 5.11),
    Treatment("N05BA12", "mood", 1, 2, 1.67),
    Treatment("R03AC02", "lungs", 3, 1, 3.92),
    Treatment("R03AK06", "lungs", 2, 1, 24.15),
    Treatment("N02BE01", "common", 9, 4, 1.16),
    Treatment("M01AE01", "common", 4, 2, 1.74),
    Treatment("J01CA04", "common", 5, 2, 2.63),
    Treatment("R06AX13", "common", 3, 1, 3.18),
    Treatment("A02BC01", "common", 4, 2, 3.05),
    Treatment("H03AA01", "thyroid", 1, 3, 2.71),
    Treatment("A16AX04", "rare", 1, 1, 1892.4),
)
"""The last one treats a disease of a few hundred persons in France."""


@dataclass(frozen=True)
class Ailment:
    """How often an ailment occurs."""

    name: str
    young: float
    """Share of the persons aged 0."""
    old: float
    """Share of the persons aged 90; linear in between."""


AILMENTS: tuple[Ailment, ...] = (
    Ailment("common", 0.75, 0.75),
    Ailment("diabetes", -0.05, 0.22),
    Ailment("heart", -0.2, 0.75),
    Ailment("mood", -0.01, 0.16),
    Ailment("lungs", 0.05, 0.1),
    Ailment("thyroid", 0.0, 0.09),
)

SPECIALITIES: tuple[tuple[str, float], ...] = (
    ("01", 70),
    ("03", 7),
    ("05", 5),
    ("08", 4),
    ("12", 4),
    ("13", 4),
    ("15", 6),
)
"""Speciality of the practitioner and its share; 01 is general medicine."""

GENERALIST, SPECIALIST, PHARMACY = "1111", "1112", "3313"
"""Natures of prestation: consultation, consultation of a specialist, drugs reimbursed at 65 %."""


class Stay(NamedTuple):
    """A reason for a hospital stay."""

    diagnosis: str
    group: str
    """GHM, classification version 11."""
    days: float
    """Mean length."""
    oldest_share: float
    """Weight for an adult aged 90; for a young adult it is 1."""
    share: float
    associated: tuple[str, ...]


STAYS: tuple[Stay, ...] = (
    Stay("I509", "05M091", 8, 6, 1, ("I10", "N183", "I489", "E119")),
    Stay("E119", "10M021", 5, 3, 1, ("I10", "E669", "E785")),
    Stay("J189", "04M051", 7, 4, 1, ("I509", "J440", "I10")),
    Stay("J440", "04M081", 6, 3, 0.7, ("I10", "I509", "E119")),
    Stay("N390", "11M041", 4, 3, 0.8, ("I10", "E119", "N183")),
    Stay("R104", "06M121", 2, 1, 2, ("K573", "E669")),
    Stay("H259", "02C05J", 0, 8, 1.5, ("I10", "E119")),
    Stay("M171", "08C241", 6, 4, 0.8, ("I10", "E669", "D649")),
    Stay("S720", "08C471", 9, 8, 0.4, ("I10", "G309", "D649")),
    Stay("I639", "01M301", 8, 4, 0.6, ("I10", "I489", "E785")),
    Stay("Z511", "28Z07Z", 0, 2, 1.2, ("D649",)),
    Stay("E840", "04M211", 6, 0.1, 0.05, ("E119",)),
)
"""The last one, cystic fibrosis, is rare."""

BIRTH = Stay("Z380", "15M05A", 3, 0, 0, ())
DELIVERY = Stay("O800", "14Z14A", 3, 0, 0, ("Z370",))
