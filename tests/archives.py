"""Archives to test with: readings made by hand, and a PostgreSQL server of the distribution's package."""

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive, errors, queries
from bnacct.archive import Owner
from bnacct.archive.stored import Row
from bnacct.client import Answer, decoding
from bnacct.queries import Query
from bnacct.readings import Reading

MAIN = Owner("main", "live", "…aaaa")
ASSETS = queries.named("user-assets")
HOUR, DAY = 3_600_000, 86_400_000
# 2026-01-01, 00:00 UTC
START = 1_767_225_600_000


def reading(at_ms: int, body: Any = (), query: Query = ASSETS, account: str = "main", **given: Any) -> Reading:
    """Return a reading that was answered with a document, or with a body as it is."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(sent, decoding.decode(sent))
    return Reading(query, account, at_ms, answer, parameters=query.asked(given))


def failed(at_ms: int, text: str = "The exchange was silent.", query: Query = ASSETS, **given: Any) -> Reading:
    """Return a reading that failed."""
    failure = errors.NetworkError(text, hint="Check the network.")
    return Reading(query, "main", at_ms, failure=failure, parameters=query.asked(given))


def free(amount: str) -> list[dict[str, str]]:
    """Return what user-assets answers for an account with so many BTC."""
    return [{"asset": "BTC", "free": amount, "locked": "0"}]


def again(place: str, run: str, at_ms: int, *, change: Callable[[Row], Row] = lambda row: row) -> None:
    """Keep what is there of the first run once more, as a run of another name and time."""
    with archive.open(place, write=True) as kept:
        rows = [row for _, row in kept.rows()]
        copies = [change(row) for row in rows if row.run == rows[0].run]
        kept.add([each._replace(uid=f"{run}-{each.uid}", run=run, at_ms=at_ms) for each in copies])


@contextlib.contextmanager
def counted_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[None]]:
    """Count what SQLite does meanwhile: an item for every ten steps of its machine."""
    connect = sqlite3.connect
    counted: list[None] = []

    def counting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        found: sqlite3.Connection = connect(*arguments, **options)
        # It goes on where this returns a false value.
        found.set_progress_handler(lambda: counted.append(None), 10)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", counting)
        yield counted


def server_programs() -> Path:
    """Return the folder of PostgreSQL's programs; skip the test where it is missing, but fail it in CI."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for folder in [*reversed(folders), *on_path]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    missing = pytest.fail if os.environ.get("CI") else pytest.skip
    missing("PostgreSQL's server is not installed")
    raise AssertionError


class Server:
    """A PostgreSQL server on a socket in a folder of its own, which asks everybody for a password."""

    OWNER = "archivist"

    def __init__(self, programs: Path, options: str = "-c listen_addresses=") -> None:
        self._programs = programs
        self._options = options
        # Short, since the name of a socket is.
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.password = "pw-" + secrets.token_hex(8)
        # The server refuses to be root's.
        self._user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        data, secret = self.folder / "data", self.folder / "password"
        secret.write_text(self.password)
        for path in (self.folder, *self.folder.iterdir()) if self._user else ():
            shutil.chown(path, **self._user)
        # Ends the server when the tests are gone, however they ended: their end of the pipe closes.
        stop = f"read _; {self._programs}/pg_ctl -D {data} -m immediate -w stop >/dev/null 2>&1; rm -rf {self.folder}"
        self._guard = subprocess.Popen(
            ["sh", "-c", stop], stdin=subprocess.PIPE, start_new_session=True, cwd="/", **self._user
        )
        self._run("initdb", "-D", data, "-U", self.OWNER, "-A", "scram-sha-256", "--pwfile", secret, "--no-sync")
        self.run()
        return self

    def run(self) -> None:
        """Start the server, and wait until it answers."""
        options = f"{self._options} -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", self.folder / "data", "-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def close(self) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", *, user: str = OWNER, password: str | None = None) -> str:
        """Return the URL of a database, with its password in it."""
        return f"postgresql://{user}:{password or self.password}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the server's owner."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Make a database, and yield its URL."""
        name = "a" + secrets.token_hex(6)
        self.execute(f"CREATE DATABASE {name}")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, program: str, *arguments: Any) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        subprocess.run(
            [self._programs / program, *map(str, arguments)],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment,
            timeout=60,
            **self._user,
        )
