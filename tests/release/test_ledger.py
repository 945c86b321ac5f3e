"""The ledger: whole lines, in order, that nobody can change unseen."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from profiles.errors import UsageError
from release.ledger import BESIDE, FILE, Entry, append, home, peek, read


def entry(profile="p", verdict="refused", table="t1"):
    return Entry("2026-11-22", "assess", profile, f"digest-{profile}", "open-data", verdict, {}, {"T": table})


def test_other_profiles_that_were_refused_before_are_counted(tmp_path):
    for one in (
        entry("a"),
        entry("a"),
        entry("b"),
        entry("c", "accepted"),
        entry("d", table="t2"),
        entry("e"),
    ):
        append(tmp_path, one)
    ledger = read(tmp_path)
    assert ledger.before("digest-e", {"T": "t1"}) == 2
    assert ledger.before("digest-new", {"U": "t1"}) == 3
    assert ledger.before("digest-a", {"T": "t1"}) == 0


def test_only_its_user_can_read_it(tmp_path):
    book = tmp_path / "registre"
    append(book, entry())
    assert (book.stat().st_mode & 0o777, (book / FILE).stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-5],
        lambda text: b"".join(text.splitlines(keepends=True)[1:]),
        lambda text: text.replace(b"refused", b"accepted", 1),
        lambda text: b"\xff\n",
        lambda text: b"[]\n",
        lambda text: b'{"entry": "{}", "chain": 1}\n',
    ],
)
def test_a_ledger_that_was_changed_is_refused(tmp_path, damage):
    append(tmp_path, entry("a"))
    append(tmp_path, entry("b"))
    path = tmp_path / FILE
    path.write_bytes(damage(path.read_bytes()))
    for look in (read, peek):
        with pytest.raises(UsageError) as caught:
            look(tmp_path)
        assert caught.value.code == "ledger-damaged"


def test_lines_without_their_salt_are_refused(tmp_path):
    append(tmp_path, entry())
    (tmp_path / "salt").unlink()
    with pytest.raises(UsageError) as caught:
        append(tmp_path, entry())
    assert caught.value.code == "ledger-damaged"


def test_runs_side_by_side_lose_no_line(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(tmp_path, entry(f"p{number}")), range(24)))
    assert len(read(tmp_path).entries) == 24
    assert not list(tmp_path.glob("*.partial"))


def test_a_write_that_fails_leaves_the_ledger_as_it_was(tmp_path, monkeypatch):
    append(tmp_path, entry("a"))
    before = (tmp_path / FILE).read_bytes()

    def full(handle):
        raise OSError

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError) as caught:
        append(tmp_path, entry("b"))
    assert caught.value.code == "ledger-unwritable"
    assert (tmp_path / FILE).read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


def test_the_ledger_is_where_it_is_asked_for(tmp_path):
    assert home({"VITRAIL_LEDGER": "/equipe/registre"}, tmp_path).as_posix() == "/equipe/registre"
    assert home({"XDG_STATE_HOME": str(tmp_path)}, tmp_path) == tmp_path / "vitrail"
    assert home({"HOME": str(tmp_path)}, tmp_path) == tmp_path / ".local" / "state" / "vitrail"
    assert home({}, tmp_path) == tmp_path / BESIDE
