"""Finds what was read together: the runs of an account, and the readings of a run."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bnacct import queries
from bnacct.archive.archive import Archive
from bnacct.archive.database import placeholders
from bnacct.archive.stored import Owner, canonical
from bnacct.queries import Query
from bnacct.readings import Reading


class Run(NamedTuple):
    """What was read together: its name, and when it asked the query by which it was found."""

    name: str
    at_ms: int


def last(archive: Archive, owner: Owner, query: Query, at_ms: int) -> Run | None:
    """Return the last run at or before a time that asked a query, answered or not."""
    found = _found(archive, owner, query, "at_ms <= ? ORDER BY at_ms DESC, id DESC LIMIT 1", at_ms)
    return found[0] if found else None


def first_after(archive: Archive, owner: Owner, query: Query, at_ms: int) -> Run | None:
    """Return the first run after a time that asked a query, answered or not."""
    found = _found(archive, owner, query, "at_ms > ? ORDER BY at_ms, id LIMIT 1", at_ms)
    return found[0] if found else None


def between(archive: Archive, owner: Owner, query: Query, since_ms: int, until_ms: int) -> list[Run]:
    """Return the runs that asked a query from one time to another, answered or not, the oldest first."""
    return _found(archive, owner, query, "at_ms BETWEEN ? AND ? ORDER BY at_ms, id", since_ms, until_ms)


def readings(
    archive: Archive, run: str, owner: Owner | None = None, *, of_all: Sequence[Query] = ()
) -> Iterator[tuple[Owner, Reading]]:
    """Yield the readings of one run: those of an account, and of every account what it answered to `of_all`.

    Without an account, those of all are meant. What no query of today asks is left out.
    """
    whose = ""
    values: list[object] = [run]
    if owner is not None:
        whose = f" AND (account = ? OR operation IN ({placeholders(len(of_all))}))"
        values += [archive.account(owner), *[query.operation for query in of_all]]
    ids = archive.database.rows(f"SELECT id FROM reading WHERE run = ? AND page = 1{whose} ORDER BY id", values)
    for row in archive.with_ids([number for (number,) in ids]):
        query = queries.answering(row.operation, json.loads(row.params))
        if query is not None:
            yield row.owner, archive.reading(query, row)


def _found(archive: Archive, owner: Owner, query: Query, condition: str, *times_ms: int) -> list[Run]:
    found = archive.database.rows(
        f"SELECT run, at_ms FROM reading WHERE account = ? AND operation = ? AND params = ? AND page = 1 AND {condition}",
        [archive.account(owner), query.operation, canonical(query.asked({})), *times_ms],
    )
    return [Run(str(run), int(at_ms)) for run, at_ms in found]
