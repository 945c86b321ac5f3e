"""Days and months as French writes them."""

MONTHS: tuple[tuple[str, ...], ...] = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil", "juill"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
"""Names and abbreviations of the twelve months, folded."""

UNITS = "un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
DAY_WORDS = (
    f"premier|(?:vingt|trente)(?:[ -]et)?[ -](?:{UNITS})|dix[ -](?:sept|huit|neuf)|vingt|trente|{UNITS}"
)
"""Days in letters, folded."""
NUMBER_WORDS = (
    f"(?:mille?|cents?|vingts?|trente|quarante|cinquante|soixante|septante|huitante|nonante|et|{UNITS})"
)
MONTH = "|".join(sorted((name for names in MONTHS for name in names), key=len, reverse=True))
