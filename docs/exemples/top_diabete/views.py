"""The views that the algorithm needs, written from the columns that the tables really have.

An extraction of the SNDS, a fictitious base and a simulator do not keep everything in one place: the ATC
class is in ``ER_PHA_F`` or in ``IR_PHA_R``, the dates of a stay in ``T_MCOaaB`` or in ``T_MCOaaC``.
"""

from collections.abc import Mapping

KEY = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
)  # fmt: skip
"""The nine columns that join a claim and what tells more of it."""
STAY = ("ETA_NUM", "RSA_NUM")
FORMATS = ("%Y%m%d", "%d%m%Y", "%d/%m/%Y", "%d%b%Y:%H:%M:%S")
Columns = Mapping[str, frozenset[str]]
"""Table -> its columns."""


class MissingError(ValueError):
    """A table or a column without which the algorithm can say nothing."""


def views(columns: Columns, year: int) -> list[str]:
    """The beginning of the query: ``name AS (...)``, one view after the other.

    Raises MissingError when a table that is needed is not there.
    """
    for table in ("IR_BEN_R", "ER_PRS_F", "ER_PHA_F", "IR_IMB_R", "T_MCOaaB"):
        if table not in columns:
            raise MissingError(table)
    return [
        f"years AS (SELECT {int(year)} AS n)",
        f"persons AS ({_persons(columns)})",
        f"stays AS ({_stays(columns)})",
        f"units AS ({_units(columns)})",
        f"associated AS ({_associated(columns)})",
        f"illnesses AS ({_illnesses(columns)})",
        f"deliveries AS ({_deliveries(columns)})",
    ]


def _persons(columns: Columns) -> str:
    """One row a person: sex, birth, death (NULL when the table does not tell)."""
    death = _day("b.BEN_DCD_DTE") if "BEN_DCD_DTE" in columns["IR_BEN_R"] else "NULL::DATE"
    return (
        f"SELECT {_person(columns, 'IR_BEN_R', 'b')} AS person, b.BEN_SEX_COD::VARCHAR AS sex, "
        f"b.BEN_NAI_ANN::INTEGER AS birth, {death} AS death FROM IR_BEN_R b"
    )


def _person(columns: Columns, table: str, alias: str) -> str:
    """What names the person: ``__person`` if every table has it, else the numbers of the extraction.

    Without a rank in every table, twins of one number are one person.
    """
    stays = "T_MCOaaC" if "T_MCOaaC" in columns else "T_MCOaaB"
    every = ("IR_BEN_R", "ER_PRS_F", "IR_IMB_R", stays)
    if all("__person" in columns[name] for name in every):
        return f"{alias}.__person"
    numbers = {name: _first(columns, name, ("BEN_NIR_PSA", "NIR_ANO_17")) for name in every}
    ranks = {
        name: next((one for one in ("BEN_RNG_GEM", "RNG_NAI") if one in columns[name]), "") for name in every
    }
    if all(ranks.values()):
        return f"concat_ws('/', {alias}.{numbers[table]}, {alias}.{ranks[table]})"
    return f"{alias}.{numbers[table]}::VARCHAR"


def _first(columns: Columns, table: str, names: tuple[str, ...]) -> str:
    for name in names:
        if name in columns[table]:
            return name
    raise MissingError(f"{table}.{names[0]}")


def _day(column: str) -> str:
    """A date, whether it is written as a date, as an instant or as text."""
    texts = ", ".join(f"'{form}'" for form in FORMATS)
    return f"coalesce(try_cast({column} AS DATE), try_strptime({column}::VARCHAR, [{texts}])::DATE)"


def _code(column: str) -> str:
    return f"replace(upper({column}::VARCHAR), '.', '')"


def _equal(names: tuple[str, ...], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in names)


def _stay(alias: str) -> str:
    return f"concat_ws('/', {alias}.ETA_NUM, {alias}.RSA_NUM)"


def _related(columns: Columns, table: str, alias: str) -> str:
    return _code(f"{alias}.DGN_REL") if "DGN_REL" in columns[table] else "NULL::VARCHAR"


def _stays(columns: Columns) -> str:
    own, dates = columns["T_MCOaaB"], columns.get("T_MCOaaC", frozenset())
    known = [
        f"{alias}.{name}"
        for alias, table in (("c", dates), ("b", own))
        for name in ("EXE_SOI_DTF", "SOR_DAT", "EXE_SOI_DTD", "ENT_DAT")
        if name in table
    ]
    if not known and "SOR_ANN" not in own:
        raise MissingError("T_MCOaaB.SOR_ANN")
    day = _day(known[0]) if known else "make_date(b.SOR_ANN::INTEGER, 7, 1)"
    join = f" JOIN T_MCOaaC c ON {_equal(STAY, 'b', 'c')}" if dates else ""
    who = _person(columns, "T_MCOaaC", "c") if dates else _person(columns, "T_MCOaaB", "b")
    return (
        f"SELECT {who} AS person, {_stay('b')} AS stay, {day} AS day, {_code('b.DGN_PAL')} AS principal, "
        f"{_related(columns, 'T_MCOaaB', 'b')} AS related FROM T_MCOaaB b{join}"
    )


def _units(columns: Columns) -> str:
    if "T_MCOaaUM" not in columns:
        return (
            "SELECT NULL::VARCHAR AS stay, NULL::VARCHAR AS principal, NULL::VARCHAR AS related WHERE false"
        )
    related = _related(columns, "T_MCOaaUM", "u")
    return (
        f"SELECT {_stay('u')} AS stay, {_code('u.DGN_PAL')} AS principal, {related} AS related "
        "FROM T_MCOaaUM u"
    )


def _associated(columns: Columns) -> str:
    if "T_MCOaaD" not in columns:
        return "SELECT NULL::VARCHAR AS stay, NULL::VARCHAR AS diagnosis WHERE false"
    return f"SELECT {_stay('d')} AS stay, {_code('d.ASS_DGN')} AS diagnosis FROM T_MCOaaD d"


def _illnesses(columns: Columns) -> str:
    return (
        f"SELECT {_person(columns, 'IR_IMB_R', 'i')} AS person, {_day('i.IMB_ALD_DTD')} AS first, "
        f"{_day('i.IMB_ALD_DTF')} AS last, {_code('i.MED_MTF_COD')} AS diagnosis FROM IR_IMB_R i"
    )


def _deliveries(columns: Columns) -> str:
    """``large``: the presentation is a large pack (``PHA_CND_TOP`` is GC)."""
    own, reference = columns["ER_PHA_F"], columns.get("IR_PHA_R", frozenset())
    join = " LEFT JOIN IR_PHA_R r ON f.PHA_PRS_C13 = r.PHA_CIP_C13" if reference else ""
    if "PHA_ATC_C07" not in own | reference:
        raise MissingError("ER_PHA_F.PHA_ATC_C07")
    atc = "f.PHA_ATC_C07" if "PHA_ATC_C07" in own else "r.PHA_ATC_C07"
    packs = [f"{a}.PHA_CND_TOP" for a, table in (("f", own), ("r", reference)) if "PHA_CND_TOP" in table]
    large = f"coalesce({packs[0]} = 'GC', false)" if packs else "false"
    key = tuple(name for name in KEY if name in own and name in columns["ER_PRS_F"])
    return (
        f"SELECT {_person(columns, 'ER_PRS_F', 'p')} AS person, {_day('p.EXE_SOI_DTD')} AS day, "
        f"{_code(atc)} AS atc, {large} AS large "
        f"FROM ER_PHA_F f JOIN ER_PRS_F p ON {_equal(key, 'f', 'p')}{join}"
    )
