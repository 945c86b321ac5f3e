import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from profiles.json_schema import profile_schema, schema_text
from profiles.merging import shipped_bases
from tests.profiles.factories import PROFILE, changed, load, mistakes, write

ROOT = Path(__file__).parents[2]
PROFILES = sorted([*ROOT.glob("docs/exemples/**/*.yaml"), *ROOT.glob("tables/demo/profiles/*.yaml")])

EXAMPLE = """\
version: 1
id: parcours-diabete-2023
title: {fr: "Parcours de soins du diabète 2023, jeu ouvert", en: "Diabetes care pathways 2023, open data set"}
seed: 20231231
secret: ${VITRAIL_KEY?clé de pseudonymisation absente}

tables:
  IR_BEN_R:
    source: {path: extraction/IR_BEN_R.csv, delimiter: ";", encoding: latin-1, decimal: ","}
    primary_key: [BEN_NIR_PSA, BEN_RNG_GEM]
    person: [BEN_NIR_PSA, BEN_RNG_GEM]
    columns:
      BEN_NIR_PSA: {role: direct, transform: pseudonymize, label: {fr: "identifiant du bénéficiaire"}}
      BEN_RNG_GEM: {role: direct, transform: inherit}
      BEN_NAI_ANN: {role: quasi, type: year, transform: {bin: {width: 5, top: 1934}}}
      BEN_SEX_COD: {role: quasi, values: {1: homme, 2: femme}, transform: keep}
      BEN_RES_COM:
        role: quasi
        transform: {generalize: {hierarchy: commune-departement-region, level: departement}}
      BEN_DCD_DTE: {role: sensitive, type: date, transform: shift}
  ER_PHA_F:
    source: {path: extraction/ER_PHA_F.csv}
    foreign_keys: [{columns: [BEN_NIR_PSA, BEN_RNG_GEM], references: IR_BEN_R}]
    columns:
      BEN_NIR_PSA: {role: direct, transform: inherit}
      BEN_RNG_GEM: {role: direct, transform: inherit}
      EXE_SOI_DTD: {role: quasi, type: date, transform: shift}
      PHA_ATC_C07:
        role: sensitive
        nomenclature: atc
        transform: {generalize: {prefix: 5}, suppress_rare: {persons: 11}}
      PHA_ACT_QSN: {role: other, type: integer, unit: boîtes, transform: {clip: [0, 30]}}

anonymity: {k: 11, l: {IR_BEN_R.BEN_DCD_DTE: 2}, suppression: 0.05}
risk:
  knowledge: [IR_BEN_R.BEN_NAI_ANN, IR_BEN_R.BEN_SEX_COD, IR_BEN_R.BEN_RES_COM]
  secrets: [ER_PHA_F.PHA_ATC_C07]
  targets: 2000
  gate: {singling_out: 0.09, linkability: 0.09, inference: 0.09, confidence: 0.95}
export:
  to: publication/
  licence: [etalab-2.0, cc-by-4.0]
  producer: {name: "CHU d'exemple", contact: dpo@example.org}
  frequency: annual
"""


def as_editors_read(text):
    """YAML as an editor reads it: numbers are numbers; dates are text."""
    return json.loads(json.dumps(_with_text_keys(yaml.safe_load(text)), default=date.isoformat))


def _with_text_keys(node):
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    return [_with_text_keys(item) for item in node] if isinstance(node, list) else node


def as_vitrail_reads(text):
    return yaml.load(text, yaml.BaseLoader)


def refusals(text, read=as_editors_read):
    return list(Draft202012Validator(profile_schema()).iter_errors(read(text)))


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(profile_schema())


def test_the_committed_schema_is_the_one_that_the_model_gives():
    assert (ROOT / "docs" / "vitrail.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("read", [as_editors_read, as_vitrail_reads])
@pytest.mark.parametrize("text", [EXAMPLE, PROFILE])
def test_a_good_profile_is_good_for_the_schema_and_for_vitrail(tmp_path, text, read):
    assert refusals(text, read) == []
    assert load(tmp_path, text).profile.version == 1


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_profile_in_the_repository_is_good_for_the_schema(path):
    text = path.read_text(encoding="utf-8")
    assert refusals(text) == []
    assert refusals(text, as_vitrail_reads) == []


@pytest.mark.parametrize("name", sorted(shipped_bases()))
def test_every_shipped_base_is_good_once_extended(name):
    schema = profile_schema()
    partial = schema | {"$ref": "#/$defs/PartialProfile"}
    del partial["if"], partial["then"], partial["else"]
    read = as_editors_read(shipped_bases()[name].decode())
    assert list(Draft202012Validator(partial).iter_errors(read)) == []


def test_a_profile_that_extends_may_leave_the_rest_to_its_base(tmp_path):
    write(tmp_path, PROFILE, "base.yaml")
    text = "extends: base.yaml\ntables: {PERSONS: {columns: {SEX: {label: Sexe}}}}\n"
    assert refusals(text) == []
    assert load(tmp_path, text).profile.tables["PERSONS"].columns["SEX"].label.fr == "Sexe"
    assert refusals(text.replace("label", "lable"))
    assert refusals(text.replace("extends: base.yaml\n", ""))
    for part in ("risk: {population: {why: part tirée}}", "synth: {dp: {epsilon: 2}}"):
        assert not refusals(f"extends: base.yaml\n{part}\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{width: 5}", "{width: '5'}"),
        ("{width: 5}", "{width: '${W:-5}'}"),
        ("transform: {bin: {width: 5}}", "transform: {keep: }"),
        (
            "CODE: {role: sensitive}",
            "CODE: {role: sensitive, transform: {map: {values: {1: 2}, otherwise: null}}}",
        ),
        (
            "CODE: {role: sensitive}",
            "CODE: {role: sensitive, transform: {map: {values: {1: 2}, otherwise: {constant: x}}}}",
        ),
        ("{1: homme, 2: femme}", "[1, 2]"),
        ("{1: homme, 2: femme}", "{1: {fr: homme, en: man}}"),
        ("CODE: {role: sensitive}", "CODE: {role: sensitive, transform: {constant: {value: 0}}}"),
        ("CODE: {role: sensitive}", "CODE: {role: sensitive, transform: suppress_rare}"),
        ("${VITRAIL_KEY?la clé manque}", "{file: cle.txt}"),
        ("risk:", "export: {to: out, licence: etalab-2.0, parquet: true}\nrisk:"),
        (
            "risk:",
            "waivers: [{check: k, until: 2026-12-31, reason: une bonne raison, approved_by: DPO}]\nrisk:",
        ),
    ],
)
def test_each_short_form_is_good_for_both(tmp_path, old, new):
    text = changed((old, new))
    assert mistakes(tmp_path, text) == []
    assert refusals(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("role: quasi, type", "rol: quasi, type"),
        ("role: quasi, values", "role: quasy, values"),
        ("seed: 7", "seed: seven"),
        ("seed: 7", "seed: -1"),
        ("seed: 7\n", ""),
        ("version: 1", "version: 2"),
        ("id: essai", "id: Été"),
        ("{width: 5}", "{width: 0}"),
        ("{width: 5}", "{widht: 5}"),
        ("{bin: {width: 5}}", "bine"),
        ("{bin: {width: 5}}", "{}"),
        ("{bin: {width: 5}}", "[keep]"),
        ("primary_key: [ID, RANK]", "primary_key: ID"),
        ("columns: [ID, RANK]", "columns: []"),
        ("${VITRAIL_KEY?la clé manque}", "a literal secret"),
        ("risk:", "synth: {engine: x}\nrisk:"),
        ("risk:", "export: {to: out, licence: zzz}\nrisk:"),
    ],
)
def test_what_vitrail_refuses_in_form_the_editor_refuses_too(tmp_path, old, new):
    text = changed((old, new))
    assert mistakes(tmp_path, text)
    assert refusals(text)


def test_fields_carry_their_docstrings():
    column = profile_schema()["$defs"]["Column"]["properties"]
    assert "ISO 8601" in column["format"]["description"]
