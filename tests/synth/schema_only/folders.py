"""A small folder of the official form: persons, visits with a key of three columns, prescriptions."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def field(name: str, kind: str = "string", nomenclature: str = "-", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": name,
        "type": kind,
        "nomenclature": nomenclature,
        "format": "default",
        "dateCreated": "",
        "dateDeleted": "",
        **more,
    }


def link(fields: list[str], parent: str, to: list[str] | None = None) -> dict[str, Any]:
    return {"fields": fields, "reference": {"resource": parent, "fields": to or fields}}


def tables() -> dict[str, dict[str, Any]]:
    return {
        "PATIENTS": {
            "name": "PATIENTS",
            "fields": [
                field("PAT_NUM", "integer", length="9"),
                field("BEN_SEX_COD", "integer", "SEXES", length="1"),
                field("BEN_NAI_ANN", "year", length="4"),
                field("BEN_DCD_DTE", "date", length="8"),
            ],
            "primaryKey": ["PAT_NUM"],
        },
        "HOPITAUX": {
            "name": "HOPITAUX",
            "fields": [field("ETA_NUM", length="9"), field("REG", length="2")],
            "primaryKey": "ETA_NUM",
        },
        "VISITES": {
            "name": "VISITES",
            "fields": [
                field("PAT_NUM", "string", length="8"),
                field("ETA_NUM", "integer", length="9", constraints={"minimum": 100000000}),
                field("VIS_NUM", "integer", length="6", constraints={"minimum": 10}),
                field("VIS_DTD", "date", length="8"),
                field("VIS_DTF", "date", length="8"),
                field("MOIS", "date", format="%m", length="2"),
                field("SCORE", "number", length="4,1", constraints={"minimum": -2, "maximum": "15.5"}),
                field("MOTIF", "string", "MOTIFS", length="3"),
                field("DISPARU", "string", dateDeleted="2009"),
            ],
            "primaryKey": ["PAT_NUM", "ETA_NUM", "VIS_NUM"],
            "foreignKeys": [link(["PAT_NUM"], "PATIENTS"), link(["ETA_NUM"], "HOPITAUX")],
        },
        "ORDONNANCES": {
            "name": "ORDONNANCES",
            "fields": [
                field("PAT_NUM", "integer", length="9"),
                field("ETA_NUM", length="9"),
                field("VIS_NUM", length="6"),
                field("LIG_ORD_NUM", "integer", length="3"),
                field("ABSENTE", "string", "NULLE_PART", length="2"),
                field("CIP13", "integer", length="13"),
            ],
            "foreignKeys": [link(["PAT_NUM", "ETA_NUM", "VIS_NUM"], "VISITES")],
        },
    }


LISTS = {
    "SEXES": "SEX_COD;SEX_LIB\n1;MASCULIN\n2;FEMININ\n",
    "MOTIFS": "COD;LIB\nA1;un\nB2;deux\nC3;trois\nTROPLONG;quatre\n",
}


def folder(
    base: Path,
    described: Mapping[str, dict[str, Any]] | None = None,
    lists: Mapping[str, str] | None = None,
) -> Path:
    for name, table in (tables() if described is None else described).items():
        path = base / "schemas" / "PRODUIT" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(table), encoding="utf-8")
    for name, text in (LISTS if lists is None else lists).items():
        path = base / "nomenclatures" / "SOURCE" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        described_list = {"name": name, "fields": [{"name": text.partition(";")[0], "role": "code"}]}
        path.with_suffix(".json").write_text(json.dumps(described_list), encoding="utf-8")
    return base
