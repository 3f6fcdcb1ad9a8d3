"""`bnacct check`: compares figures with ranges, as a monitoring plugin does."""

import os
import sys
import time
from collections.abc import Sequence
from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bnacct import errors, queries
from bnacct.cli import accounts, display, judging, streams, unattended
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.judging import Asked, Readings
from bnacct.cli.options import Report, TotalQuoteOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.monitoring import figures, plugin, ranges
from bnacct.monitoring.plugin import Check, Finding, State
from bnacct.queries import Query
from bnacct.readings import Reader, Reading
from bnacct.settings import Settings
from bnacct.views import Column, Section, View

if TYPE_CHECKING:
    from bnacct.cli.reckoning import Outcome
    from bnacct.worth import Scope

# The exit status if not even the line could be written.
UNREPORTED = int(State.UNKNOWN)

_LIST = View("figures", (Section("figures", (Column("figure", "text"), Column("value", "amount"))),))


@with_groups
def check(
    context: typer.Context,
    shared: Report,
    warning: Annotated[
        list[str] | None,
        typer.Option("--warning", "-w", metavar="NAME=RANGE", help="WARNING where the figure is outside the range."),
    ] = None,
    critical: Annotated[
        list[str] | None,
        typer.Option("--critical", "-c", metavar="NAME=RANGE", help="CRITICAL where the figure is outside the range."),
    ] = None,
    key: Annotated[
        bool,
        typer.Option(
            "--key", help="CRITICAL if the key may withdraw; WARNING if it may trade or transfer, or from any address."
        ),
    ] = False,
    unreachable: Annotated[
        str,
        typer.Option(
            "--unreachable", metavar="ok|warning|critical|unknown", help="The state of what could not be read."
        ),
    ] = "unknown",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Compare NAME.change with what the archive kept then."),
    ] = None,
    outflow: Annotated[
        str | None,
        typer.Option(
            "--outflow", metavar="PERCENT", help="WARNING if an amount fell by more since the last reading kept."
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="last", help="Check the last reading kept; nothing is sent.")
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", metavar="TIME", help="How old it may be, like 2h; else it is UNKNOWN.")
    ] = None,
    in_: TotalQuoteOption = None,
    listed: Annotated[
        bool,
        typer.Option(
            "--list", help="List the account's figures and their values; snapshots and overview weigh too much."
        ),
    ] = False,
) -> None:
    """Compare figures with ranges, as a monitoring plugin does.

      bnacct check --list

      bnacct check -c futures-account.marginRatio=80

      bnacct check -c 'pm-balance.*.crossMarginBorrowed=0' --key -q

    It prints one line. It exits with 0 for OK, 1 for WARNING, 2 for CRITICAL, and 3 for UNKNOWN and for every error, wrong
    options included. No other command has these statuses.

    RANGE is [@]START:END, with both bounds in order: 10: is at least 10, ~:5 at most 5, 0:5 or 5 from 0 to 5, and @0:5
    outside of that. * in place of a row checks every row. -w is the range of a warning here, not --watch. -q prints
    nothing if all is OK.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    states = {state.name.lower(): state for state in State}
    if unreachable.lower() not in states:
        raise errors.not_one_of("--unreachable", unreachable, list(states))
    now_ms = time.time_ns() // 1_000_000
    job = _Job(
        judging.asked(warning or [], critical or [], since=since is not None),
        states[unreachable.lower()],
        now_ms,
        key=key,
        since_ms=None if since is None else _moment_ms("--since", since, now_ms),
        outflow=None if outflow is None else judging.percentage(outflow),
        at_last=at is not None,
        oldest_ms=None if max_age is None else _moment_ms("--max-age", max_age, now_ms),
    )
    _refuse_contradictions(job, at, listed=listed)
    if in_ is not None and not job.is_of_total:
        raise errors.UsageError("--in is for overview.total: other figures are as the exchange gave them.")
    settings = display.settings(shared.format, shared.connection, quote=in_)
    stderr.as_json = settings.output in JSON_FORMS
    if listed:
        _list(stderr, shared, settings)
        return
    checks = _kept(stderr, settings, shared, job) if job.at_last else _read(stderr, settings, shared, job)
    state = plugin.worst(check.state for check in checks)
    if state or not stderr.quiet:
        said = _json(state, checks) if stderr.as_json else plugin.line(checks)
        _say(said)
    raise typer.Exit(int(state))


class _Job(NamedTuple):
    """What a run has to do. Times are epoch milliseconds; None was not asked for."""

    asked: list[Asked]
    unreachable: State
    now_ms: int
    key: bool
    since_ms: int | None
    outflow: Decimal | None
    at_last: bool
    oldest_ms: int | None

    @property
    def queries(self) -> list[Query]:
        """What the figures come from, each query once."""
        return _once(self.asked)

    @property
    def is_of_total(self) -> bool:
        """Whether the total of the overview is among the figures."""
        return any(each.query is None for each in self.asked)


def _once(asked: Sequence[Asked]) -> list[Query]:
    return list({each.query.name: each.query for each in asked if each.query is not None}.values())


def _refuse_contradictions(job: _Job, at: str | None, *, listed: bool) -> None:
    checks_more = job.key or job.outflow is not None
    if at is not None and at != "last":
        raise errors.UsageError(f"--at: {at!r} is not last.", hint="Only the last reading kept can be checked.")
    if job.oldest_ms is not None and at is None:
        raise errors.UsageError("--max-age goes with --at last.")
    if at is not None and (checks_more or job.since_ms is not None):
        raise errors.UsageError("--at last sends nothing, so --key, --since and --outflow cannot go with it.")
    if job.since_ms is not None and not any(each.is_change for each in job.asked):
        raise errors.UsageError("--since goes with a change, as in: -c user-assets.BTC.free.change=-0.5:")
    if listed and (job.asked or checks_more or at is not None):
        raise errors.UsageError("--list checks nothing, so no option that checks can go with it.")
    if not (job.asked or checks_more or listed):
        raise errors.UsageError(
            "Nothing to check was named.", hint="Name figures with -w or -c; bnacct check --list shows them."
        )


def _read(stderr: Stderr, settings: Settings, shared: Report, job: _Job) -> list[Check]:
    """Ask the exchange, and judge what it answers."""
    names = _names(shared)
    before = {name: _wallets_kept(stderr, settings, name, job) for name in names}
    of_figures = {query.name: query for query in job.queries}
    kept = {each.query.name: each.query for readings in before.values() for each in readings.values()}
    needed = {**of_figures, **kept}
    to_read = [*needed.values(), *([queries.KEY_RIGHTS] if job.key else [])]
    then: dict[str, dict[str, Reading]] = {}
    if job.since_ms is not None:
        from bnacct.cli import past

        changing = _once([each for each in job.asked if each.is_change])
        then = {name: past.earlier(stderr, settings, name, changing, job.since_ms, or_later=True) for name in names}
    scope = _scope(settings, job)
    earlier: dict[str, Outcome | None] = {}
    if scope is not None and job.since_ms is not None and any(each.is_change for each in job.asked if not each.query):
        from bnacct.cli import past

        earlier = {name: past.earlier_overview(stderr, settings, name, scope, job.since_ms) for name in names}
    checks: list[Check] = []
    with unattended.opened(settings, shared.connection, to_read, stderr) as chosen, Reader(stderr) as reader:
        round_ = unattended.Round(stderr, reader, to_read, scope, quote_from=settings.quote_origin)
        for account, readings, overview in round_.read(chosen):
            now = {reading.query.name: reading for reading in readings}
            name = account.name
            found = Readings(name, now, then.get(name, {}), overview, earlier.get(name))
            checks += judging.checked(job.asked, found, job.unreachable)
            if job.outflow is not None:
                fell = judging.outflow(Readings(name, now, before[name]), job.outflow, job.unreachable)
                checks.append(fell)
            if job.key:
                checks.append(judging.key(name, readings[-1], job.unreachable))
    return checks


def _wallets_kept(stderr: Stderr, settings: Settings, name: str, job: _Job) -> dict[str, Reading]:
    """Return the last reading kept of each wallet, if it has to be compared."""
    if job.outflow is None:
        return {}
    from bnacct.cli import past
    from bnacct.monitoring import samples

    wallets = [query for query in queries.QUERIES if query.name in samples.WALLETS]
    return past.earlier(stderr, settings, name, wallets, job.now_ms, or_later=False)


def _scope(settings: Settings, job: _Job) -> "Scope | None":
    """Return what the overviews that are needed are to cover; None where none is."""
    if not job.is_of_total:
        return None
    from bnacct.cli import reckoning

    return reckoning.scope(settings)


def _kept(stderr: Stderr, settings: Settings, shared: Report, job: _Job) -> list[Check]:
    """Judge the last readings that were kept."""
    from bnacct.cli import past

    scope = _scope(settings, job)
    checks: list[Check] = []
    for name in _names(shared):
        readings = past.last(settings, name, job.queries, now_ms=job.now_ms, oldest_ms=job.oldest_ms)
        now = {each.query.name: each for each in readings}
        overview = None
        if scope is not None:
            overview = past.last_overview(stderr, settings, name, scope, now_ms=job.now_ms, oldest_ms=job.oldest_ms)
        checks += judging.checked(job.asked, Readings(name, now, overview=overview), job.unreachable)
    return checks


def _names(shared: Report) -> list[str]:
    """Return the names of the accounts that are checked, "" for the one that has none."""
    asked = shared.connection.profile or []
    if not accounts.are_several(shared.connection):
        return [asked[0] if asked else ""]
    from bnacct.settings import profiles

    return profiles.named(asked, os.environ, every=shared.connection.all_profiles)


def _moment_ms(option: str, text: str, now_ms: int) -> int:
    from bnacct.cli import dates

    return dates.moment_ms(option, text, now_ms=now_ms)


def failed(failure: errors.BnacctError, *, as_json: bool) -> int:
    """Report what ended a check as its one line on stdout, and return its exit status."""
    if as_json:
        _say(_json(State.UNKNOWN, [], failure))
    else:
        _say(plugin.said(State.UNKNOWN, " ".join(filter(None, (failure.message, failure.hint)))))
    return int(State.UNKNOWN)


def _list(stderr: Stderr, shared: Report, settings: Any) -> None:
    """Write the figures of all that the account has opened, and their values."""
    to_read = [query for query in map(queries.named, queries.COMMANDS) if not query.is_heavy]
    rows: list[dict[str, str]] = []
    failures: list[errors.BnacctError] = []
    with unattended.opened(settings, shared.connection, to_read, stderr) as chosen, Reader(stderr) as reader:
        for each in chosen:
            for reading in unattended.read(reader, each, to_read):
                try:
                    found = figures.every(reading.query.name, reading.query.view, reading.document())
                    rows += [{"figure": str(one.name), "value": _text(one.value) + one.unit} for one in found]
                except errors.BnacctError as failure:
                    failures.append(failure)
                    reason = "not opened" if unattended.is_not_opened(failure) else failure.message
                    stderr.note(f"{reading.query.name}: {reason}")
    if failures and not rows:
        raise failures[0]
    display.report(stderr, settings, _LIST, rows, every_column=True)


def _json(state: State, checks: Sequence[Check], failure: errors.BnacctError | None = None) -> str:
    """Return everything that was checked as one line of JSON."""
    import json

    found = [
        {
            "account": check.account,
            "figure": finding.name,
            "value": _text(finding.value) or None if isinstance(finding, Finding) else None,
            "unit": finding.unit if isinstance(finding, Finding) else "",
            "state": finding.state.name,
            "reason": finding.reason,
            "warning": None if check.warning is None else str(check.warning),
            "critical": None if check.critical is None else str(check.critical),
        }
        for check in checks
        for finding in check.findings
    ]
    document = {"state": state.name, "status": int(state), "figures": found}
    return json.dumps(document | (failure.as_json() if failure is not None else {}))


def _text(value: Any) -> str:
    return "" if value is None else ranges.plain(value)


def _say(line: str) -> None:
    """Write the line. What reads it may be gone: then the exit status still says what was found."""
    try:
        streams.write(sys.stdout, [line.encode("utf-8", "backslashreplace") + b"\n"])
    except BrokenPipeError:
        streams.abandon_stdout()
