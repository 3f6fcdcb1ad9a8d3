"""`bnacct check`: compares figures with ranges, as a monitoring plugin does."""

import sys
import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bnacct import errors, queries
from bnacct.cli import display, gathering, judging, streams, unattended
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.gathering import Job
from bnacct.cli.options import Report, TotalQuoteOption, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.monitoring import figures, plugin, ranges
from bnacct.monitoring.plugin import Check, Finding, State
from bnacct.readings import Reader
from bnacct.views import Column, Section, View

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
    job = Job(
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
    gathered = gathering.kept if job.at_last else gathering.read
    checks = gathered(stderr, settings, shared.connection, job)
    state = plugin.worst(check.state for check in checks)
    if state or not stderr.quiet:
        said = _json(state, checks) if stderr.as_json else plugin.line(checks)
        _say(said)
    raise typer.Exit(int(state))


def _refuse_contradictions(job: Job, at: str | None, *, listed: bool) -> None:
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
