"""`bnacct history chart`: a figure over time."""

import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bnacct import errors, queries, views
from bnacct.archive import Archive, Owner
from bnacct.cli import archived, archives, dates, display, streams
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.history import choices
from bnacct.cli.options import Kept, TotalQuoteOption, ZoneOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query

if TYPE_CHECKING:
    from bnacct.monitoring.figures import Name

# What stands above and below the line, and the prompt after it.
_OTHER_LINES = 9
_MOST_ROWS = 24


@with_groups
def chart(
    context: typer.Context,
    shared: Kept,
    figure: Annotated[str, typer.Argument(metavar="FIGURE", help="Like user-assets.BTC.free or overview.total.")],
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time or day on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Up to this time or day.")] = None,
    zone: ZoneOption = None,
    in_: TotalQuoteOption = None,
) -> None:
    """Draw how a figure went over time, from what is kept; failed readings and long gaps stay blank.

      bnacct history chart user-assets.BTC.free --since 30d

      bnacct history chart overview.total --in BTC

      bnacct history chart futures-account.totalMarginBalance -o csv > margin.csv

    bnacct check --list shows the figures of an account. With -o csv or json the values come as rows. overview.total is
    added up from the wallets and prices of each run. A total that is not complete stays blank. Where none is complete,
    those are drawn that lack the same as most; rows say what they lack.
    """
    from bnacct.monitoring import figures, totals

    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, name = archives.one_account(shared.format, shared.place, quote=in_)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    known = {query.name: query for query in queries.QUERIES}
    known.update({command: queries.named(command) for command in queries.COMMANDS})
    views_of = {each: query.view for each, query in known.items()} | {totals.TOTAL.name: totals.TOTAL}
    try:
        named = figures.parse(figure, views_of)
    except figures.UnknownFigure as unknown:
        raise errors.UsageError(str(unknown)) from None
    if named.row == figures.EVERY_ROW:
        raise errors.UsageError("A chart is of one figure: name one row in place of *.")
    is_total = named.command == totals.TOTAL.name
    if in_ is not None and not is_total:
        raise errors.UsageError(f"--in is for {totals.TOTAL.name}.total: other figures are as the exchange gave them.")
    since_ms, until_ms = choices.period(since, until, zone)
    end_ms = choices.now_ms() if until_ms is None else until_ms
    with archives.opened(settings) as kept:
        owner = archives.owner(kept, settings, name, shared.place.key_mark)
        if is_total:
            from bnacct.cli.history import totals_chart

            values = totals_chart.values(stderr, kept, owner, settings, (since_ms or 0, end_ms), dates.zone(zone))
        else:
            values = _values(kept, owner, named, known[named.command], since_ms or 0, end_ms)
    if settings.output != "table":
        display.report(stderr, settings, views.TOTALS_CHART if is_total else views.CHART, values)
        return
    stderr.note(f"{named} of {owner}" + (f", in {settings.quote}" if is_total else ""))
    _draw(values, zone)


def _values(kept: Archive, owner: Owner, named: "Name", query: Query, since_ms: int, until_ms: int) -> list[views.Row]:
    """Return a row for each reading; the value of one that failed, or does not say it, is None."""
    from bnacct.monitoring import figures

    values: list[views.Row] = []
    for reading in kept.between(owner, query, query.asked({}), since_ms, until_ms):
        value = None
        if reading.failure is None:
            found = figures.find(named, query.view, reading.document())
            value = f"{found[0].value:f}" if found and found[0].value is not None else None
        values.append({"at": reading.at_ms, "value": value})
    if not any(row["value"] is not None for row in values):
        raise archived.nothing_kept(kept, owner, query, query.asked({}), f"that has {named}, in this time")
    return values


def _draw(values: list[views.Row], zone: str | None) -> None:
    from bnacct.output.chart import Point, draw

    size = shutil.get_terminal_size()
    named = dates.zone(zone)
    points = [Point(row["at"], row["value"]) for row in values]
    encoding = sys.stdout.encoding or "utf-8"
    lines = draw(
        points,
        width=size.columns - 1,
        height=min(size.lines - _OTHER_LINES, _MOST_ROWS),
        unicode=encoding.lower().startswith("utf"),
        shown=lambda at_ms: archived.shown(at_ms, named),
    )
    streams.say("".join(f"{line}\n" for line in lines))
