"""`bnacct history diff`: what changed between two readings, or since one until now."""

from typing import Annotated, Any, Protocol, TypeVar

import typer

from bnacct import errors, views
from bnacct.archive import Archive, Owner
from bnacct.cli import archives, display
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.history import choices, interval
from bnacct.cli.history.interval import Interval
from bnacct.cli.options import KeyMarkOption, OverviewQuoteOption, Report, ZoneOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.settings import Settings
from bnacct.views import comparison
from bnacct.views.comparison import Change

_Read = TypeVar("_Read")
_OVERVIEW = views.OVERVIEW.name
_MARKS = {comparison.APPEARED: "+", comparison.GONE: "-"}


class Comparing(interval.Kept[_Read], Protocol[_Read]):
    """What is compared: a thing that is kept, and can be read now. `failure` is what of now could not be read."""

    failure: errors.BnacctError | None

    def now(self, stderr: Stderr, settings: Settings) -> tuple[int, _Read]:
        """Return what the exchange says, and of when it is."""

    def compared(self, before: _Read, after: _Read, wanted: Interval) -> tuple[list[Change], list[str]]:
        """Return what differs, and what else to know of the two."""

    def on_screen(self, found: list[Change]) -> tuple[list[Change], list[str]]:
        """Return the changes as a table shows them, and notes on those that it does not."""


@with_groups
def diff(
    context: typer.Context,
    shared: Report,
    command: Annotated[str, typer.Argument(metavar="COMMAND", help="Whose answers, as in user-assets, or overview.")],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Compare with the last reading up to TIME; a day means its end."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Up to the last reading kept by TIME, in place of the exchange."),
    ] = None,
    in_: OverviewQuoteOption = None,
    zone: ZoneOption = None,
    key_mark: KeyMarkOption = None,
    asset: AssetOption = None,
) -> None:
    """Show what changed since a reading was kept: what appeared, is gone, changed, to the last digit.

      bnacct history diff overview --since 7d

      bnacct history diff user-assets --since yesterday

      bnacct history diff user-assets --since 30d --until 7d -o json

    The exchange is asked for how it is now, unless --until is given. A change is not a profit: deposits and withdrawals
    are not read. Amounts come first, and then what prices move too. Of overview these are the quantities of assets over
    all wallets that could be read both times, and what assets, wallets and the total were worth by the prices of then.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    _refuse_contradictions(command, in_, asset)
    settings, name = archives.one_account(shared.format, shared.connection, quote=in_)
    if until is None:
        settings, name = display.settings(shared.format, shared.connection, quote=in_), ""
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    wanted = interval.asked(since, until, zone)
    with archives.opened(settings) as kept:
        owner = archives.owner(kept, settings, name, key_mark)
        comparing = _comparing(stderr, kept, owner, settings, command, asset)
        (earlier_ms, before), later = interval.ends(wanted, comparing)
    interval.note_distances(stderr, wanted, earlier_ms, None if later is None else later[0])
    later_ms, after = comparing.now(stderr, settings) if later is None else later
    found, notes = comparing.compared(before, after, wanted)
    interval.note_times(stderr, wanted, earlier_ms, later_ms, is_kept=later is not None)
    if not found:
        notes.append("Nothing changed.")
    as_table = settings.output == "table"
    if as_table:
        found, hidden = comparing.on_screen(found)
        notes += hidden
    for note in notes:
        stderr.note(note)
    if found or not as_table:
        display.report(stderr, settings, views.DIFF, [_row(owner, change, as_table=as_table) for change in found])
    if comparing.failure is not None:
        raise comparing.failure


def _refuse_contradictions(command: str, quote: str | None, asset: str | None) -> None:
    if command != _OVERVIEW:
        query = choices.query(command, _OVERVIEW)
        if query.view.envelope:
            raise errors.UsageError(
                f"{query.name} holds many days, so two of its answers are not compared.",
                hint="bnacct snapshot --archive shows every day that is kept, and how it changed.",
            )
        if quote is not None:
            raise errors.UsageError("--in is for overview: other answers are compared as the exchange gave them.")
    elif asset is not None:
        raise errors.UsageError("--asset cannot go with overview, whose total is of all assets.")


def _comparing(
    stderr: Stderr, kept: Archive, owner: Owner, settings: Settings, command: str, asset: str | None
) -> Comparing[Any]:
    """Return what is compared: what an account is worth, or the answers to one command."""
    if command == _OVERVIEW:
        # It loads much that the answers to one command do without.
        from bnacct.cli.history.diff_overview import Worths

        return Worths(stderr, kept, owner, settings)
    from bnacct.cli.history.diff_answers import Answers

    query = choices.query(command)
    return Answers(kept, owner, query, query.asked({"asset": asset_name(asset)}))


def _row(owner: Owner, change: Change, *, as_table: bool) -> views.Row:
    mark = f"{_MARKS.get(change.status, '~')} " if as_table else ""
    return {
        "account": owner.name,
        "section": change.section,
        # A person looks for a name in a section of one row, too.
        "row": change.row or (change.section if as_table else ""),
        "field": change.field,
        "status": mark + change.status,
        "kind": "valuation" if change.is_valuation else "amount" if change.change is not None else "other",
        "before": change.before,
        "after": change.after,
        "change": change.change,
    }
