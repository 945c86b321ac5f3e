"""A real PostgreSQL server, started for the tests and thrown away: Debian's package, or any on PATH."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as driver

PASSWORD = "mot-de-passe-canari-7391"
INSTALLED = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Server:
    """One server and its only account."""

    port: int

    def url(self, password: str = PASSWORD, port: int | None = None, database: str = "postgres") -> str:
        """The address that a profile's variable holds."""
        return f"postgresql://canari:{password}@127.0.0.1:{port or self.port}/{database}"

    def run(self, *statements: str) -> None:
        """Run each statement by itself."""
        with driver.connect(self.url(), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def kill_readers(self) -> None:
        """End every connection of vitrail, as a server that fails does."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vitrail'")


def missing() -> str | None:
    """Why no server can be started here; None when one can."""
    if _program("initdb") is None:
        return "left out: no PostgreSQL server here (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and _account() is None:
        return "left out: PostgreSQL does not run as root and there is no account named postgres"
    return None


@contextmanager
def started() -> Iterator[Server]:
    """A server with an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="vitrail-pg-", dir="/tmp"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        (folder / "password").write_text(PASSWORD)
        account = _account()
        if os.geteuid() == 0 and account is not None:
            for path in (folder, folder / "password"):
                os.chown(path, account.pw_uid, account.pw_gid)
        password = f"--pwfile={folder / 'password'}"
        _run(
            "initdb",
            "-D",
            f"{folder}/data",
            "-A",
            "scram-sha-256",
            "-U",
            "canari",
            password,
            "-E",
            "UTF8",
            "-N",
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            yield Server(port)
        finally:
            _run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    user: dict[str, Any] = {}
    account = _account()
    if os.geteuid() == 0 and account is not None:
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # The server outlives pg_ctl and would keep a pipe open.
    subprocess.run(
        [str(_program(program)), *arguments],
        check=True,
        cwd="/tmp",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **user,
    )


def _program(name: str) -> Path | None:
    found = sorted(INSTALLED.glob(f"*/bin/{name}"))
    on_path = shutil.which(name)
    return found[-1] if found else Path(on_path) if on_path else None


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
