"""An archive in a SQLite file: private, never replaced, and whole after a crash.

It has a rollback journal: a write-ahead log cannot be read by who may not write the folder.
"""

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bnacct.archive import schema
from bnacct.archive.database import newer
from bnacct.errors import ArchiveError

try:
    import sqlite3
except ImportError:  # Python can be built without it
    raise ArchiveError(
        "This Python was built without sqlite3, so it cannot keep an archive in a file.",
        hint="Use another Python, or a server: BNACCT_ARCHIVE=postgresql://…",
    ) from None

_BUSY_TIMEOUT_S = 10


class Database:
    """A connection to the file; see `database.Database`."""

    dialect: schema.Dialect = "sqlite"

    def __init__(self, path: Path, *, write: bool) -> None:
        self.shown = str(path)
        self._path = path
        if write:
            _create(path)
        mode = "rw" if _check(path) else "ro"
        try:
            # Transactions are our own: the module would begin them on its own terms.
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None
            )
        except sqlite3.Error as error:
            raise self._failure(error) from None
        self._connection = connection
        try:
            # Whoever made the file has no say in what runs when it is read.
            self.run("PRAGMA trusted_schema = OFF")
            self._migrate(write=write)
            if not write:
                self.run("PRAGMA query_only = ON")
        except BaseException:
            self.close()
            raise

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise self._failure(error) from None

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        self.rows(statement, values)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    def damage(self) -> list[str]:
        found = [str(row[0]) for row in self.rows("PRAGMA quick_check")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        self._connection.close()

    def _migrate(self, *, write: bool) -> None:
        """Bring the tables to the version of this program. Each step is a transaction, so a crash leaves one of them."""
        steps = schema.migrations(self.dialect)
        if self._version() == len(steps):
            return
        if not write:
            if not _is_writable(self._path):
                raise ArchiveError(
                    f"The archive {self.shown} is of an older version, and it cannot be changed here.",
                    hint="Run any bnacct command on it once where its file and folder can be written.",
                )
            if self._version() == 0:
                raise _nothing_yet(self._path)
        for number, statements in enumerate(steps, 1):
            # Another process may be doing the same: the version counts that is seen within the transaction.
            with self.writing():
                if self._version() >= number:
                    continue
                for statement in statements:
                    self.run(statement)
                self.run(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                self.run(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        """Return the version of the tables, 0 where there are none yet. Raise where the file is not ours to use."""
        # One statement sees one moment, even while another process makes the tables.
        ((application, version, tables),) = self.rows(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
            "FROM pragma_application_id, pragma_user_version"
        )
        if application != schema.APPLICATION_ID:
            if application or version or tables:
                raise ArchiveError(
                    f"{self.shown} is a SQLite file of another program. It was left as it is.",
                    hint="Name another file in BNACCT_ARCHIVE.",
                )
            return 0
        if version > len(schema.migrations(self.dialect)):
            raise newer(self.shown, version, len(schema.migrations(self.dialect)))
        return int(version)

    def _failure(self, error: Exception) -> ArchiveError:
        """Return what an error of SQLite means. Its text decides: Python 3.10 gives no code."""
        text = str(error)
        where = f"The archive {self.shown}"
        if "locked" in text or "busy" in text:
            return ArchiveError(
                f"{where} has been in use by another process for {_BUSY_TIMEOUT_S} s.", hint="Try again."
            )
        if "full" in text:
            return ArchiveError(f"{where} cannot be written: the disk is full.", hint="Nothing that it holds is lost.")
        if "readonly" in text:
            return ArchiveError(
                f"{where} cannot be written: its file or folder is read-only.",
                hint="If a write was interrupted, open the archive once where both can be written.",
            )
        if "malformed" in text or "not a database" in text or "corrupt" in text:
            return ArchiveError(
                f"{where} is damaged, or is no archive. It was left as it is.",
                hint=f"Restore a copy (history copy makes them), or save what can be read: "
                f"sqlite3 {self.shown} .recover | sqlite3 recovered.db",
            )
        if "append-only" in text:
            return ArchiveError(f"{where} is append-only: {text}.")
        return ArchiveError(f"{where} cannot be used: {text}.")


def _nothing_yet(path: Path) -> ArchiveError:
    return ArchiveError(
        f"There is no archive at {path} yet.", hint="Readings are kept with --record, or with BNACCT_RECORD=1."
    )


def _create(path: Path) -> None:
    """Create the file, and the folders that are missing, for nobody else to read, before anything is in it."""
    try:
        missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600))
    except OSError as error:
        raise ArchiveError(
            f"The archive {path} cannot be created: {error.strerror}.", hint="Name another place in BNACCT_ARCHIVE."
        ) from None


def _check(path: Path) -> bool:
    """Say whether the file can be written. Raise `ArchiveError` where it is not a plain file of this user."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise _nothing_yet(path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise ArchiveError(f"The archive {path} cannot be read: {reason}.") from None
    what = ""
    if stat.S_ISLNK(found.st_mode):
        what = "is a symbolic link"
    elif not stat.S_ISREG(found.st_mode):
        what = "is not a plain file"
    elif hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        what = "belongs to another user"
    if what:
        raise ArchiveError(
            f"The archive {path} {what}, so it is not used.", hint="Name the file itself in BNACCT_ARCHIVE."
        )
    if not _may(path, os.R_OK):
        raise ArchiveError(f"The archive {path} cannot be read: its mode forbids it.")
    return _is_writable(path)


def _is_writable(path: Path) -> bool:
    # The journal stands beside the file.
    return _may(path, os.W_OK) and _may(path.parent, os.W_OK)


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
