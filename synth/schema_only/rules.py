"""What holds in every set of tables, each rule once as data; :mod:`checker` counts where it does not.

A rule is SQL over the generated tables that counts the rows it looks at and those that break it. It is told
nothing by the generator: amounts are computed again, codes are looked up in the catalogue.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Holds for every row of ``rows``: a FROM clause; ``holds`` is a condition on it, true or null."""

    name: str
    rows: str
    holds: str
    needs: tuple[str, ...]
    """Columns as ``TABLE.COLUMN``; without one of them the rule says nothing."""


CENT = 0.011
"""Amounts agree within a cent."""
LAG = 365
"""Days within which what is paid is published."""
PRS = "ER_PRS_F p JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM)"
STAY = "T_MCOaaB s JOIN T_MCOaaC c USING (ETA_NUM, RSA_NUM)"
STAY_PERSON = f"{STAY} JOIN IR_BEN_R b ON b.BEN_NIR_PSA = c.NIR_ANO_17"
KEY = (
    "FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM,"
    " REM_TYP_AFF"
)
YEAR = "b.BEN_NAI_ANN"
AGE = "year(p.EXE_SOI_DTD) - b.BEN_NAI_ANN"

RULES: tuple[Rule, ...] = (
    Rule(
        "birth-before-care",
        PRS,
        f"{YEAR} * 100 + b.BEN_NAI_MOI::INTEGER <= year(p.EXE_SOI_DTD) * 100 + month(p.EXE_SOI_DTD)",
        ("ER_PRS_F.EXE_SOI_DTD", "IR_BEN_R.BEN_NAI_ANN", "IR_BEN_R.BEN_NAI_MOI"),
    ),
    Rule(
        "care-in-order",
        "ER_PRS_F p",
        "p.PRE_PRE_DTD <= p.EXE_SOI_DTD AND p.EXE_SOI_DTD <= p.EXE_SOI_DTF",
        ("ER_PRS_F.PRE_PRE_DTD", "ER_PRS_F.EXE_SOI_DTD", "ER_PRS_F.EXE_SOI_DTF"),
    ),
    Rule(
        "settlement-after-care",
        "ER_PRS_F p",
        "p.EXE_SOI_DTD <= p.FLX_TRT_DTD AND p.FLX_TRT_DTD <= p.FLX_DIS_DTD"
        f" AND p.FLX_DIS_DTD - p.EXE_SOI_DTD <= {LAG}",
        ("ER_PRS_F.EXE_SOI_DTD", "ER_PRS_F.FLX_TRT_DTD", "ER_PRS_F.FLX_DIS_DTD"),
    ),
    Rule(
        "flow-before-death",
        PRS,
        "p.FLX_DIS_DTD <= b.BEN_DCD_DTE",
        ("ER_PRS_F.FLX_DIS_DTD", "IR_BEN_R.BEN_DCD_DTE"),
    ),
    Rule(
        "birth-before-death",
        "IR_BEN_R b",
        "b.BEN_NAI_ANN <= year(b.BEN_DCD_DTE)",
        ("IR_BEN_R.BEN_NAI_ANN", "IR_BEN_R.BEN_DCD_DTE"),
    ),
    Rule(
        "claim-repeats-person",
        PRS,
        "p.BEN_SEX_COD = b.BEN_SEX_COD AND p.BEN_NAI_ANN = b.BEN_NAI_ANN",
        ("ER_PRS_F.BEN_SEX_COD", "ER_PRS_F.BEN_NAI_ANN", "IR_BEN_R.BEN_SEX_COD", "IR_BEN_R.BEN_NAI_ANN"),
    ),
    Rule(
        "age-agrees",
        PRS,
        f"CASE WHEN p.BEN_AMA_COD >= 1000 THEN {AGE} BETWEEN 0 AND 2 ELSE"
        f" p.BEN_AMA_COD BETWEEN {AGE} - 1 AND {AGE}"
        " END",
        ("ER_PRS_F.BEN_AMA_COD", "ER_PRS_F.EXE_SOI_DTD", "IR_BEN_R.BEN_NAI_ANN"),
    ),
    Rule(
        "amount-is-base-by-rate",
        "ER_PRS_F p",
        f"abs(p.BSE_REM_MNT - p.BSE_REM_BSE * p.RGO_REM_TAU / 100) <= {CENT}"
        " AND p.RGO_REM_TAU BETWEEN 0 AND 100",
        ("ER_PRS_F.BSE_REM_MNT", "ER_PRS_F.BSE_REM_BSE", "ER_PRS_F.RGO_REM_TAU"),
    ),
    Rule(
        "base-is-price-by-quantity",
        "ER_PRS_F p",
        f"abs(p.BSE_REM_BSE - p.BSE_REM_PRU * p.PRS_ACT_QTE) <= {CENT}",
        ("ER_PRS_F.BSE_REM_BSE", "ER_PRS_F.BSE_REM_PRU", "ER_PRS_F.PRS_ACT_QTE"),
    ),
    Rule(
        "spent-is-base-and-excess",
        "ER_PRS_F p",
        f"abs(p.PRS_PAI_MNT - p.BSE_REM_BSE - p.PRS_DEP_MNT) <= {CENT} AND p.BSE_REM_MNT <= p.PRS_PAI_MNT",
        ("ER_PRS_F.PRS_PAI_MNT", "ER_PRS_F.BSE_REM_BSE", "ER_PRS_F.PRS_DEP_MNT", "ER_PRS_F.BSE_REM_MNT"),
    ),
    Rule(
        "exempt-is-paid-whole",
        "ER_PRS_F p",
        "(p.EXO_MTF = 42) <= (p.RGO_REM_TAU = 100)",
        ("ER_PRS_F.EXO_MTF", "ER_PRS_F.RGO_REM_TAU"),
    ),
    Rule(
        "exempt-has-an-illness",
        "(SELECT BEN_NIR_PSA, BEN_RNG_GEM, min(EXE_SOI_DTD) AS first FROM ER_PRS_F WHERE EXO_MTF = 42"
        " GROUP BY ALL) p LEFT JOIN (SELECT BEN_NIR_PSA, BEN_RNG_GEM, min(IMB_ALD_DTD) AS begun FROM IR_IMB_R"
        " GROUP BY ALL) i USING (BEN_NIR_PSA, BEN_RNG_GEM)",
        "coalesce(i.begun <= p.first, false)",
        ("ER_PRS_F.EXO_MTF", "IR_IMB_R.IMB_ALD_DTD"),
    ),
    Rule(
        "illness-and-diagnosis",
        "IR_IMB_R i",
        "CASE i.IMB_ALD_NUM WHEN 8 THEN i.MED_MTF_COD SIMILAR TO 'E1[0-4].*' WHEN 1 THEN"
        " i.MED_MTF_COD SIMILAR TO 'I6[0-4].*' WHEN 30 THEN i.MED_MTF_COD SIMILAR TO '(C|D[0-4]).*'"
        " WHEN 19 THEN"
        " i.MED_MTF_COD SIMILAR TO 'N(0|1[0-9]).*' END AND i.IMB_ALD_DTD <= i.IMB_ALD_DTF",
        ("IR_IMB_R.IMB_ALD_NUM", "IR_IMB_R.MED_MTF_COD", "IR_IMB_R.IMB_ALD_DTD", "IR_IMB_R.IMB_ALD_DTF"),
    ),
    *(
        Rule(
            f"{name}-suits-person",
            f"{table} d JOIN ER_PRS_F p USING ({KEY}) JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM)"
            f" LEFT JOIN items i ON i.code = d.{column}::VARCHAR AND i.source = '{table}'",
            f"coalesce((i.sex = 0 OR i.sex = b.BEN_SEX_COD) AND {AGE} BETWEEN i.low AND i.high + 1"
            " AND p.PRS_NAT_REF = i.nature, false)",
            (f"{table}.{column}", "ER_PRS_F.EXE_SOI_DTD", "ER_PRS_F.PRS_NAT_REF", "IR_BEN_R.BEN_SEX_COD"),
        )
        for name, table, column in (
            ("drug", "ER_PHA_F", "PHA_PRS_C13"),
            ("act", "ER_CAM_F", "CAM_PRS_IDE"),
            ("analysis", "ER_BIO_F", "BIO_PRS_IDE"),
            ("device", "ER_TIP_F", "TIP_PRS_IDE"),
        )
    ),
    Rule(
        "drug-and-prescriber",
        f"ER_PHA_F d JOIN ER_PRS_F p USING ({KEY}) LEFT JOIN items i ON i.code = d.PHA_PRS_C13::VARCHAR"
        " AND i.source = 'ER_PHA_F'",
        "coalesce(list_contains(i.prescribers, p.PSP_SPE_COD), false)",
        ("ER_PHA_F.PHA_PRS_C13", "ER_PRS_F.PSP_SPE_COD"),
    ),
    Rule(
        "drug-and-class",
        "IR_PHA_R r LEFT JOIN items i ON i.code = r.PHA_CIP_C13::VARCHAR AND i.source = 'ER_PHA_F'",
        "coalesce(r.PHA_ATC_C07 = i.atc AND starts_with(r.PHA_ATC_C07, r.PHA_ATC_CLA), false)",
        ("IR_PHA_R.PHA_CIP_C13", "IR_PHA_R.PHA_ATC_C07", "IR_PHA_R.PHA_ATC_CLA"),
    ),
    Rule(
        "drug-amount",
        f"ER_PHA_F d JOIN ER_PRS_F p USING ({KEY})",
        f"abs(d.PHA_ACT_PRU * d.PHA_ACT_QSN - p.BSE_REM_BSE) <= {CENT}",
        ("ER_PHA_F.PHA_ACT_PRU", "ER_PHA_F.PHA_ACT_QSN", "ER_PRS_F.BSE_REM_BSE"),
    ),
    Rule(
        "stay-in-order",
        STAY_PERSON,
        f"{YEAR} <= year(c.EXE_SOI_DTD) AND c.EXE_SOI_DTD <= c.EXE_SOI_DTF"
        " AND (b.BEN_DCD_DTE IS NULL OR c.EXE_SOI_DTF <= b.BEN_DCD_DTE)",
        ("T_MCOaaC.EXE_SOI_DTD", "T_MCOaaC.EXE_SOI_DTF", "T_MCOaaC.NIR_ANO_17", "IR_BEN_R.BEN_DCD_DTE"),
    ),
    Rule(
        "length-of-stay",
        STAY,
        "coalesce(s.SEJ_NBJ, 0) = date_diff('day', c.EXE_SOI_DTD, c.EXE_SOI_DTF)"
        " AND s.SOR_ANN = year(c.EXE_SOI_DTF) AND s.SOR_MOI::INTEGER = month(c.EXE_SOI_DTF)",
        ("T_MCOaaB.SEJ_NBJ", "T_MCOaaB.SOR_ANN", "T_MCOaaB.SOR_MOI", "T_MCOaaC.EXE_SOI_DTD"),
    ),
    Rule(
        "group-suits-person",
        f"{STAY_PERSON} LEFT JOIN stays g ON starts_with(s.GRG_GHM, g.ghm)"
        " AND list_contains(g.principal, s.DGN_PAL)",
        "coalesce((g.sex = 0 OR g.sex = b.BEN_SEX_COD) AND s.COD_SEX::INTEGER = b.BEN_SEX_COD"
        " AND coalesce(s.AGE_ANN, 0) BETWEEN g.low AND g.high, false)",
        (
            "T_MCOaaB.GRG_GHM",
            "T_MCOaaB.COD_SEX",
            "T_MCOaaB.AGE_ANN",
            "T_MCOaaB.DGN_PAL",
            "T_MCOaaC.NIR_ANO_17",
        ),
    ),
    Rule(
        "severity-and-nights",
        "T_MCOaaB s",
        "CASE WHEN s.GRG_GHM[6] IN ('2', 'B') THEN s.SEJ_NBJ >= 3 WHEN s.GRG_GHM[6] IN ('3', 'C') THEN"
        " s.SEJ_NBJ >= 4 WHEN s.GRG_GHM[6] IN ('4', 'D') THEN s.SEJ_NBJ >= 5 ELSE true END"
        " AND s.NBR_SEA = (s.GRG_GHM[1:2] = '28')::INTEGER",
        ("T_MCOaaB.GRG_GHM", "T_MCOaaB.SEJ_NBJ", "T_MCOaaB.NBR_SEA"),
    ),
    Rule(
        "diagnoses-of-stay",
        "(SELECT s.ETA_NUM, s.RSA_NUM, s.NBR_DGN, s.GRG_GHM, s.DGN_PAL, count(d.ASS_DGN) AS found,"
        " list(d.ASS_DGN) FILTER (d.ASS_DGN IS NOT NULL) AS codes FROM T_MCOaaB s LEFT JOIN T_MCOaaD d"
        " USING (ETA_NUM, RSA_NUM) GROUP BY ALL) s LEFT JOIN stays g ON starts_with(s.GRG_GHM, g.ghm)"
        " AND list_contains(g.principal, s.DGN_PAL)",
        "s.NBR_DGN = s.found AND (s.found = 0 OR list_has_all(g.associated, s.codes))",
        ("T_MCOaaB.NBR_DGN", "T_MCOaaB.GRG_GHM", "T_MCOaaB.DGN_PAL", "T_MCOaaD.ASS_DGN"),
    ),
    Rule(
        "acts-of-stay",
        "T_MCOaaA a JOIN T_MCOaaB s USING (ETA_NUM, RSA_NUM) LEFT JOIN stays g"
        " ON starts_with(s.GRG_GHM, g.ghm)"
        " AND list_contains(g.principal, s.DGN_PAL)",
        "coalesce(list_contains(g.acts, a.CDC_ACT), false)"
        " AND a.ENT_DAT_DEL BETWEEN 0 AND coalesce(s.SEJ_NBJ, 0)",
        ("T_MCOaaA.CDC_ACT", "T_MCOaaA.ENT_DAT_DEL", "T_MCOaaB.GRG_GHM", "T_MCOaaB.DGN_PAL"),
    ),
    Rule(
        "unit-of-stay",
        "T_MCOaaUM u JOIN T_MCOaaB s USING (ETA_NUM, RSA_NUM)",
        "u.DGN_PAL = s.DGN_PAL AND coalesce(u.PAR_DUR_SEJ, 0) <= coalesce(s.SEJ_NBJ, 0)",
        ("T_MCOaaUM.DGN_PAL", "T_MCOaaUM.PAR_DUR_SEJ", "T_MCOaaB.DGN_PAL", "T_MCOaaB.SEJ_NBJ"),
    ),
)
