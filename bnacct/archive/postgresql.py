"""An archive in a PostgreSQL database, for many machines: the same tables and statements, over psycopg.

The library's exceptions hold the connection, and with it the password. None of them leaves this module, not even as the
hidden context of another: what they mean is raised where they are handled no more.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bnacct.archive import location, schema
from bnacct.archive.database import newer
from bnacct.errors import ArchiveError

if TYPE_CHECKING:
    import psycopg

_T = TypeVar("_T")

_TIMEOUT_S = 10
# What libpq asks of a host unless told otherwise, which is to trust whoever answers.
_LIBPQ_SSLMODE, _SAFE_SSLMODE = "prefer", "verify-full"
# From this version on, libpq can trust the authorities that the system trusts.
_SYSTEM_AUTHORITIES = 160000

_LOGIN, _NO_DATABASE, _NO_TLS, _LOST = "28000", "3D000", "TLS", "08000"
_MEANINGS: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
    (
        ("28",),
        "refused the login",
        "The password comes from PGPASSFILE (~/.pgpass), a service file, or BNACCT_ARCHIVE_FILE.",
    ),
    (("3D000",), "does not exist", "Create the database first: createdb."),
    (
        ("42501",),
        "refused that: this role may not do it",
        "A writer may add and read. The tables are their owner's, who runs: bnacct history init",
    ),
    (("P0001",), "is append-only", None),
    (("55P03", "57014"), f"has been in use by another process for {_TIMEOUT_S} s", "Try again."),
    (("53100",), "cannot be written: the server's disk is full", None),
    (("25006",), "cannot be written: the server only reads", None),
    (
        (_NO_TLS,),
        "could not prove who it is, or speaks no TLS",
        "Name its authority with sslrootcert=FILE in the URL or PGSSLROOTCERT. Hosts other than this machine need "
        "sslmode=verify-full unless the URL says otherwise.",
    ),
    (("08", "57P"), "cannot be reached, or the connection was lost", "Is the server up? Then try again."),
)


class Database:
    """A connection to the database at a URL; see `database.Database`. With `create`, the tables are made there."""

    dialect: schema.Dialect = "postgresql"

    def __init__(self, url: str, *, create: bool = False) -> None:
        self.shown = location.shown(url)
        self._connection = self._connected(url)
        try:
            self.run(f"SET search_path = {schema.NAMESPACE}")
            self.run(f"SET lock_timeout = '{_TIMEOUT_S}s'")
            if create:
                self._migrate()
            self._check()
        except BaseException:
            self.close()
            raise

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        def fetched() -> list[tuple[Any, ...]]:
            # Without values nothing is filled in, so that % stands for itself.
            filled = statement.replace("?", "%s") if values else statement
            cursor = self._connection.execute(filled.encode(), tuple(values) or None)
            return cursor.fetchall() if cursor.description else []

        return self._told(fetched)

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        self.rows(statement, values)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        self.run("BEGIN")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with contextlib.suppress(ArchiveError):
                self.run("ROLLBACK")
            raise

    def damage(self) -> list[str]:
        return []  # the server looks after its storage itself

    def close(self) -> None:
        self._connection.close()

    def _connected(self, url: str) -> "psycopg.Connection[Any]":
        try:
            import psycopg
        except ImportError:
            psycopg = None  # type: ignore[assignment]
        if psycopg is None:
            raise ArchiveError(
                "An archive in PostgreSQL needs psycopg, which is not installed.",
                hint="pip install 'bnacct[postgres]'",
            )
        # A pooler on the way may hand each statement to another connection, so none is prepared.
        return self._told(
            lambda: psycopg.connect(autocommit=True, prepare_threshold=None, **_connection_parameters(url))
        )

    def _told(self, action: Callable[[], _T]) -> _T:
        """Run an action of the library's. Raise `ArchiveError` in place of its exceptions."""
        import psycopg

        try:
            return action()
        except (psycopg.Error, UnicodeError) as error:
            failure = self._failure(error)
        raise failure

    def _failure(self, error: Exception) -> ArchiveError:
        """Return what an error means, by its SQLSTATE; what fails before there is a server has only a text."""
        state = getattr(error, "sqlstate", None) or _state_of(str(error).lower())
        for states, words, hint in _MEANINGS:
            if state.startswith(states):
                return ArchiveError(f"The archive {self.shown} {words}.", hint=hint)
        return ArchiveError(f"The archive {self.shown} refused a statement with SQLSTATE {state}.")

    def _migrate(self) -> None:
        """Bring the tables to the version of this program, in one transaction."""
        with self.writing():
            # Whoever else runs this waits here.
            self.rows("SELECT pg_advisory_xact_lock(?)", [schema.APPLICATION_ID])
            self.run(f"CREATE SCHEMA IF NOT EXISTS {schema.NAMESPACE}")
            self.run("CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL)")
            version = self._version()
            steps = schema.migrations(self.dialect)
            for statements in steps[version:]:
                for statement in statements:
                    self.run(statement)
            if version < len(steps):
                self.run("DELETE FROM version")
                self.run("INSERT INTO version (number) VALUES (?)", [len(steps)])

    def _check(self) -> None:
        version, known = self._version(), len(schema.migrations(self.dialect))
        if version > known:
            raise newer(self.shown, version, known)
        if version < known:
            state = f"is of version {version}, and this bnacct needs {known}" if version else "has no tables yet"
            raise ArchiveError(f"The archive {self.shown} {state}.", hint="Its owner runs: bnacct history init")

    def _version(self) -> int:
        if self.rows("SELECT to_regclass(?)", [f"{schema.NAMESPACE}.version"]) == [(None,)]:
            return 0
        return max([int(number) for (number,) in self.rows("SELECT number FROM version")], default=0)


def _state_of(text: str) -> str:
    """Return a SQLSTATE for what libpq says only in words, before there is a connection or after its end."""
    if "password" in text or "authentication" in text:
        return _LOGIN
    if "database" in text and "does not exist" in text:
        return _NO_DATABASE
    return _NO_TLS if "certificate" in text or "does not support ssl" in text else _LOST


def _connection_parameters(url: str) -> dict[str, Any]:
    """Return what to connect with: the URL's own, and beside it what makes the connection safe and finite."""
    from psycopg import conninfo, pq

    given: dict[str, Any] = conninfo.conninfo_to_dict(url)
    with _service(given.get("service")):
        defaults = {option.keyword.decode(): (option.val or b"").decode() for option in pq.Conninfo.get_defaults()}
    known = {**defaults, **given}
    added: dict[str, Any] = {"application_name": "bnacct"}
    if not known.get("connect_timeout"):
        added["connect_timeout"] = _TIMEOUT_S
    if not known.get("tcp_user_timeout") or known["tcp_user_timeout"] == "0":
        added["tcp_user_timeout"] = _TIMEOUT_S * 1000
    chosen = given.get("sslmode") or os.environ.get("PGSSLMODE") or known.get("sslmode", _LIBPQ_SSLMODE)
    is_default = not given.get("sslmode") and not os.environ.get("PGSSLMODE") and chosen == _LIBPQ_SSLMODE
    if is_default and not _is_this_machine(known):
        chosen = added["sslmode"] = _SAFE_SSLMODE
    if chosen == _SAFE_SSLMODE and not known.get("sslrootcert") and pq.version() >= _SYSTEM_AUTHORITIES:
        own_authorities = os.path.expanduser("~/.postgresql/root.crt")
        if not os.path.exists(own_authorities):
            added["sslrootcert"] = "system"
    return {**given, **added}


@contextlib.contextmanager
def _service(name: str | None) -> Iterator[None]:
    """Let libpq read a service file while its defaults are asked for, which it does for a variable only."""
    before = os.environ.get("PGSERVICE")
    if name:
        os.environ["PGSERVICE"] = name
    try:
        yield
    finally:
        if name and before is None:
            del os.environ["PGSERVICE"]
        elif name and before is not None:
            os.environ["PGSERVICE"] = before


def _is_this_machine(parameters: dict[str, Any]) -> bool:
    """Say whether every host is a socket of this machine, or its loopback."""
    import ipaddress

    hosts = (parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    for host in hosts:
        if host in ("", "localhost") or host.startswith(("/", "@")):
            continue
        try:
            if not ipaddress.ip_address(host).is_loopback:
                return False
        except ValueError:
            return False
    return True
