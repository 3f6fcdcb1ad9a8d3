"""What the commands of `history` have in common: how queries are named, and times given."""

import json
import time
from collections.abc import Mapping

from bnacct import errors, queries
from bnacct.cli import dates
from bnacct.queries import Query, Value


def now_ms() -> int:
    """Return the time, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def query(name: str, *others: str) -> Query:
    """Return the query that a command asks, or that a name like snapshot-margin means.

    Raise `errors.UsageError`, which also names the `others` that could have been given.
    """
    known = {each.name: each for each in queries.QUERIES}
    known.update({command: queries.named(command) for command in queries.COMMANDS})
    if name not in known:
        raise errors.not_one_of("COMMAND", name, [*known, *others])
    return known[name]


def period(since: str | None, until: str | None, zone: str | None) -> tuple[int | None, int | None]:
    """Return the ends of a range of whole days or of times; None is open. Raise `errors.UsageError`."""
    named, now = dates.zone(zone), now_ms()
    since_ms = None if since is None else dates.moment_ms("--since", since, now_ms=now, zone=named)
    until_ms = None if until is None else dates.moment_ms("--until", until, now_ms=now, end_of_day=True, zone=named)
    if since_ms is not None and until_ms is not None and until_ms < since_ms:
        raise errors.UsageError("--until is before --since.")
    return since_ms, until_ms


def written(parameters: Mapping[str, Value], asked: Query | None) -> str:
    """Return parameters as a person reads them; those that a command always sends are left out."""
    usual = asked.parameters if asked is not None else {}
    shown = {name: value for name, value in parameters.items() if usual.get(name) != value}
    return " ".join(f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in shown.items())
