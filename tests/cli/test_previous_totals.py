"""Tables of totals compared with totals of an earlier release: two cells must not differ by a few persons."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_aggregate_release import document, written
from tests.conftest import Ran
from tests.factories import write_profile


def again(folder: Path, gone: int) -> Path:
    """The totals of before are kept in ``avant``; now ``gone`` persons of the source are missing."""
    shutil.move(folder / "publication", folder / "avant")
    rows = (folder / "personnes.csv").read_text(encoding="utf-8").splitlines()
    kept = rows[: len(rows) - gone]
    names = {row.split(";")[0] for row in kept}
    care = (folder / "soins.csv").read_text(encoding="utf-8").splitlines()
    (folder / "personnes.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    there = [row for row in care if row.split(";")[0] in names]
    (folder / "soins.csv").write_text("\n".join(there) + "\n", encoding="utf-8")
    return write_profile(folder, document() | {"risk": {"previous": ["avant"]}})


@pytest.mark.parametrize(("gone", "code"), [(0, 0), (3, 1)])
def test_totals_that_differ_by_three_persons_are_not_published(
    gone: int, code: int, tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    assert vitrail("release", written(tmp_path)).code == 0

    ran = vitrail("release", again(tmp_path, gone), "--json")

    assert ran.code == code, ran.said
    found = {one["check"]: one for one in json.loads(ran.out)["findings"]}["previous_release:1"]
    assert found["decision"] == ("refused" if gone else "accepted")
    assert (found["details"]["persons_isolated"] > 0) is bool(gone)
    assert (tmp_path / "publication").exists() is not bool(gone)


def test_totals_of_before_without_their_sums_let_nothing_be_published(
    tmp_path: Path, vitrail: Callable[..., Ran]
) -> None:
    assert vitrail("release", written(tmp_path)).code == 0
    (tmp_path / "publication" / "SHA256SUMS").unlink()

    ran = vitrail("release", again(tmp_path, 0), "--json")

    assert ran.code == 3
    found = {one["check"]: one for one in json.loads(ran.out)["findings"]}["previous_release:1"]
    assert found["reasons"] == ["reason.previous_unsummed"]
