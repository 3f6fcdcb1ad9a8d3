"""Shows the daily snapshots that the archive holds, of any range: `bnacct snapshot --archive`."""

import time
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from bnacct import errors
from bnacct.archive import Archive, Owner
from bnacct.cli import archived, archives, asset, dates, destination, display, selecting
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Shared
from bnacct.cli.presentation import write
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.views import SNAPSHOT_TIME

_DAY_MS = 86_400_000


def show_kept(
    stderr: Stderr,
    shared: Shared,
    query: Query,
    given: Mapping[str, Value | None],
    *,
    days: int | None,
    start: str | None,
    end: str | None,
) -> None:
    """Write every day that is kept within a range; `given` narrows its rows. Raise `errors.ArchiveError` where there is none."""
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    archived.refuse_what_needs_the_exchange(shared, "--archive")
    if shared.wire.raw:
        raise errors.UsageError("--raw writes one response body, and these days come from many.")
    selection = selecting.selection(shared.selection, query.view, asset.wanted(given))
    settings, name = archives.one_account(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    since_ms, until_ms = _range(days, start, end, dates.zone(shared.archive.zone))
    with destination.opened(shared.selection.to) as stream:
        with archives.opened(settings) as kept:
            owner = archives.owner(kept, settings, name, shared.archive.key_mark)
            document = snapshots(kept, owner, query, since_ms, until_ms)
        if not document:
            raise errors.ArchiveError(
                f"The archive holds no {query.name} of {owner} for these days.",
                hint="history backfill keeps the month that the exchange still has.",
            )
        screen = display.screen(settings.color, stream)
        write(stderr, Display(stream, query.view, selection, settings.output, screen, False), b"", document)


def snapshots(kept: Archive, owner: Owner, query: Query, since_ms: int, until_ms: int) -> list[dict[str, Any]]:
    """Return the snapshots of a type between two times, the oldest first, as one answer would hold them.

    Where a day was read more than once, what was read last counts.
    """
    found: dict[int, dict[str, Any]] = {}
    wanted = range(since_ms // _DAY_MS, until_ms // _DAY_MS + 1)
    for reading in kept.answers(owner, query, since_ms):
        for day in reading.document():
            time_ms = day.get(SNAPSHOT_TIME.name)
            if isinstance(time_ms, int) and since_ms <= time_ms <= until_ms:
                found.setdefault(time_ms // _DAY_MS, day)
        # Older answers hold older days only, so none of them can add to a range that is complete down to its start.
        if since_ms and all(day in found for day in wanted):
            break
    return [found[day] for day in sorted(found)]


def _range(days: int | None, start: str | None, end: str | None, zone: tzinfo) -> tuple[int, int]:
    """Return the first and the last millisecond that are asked for; everything if nothing is said."""
    if days is not None and days < 1:
        raise errors.UsageError(f"--days: {days} is not 1 or more.")
    if days is not None and start is not None and end is not None:
        raise errors.UsageError("--days goes with --start or with --end, not with both.")
    now_ms = time.time_ns() // 1_000_000
    until_ms = now_ms if end is None else dates.moment_ms("--end", end, now_ms=now_ms, end_of_day=True, zone=zone)
    if start is not None:
        since_ms = dates.moment_ms("--start", start, now_ms=now_ms, zone=zone)
        if days is not None:
            until_ms = since_ms + days * _DAY_MS - 1
    else:
        since_ms = 0 if days is None else max(0, until_ms // _DAY_MS - days) * _DAY_MS
    if until_ms < since_ms:
        raise errors.UsageError("--end is before --start.")
    return since_ms, until_ms
