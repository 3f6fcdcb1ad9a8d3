"""What SQLite and PostgreSQL have in common: statements with `?`, rows as tuples, transactions, failures in our words."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from bnacct.archive.schema import Dialect
from bnacct.errors import ArchiveError


class Database(Protocol):
    """An open database. Every method raises `errors.ArchiveError`, which never holds a password.

    `shown` is where it is, as a person may see it.
    """

    dialect: Dialect
    shown: str

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement, and return what it finds."""

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that finds nothing."""

    def writing(self) -> AbstractContextManager[None]:
        """Return a transaction: all that is run within is kept, or nothing where it fails."""

    def damage(self) -> list[str]:
        """Return what the database itself finds wrong with its storage."""

    def close(self) -> None:
        """Close the connection."""


def placeholders(count: int) -> str:
    """Return `?, ?, ?`."""
    return ", ".join(["?"] * count)


def newer(shown: str, version: int, known: int) -> ArchiveError:
    """Build the failure for an archive that a later bnacct has made or changed."""
    return ArchiveError(
        f"The archive {shown} is of version {version}, and this bnacct knows versions up to {known}.",
        hint="Update bnacct. The archive was left as it is.",
    )
