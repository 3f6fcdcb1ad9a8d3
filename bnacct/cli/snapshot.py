"""`bnacct snapshot`: daily snapshots of the spot, margin or futures account."""

import time
from typing import Annotated

import typer

from bnacct import errors, queries
from bnacct.cli.asset import AssetOption, SymbolOption, asset_name, symbol_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show

TYPES = tuple(query.variant for query in queries.of("snapshot"))


@with_groups
def snapshot(
    context: typer.Context,
    shared: Shared,
    type_: Annotated[str, typer.Option("--type", metavar="|".join(TYPES), help="Which account.")] = TYPES[0],
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", help="N days, 7 to 30: the last ones, or from --start on, or up to --end."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start", metavar="TIME", help="From a date, yesterday, 7d (ago), an ISO time or epoch milliseconds (UTC)."
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--end", metavar="TIME", help="Until a date or time, as for --start; a day is included whole."),
    ] = None,
    asset: AssetOption = None,
    symbol: SymbolOption = None,
    from_archive: Annotated[
        bool, typer.Option("--archive", help="Every day that the archive holds, however old; no key, no network.")
    ] = False,
) -> None:
    """Daily snapshots of the spot, margin or futures account.

      bnacct snapshot --days 30

      bnacct snapshot --type margin --section totals --csv

    The exchange keeps a month; `history backfill` keeps that for good, and --archive shows it.
    """
    from bnacct.cli import dates

    if type_.lower() not in TYPES:
        raise errors.not_one_of("--type", type_, TYPES)
    query = queries.named("snapshot", type_.lower())
    named = {"asset": asset_name(asset), "symbol": symbol_name(symbol)}
    if shared.archive.at is not None:
        raise errors.UsageError(
            "Snapshots are of days, so --at does not go with them.", hint="Use --archive with --start and --end."
        )
    if from_archive:
        from bnacct.cli.snapshots_kept import show_kept

        show_kept(context.obj, shared, query, named, days=days, start=start, end=end)
        return
    period = dates.snapshot_range(days, start, end, now_ms=time.time_ns() // 1_000_000)
    show(context.obj, shared, query, {**period, **named})
