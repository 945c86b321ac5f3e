"""Write the fictitious extraction: six CSV files, the same bytes for the same seed."""

from pathlib import Path

import numpy as np

from tables.demo.claims import Drugs, Visits, draw_drugs, draw_visits, drug_nature, natures, prices
from tables.demo.codes import COMMUNES, TREATMENTS
from tables.demo.join_keys import JoinKeys, draw_keys, organisms
from tables.demo.persons import YEAR, Days, Persons, Text, draw_persons
from tables.demo.stays import CATALOGUE, Stays, associated, draw_stays
from tables.demo.write import compact_day, french_day, iso_day, money, write_csv


def generate(folder: Path, seed: int = 20231231, persons: int = 3000) -> None:
    """Write IR_BEN_R, ER_PRS_F, ER_PHA_F, T_MCOaaB, T_MCOaaC and T_MCOaaD as CSV into ``folder``.

    The files are what an administration exports: semicolons, Latin-1, decimal commas, CRLF. The
    folder is made when absent; files of the same names are replaced. ``persons`` is at least 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, persons])
    people = draw_persons(rng, persons)
    visits = draw_visits(rng, people)
    drugs = draw_drugs(rng, people, visits)
    visit_keys, drug_keys = _keys(rng, people, visits, drugs)
    stays = draw_stays(rng, people)
    settled = _last_settlement(people, visits, visit_keys, drugs, drug_keys)
    write_csv(folder / "IR_BEN_R.csv", _beneficiaries(people, settled))
    write_csv(folder / "ER_PRS_F.csv", _prestations(people, visits, visit_keys, drugs, drug_keys))
    write_csv(folder / "ER_PHA_F.csv", _pharmacy(drugs, drug_keys))
    write_csv(folder / "T_MCOaaB.csv", _summaries(people, stays, rng))
    write_csv(folder / "T_MCOaaC.csv", _links(people, stays))
    write_csv(folder / "T_MCOaaD.csv", _associated(stays, rng))


def _keys(
    rng: np.random.Generator, people: Persons, visits: Visits, drugs: Drugs
) -> tuple[JoinKeys, JoinKeys]:
    """Keys of the consultations, then of the drugs: the drugs of one visit are one bill."""
    count = len(visits.person)
    _, bill = np.unique(drugs.visit, return_inverse=True)
    person = np.concatenate([visits.person, visits.person[drugs.visit]])
    day = np.concatenate([visits.day, drugs.day])
    keys = draw_keys(rng, people, person, day, np.concatenate([np.arange(count), count + bill]))
    lines = np.arange(len(person))
    return keys.take(lines[:count]), keys.take(lines[count:])


def _last_settlement(
    people: Persons, visits: Visits, visit_keys: JoinKeys, drugs: Drugs, drug_keys: JoinKeys
) -> Days:
    """The latest settlement of each person; NaT without any."""
    never = np.datetime64("0000-01-01")
    latest = np.full(len(people.nir), never)
    np.maximum.at(latest, visits.person, visit_keys.flx_trt_dtd)
    np.maximum.at(latest, visits.person[drugs.visit], drug_keys.flx_trt_dtd)
    return np.where(latest == never, np.datetime64("NaT"), latest)


def _beneficiaries(people: Persons, settled: Days) -> dict[str, Text]:
    born = people.birth.astype("datetime64[M]").astype(np.int64)
    return {
        "BEN_NIR_PSA": people.nir,
        "BEN_RNG_GEM": people.rank.astype(str),
        "BEN_NAI_ANN": (1970 + born // 12).astype(str),
        "BEN_NAI_MOI": np.char.zfill((1 + born % 12).astype(str), 2),
        "BEN_SEX_COD": people.sex.astype(str),
        "BEN_DCD_DTE": french_day(people.death),
        "ORG_AFF_BEN": organisms()[people.commune],
        "BEN_RES_DPT": np.array([item.department for item in COMMUNES])[people.commune],
        "BEN_RES_COM": np.array([item.code for item in COMMUNES])[people.commune],
        "GEO_COM_LIB": np.array([item.label for item in COMMUNES])[people.commune],
        "MAX_TRT_DTD": french_day(settled),
    }


def _prestations(
    people: Persons, visits: Visits, visit_keys: JoinKeys, drugs: Drugs, drug_keys: JoinKeys
) -> dict[str, Text]:
    person = np.concatenate([visits.person, visits.person[drugs.visit]])
    prescribed = np.concatenate([visits.day, visits.day[drugs.visit]])
    practitioner = np.concatenate([visits.practitioner, visits.practitioner[drugs.visit]])
    speciality = np.concatenate([visits.speciality, visits.speciality[drugs.visit]])
    first, second = _key_columns(visit_keys), _key_columns(drug_keys)
    return {
        **{name: np.concatenate([first[name], second[name]]) for name in first},
        "BEN_NIR_PSA": people.nir[person],
        "BEN_RNG_GEM": people.rank[person].astype(str),
        "PRE_PRE_DTD": iso_day(prescribed),
        "EXE_SOI_DTD": iso_day(np.concatenate([visits.day, drugs.day])),
        "PRS_NAT_REF": np.concatenate([natures(visits), drug_nature(drugs)]),
        "PRS_PAI_MNT": money(np.concatenate([visits.price, prices(drugs)])),
        "PSP_SPE_COD": speciality,
        "PFS_PRE_NUM": practitioner,
    }


def _pharmacy(drugs: Drugs, keys: JoinKeys) -> dict[str, Text]:
    units = np.array([treatment.price for treatment in TREATMENTS])
    return {
        **_key_columns(keys),
        "PHA_PRS_C13": drugs.cip13,
        "PHA_ATC_C07": np.array([treatment.atc for treatment in TREATMENTS])[drugs.treatment],
        "PHA_ACT_QSN": drugs.boxes.astype(str),
        "PHA_ACT_PRU": money(units[drugs.treatment]),
    }


def _key_columns(keys: JoinKeys) -> dict[str, Text]:
    return {
        "FLX_DIS_DTD": iso_day(keys.flx_dis_dtd),
        "FLX_TRT_DTD": iso_day(keys.flx_trt_dtd),
        "FLX_EMT_TYP": keys.flx_emt_typ.astype(str),
        "FLX_EMT_NUM": keys.flx_emt_num,
        "FLX_EMT_ORD": keys.flx_emt_ord.astype(str),
        "ORG_CLE_NUM": keys.org_cle_num,
        "DCT_ORD_NUM": keys.dct_ord_num.astype(str),
        "PRS_ORD_NUM": keys.prs_ord_num.astype(str),
        "REM_TYP_AFF": keys.rem_typ_aff.astype(str),
    }


def _summaries(people: Persons, stays: Stays, rng: np.random.Generator) -> dict[str, Text]:
    born = people.birth[stays.person]
    home = [COMMUNES[index] for index in people.commune[stays.person].tolist()]
    group = np.array([stay.group for stay in CATALOGUE])[stays.reason]
    left = stays.exit.astype("datetime64[M]").astype(np.int64)
    urgent = (group != "02C05J") & (group != "28Z07Z") & (rng.random(len(group)) < 0.6)
    return {
        "ETA_NUM": stays.hospital,
        "RSA_NUM": stays.number,
        "COD_SEX": people.sex[stays.person].astype(str),
        "AGE_ANN": ((stays.entry - born).astype(np.int64) / 365.25).astype(np.int64).astype(str),
        "BDI_DEP": np.array([item.department[1:] for item in home], dtype="U2"),
        "BDI_COD": np.array([item.department[1:] + item.code for item in home], dtype="U5"),
        "ENT_MOD": np.full(len(home), "8"),
        "ENT_PRV": np.where(urgent, "5", ""),
        "SOR_MOD": np.where(stays.died == 1, "9", "8"),
        "SOR_ANN": np.full(len(home), str(YEAR)),
        "SOR_MOI": np.char.zfill((1 + left % 12).astype(str), 2),
        "SEJ_NBJ": (stays.exit - stays.entry).astype(np.int64).astype(str),
        "DGN_PAL": np.array([stay.diagnosis for stay in CATALOGUE])[stays.reason],
        "GRG_GHM": group,
    }


def _links(people: Persons, stays: Stays) -> dict[str, Text]:
    return {
        "ETA_NUM": stays.hospital,
        "RSA_NUM": stays.number,
        "NIR_ANO_17": people.nir[stays.person],
        "RNG_NAI": people.rank[stays.person].astype(str),
        "SEJ_NUM": stays.local_number,
        "ENT_DAT": compact_day(stays.entry),
        "SOR_DAT": compact_day(stays.exit),
    }


def _associated(stays: Stays, rng: np.random.Generator) -> dict[str, Text]:
    index, position, code = associated(rng, stays)
    return {
        "ETA_NUM": stays.hospital[index],
        "RSA_NUM": stays.number[index],
        "DGN_ASS_NUM": position.astype(str),
        "ASS_DGN": code,
    }
