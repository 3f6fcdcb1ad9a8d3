"""Keeps readings, append-only, in SQLite or PostgreSQL, and gives them back as the exchange would.

Importing this loads no database: `open` does, and only the one that is asked for.
"""

from pathlib import Path

from bnacct.archive import location, schema
from bnacct.archive.archive import Archive, Found, new_id, utc
from bnacct.archive.database import Database
from bnacct.archive.location import default_path, holds_password, is_url, shown
from bnacct.archive.stored import BACKFILL, IMPORT, LIVE, Owner
from bnacct.errors import ArchiveError

__all__ = [
    "BACKFILL",
    "IMPORT",
    "LIVE",
    "Archive",
    "Found",
    "Owner",
    "default_path",
    "grants",
    "holds_password",
    "init",
    "is_url",
    "new_id",
    "open",
    "shown",
    "utc",
]


def open(place: str, *, write: bool = False) -> Archive:
    """Open the archive at a path or a postgresql:// URL. Raise `errors.ArchiveError` and `errors.UsageError`.

    With `write`, a file that is missing is created, for nobody else to read; the tables of a server are only created by
    `init`. An older file is brought up to date.
    """
    return Archive(_database(place, write=write, create=False))


def init(place: str) -> Archive:
    """Create the tables where they are missing, or bring them up to date, and open the archive for writing."""
    return Archive(_database(place, write=True, create=True))


def grants(writer: str) -> list[str]:
    """Return the statements that let a role of PostgreSQL add to the archive and read it, and no more."""
    return schema.grants(writer)


def _database(place: str, *, write: bool, create: bool) -> Database:
    if not place.strip() or "\0" in place:
        raise ArchiveError("The place of the archive is empty, or no name of a file.")
    if location.is_url(place):
        from bnacct.archive import postgresql

        return postgresql.Database(place, create=create)
    from bnacct.archive import sqlite

    return sqlite.Database(Path(place).expanduser(), write=write)
