"""Lists what an archive holds, without its bodies, and where it has gaps."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import queries
from bnacct.archive.archive import COLUMNS, FROM, Archive, row_in
from bnacct.archive.database import placeholders
from bnacct.archive.stored import Owner, Row
from bnacct.queries import Query, Value

_FIRST_PAGE: list[object] = [1]


class Filter(NamedTuple):
    """Which readings are meant: those of some accounts, of an operation, from one time to another, both included."""

    owners: Sequence[Owner] | None = None
    operation: str = ""
    since_ms: int | None = None
    until_ms: int | None = None

    def where(self, archive: Archive) -> tuple[str, list[object]]:
        """Return the condition and its values; later pages of an answer are no readings of their own."""
        conditions, values = ["reading.page = ?"], [*_FIRST_PAGE]
        if self.owners is not None:
            conditions.append(f"reading.account IN ({placeholders(len(self.owners))})")
            values += [archive.account(owner) for owner in self.owners]
        for condition, value in (
            ("reading.operation = ?", self.operation or None),
            ("reading.at_ms >= ?", self.since_ms),
            ("reading.at_ms <= ?", self.until_ms),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        return f"WHERE {' AND '.join(conditions)}", values


EVERYTHING = Filter()


class Entry(NamedTuple):
    """What a list says of a reading; `query` is None where no command of today asks that, `error` as told in JSON."""

    uid: str
    run: str
    at_ms: int
    owner: Owner
    operation: str
    parameters: Mapping[str, Value]
    query: Query | None
    source: str
    error: Mapping[str, Any] | None


class Gap(NamedTuple):
    """A time without an answer to one question."""

    owner: Owner
    operation: str
    parameters: Mapping[str, Value]
    from_ms: int
    until_ms: int

    @property
    def length_ms(self) -> int:
        return self.until_ms - self.from_ms


def entries(archive: Archive, chosen: Filter = EVERYTHING, *, limit: int | None = None) -> list[Entry]:
    """Return what there is, the newest first, at most `limit` of it."""
    where, values = chosen.where(archive)
    bound = "" if limit is None else f" LIMIT {limit:d}"
    found = archive.database.rows(
        f"SELECT {COLUMNS} {FROM} {where} ORDER BY reading.at_ms DESC, reading.id DESC{bound}", values
    )
    return [_entry(row_in(fields, None)) for fields in found]


def count(archive: Archive, chosen: Filter = EVERYTHING) -> int:
    """Return how many readings there are."""
    where, values = chosen.where(archive)
    ((number,),) = archive.database.rows(f"SELECT count(*) FROM reading {where}", values)
    return int(number)


def gaps(archive: Archive, chosen: Filter = EVERYTHING, *, now_ms: int, most: int = 3) -> list[Gap]:
    """Return the longest times without an answer, at most `most` for each account and question, those the longest first.

    The time since the last answer counts too, up to `now_ms`.
    """
    where, values = chosen.where(archive)
    found = archive.database.rows(
        "SELECT account.name, account.environment, account.key_mark, reading.operation, reading.params, "
        f"reading.at_ms {FROM} {where} AND reading.error IS NULL "
        "ORDER BY reading.account, reading.operation, reading.params, reading.at_ms",
        values,
    )
    times: dict[tuple[Owner, str, str], list[int]] = {}
    for name, environment, key_mark, operation, params, at_ms in found:
        times.setdefault((Owner(name, environment, key_mark), operation, params), []).append(at_ms)
    longest = []
    for (owner, operation, params), moments in times.items():
        ends = [*moments[1:], max(now_ms, moments[-1])]
        parameters = json.loads(params)
        every = [Gap(owner, operation, parameters, *both) for both in zip(moments, ends, strict=True)]
        longest += sorted(every, key=lambda gap: -gap.length_ms)[:most]
    return longest


def _entry(row: Row) -> Entry:
    parameters = json.loads(row.params)
    query = queries.answering(row.operation, parameters)
    error = None if row.error is None else json.loads(row.error)
    return Entry(row.uid, row.run, row.at_ms, row.owner, row.operation, parameters, query, row.source, error)
