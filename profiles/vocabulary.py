"""Closed lists of words that come from elsewhere."""

LICENCES = (
    "etalab-2.0",
    "cc0-1.0",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "odbl-1.0",
    "odc-by-1.0",
    "pddl-1.0",
)
"""SPDX identifiers of open licences, in lower case (SPDX list 3.27)."""

FREQUENCIES = (
    "unknown",
    "punctual",
    "continuous",
    "hourly",
    "fourTimesADay",
    "threeTimesADay",
    "semidaily",
    "daily",
    "fourTimesAWeek",
    "threeTimesAWeek",
    "semiweekly",
    "weekly",
    "biweekly",
    "threeTimesAMonth",
    "semimonthly",
    "monthly",
    "bimonthly",
    "quarterly",
    "threeTimesAYear",
    "semiannual",
    "annual",
    "biennial",
    "triennial",
    "quinquennial",
    "irregular",
)
"""Frequencies of data.gouv.fr, the Dublin Core collection vocabulary and its own additions."""

SCENARIOS = ("general", "breast-cancer", "diabetes", "kidney-failure", "maternity", "stroke")
"""Care pathways that ship for synthetic tables, everyday care first."""
