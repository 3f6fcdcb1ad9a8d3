"""Reads for `check` what the archive kept of an account. Nothing is sent, and no key is resolved."""

from collections.abc import Callable, Sequence

from bnacct import errors
from bnacct.archive import Archive, Owner, utc
from bnacct.cli import archived, archives
from bnacct.cli.reckoning import Outcome
from bnacct.cli.stderr import Stderr
from bnacct.cli.totals_kept import Overviews
from bnacct.queries import Query
from bnacct.readings import Reading
from bnacct.settings import Settings
from bnacct.worth import Scope


def last(
    settings: Settings, name: str, queries: Sequence[Query], *, now_ms: int, oldest_ms: int | None
) -> list[Reading]:
    """Return the last answer that was kept to each query. One that is missing, or older than `oldest_ms`, is a failure."""
    try:
        with archives.opened(settings) as kept:
            owner = archives.owner(kept, settings, name)
            return [_last(kept, owner, query, now_ms, oldest_ms) for query in queries]
    except errors.ArchiveError as failure:
        return [Reading(query, name, now_ms, failure=failure) for query in queries]


def before(stderr: Stderr, settings: Settings, name: str, queries: Sequence[Query], at_ms: int) -> dict[str, Reading]:
    """Return, by its name, the last answer to each query at or before a time.

    A query without one is left out. What keeps the archive from being read is noted.
    """

    def find(kept: Archive, owner: Owner, query: Query) -> Reading | None:
        at = kept.last(owner, query, query.asked({}), at_ms)
        return at and at.reading

    return _each(stderr, settings, name, queries, find)


def since(
    stderr: Stderr, settings: Settings, name: str, queries: Sequence[Query], at_ms: int, *, now_ms: int
) -> dict[str, Reading]:
    """Return, by its name, what each query was answered last at or before a time, else first after it.

    A query without an answer is left out. One that is far from the time is told, as is what keeps the archive from
    being read.
    """

    def find(kept: Archive, owner: Owner, query: Query) -> Reading | None:
        question = owner, query, query.asked({})
        at = kept.last(*question, at_ms) or kept.first_after(*question, at_ms)
        if at is None:
            return None
        _tell_distance(stderr, query.name, at.reading.at_ms, at_ms, now_ms)
        return at.reading

    return _each(stderr, settings, name, queries, find)


def _each(
    stderr: Stderr,
    settings: Settings,
    name: str,
    queries: Sequence[Query],
    find: Callable[[Archive, Owner, Query], Reading | None],
) -> dict[str, Reading]:
    """Return, by its name, what is found of each query; what keeps the archive from being read is noted."""
    found: dict[str, Reading] = {}
    try:
        with archives.opened(settings) as kept:
            owner = archives.owner(kept, settings, name)
            for query in queries:
                reading = find(kept, owner, query)
                if reading is not None:
                    found[query.name] = reading
    except errors.ArchiveError as failure:
        stderr.note(failure.message)
    return found


def last_overview(
    stderr: Stderr, settings: Settings, name: str, scope: Scope, *, now_ms: int, oldest_ms: int | None
) -> Outcome:
    """Return the last overview that was kept. One that is missing, or older than `oldest_ms`, is a failure."""
    try:
        with archives.opened(settings) as kept:
            owner = archives.owner(kept, settings, name)
            found = Overviews(stderr, kept, owner, settings, scope).last(now_ms)
        if found is None:
            raise archived.no_overview(owner, "up to now")
        _refuse_older(found[0], now_ms, oldest_ms)
    except errors.ArchiveError as failure:
        return Outcome(name, None, failure)
    return found[1]


def overview_since(
    stderr: Stderr, settings: Settings, name: str, scope: Scope, at_ms: int, *, now_ms: int
) -> Outcome | None:
    """Return the last overview at or before a time, else the first after it, as `since` does; None where none is kept."""
    try:
        with archives.opened(settings) as kept:
            overviews = Overviews(stderr, kept, archives.owner(kept, settings, name), settings, scope)
            found = overviews.last(at_ms) or overviews.first_after(at_ms)
        if found is not None:
            _tell_distance(stderr, "overview", found[0], at_ms, now_ms)
    except errors.ArchiveError as failure:
        stderr.note(failure.message)
        return None
    return found and found[1]


def _last(kept: Archive, owner: Owner, query: Query, now_ms: int, oldest_ms: int | None) -> Reading:
    found = kept.last(owner, query, query.asked({}), now_ms)
    if found is None:
        missing = archived.nothing_kept(kept, owner, query, query.asked({}), "up to now")
        return Reading(query, owner.name, now_ms, failure=missing)
    try:
        _refuse_older(found.reading.at_ms, now_ms, oldest_ms)
    except errors.ArchiveError as old:
        return Reading(query, owner.name, found.reading.at_ms, failure=old)
    return found.reading


def _tell_distance(stderr: Stderr, name: str, found_ms: int, wanted_ms: int, now_ms: int) -> None:
    """Say where a reading is the first one after the time that was asked for, or is far from it."""
    if found_ms > wanted_ms:
        stderr.note(f"{name} is compared with its first reading, of {utc(found_ms)}.")
    if 2 * abs(found_ms - wanted_ms) > now_ms - wanted_ms:
        distance = archived.span(abs(found_ms - wanted_ms))
        stderr.warn(
            [f"{name} is compared with a reading that is {distance} from --since, more than half of the time asked for"]
        )


def _refuse_older(at_ms: int, now_ms: int, oldest_ms: int | None) -> None:
    """Raise `errors.ArchiveError` for what is older than it may be."""
    if oldest_ms is not None and at_ms < oldest_ms:
        age, limit = archived.span(now_ms - at_ms), archived.span(now_ms - oldest_ms)
        raise errors.ArchiveError(f"The last reading is {age} old, more than {limit}.")
