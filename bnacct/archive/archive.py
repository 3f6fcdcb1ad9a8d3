"""Keeps readings, and finds them again by account, question and time."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import queries
from bnacct.archive import stored
from bnacct.archive.database import Database, placeholders
from bnacct.archive.stored import LIVE, Owner, Row
from bnacct.errors import ArchiveError, UsageError
from bnacct.queries import Query, Value
from bnacct.readings import Reading

# Rows are read and written so many at once, whatever the size of the archive.
AT_ONCE = 200
# A clock may be corrected by this much without being remarked on.
_CORRECTION_MS = 60_000

COLUMNS = (
    "reading.uid, reading.run, reading.at_ms, account.name, account.environment, account.key_mark, "
    "reading.operation, reading.params, reading.page, reading.source, reading.error"
)
FROM = "FROM reading JOIN account ON account.id = reading.account"
_WITH_BODIES = f"{FROM} LEFT JOIN body ON body.sha256 = reading.body"


class Found(NamedTuple):
    """A reading from the archive, where it came from, and the readings after it that failed, up to what was asked."""

    reading: Reading
    owner: Owner
    run: str
    source: str
    failed_since: int = 0
    last_failure: Reading | None = None


class Archive:
    """An open archive; a context manager. Its methods raise `errors.ArchiveError` where it cannot be read or written.

    Times are epoch milliseconds, and both ends of a range belong to it.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.shown = database.shown

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Archive({self.shown})"

    def close(self) -> None:
        self.database.close()

    # -- writing

    def record(
        self, taken: Sequence[tuple[Owner, Sequence[Reading]]], *, run: str = "", source: str = LIVE
    ) -> list[str]:
        """Keep the readings of one run, all or none, and return what the user should know beside that."""
        run = run or new_id()
        rows = [
            row
            for owner, of_owner in taken
            for reading in of_owner
            for row in stored.rows_of(reading, owner, uid=new_id(), run=run, source=source)
        ]
        newest = max((row.at_ms for row in rows), default=0)
        with self.database.writing():
            ((kept_ms,),) = self.database.rows("SELECT max(at_ms) FROM reading")
            self._insert(rows)
        if rows and source == LIVE and kept_ms is not None and kept_ms - newest > _CORRECTION_MS:
            return [
                f"The archive holds a reading of {utc(kept_ms)}, later than this one: "
                "this machine's clock was set back, or was ahead before."
            ]
        return []

    def add(self, rows: Sequence[Row]) -> int:
        """Keep rows of another archive, in one transaction. Those that are here already stay. Return how many came."""
        missing = set(self.missing([row.uid for row in rows]))
        with self.database.writing():
            self._insert([row for row in rows if row.uid in missing])
        return len(missing)

    def missing(self, uids: Sequence[str]) -> list[str]:
        """Return those of at most `AT_ONCE` uids that are not here."""
        held = self.database.rows(f"SELECT uid FROM reading WHERE uid IN ({placeholders(len(uids))})", uids)
        return sorted({*uids} - {uid for (uid,) in held})

    def _insert(self, rows: Iterable[Row]) -> None:
        run = self.database.run
        accounts: dict[Owner, int] = {}
        for row in rows:
            if row.owner not in accounts:
                run(
                    "INSERT INTO account (name, environment, key_mark) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    row.owner,
                )
                accounts[row.owner] = self.account(row.owner)
            sha256 = row.sha256
            if sha256 is not None:
                run("INSERT INTO body (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING", [sha256, row.body])
            run(
                "INSERT INTO reading (uid, run, at_ms, account, operation, params, page, source, error, body) "
                f"VALUES ({placeholders(10)}) ON CONFLICT DO NOTHING",
                [
                    *(row.uid, row.run, row.at_ms, accounts[row.owner], row.operation, row.params, row.page),
                    *(row.source, row.error, sha256),
                ],
            )

    def account(self, owner: Owner) -> int:
        """Return the number that an account has here, -1 if none."""
        found = self.database.rows("SELECT id FROM account WHERE name = ? AND environment = ? AND key_mark = ?", owner)
        return int(found[0][0]) if found else -1

    # -- reading

    def owners(self) -> list[Owner]:
        """Return whose readings are here."""
        found = self.database.rows(
            "SELECT name, environment, key_mark FROM account ORDER BY name, environment, key_mark"
        )
        return [Owner(*values) for values in found]

    def owner(self, name: str, environment: str, key_mark: str | None = None, *, chosen: bool = False) -> Owner:
        """Return whose readings are meant; `key_mark` is that of the key in use, or None.

        A name that has had one key only needs none, unless one was `chosen`.

        Raise `errors.UsageError` where several keys share the name and none is in use, since they may be accounts of
        different people, and `errors.ArchiveError` where there is none.
        """
        every = self.owners()
        found = [owner for owner in every if (owner.name, owner.environment) == (name, environment)]
        of_key = [owner for owner in found if owner.key_mark == key_mark]
        if of_key or (len(found) == 1 and not chosen):
            return (of_key or found)[0]
        if found and not chosen:
            marks = ", ".join(owner.key_mark for owner in found)
            raise UsageError(
                f"The archive holds readings of {len(found)} keys as {name!r}: {marks}.",
                hint="They may be different accounts: name one with --key-mark.",
            )
        others = ", ".join(map(str, every)) or "none"
        raise ArchiveError(
            f"The archive {self.shown} holds no reading of {Owner(name, environment, key_mark or '')}.",
            hint=f"Accounts in it: {others}.",
        )

    def last(self, owner: Owner, query: Query, parameters: Mapping[str, Value], at_ms: int) -> Found | None:
        """Return the last answer to this question at or before a time, and which attempts after it failed."""
        question = [self.account(owner), query.operation, stored.canonical(parameters)]
        found = self._one(
            "AND reading.at_ms <= ? AND reading.error IS NULL ORDER BY reading.at_ms DESC, reading.id DESC",
            question,
            at_ms,
        )
        if found is None:
            return None
        after = "AND reading.at_ms > ? AND reading.at_ms <= ? AND reading.error IS NOT NULL"
        failure = self._one(f"{after} ORDER BY reading.at_ms DESC, reading.id DESC", question, found.at_ms, at_ms)
        failed = 0
        if failure is not None:
            ((failed,),) = self.database.rows(
                f"SELECT count(*) FROM reading WHERE account = ? AND operation = ? AND params = ? AND page = 1 {after}",
                [*question, found.at_ms, at_ms],
            )
        return Found(
            self.reading(query, found),
            found.owner,
            found.run,
            found.source,
            failed,
            None if failure is None else stored.reading_of(query, [failure]),
        )

    def first_after(self, owner: Owner, query: Query, parameters: Mapping[str, Value], at_ms: int) -> Found | None:
        """Return the first answer to this question after a time."""
        question = [self.account(owner), query.operation, stored.canonical(parameters)]
        found = self._one(
            "AND reading.at_ms > ? AND reading.error IS NULL ORDER BY reading.at_ms, reading.id", question, at_ms
        )
        if found is None:
            return None
        return Found(self.reading(query, found), found.owner, found.run, found.source)

    def between(
        self, owner: Owner, query: Query, parameters: Mapping[str, Value], since_ms: int, until_ms: int
    ) -> Iterator[Reading]:
        """Yield what one question was answered, failures included, the oldest first."""
        question = [self.account(owner), query.operation, stored.canonical(parameters)]
        # Ids as of the start: what another process adds meanwhile belongs to the next time.
        ids = self.database.rows(
            "SELECT id FROM reading WHERE account = ? AND operation = ? AND params = ? AND at_ms BETWEEN ? AND ? "
            "AND page = 1 ORDER BY at_ms, id",
            [*question, since_ms, until_ms],
        )
        for row in self.with_ids([number for (number,) in ids]):
            yield self.reading(query, row)

    def answers(self, owner: Owner, query: Query, since_ms: int) -> Iterator[Reading]:
        """Yield every answer to a query from a time on, whatever else was asked with it, the newest first."""
        ids = self.database.rows(
            "SELECT id, params FROM reading WHERE account = ? AND operation = ? AND at_ms >= ? AND error IS NULL "
            "AND page = 1 ORDER BY at_ms DESC, id DESC",
            [self.account(owner), query.operation, since_ms],
        )
        wanted = [number for number, params in ids if queries.answering(query.operation, json.loads(params)) is query]
        for row in self.with_ids(wanted):
            yield self.reading(query, row)

    def asked(self, owner: Owner, query: Query) -> list[Mapping[str, Value]]:
        """Return with which parameters an operation has been kept: for a message that says what there is."""
        found = self.database.rows(
            "SELECT DISTINCT params FROM reading WHERE account = ? AND operation = ? ORDER BY params",
            [self.account(owner), query.operation],
        )
        return [json.loads(params) for (params,) in found]

    def rows(self, *, after: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield everything that is here, in the order in which it came, each with its place in that."""
        while found := self._rows("WHERE reading.id > ? ORDER BY reading.id LIMIT ?", [after, AT_ONCE]):
            yield from found
            after = found[-1][0]

    def uids(self) -> Iterator[list[str]]:
        """Yield the uids of all rows, `AT_ONCE` at a time, in the order in which they came."""
        after = 0
        while found := self.database.rows(
            "SELECT id, uid FROM reading WHERE id > ? ORDER BY id LIMIT ?", [after, AT_ONCE]
        ):
            yield [uid for _, uid in found]
            after = found[-1][0]

    def with_uids(self, uids: Sequence[str]) -> list[Row]:
        """Return at most `AT_ONCE` rows by their uids, in the order in which they came."""
        if not uids:
            return []
        found = self._rows(f"WHERE reading.uid IN ({placeholders(len(uids))}) ORDER BY reading.id", uids)
        return [row for _, row in found]

    def _one(self, rest: str, question: Sequence[object], *times_ms: int) -> Row | None:
        found = self._rows(
            "WHERE reading.account = ? AND reading.operation = ? AND reading.params = ? AND reading.page = 1 "
            f"{rest} LIMIT 1",
            [*question, *times_ms],
        )
        return found[0][1] if found else None

    def reading(self, query: Query, first: Row) -> Reading:
        """Return the reading whose first page is given."""
        if query.pages is None or first.body is None:
            return stored.reading_of(query, [first])
        return stored.reading_of(query, [first, *self._later_pages(first)])

    def _later_pages(self, first: Row) -> list[Row]:
        found = self._rows(
            "WHERE reading.account = ? AND reading.operation = ? AND reading.params = ? AND reading.at_ms = ? "
            "AND reading.page > 1 ORDER BY reading.page",
            [self.account(first.owner), first.operation, first.params, first.at_ms],
        )
        return [row for _, row in found if row.uid == stored.page_uid(first.uid, row.page)]

    def with_ids(self, ids: Sequence[int]) -> Iterator[Row]:
        """Yield rows by their places in the archive, in the order of these."""
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            found = dict(self._rows(f"WHERE reading.id IN ({placeholders(len(some))})", some))
            yield from (found[number] for number in some if number in found)

    def _rows(self, rest: str, values: Sequence[object]) -> list[tuple[int, Row]]:
        found = self.database.rows(f"SELECT {COLUMNS}, body.text, reading.id {_WITH_BODIES} {rest}", values)
        return [(number, row_in(fields, text)) for *fields, text, number in found]


def new_id() -> str:
    """Return what a reading or a run is known by in every archive that it is copied to."""
    return os.urandom(16).hex()


def utc(at_ms: int) -> str:
    """Return a time as a person reads it."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at_ms // 1000))


def row_in(fields: Sequence[Any], body: str | None) -> Row:
    """Return the row whose `COLUMNS` are given."""
    uid, run, at_ms, name, environment, key_mark, *rest = fields
    operation, params, page, source, error = rest
    return Row(uid, run, at_ms, Owner(name, environment, key_mark), operation, params, page, source, error, body)
