"""`bnacct history backfill`: keeps the month of snapshots that the exchange still has."""

from typing import Annotated

import typer

from bnacct import archive, errors, queries, views
from bnacct.cli import archives, display, unattended
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.options import Report, with_groups
from bnacct.cli.record import finish, keep, rows
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import LIMITS, SNAPSHOT
from bnacct.readings import Account, Reader, Reading

TYPES = tuple(query.variant for query in queries.of("snapshot"))
_MOST_DAYS = next(parameter.maximum for parameter in SNAPSHOT.parameters if parameter.name == "limit")


@with_groups
def backfill(
    context: typer.Context,
    shared: Report,
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="|".join(TYPES), help="Which account; by default all three.")
    ] = None,
) -> None:
    """Keep the month of daily snapshots that the exchange still has.

      bnacct history backfill

      bnacct snapshot --archive

    A call for each type of account, 2400 of the 12000 that the exchange allows a minute; then they are there for good.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    for name in types or ():
        if name.lower() not in TYPES:
            raise errors.not_one_of("--type", name, TYPES)
    to_read = [
        queries.named("snapshot", name) for name in dict.fromkeys(each_type.lower() for each_type in types or TYPES)
    ]
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    named = bool(types)
    taken: list[tuple[Account, list[Reading]]] = []
    with (
        archives.opened(settings, write=True) as kept,
        unattended.opened(settings, shared.connection, to_read, stderr) as chosen,
        Reader(stderr) as reader,
    ):
        calls = [(each, query) for each in chosen for query in to_read]
        for number, (each, query) in enumerate(calls, 1):
            limit = LIMITS[SNAPSHOT.host].weight_per_minute
            stderr.note(f"{number} of {len(calls)}: {query.name}, weight {SNAPSHOT.weight} of {limit} a minute")
            with stderr.waiting(query.name):
                found = unattended.read(reader, each, [query], {"limit": _MOST_DAYS})
            taken.append((each.account, found))
            # Each at once: what has been paid for is not lost to what comes after it.
            keep(stderr, kept, taken[-1:], named=named, source=archive.BACKFILL)
            if isinstance(found[0].failure, errors.RateLimitError):
                break
    display.report(stderr, settings, views.RECORD, rows(taken))
    finish(taken, named=named)
