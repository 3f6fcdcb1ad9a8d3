"""An archive on a server: the writer that can only add, failures each a sentence, and a password that is on no stream."""

import contextlib
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from bnacct import archive
from bnacct.archive import listing, location, transfer
from bnacct.errors import ArchiveError, UsageError
from tests.archives import ASSETS, HOUR, MAIN, START, Server, free, reading, server_programs


def without_password(url: str, password: str) -> str:
    return url.replace(f":{password}@", "@")


@pytest.fixture
def writer(postgresql: Server, url: str) -> Iterator[str]:
    """Make the archive, and a role that may only add to it; return that one's URL."""
    archive.init(url).close()
    database = location.shown(url).rpartition("/")[2]
    postgresql.execute(f"CREATE ROLE recorder LOGIN PASSWORD '{postgresql.password}'")
    for statement in archive.grants("recorder"):
        postgresql.execute(statement, database)
    yield postgresql.url(database, user="recorder")
    postgresql.execute("DROP OWNED BY recorder", database)
    postgresql.execute("DROP ROLE recorder")


# -- the role of a machine that records


def test_a_writer_adds_and_reads(writer: str) -> None:
    with archive.open(writer, write=True) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        found = kept.last(MAIN, ASSETS, ASSETS.asked({}), START)
    assert found is not None
    assert found.reading.document() == free("1")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading SET at_ms = 0",
        "DELETE FROM reading",
        "DELETE FROM body",
        "TRUNCATE reading",
        "DROP TABLE reading",
        "ALTER TABLE reading DISABLE TRIGGER ALL",
        "DROP TRIGGER reading_append_only ON reading",
        "UPDATE account SET name = 'x'",
        "UPDATE version SET number = 0",
        "CREATE TABLE mine (x TEXT)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ],
)
def test_a_stolen_writer_cannot_rewrite_the_past(writer: str, statement: str) -> None:
    with archive.open(writer, write=True) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        with pytest.raises(ArchiveError, match=r"this role may not do it|append-only"):
            kept.database.run(statement)
        assert listing.count(kept) == 1


def test_a_writer_cannot_prune(writer: str) -> None:
    from bnacct.archive import retention

    with archive.open(writer, write=True) as kept:
        kept.record([(MAIN, [reading(START + hour * HOUR, free("1")) for hour in range(3)])])
        with pytest.raises(ArchiveError, match="this role may not do it"):
            retention.prune(kept, retention.Policy(last=1), dry_run=False)
        assert listing.count(kept) == 3


@pytest.mark.parametrize("statement", ["TRUNCATE reading, body", "TRUNCATE body CASCADE"])
def test_even_the_owner_cannot_empty_it(url: str, statement: str) -> None:
    with archive.init(url) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        with pytest.raises(ArchiveError, match="append-only"):
            kept.database.run(statement)


def test_the_name_of_a_role_is_quoted() -> None:
    assert archive.grants('a"; DROP')[0] == 'GRANT USAGE ON SCHEMA bnacct TO "a""; DROP";'


# -- what can be wrong with it, each a sentence


def test_a_server_without_the_tables_is_told_how_to_get_them(url: str) -> None:
    with pytest.raises(ArchiveError, match="has no tables yet") as told:
        archive.open(url, write=True)
    assert "bnacct history init" in (told.value.hint or "")


def test_an_old_schema_is_not_written_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bnacct.archive import schema

    archive.init(url).close()
    known = schema.migrations
    monkeypatch.setattr(schema, "migrations", lambda dialect: [*known(dialect), ["SELECT 1"]])
    for write in (False, True):
        with pytest.raises(ArchiveError, match="is of version 1, and this bnacct needs 2") as told:
            archive.open(url, write=write)
        assert "bnacct history init" in (told.value.hint or "")
    archive.init(url).close()
    archive.open(url).close()


def test_init_may_be_run_again_and_by_two_at_once(url: str) -> None:
    script = "import sys\nfrom bnacct import archive\narchive.init(sys.stdin.read()).close()"
    running = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ends = [process.communicate(url.encode(), timeout=60)[1].decode() for process in running]
    assert [(process.returncode, end) for process, end in zip(running, ends, strict=True)] == [(0, "")] * 3


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Run a server that may be stopped."""
    server = Server(server_programs())
    try:
        yield server.start()
    finally:
        server.close()


def test_a_server_that_is_down_or_goes_down_is_told(own_server: Server) -> None:
    url = own_server.url()
    kept = archive.init(url)
    kept.record([(MAIN, [reading(START, free("1"))])])
    own_server.stop()
    with pytest.raises(ArchiveError, match="cannot be reached, or the connection was lost"):
        kept.record([(MAIN, [reading(START, free("2"))])])
    kept.close()
    with pytest.raises(ArchiveError, match="cannot be reached"):
        archive.open(url)
    own_server.run()
    with archive.open(url) as again:
        assert listing.count(again) == 1


def test_a_wrong_password_a_missing_one_and_a_missing_database_are_told(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ArchiveError, match="refused the login"):
        archive.open(postgresql.url(password="wrong"))
    with pytest.raises(ArchiveError, match="refused the login") as told:
        archive.open(without_password(postgresql.url(), postgresql.password))
    assert "PGPASSFILE" in (told.value.hint or "")
    with pytest.raises(ArchiveError, match="does not exist"):
        archive.open(postgresql.url("nowhere"))


def test_psycopg_that_is_not_installed_is_named() -> None:
    script = """
import sys
sys.modules["psycopg"] = None
from bnacct import archive, errors
try:
    archive.open("postgresql://archivist:pw-secret@localhost/x")
except errors.ArchiveError as error:
    print(error.message, error.hint)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == (
        "An archive in PostgreSQL needs psycopg, which is not installed. pip install 'bnacct[postgres]'\n"
    )


def test_a_lock_of_another_is_waited_for_and_then_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive.init(url) as one, archive.open(url, write=True) as two:
        assert two.database.rows("SHOW lock_timeout") == [("10s",)]
        two.database.run("SET lock_timeout = '20ms'")
        with one.database.writing():
            one.database.run("LOCK TABLE reading IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(ArchiveError, match="in use by another process"):
                two.record([(MAIN, [reading(START, [])])])
        two.record([(MAIN, [reading(START, [])])])


def test_forty_writers_at_once_keep_every_reading(url: str) -> None:
    archive.init(url).close()
    script = """
import sys, threading
from bnacct import archive
from tests.archives import MAIN, START, free, reading
url = sys.stdin.read()
failures = []
def write(number):
    try:
        with archive.open(url, write=True) as kept:
            ready.wait()
            kept.record([(MAIN, [reading(START + number, free(str(number % 3)))])])
    except BaseException as error:
        failures.append(repr(error))
        ready.abort()
ready = threading.Barrier(40)
threads = [threading.Thread(target=write, args=[number]) for number in range(40)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(failures)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], input=url.encode(), capture_output=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr) == (b"[]\n", b"")
    with archive.open(url) as kept:
        assert listing.count(kept) == 40
        assert kept.database.rows("SELECT count(*) FROM body") == [(3,)]
        assert len(kept.owners()) == 1


# -- a connection lost amid a copy


def test_a_copy_that_lost_its_connection_is_resumed_and_nothing_is_twice(
    postgresql: Server, url: str, tmp_path: Path
) -> None:
    with archive.open(str(tmp_path / "archive.db"), write=True) as source, archive.init(url) as target:
        source.record([(MAIN, [reading(START + number, free(str(number))) for number in range(500)])])
        steps = transfer.copy(source, target)
        assert next(steps) == (200, 200)
        database = location.shown(url).rpartition("/")[2]
        postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608
        with pytest.raises(ArchiveError, match="the connection was lost"):
            next(steps)
        with archive.open(url, write=True) as again:
            assert listing.count(again) == 200
            assert list(transfer.copy(source, again)) == [(200, 0), (400, 200), (500, 300)]
            assert [row for _, row in again.rows()] == [row for _, row in source.rows()]


# -- the password


SAFE = "SeCr3t-pw.42"


def needles(password: str) -> list[str]:
    return [password[at : at + 6] for at in range(len(password) - 5)]


def everything_of(error: BaseException) -> str:
    """Return all that an exception and those behind it say, and hold."""
    texts = []
    seen: list[BaseException] = []
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is not None and each not in seen:
            seen.append(each)
            texts += [repr(each), str(each), repr(vars(each)), repr(each.args)]
            pending += [each.__cause__, each.__context__]
    return "\n".join([*texts, *traceback.format_exception(error)])


BAD_URLS = [
    "postgresql://u:{p}@{h}/nowhere",
    "postgresql://u:{p}@127.0.0.1:1/x",
    "postgresql://u:{p}@no-such-host.invalid/x",
    "postgresql://u@127.0.0.1:1/x?password={p}",
    "postgresql://u@127.0.0.1:1/x?sslpassword={p}",
    "postgresql://u:{p}@127.0.0.1:1/x?nonsense=1",
    "postgresql://u:{p}@127.0.0.1:port/x",
    "postgresql://u:{p}@[::1/x",
    "postgresql://u:{p}@@127.0.0.1/x",
    "postgresql://u:%zz{p}@127.0.0.1/x",
    "postgresql://u:{p}/x@127.0.0.1/x",
    "postgresql://u:{p}?@127.0.0.1/x",
    "postgresql://u:{p} @127.0.0.1/x",
    "postgresql://127.0.0.1:1/x?%70assword={p}",
    "POSTGRESQL://u:{p}@127.0.0.1:1/x",
    "mysql://u:{p}@127.0.0.1:1/x",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_no_failure_holds_the_password_however_wrong_the_url_is(postgresql: Server, url: str) -> None:
    place = url.format(p=SAFE, h=f"%2F{str(postgresql.folder)[1:].replace('/', '%2F')}")
    with pytest.raises((ArchiveError, UsageError)) as told:
        archive.open(place)
    assert [part for part in needles(SAFE) if part in everything_of(told.value)] == []
    assert told.value.__cause__ is None
    assert told.value.__context__ is None


def test_the_password_is_in_nothing_that_an_open_archive_shows(postgresql: Server, url: str) -> None:
    with archive.init(url) as kept:
        held = [repr(kept), kept.shown, repr(kept.database), repr(kept.database._connection)]  # type: ignore[attr-defined]
        with pytest.raises(ArchiveError) as told:
            kept.database.run("SELECT nothing FROM nowhere")
    parts = needles(postgresql.password)
    assert [part for part in parts for text in (*held, everything_of(told.value)) if part in text] == []


def test_the_password_is_in_no_list_of_processes(postgresql: Server, url: str) -> None:
    with archive.init(url) as kept:
        assert listing.count(kept) == 0
        lines = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                lines.append(process.read_bytes())
            except OSError:
                continue
    assert lines
    assert [line for line in lines if postgresql.password.encode() in line] == []


@pytest.mark.parametrize(
    ("url", "shown", "holds"),
    [
        ("postgresql://u:pw@h:5432/db?sslmode=require", "postgresql://u@h:5432/db", True),
        ("postgresql://u@h/db", "postgresql://u@h/db", False),
        ("postgres://h/db", "postgresql://h/db", False),
        ("postgresql://u:@h/db", "postgresql://u@h/db", False),
        ("postgresql:///db?host=/tmp&password=x", "postgresql:///db", True),
        ("postgresql:///db?p%61ssword=x", "postgresql:///db", True),
        ("postgresql:///db?passfile=/x", "postgresql:///db", False),
        ("postgresql://u@h1:1,h2:2/db", "postgresql://u@h1:1,h2:2/db", False),
        ("/some/path.db", "/some/path.db", False),
        ("postgresql://[::1]:5432/db", "postgresql://[::1]:5432/db", False),
        ("relative:path@x", "relative:path@x", False),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str, holds: bool) -> None:
    assert (location.shown(url), location.holds_password(url)) == (shown, holds)


def test_a_password_file_is_where_the_password_comes_from(
    postgresql: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:*:{postgresql.password}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    archive.init(without_password(url, postgresql.password)).close()


def test_a_service_file_is_where_all_of_it_comes_from(
    postgresql: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "services"
    database = location.shown(url).rpartition("/")[2]
    services.write_text(
        f"[balances]\nhost={postgresql.folder}\nuser={Server.OWNER}\npassword={postgresql.password}\ndbname={database}\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    archive.init("postgresql://?service=balances").close()
    assert "PGSERVICE" not in os.environ


# -- who answers


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Note what would be connected with, and connect to nobody."""
    import psycopg

    seen: list[dict[str, Any]] = []

    def connect(**parameters: Any) -> None:
        seen.append(parameters)
        raise psycopg.OperationalError("server certificate for ... does not match host name")

    monkeypatch.setattr(psycopg, "connect", connect)
    return seen


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://db.example.com/x", "verify-full"),
        ("postgresql://192.0.2.7/x", "verify-full"),
        ("postgresql://localhost,db.example.com/x", "verify-full"),
        ("postgresql://localhost.example.com/x", "verify-full"),
        ("postgresql:///x?host=db.example.com", "verify-full"),
        ("postgresql:///x?hostaddr=192.0.2.7&host=localhost", "verify-full"),
        ("postgresql://db.example.com/x?sslmode=require", "require"),
        ("postgresql://localhost/x", None),
        ("postgresql://127.0.0.1/x", None),
        ("postgresql://[::1]/x", None),
        ("postgresql:///x?host=/run/postgresql", None),
        ("postgresql:///x", None),
    ],
)
def test_a_host_that_is_not_this_machine_must_prove_who_it_is(
    connected: list[dict[str, Any]], url: str, mode: str | None
) -> None:
    with pytest.raises(ArchiveError, match="prove who it is"):
        archive.open(url)
    assert connected[0].get("sslmode") == mode
    if mode == "verify-full":
        assert connected[0]["sslrootcert"] == "system"
    assert connected[0]["connect_timeout"] == 10


def test_a_host_that_the_environment_names_must_prove_it_too(
    connected: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGHOST", "db.example.com")
    services = tmp_path / "services"
    services.write_text("[far]\nhost=far.example.com\n[near]\nhost=/tmp\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    for place in ("postgresql:///x", "postgresql:///x?service=far", "postgresql:///x?service=near"):
        with pytest.raises(ArchiveError):
            archive.open(place)
    monkeypatch.setenv("PGSSLMODE", "require")
    with pytest.raises(ArchiveError):
        archive.open("postgresql:///x")
    assert [seen.get("sslmode") for seen in connected] == ["verify-full", "verify-full", None, None]


def test_own_authorities_come_before_those_of_the_system(
    connected: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path.home() / ".postgresql"
    folder.mkdir()
    (folder / "root.crt").touch()
    with pytest.raises(ArchiveError):
        archive.open("postgresql://db.example.com/x")
    with pytest.raises(ArchiveError):
        archive.open("postgresql://db.example.com/x?sslrootcert=/etc/mine.crt")
    assert [seen.get("sslrootcert") for seen in connected] == [None, "/etc/mine.crt"]


def test_a_server_proves_by_its_certificate_that_it_is_the_host(tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    roots = {name: tmp_path / f"{name}.pem" for name in ("ours", "other")}
    authority.cert_pem.write_to_path(str(roots["ours"]))
    stranger.cert_pem.write_to_path(str(roots["other"]))
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free_port:
        port = free_port.getsockname()[1]
    server = Server(
        server_programs(),
        f"-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on -c ssl_cert_file=../cert.pem -c ssl_key_file=../key.pem",
    )
    certificate = authority.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(server.folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(server.folder / "key.pem"))
    (server.folder / "key.pem").chmod(0o600)
    place = f"postgresql://{Server.OWNER}:{server.password}@{{}}:{port}/postgres?sslmode=verify-full&sslrootcert={{}}"
    try:
        server.start()
        with archive.init(place.format("localhost", roots["ours"])) as kept:
            assert kept.database.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [(True,)]
        for host, root in (("localhost", "other"), ("127.0.0.1", "ours")):
            with pytest.raises(ArchiveError, match="could not prove who it is"):
                archive.open(place.format(host, roots[root]))
    finally:
        server.close()


def test_a_server_without_tls_is_refused_where_it_must_prove_who_it_is() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free_port:
        port = free_port.getsockname()[1]
    server = Server(server_programs(), f"-c listen_addresses=127.0.0.1 -c port={port}")
    place = f"postgresql://{Server.OWNER}:{server.password}@127.0.0.1:{port}/postgres"
    try:
        server.start()
        archive.init(place).close()
        with pytest.raises(ArchiveError, match="speaks no TLS"):
            archive.open(f"{place}?sslmode=verify-full")
    finally:
        server.close()
