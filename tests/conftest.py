"""What every test starts from: an empty folder, an environment without the developer's keys, and ways to run bnacct."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bnacct import cli
from bnacct.sandbox import Sandbox
from tests.archives import Server, server_programs

_OURS = ("BINANCE_", "BNACCT_")
_FOREIGN = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
)


# Where the tests run in the background of a script, SIGINT is ignored, and every program they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def needs(program: str) -> str:
    """Return where a program is that a test talks to; skip the test where it is missing, but fail it in CI."""
    path = shutil.which(program)
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"{program} is not installed")
    return path


class Outcome(NamedTuple):
    """What a run left behind."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error object of a run with -o json."""
        return json.loads(self.err)["error"]


@pytest.fixture(autouse=True)
def _empty_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_OURS) or name.upper() in _FOREIGN:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    work = tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name be looked up but this machine's, so that nothing leaves it."""
    look_up = socket.getaddrinfo

    def looked_up(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in (None, "", "localhost", "::1") or str(name).startswith("127."):
            return look_up(host, *arguments, **options)
        str(name).encode("idna")  # which the real one does first, and refuses some names by
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Outcome]:
    """Run bnacct within this process: run("user-assets", "-o", "json")."""

    def run_in_process(*arguments: str) -> Outcome:
        capfdbinary.readouterr()
        status = cli.main(arguments)
        captured = capfdbinary.readouterr()
        return Outcome(status, captured.out, captured.err.decode())

    return run_in_process


@pytest.fixture
def run_process() -> Callable[..., Outcome]:
    """Run bnacct as a process of its own: run_process("user-assets", env={"LANG": "C"})."""

    def run_as_process(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "bnacct", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
            env={**os.environ, **(env or {})},
            **options,
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode())

    return run_as_process


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes, and point bnacct at the last one: exchange("rich", faults=["html"])."""
    running: list[Sandbox] = []

    def start(account: str = "docs", **options: Any) -> Sandbox:
        sandbox = Sandbox(account, **options).start()
        running.append(sandbox)
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        return sandbox

    yield start
    for sandbox in running:
        sandbox.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL server for all tests that ask for one."""
    server = Server(server_programs())
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def url(postgresql: Server) -> Iterator[str]:
    """Make a database, and return its URL, with a password in it."""
    with postgresql.database() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where an archive can be made, in a file and in a database."""
    if request.param == "sqlite":
        return str(tmp_path / "archive.db")
    found: str = request.getfixturevalue("url")
    return found
