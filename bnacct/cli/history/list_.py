"""`bnacct history list`: what the archive holds."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bnacct import errors, queries, views
from bnacct.archive import Archive, listing
from bnacct.archive.archive import AT_ONCE
from bnacct.archive.listing import Entry, Filter
from bnacct.archive.stored import Row
from bnacct.cli import archived, archives, display
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.history import choices
from bnacct.cli.options import Kept, ZoneOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query


@with_groups
def list_(
    context: typer.Context,
    shared: Kept,
    command: Annotated[str, typer.Argument(metavar="[COMMAND]", help="Only readings of this command.")] = "",
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time or day on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Up to this time or day.")] = None,
    zone: ZoneOption = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, metavar="N", help="The newest N readings, 0 for all of them.")
    ] = 50,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="The longest times without an answer, for each account and command.")
    ] = False,
) -> None:
    """List what the archive holds, the newest first.

    bnacct history list user-assets --since 7d

    bnacct history list --gaps
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(shared.format, shared.place)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    asked = choices.query(command) if command else None
    since_ms, until_ms = choices.period(since, until, zone)
    with archives.opened(settings) as kept:
        operation = asked.operation if asked else ""
        chosen = Filter(archives.owners(kept, shared.place), operation, since_ms, until_ms)
        if gaps:
            display.report(stderr, settings, views.GAPS, _gaps(kept, chosen, until_ms))
            return
        entries = listing.entries(kept, chosen, limit=limit or None)
        rows = _rows(kept, entries)
        older = listing.count(kept, chosen) - len(entries)
    display.report(stderr, settings, views.HISTORY, rows)
    if older:
        stderr.note(f"{older} older readings are not shown; --limit 0 shows all.")


def _rows(kept: Archive, entries: Sequence[Entry]) -> list[views.Row]:
    counts: dict[str, int | None] = {}
    # Most answers are the same as the one before.
    counted: dict[tuple[str, str | None], int | None] = {}
    for start in range(0, len(entries), AT_ONCE):
        some = entries[start : start + AT_ONCE]
        found = {row.uid: row for row in kept.with_uids([each.uid for each in some if each.error is None])}
        for entry in some:
            if (row := found.get(entry.uid)) is None or entry.query is None:
                continue
            key = entry.operation, row.body
            if key not in counted or entry.query.pages is not None:
                counted[key] = _count(kept, entry.query, row)
            counts[entry.uid] = counted[key]
    return [
        {
            "at": entry.at_ms,
            "account": str(entry.owner),
            "command": entry.query.title if entry.query else entry.operation,
            "parameters": choices.written(entry.parameters, entry.query),
            "rows": counts.get(entry.uid),
            "source": entry.source,
            "detail": f"{entry.error['code']}: {entry.error['message']}" if entry.error else "",
        }
        for entry in entries
    ]


def _count(kept: Archive, query: Query, first: Row) -> int | None:
    """Return how many rows the first section of an answer has; None where it cannot be read as one, or none shows it."""
    if not query.view.sections:
        return None
    try:
        document = kept.reading(query, first).document()
    except errors.BnacctError:
        return None
    return sum(1 for _ in views.rows(query.view.sections[0], document))


def _gaps(kept: Archive, chosen: Filter, until_ms: int | None) -> list[views.Row]:
    now = choices.now_ms() if until_ms is None else min(until_ms, choices.now_ms())
    rows = []
    for gap in listing.gaps(kept, chosen, now_ms=now):
        query = queries.answering(gap.operation, gap.parameters)
        rows.append(
            {
                "account": str(gap.owner),
                "command": query.title if query else gap.operation,
                "parameters": choices.written(gap.parameters, query),
                "from": gap.from_ms,
                "until": gap.until_ms,
                "length": archived.span(gap.length_ms),
            }
        )
    return rows
