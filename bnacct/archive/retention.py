"""Thins an archive: chooses what to keep as restic words it, and removes the rest."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple

from bnacct import queries
from bnacct.archive import schema
from bnacct.archive.archive import AT_ONCE, Archive
from bnacct.archive.database import placeholders
from bnacct.archive.stored import Owner
from bnacct.queries import Value

_TABLES = frozenset(query.operation for query in queries.TABLES)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Policy(NamedTuple):
    """How many of each are kept: the last readings, and the last one of so many hours, days, weeks, months, years.

    Only periods with a reading count. 0 keeps none by that rule, and -1 is without limit. All readings within
    `within_ms` of the newest are kept. `zone` says when a day begins.
    """

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0
    within_ms: int = 0
    zone: tzinfo = timezone.utc

    @property
    def is_empty(self) -> bool:
        return not any(self[:7])


class Thinned(NamedTuple):
    """How many readings of one question are kept, and how many are removed."""

    owner: Owner
    operation: str
    parameters: Mapping[str, Value]
    kept: int
    removed: int


class _Reading(NamedTuple):
    """One page of a reading."""

    id: int
    run: str
    at_ms: int
    page: int


_BUCKETS: Mapping[str, Callable[[datetime], Any]] = {
    "hourly": lambda at: at.utctimetuple()[:4],
    "daily": lambda at: at.date(),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: at.year,
}


def prune(archive: Archive, policy: Policy, owners: Sequence[Owner] | None = None, *, dry_run: bool) -> list[Thinned]:
    """Remove what the policy does not keep of some accounts, or of all, in one transaction. Return what that comes to.

    The policy counts for each account and question by itself, and for answers and failures each. Whatever shares a run
    with a kept reading is kept, so that an overview of the past never mixes times. Where only some accounts are thinned,
    the price tables of a run stay as long as another account has readings of it. Raise ValueError for a policy that
    keeps nothing.
    """
    if policy.is_empty:
        raise ValueError("a policy keeps something")
    if dry_run:
        return _thinned(archive, policy, owners)[0]
    database = archive.database
    with database.writing():
        thinned, removed = _thinned(archive, policy, owners)
        for statement in schema.lifted_guards(database.dialect):
            database.run(statement)
        for start in range(0, len(removed), AT_ONCE):
            some = removed[start : start + AT_ONCE]
            database.run(f"DELETE FROM reading WHERE id IN ({placeholders(len(some))})", some)
        database.run("DELETE FROM body WHERE NOT EXISTS (SELECT 1 FROM reading WHERE reading.body = body.sha256)")
        for statement in schema.guards(database.dialect):
            database.run(statement)
    return thinned


def _thinned(archive: Archive, policy: Policy, owners: Sequence[Owner] | None) -> tuple[list[Thinned], list[int]]:
    found = archive.database.rows(
        "SELECT account.name, account.environment, account.key_mark, reading.operation, reading.params, "
        "reading.error IS NULL, reading.id, reading.run, reading.at_ms, reading.page "
        "FROM reading JOIN account ON account.id = reading.account "
        "ORDER BY reading.account, reading.operation, reading.params, reading.at_ms, reading.id"
    )
    groups: dict[tuple[Owner, str, str, bool], list[_Reading]] = {}
    of_others: set[str] = set()
    for name, environment, key_mark, operation, params, succeeded, *reading in found:
        group = Owner(name, environment, key_mark), operation, params, bool(succeeded)
        each = _Reading(*reading)
        if owners is not None and group[0] not in owners:
            of_others.add(each.run)
        else:
            groups.setdefault(group, []).append(each)
    # The pages of a reading share its run, and go or stay with it.
    firsts = [[reading for reading in members if reading.page == 1] for members in groups.values()]
    runs = {reading.run for members in firsts for reading in _kept(members, policy)}
    counts: dict[tuple[Owner, str, str], list[int]] = {}
    removed = []
    for (owner, operation, params, _), members in groups.items():
        staying = runs | of_others if operation in _TABLES else runs
        gone = [reading for reading in members if reading.run not in staying]
        count = counts.setdefault((owner, operation, params), [0, 0])
        pages = sum(reading.page == 1 for reading in gone)
        count[0] += sum(reading.page == 1 for reading in members) - pages
        count[1] += pages
        removed += [reading.id for reading in gone]
    thinned = [
        Thinned(owner, operation, json.loads(params), *count) for (owner, operation, params), count in counts.items()
    ]
    return thinned, removed


def _kept(members: Iterable[_Reading], policy: Policy) -> list[_Reading]:
    newest_first = list(reversed(list(members)))
    if not newest_first:
        return []
    kept = newest_first[: policy.last if policy.last >= 0 else None]
    if policy.within_ms:
        after_ms = newest_first[0].at_ms - policy.within_ms
        kept += [reading for reading in newest_first if reading.at_ms > after_ms]
    for rule, bucket in _BUCKETS.items():
        left: int = getattr(policy, rule)
        before = None
        for reading in newest_first:
            if left == 0:
                break
            at = (_EPOCH + timedelta(milliseconds=reading.at_ms)).astimezone(policy.zone)
            period = bucket(at)
            if period != before:
                kept.append(reading)
                before = period
                left -= 1
    return kept
