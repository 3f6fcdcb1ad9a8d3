"""`bnacct history diff`: what changed between two readings, or since one until now."""

from datetime import tzinfo
from typing import Annotated, NamedTuple

import typer

from bnacct import errors, views
from bnacct.archive import Archive, Found, Owner
from bnacct.cli import accounts, archived, archives, dates, display
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.history import choices
from bnacct.cli.options import KeyMarkOption, Report, ZoneOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader, Reading
from bnacct.settings import Settings
from bnacct.views import comparison
from bnacct.views.comparison import Change

_MARKS = {comparison.APPEARED: "+", comparison.GONE: "-"}


class _Asked(NamedTuple):
    """What is compared: of whom, from when, and until when; None is the last stored, and now."""

    query: Query
    parameters: dict[str, Value]
    owner: Owner
    since_ms: int | None
    until_ms: int | None
    zone: tzinfo


@with_groups
def diff(
    context: typer.Context,
    shared: Report,
    command: Annotated[str, typer.Argument(metavar="COMMAND", help="Whose answers, as in user-assets.")],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Compare with the last reading up to TIME; a day means its end."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Up to the last reading kept by TIME, in place of the exchange."),
    ] = None,
    zone: ZoneOption = None,
    key_mark: KeyMarkOption = None,
    asset: AssetOption = None,
) -> None:
    """Show what changed since a reading was kept: what appeared, is gone, changed, to the last digit.

      bnacct history diff user-assets --since yesterday

      bnacct history diff user-assets --since 30d --until 7d -o json

    The exchange is asked for how it is now, unless --until is given. A change is not a profit: deposits and withdrawals
    are not read. Amounts come first, and then what prices move too.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    query = choices.query(command)
    if query.view.envelope:
        raise errors.UsageError(
            f"{query.name} holds many days, so two of its answers are not compared.",
            hint="bnacct snapshot --archive shows every day that is kept, and how it changed.",
        )
    settings, name = archives.one_account(shared.format, shared.connection)
    if until is None:
        settings, name = display.settings(shared.format, shared.connection), ""
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    named, now_ms = dates.zone(zone), choices.now_ms()
    since_ms = None if since is None else dates.moment_ms("--since", since, now_ms=now_ms, end_of_day=True, zone=named)
    until_ms = None if until is None else dates.moment_ms("--until", until, now_ms=now_ms, end_of_day=True, zone=named)
    if since_ms is not None and since_ms >= (now_ms if until_ms is None else until_ms):
        raise errors.UsageError("--since is not before --until." if until else "--since is in the future.")
    with archives.opened(settings) as kept:
        owner = archives.owner(kept, settings, name, key_mark)
        asked = _Asked(query, query.asked({"asset": asset_name(asset)}), owner, since_ms, until_ms, named)
        later = None if until_ms is None else _last(kept, asked, until_ms)
        earlier = _earlier(kept, asked, later, now_ms)
    _note_distances(stderr, asked, earlier, later, now_ms)
    end = _now(stderr, settings, asked) if later is None else later.reading
    started, ended = archived.shown(earlier.reading.at_ms, named), archived.shown(end.at_ms, named)
    found = comparison.changes(query.view, earlier.reading.document(), end.document())
    stderr.note(f"Before: {started}, kept. After: {ended}, {'kept' if later else 'now'}.")
    if later is None:
        for note in archived.failures(earlier, named):
            stderr.note(note)
    if not found:
        stderr.note("Nothing changed.")
        if settings.output == "table":
            return
    as_table = settings.output == "table"
    display.report(stderr, settings, views.DIFF, [_row(owner, change, as_table=as_table) for change in found])


def _last(kept: Archive, asked: _Asked, at_ms: int) -> Found:
    found = kept.last(asked.owner, asked.query, asked.parameters, at_ms)
    if found is None:
        when = f"up to {archived.shown(at_ms, asked.zone)}"
        raise archived.nothing_kept(kept, asked.owner, asked.query, asked.parameters, when)
    return found


def _earlier(kept: Archive, asked: _Asked, later: Found | None, now_ms: int) -> Found:
    """Return the reading to compare with: the last one up to --since, else the first one after that."""
    before_ms = now_ms if later is None else later.reading.at_ms - 1
    if asked.since_ms is None:
        return _last(kept, asked, before_ms)
    question = asked.owner, asked.query, asked.parameters
    found = kept.last(*question, asked.since_ms) or kept.first_after(*question, asked.since_ms)
    if found is None or found.reading.at_ms > before_ms:
        when = f"before that of {archived.shown(before_ms + 1, asked.zone)}" if later else "yet"
        raise archived.nothing_kept(kept, asked.owner, asked.query, asked.parameters, when)
    return found


def _note_distances(stderr: Stderr, asked: _Asked, earlier: Found, later: Found | None, now_ms: int) -> None:
    """Say where a reading is the first one after the time that was asked for, or is far from it."""
    until_ms = now_ms if asked.until_ms is None else asked.until_ms
    since_ms = earlier.reading.at_ms if asked.since_ms is None else asked.since_ms
    if earlier.reading.at_ms > since_ms:
        stderr.note(f"No reading is kept up to {archived.shown(since_ms, asked.zone)}; this is the first one after.")
    far = [
        (option, abs(at_ms - wanted_ms))
        for option, at_ms, wanted_ms in (
            ("--since", earlier.reading.at_ms, since_ms),
            ("--until", later.reading.at_ms if later else until_ms, until_ms),
        )
        if 2 * abs(at_ms - wanted_ms) > until_ms - since_ms
    ]
    stderr.warn(
        f"the reading nearest to {option} is {archived.span(distance_ms)} from it, more than half of the time asked for"
        for option, distance_ms in far
    )


def _now(stderr: Stderr, settings: Settings, asked: _Asked) -> Reading:
    with (
        accounts.opened(settings, [asked.query.endpoint], stderr) as account,
        Reader(stderr) as reader,
        stderr.waiting(asked.query.command),
    ):
        return reader.read(Question(account, asked.query, asked.parameters))


def _row(owner: Owner, change: Change, *, as_table: bool) -> views.Row:
    mark = f"{_MARKS.get(change.status, '~')} " if as_table else ""
    return {
        "account": owner.name,
        "section": change.section,
        "row": change.row,
        "field": change.field,
        "status": mark + change.status,
        "kind": "valuation" if change.is_valuation else "amount" if change.change is not None else "other",
        "before": change.before,
        "after": change.after,
        "change": change.change,
    }
