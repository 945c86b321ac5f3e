"""Whatever way an identifier is left in a candidate, the search finds it; chance is no leak."""

import base64
import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from profiles.catalogue import Lang, text
from profiles.model import Kind, Profile, Role
from risk.findings import Decision
from risk.residuals.cells import is_open
from risk.residuals.result import Manner, ResidualResult
from risk.residuals.search import search_candidate
from tables.candidate import OutputColumn
from tests.risk.residual_sets import (
    COUNT,
    PROFILE,
    Columns,
    birth,
    file_number,
    nir,
    profile,
    pseudonym,
    published,
    source,
    surname,
    without_first_person,
    world,
)


def search(folder: Path, tables: dict[str, Columns] | None = None) -> ResidualResult:
    made = world(folder, tables)
    return search_candidate(made.staged, made.candidate, made.original)


def planted(place: str, row: int, value: object) -> dict[str, Columns]:
    """The candidate with one cell replaced."""
    tables = published()
    table, column = place.split(".")
    tables[table][column] = [*tables[table][column][:row], value, *tables[table][column][row + 1 :]]
    return tables


def manners(result: ResidualResult) -> set[Manner]:
    return {trace.manner for trace in result.traces}


def test_a_pseudonymised_candidate_passes(tmp_path: Path) -> None:
    result = search(tmp_path)
    assert result.decision is Decision.ACCEPTED
    assert result.traces == ()
    assert result.own_rows == ()
    assert result.linked is True
    assert result.searched == 4 * COUNT


def test_an_exact_copy_is_refused_in_every_hidden_column(tmp_path: Path) -> None:
    result = search(tmp_path, source())
    assert result.decision is Decision.REFUSED
    assert {"personnes.nir", "personnes.nom", "visites.nir"} <= set(result.places)
    assert {own.published for own in result.own_rows} >= {"personnes.naissance", "personnes.dossier"}


NIR = nir(7)
SPLIT = f"{NIR[:3]} {NIR[3:7]}-{NIR[7:11]}.{NIR[11:]}"


@pytest.mark.parametrize(
    ("value", "manner"),
    [
        (NIR, Manner.WHOLE),
        (NIR.lower(), Manner.WHOLE),
        (f"voir {NIR}, merci", Manner.WHOLE),
        (f"xx{NIR}zz", Manner.INSIDE),
        (f"a1b2c3{NIR}9f", Manner.INSIDE),
        (SPLIT, Manner.WHOLE),
        (f"n° {SPLIT} (sortie)", Manner.INSIDE),
        (f"«{NIR}»é", Manner.WHOLE),
        (NIR[::-1], Manner.DISGUISED),
        (hashlib.md5(b"X" + NIR.encode()).hexdigest()[:3] + NIR + "0" * 9, Manner.INSIDE),
        (base64.b64encode(NIR.encode()).decode(), Manner.DISGUISED),
        (NIR.encode().hex(), Manner.DISGUISED),
        (hashlib.md5(NIR.encode()).hexdigest(), Manner.DIGEST),
        (hashlib.sha1(NIR.encode()).hexdigest().upper(), Manner.DIGEST),
        (hashlib.sha256(NIR.encode()).hexdigest(), Manner.DIGEST),
        (hashlib.sha256(NIR.encode()).hexdigest()[:20], Manner.DIGEST),
    ],
)
def test_one_identifier_in_one_cell_is_found_however_it_is_written(
    tmp_path: Path, value: str, manner: Manner
) -> None:
    result = search(tmp_path, planted("visites.libelle", 31, value))
    assert result.decision is Decision.REFUSED
    assert [(trace.place, trace.manner) for trace in result.traces if trace.manner is manner] == [
        ("visites.libelle", manner)
    ]
    assert result.found == 1


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("value", [surname(3), str(file_number(3)), birth(3).isoformat()])
def test_a_digest_of_an_ordinary_value_is_found(tmp_path: Path, digest: str, value: str) -> None:
    hidden = hashlib.new(digest, value.encode()).hexdigest()
    result = search(tmp_path, planted("personnes.note", 11, hidden))
    assert manners(result) == {Manner.DIGEST}


def test_a_surname_with_its_accents_and_case_changed_is_found_in_its_own_row(tmp_path: Path) -> None:
    result = search(tmp_path, planted("personnes.note", 7, "vu avec Mme HAUTECŒUR hier"))
    assert result.decision is Decision.REFUSED
    assert Manner.NAME in manners(result)
    assert [own.hidden for own in result.own_rows] == ["personnes.nom"]


def test_a_surname_in_the_row_of_somebody_else_is_found(tmp_path: Path) -> None:
    result = search(tmp_path, planted("visites.libelle", 2, f"accompagné par {surname(30)}"))
    assert manners(result) == {Manner.NAME}
    assert result.own_rows == ()


def test_a_surname_alone_in_a_column_of_codes_is_found_in_its_own_row(tmp_path: Path) -> None:
    result = search(tmp_path, planted("personnes.sexe", 5, surname(5)))
    assert [(own.hidden, own.published) for own in result.own_rows] == [("personnes.nom", "personnes.sexe")]
    assert result.decision is Decision.REFUSED


def test_a_short_surname_is_found_in_its_own_row(tmp_path: Path) -> None:
    hidden = source()
    hidden["personnes"]["nom"][9] = "Ly"
    made = world(tmp_path, planted("personnes.note", 9, "M. Ly va mieux"), hidden=hidden)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert [own.matches for own in result.own_rows] == [1]


@pytest.mark.parametrize("spelled", ["Le Gall", "LE GALL", "le-gall", "LeGall", "Mme Le Gall, ce jour"])
def test_a_name_of_two_words_is_found_however_they_are_joined(tmp_path: Path, spelled: str) -> None:
    hidden = source()
    hidden["personnes"]["nom"][9] = "Le Gall"
    made = world(tmp_path, planted("visites.libelle", 40, spelled), hidden=hidden)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert Manner.NAME in manners(result)


def test_the_surname_alone_is_found_when_the_source_holds_the_full_name(tmp_path: Path) -> None:
    hidden = source()
    hidden["personnes"]["nom"] = [f"{name.upper()} Marie-Ange" for name in hidden["personnes"]["nom"]]
    made = world(tmp_path, planted("personnes.note", 9, f"vu {surname(9)} ce jour"), hidden=hidden)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert Manner.NAME in manners(result)
    assert [own.hidden for own in result.own_rows] == ["personnes.nom"]


@pytest.mark.parametrize(
    "spelled", ["{:%Y-%m-%d}", "{:%d/%m/%Y}", "{:%d.%m.%Y}", "{:%Y%m%d}", "né le {:%d/%m/%Y} à Brest"]
)
def test_a_day_of_birth_is_found_in_its_own_row(tmp_path: Path, spelled: str) -> None:
    result = search(tmp_path, planted("personnes.note", 21, spelled.format(birth(21))))
    assert [own.hidden for own in result.own_rows] == ["personnes.naissance"]


def test_days_of_birth_published_under_another_name_are_found(tmp_path: Path) -> None:
    tables = published()
    tables["visites"]["arrivee"] = [birth(row // 2) for row in range(2 * COUNT)]
    result = search(tmp_path, tables)
    assert [(own.hidden, own.matches) for own in result.own_rows] == [("personnes.naissance", COUNT)]


def test_a_long_number_is_found_without_its_leading_zeros(tmp_path: Path) -> None:
    hidden = source()
    hidden["personnes"]["nom"] = [f"00{person * 7_919_317:013d}" for person in range(1, COUNT + 1)]
    tables = published()
    tables["visites"]["montant"] = [7_919_317 * 4_001 if row == 3 else row for row in range(2 * COUNT)]
    hidden["personnes"]["nom"][9] = f"00{7_919_317 * 4_001:013d}"
    made = world(tmp_path, tables, hidden=hidden)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert [(trace.place, trace.manner) for trace in result.traces] == [("visites.montant", Manner.DISGUISED)]


@pytest.mark.parametrize("make", [int, float, str, lambda number: f"{number:08d}"])
def test_file_numbers_published_under_another_name_and_type_are_found(tmp_path: Path, make: type) -> None:
    tables = published()
    tables["personnes"]["rang"] = [make(file_number(person)) for person in range(COUNT)]
    result = search(tmp_path, tables)
    assert [(own.published, own.matches) for own in result.own_rows] == [("personnes.rang", COUNT)]


def test_the_order_of_the_published_rows_does_not_matter(tmp_path: Path) -> None:
    made = without_first_person(world(tmp_path, planted("personnes.note", 9, f"vu {surname(9)}")))
    result = search_candidate(made.staged, made.candidate, made.original)
    assert [own.matches for own in result.own_rows] == [1]


def test_what_only_a_person_left_out_carried_is_no_leak(tmp_path: Path) -> None:
    made = without_first_person(world(tmp_path, planted("personnes.note", 0, NIR)))
    assert search_candidate(made.staged, made.candidate, made.original).decision is Decision.ACCEPTED


def test_a_common_word_that_is_also_a_surname_is_no_leak(tmp_path: Path) -> None:
    hidden = source()
    hidden["personnes"]["nom"][9] = "Habituel"
    hidden["personnes"]["nom"][10] = "Signaler"
    made = world(tmp_path, hidden=hidden)
    assert search_candidate(made.staged, made.candidate, made.original).decision is Decision.ACCEPTED


def test_numbers_that_equal_days_by_chance_are_no_leak(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    count = 3_000
    spec = profile()
    ids = [str(number) for number in rng.permutation(count)]
    hidden = source() | {"personnes": {**_people(ids, rng), "dossier": [int(number) for number in ids]}}
    hidden["visites"] = {"nir": ids, "jours": rng.integers(0, count, count).tolist(), "libelle": ids}
    tables = {
        "personnes": {"nir": [pseudonym(number) for number in ids], "suivi": rng.integers(0, count, count)},
        "visites": {"nir": [pseudonym(number) for number in ids], "jours": hidden["visites"]["jours"]},
    }
    made = world(tmp_path, tables, hidden=hidden, spec=spec)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert result.decision is Decision.ACCEPTED
    assert result.own_rows == ()


def _people(ids: list[str], rng: np.random.Generator) -> Columns:
    days = rng.integers(0, 20_000, len(ids)).tolist()
    return {
        "nir": ids,
        "nom": [surname(row % COUNT) for row in range(len(ids))],
        "naissance": [date.fromordinal(710_000 + day) for day in days],
        "dossier": [],
        "sexe": ["1"] * len(ids),
        "note": ["rien"] * len(ids),
    }


def test_the_year_of_birth_is_no_leak_of_those_born_on_its_first_day(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    ids = [f"Z{number:014d}" for number in range(4_000)]
    hidden = source() | {"personnes": {**_people(ids, rng), "dossier": list(range(50_000, 54_000))}}
    hidden["visites"] = {"nir": ids, "jours": [0] * len(ids), "libelle": ["rien"] * len(ids)}
    years = [day.replace(month=1, day=1) for day in hidden["personnes"]["naissance"]]
    tables = {
        "personnes": {"nir": [pseudonym(number) for number in ids], "annee": years},
        "visites": {"nir": [pseudonym(number) for number in ids]},
    }
    made = world(tmp_path, tables, hidden=hidden)
    assert sum(day.month == day.day == 1 for day in hidden["personnes"]["naissance"]) > 3
    assert search_candidate(made.staged, made.candidate, made.original).own_rows == ()


def test_synthetic_persons_have_no_own_rows_but_identifiers_still_count(tmp_path: Path) -> None:
    made = world(tmp_path / "clean", nature="synthetic")
    clean = search_candidate(made.staged, made.candidate)
    assert (clean.linked, clean.decision) == (None, Decision.ACCEPTED)
    made = world(tmp_path / "leak", planted("visites.libelle", 3, NIR), nature="synthetic")
    assert search_candidate(made.staged, made.candidate).decision is Decision.REFUSED


def test_a_real_candidate_without_its_link_to_the_source_is_inconclusive(tmp_path: Path) -> None:
    made = world(tmp_path)
    result = search_candidate(made.staged, made.candidate, None)
    assert result.decision is Decision.INCONCLUSIVE
    assert result.reasons == ("reason.residual_no_link",)
    fewer = without_first_person(made)
    assert search_candidate(made.staged, made.candidate, fewer.candidate).linked is False


def test_nothing_hidden_means_nothing_to_find(tmp_path: Path) -> None:
    spec = profile(
        personnes={
            "source": {"path": "p.csv"},
            "columns": {"sexe": {"role": "quasi"}, "nir": {"role": "other"}},
        }
    )
    spec = spec.model_copy(update={"tables": {"personnes": spec.tables["personnes"]}})
    tables = {"personnes": {"sexe": ["1"] * COUNT}}
    hidden = {"personnes": {"nir": [str(row) for row in range(COUNT)], "sexe": ["1"] * COUNT}}
    made = world(tmp_path, tables, hidden=hidden, spec=spec)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert (result.searched, result.decision) == (0, Decision.ACCEPTED)


def test_every_reason_has_its_text_and_its_remedy(tmp_path: Path) -> None:
    reasons = set(search(tmp_path, source()).reasons)
    reasons |= {"reason.residual_unreadable", "reason.residual_no_source", "reason.residual_no_link"}
    reasons |= {"reason.residual_digest", "reason.residual_name"}
    for reason in reasons:
        assert all(text(key, lang) for key in (reason, f"{reason}.remedy") for lang in Lang)


def test_the_numbers_of_a_key_are_found_without_it_in_somebody_elses_row(tmp_path: Path) -> None:
    """A NIR of fifteen digits tells the person by its first thirteen."""
    numbers = [f"1{50 + person:02d}0333063{person:03d}{person:02d}" for person in range(COUNT)]
    hidden = source()
    hidden["personnes"]["nir"] = numbers
    hidden["visites"]["nir"] = [numbers[row // 2] for row in range(2 * COUNT)]
    tables = {name: dict(columns) for name, columns in hidden.items()}
    for table in tables.values():
        table["nir"] = [pseudonym(value) for value in table["nir"]]
    for dropped in ("nom", "naissance", "dossier"):
        del tables["personnes"][dropped]
    made = world(tmp_path, tables, hidden=hidden)
    assert search_candidate(made.staged, made.candidate, made.original).decision is Decision.ACCEPTED
    tables["visites"]["libelle"] = [f"mère : {numbers[7][:13]}", *tables["visites"]["libelle"][1:]]
    made = world(tmp_path / "left", tables, hidden=hidden)
    result = search_candidate(made.staged, made.candidate, made.original)
    assert result.decision is Decision.REFUSED
    assert manners(result) == {Manner.DISGUISED}


def test_rows_of_one_table_of_events_are_compared_with_their_own_person(tmp_path: Path) -> None:
    visits = source()["visites"]
    table = PROFILE["tables"]["visites"] | {"foreign_keys": [], "person": ["nir"]}
    columns = table["columns"] | {"nir": {"role": "direct", "transform": "pseudonymize"}}
    spec = Profile.model_validate({**PROFILE, "tables": {"visites": table | {"columns": columns}}})
    tables = {"visites": visits | {"nir": [pseudonym(value) for value in visits["nir"]]}}
    made = world(tmp_path, tables, hidden={"visites": visits}, spec=spec)
    assert search_candidate(made.staged, made.candidate, made.candidate).linked is True


@pytest.mark.parametrize(
    ("transform", "is_free"),
    [
        ("keep", True),
        ({"generalize": {"prefix": 60}}, True),
        ({"generalize": {"prefix": 3}}, False),
        ({"map": {"values": {"a": "b"}, "otherwise": "keep"}}, True),
        ({"map": {"values": {"a": "b"}, "otherwise": "null"}}, False),
    ],
)
def test_a_text_is_searched_for_names_unless_its_transform_leaves_only_codes(
    transform: object, is_free: bool
) -> None:
    visits = PROFILE["tables"]["visites"]
    columns = visits["columns"] | {"libelle": {"role": "other", "transform": transform}}
    column = OutputColumn("libelle", Kind.TEXT, Role.OTHER)
    assert is_open(profile(visites=visits | {"columns": columns}), "visites", column) is is_free
