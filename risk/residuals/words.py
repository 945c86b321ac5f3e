"""The words of values, in SQL: the same text for the same thing, whatever its column's type.

A day is ``d`` and its number since 1970; a number has no leading zero; any other word is in lower
case without accents.
"""

from profiles.model import Kind

DAY_NUMBER = "CASE WHEN starts_with(word, 'd') THEN try_cast(substr(word, 2) AS BIGINT) END"
"""SQL of the number of the day that ``word`` is, else null."""

_PLAIN = (
    "replace(replace(replace(replace(lower(strip_accents(v)), 'œ', 'oe'), 'æ', 'ae'), 'ø', 'o'), 'ß', 'ss')"
)
_PARTS = f"list_filter(string_split_regex({_PLAIN}, '[^\\p{{L}}\\p{{N}}]+'), lambda x: x <> '')"
_NO_ZERO = (
    "CASE WHEN regexp_full_match({w}, '[0-9]+') THEN coalesce(nullif(ltrim({w}, '0'), ''), '0') ELSE {w} END"
)
_DAY = "'d' || (CAST({day} AS DATE) - DATE '1970-01-01')"
_WRITTEN_DAYS = (("\\d{4}-\\d\\d-\\d\\d", "%Y-%m-%d"), ("\\d\\d/\\d\\d/\\d{4}", "%d/%m/%Y"))

_EVERY = """list_concat(
    parts,
    list_transform(range(1, len(parts)), lambda i: parts[i] || parts[i + 1]),
    list_transform(range(1, len(parts) - 1), lambda i: parts[i] || parts[i + 1] || parts[i + 2]),
    [array_to_string(parts, '')])"""


def published_words(relation: str, column: str, kind: Kind) -> str:
    """SQL of a relation ``(v, word)``: what every distinct value ``v`` of ``column`` says.

    A text says its words, what two and three neighbours make together (so that ``Jean Pierre``
    meets ``Jean-Pierre``), all of it at once, and the days that are written in it.
    """
    return _words(relation, column, kind, _EVERY)


def hidden_words(relation: str, column: str, kind: Kind) -> str:
    """SQL of a relation ``(v, word)``: each distinct hidden value ``v`` as a whole; a day in all its ways."""
    if kind in (Kind.DATE, Kind.DATETIME):
        ways = ", ".join(_NO_ZERO.format(w=f"strftime(v, '{form}')") for form in ("%Y%m%d", "%d%m%Y"))
        return (
            f"SELECT v, unnest([{_DAY.format(day='v')}, {ways}]) AS word FROM ({_distinct(relation, column)})"
        )
    return _words(relation, column, kind, "[array_to_string(parts, '')]")


def name_parts(relation: str, column: str) -> str:
    """SQL of a relation ``(v, word)``: the parts of each distinct name of two to four words.

    Parts of less than three letters, and all those of a text with a digit, say nothing of anybody.
    """
    parts = _parted(relation, column)
    name = "len(parts) BETWEEN 2 AND 4 AND NOT regexp_matches(v, '[0-9]')"
    each = f"SELECT v, unnest(parts) AS word FROM ({parts}) WHERE {name}"
    return f"SELECT v, word FROM ({each}) WHERE len(word) > 2"


def _words(relation: str, column: str, kind: Kind, of_parts: str) -> str:
    if kind is not Kind.TEXT:
        return f"SELECT v, {_single(kind)} AS word FROM ({_distinct(relation, column)})"
    plain = f"list_transform({of_parts}, lambda w: {_NO_ZERO.format(w='w')})"
    words = f"unnest(list_concat({plain}, {_days()}))"
    return f"SELECT DISTINCT v, {words} AS word FROM ({_parted(relation, column)})"


def _distinct(relation: str, column: str) -> str:
    return f"SELECT DISTINCT {column} AS v FROM {relation} WHERE {column} IS NOT NULL"


def _parted(relation: str, column: str) -> str:
    """SQL of the distinct texts with the list of their words."""
    return f"SELECT v, {_PARTS} AS parts FROM ({_distinct(relation, column)})"


def _single(kind: Kind) -> str:
    """SQL of the one word of a value ``v`` that is no text."""
    if kind in (Kind.DATE, Kind.DATETIME):
        return _DAY.format(day="v")
    if kind is Kind.NUMBER:
        whole = "CAST(CAST(v AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN v = floor(v) AND abs(v) < 9e15 THEN {whole} ELSE CAST(v AS VARCHAR) END"
    return "CAST(v AS VARCHAR)"


def _days() -> str:
    """SQL of the days written in the text ``v``."""
    found = [
        f"list_transform(regexp_extract_all(v, '{pattern}'), "
        f"lambda t: coalesce({_DAY.format(day=f'''try_strptime(t, '{form}')''')}, ''))"
        for pattern, form in _WRITTEN_DAYS
    ]
    return f"list_concat({', '.join(found)})"
