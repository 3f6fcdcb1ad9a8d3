"""`bnacct check`: compares figures with ranges, as a monitoring plugin does."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bnacct import errors, output, queries
from bnacct.cli import display, judging, streams, unattended
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.options import Report, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.monitoring import figures, plugin, ranges
from bnacct.monitoring.plugin import Check, Finding, State
from bnacct.output import Selection
from bnacct.readings import Reader
from bnacct.views import Column, Section, View

# A call that spends a tenth of a minute's weight is made only for a figure that was asked for.
_HEAVY = 1000

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
    listed: Annotated[
        bool, typer.Option("--list", help="List the account's figures and their values; snapshots weigh too much.")
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
    asked = judging.asked(warning or [], critical or [])
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json = settings.output in JSON_FORMS
    if listed:
        if asked or key:
            raise errors.UsageError("--list checks nothing, so -w, -c and --key cannot go with it.")
        _list(stderr, shared, settings)
        return
    if not (asked or key):
        raise errors.UsageError(
            "Nothing to check was named.", hint="Name figures with -w or -c; bnacct check --list shows them."
        )
    needed = list(dict.fromkeys([each.query.name for each in asked]))
    to_read = [judging.known()[name] for name in needed] + ([queries.KEY_RIGHTS] if key else [])
    checks: list[Check] = []
    with unattended.opened(settings, shared.connection, to_read, stderr) as chosen, Reader(stderr) as reader:
        for each in chosen:
            with stderr.waiting("the account"):
                readings = unattended.read(reader, each, to_read)
            found = judging.Readings(each.account.name, {reading.query.name: reading for reading in readings})
            checks += judging.checked(asked, found, states[unreachable.lower()])
            if key:
                checks.append(judging.key(each.account.name, readings[-1], states[unreachable.lower()]))
    state = plugin.worst(check.state for check in checks)
    if state or not stderr.quiet:
        said = _json(state, checks) if stderr.as_json else plugin.line(checks)
        _say(said)
    raise typer.Exit(int(state))


def failed(failure: errors.BnacctError, *, as_json: bool) -> int:
    """Report what ended a check as its one line on stdout, and return its exit status."""
    if as_json:
        _say(_json(State.UNKNOWN, [], failure))
    else:
        _say(plugin.said(State.UNKNOWN, " ".join(filter(None, (failure.message, failure.hint)))))
    return int(State.UNKNOWN)


def _list(stderr: Stderr, shared: Report, settings: Any) -> None:
    """Write the figures of all that the account has opened, and their values."""
    to_read = [query for query in map(queries.named, queries.COMMANDS) if query.endpoint.weight < _HEAVY]
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
    screen = display.screen(settings.color, sys.stdout)
    pieces, notes = output.render(
        settings.output, _LIST, rows, selection=Selection(zero_rows=True, every_column=True), screen=screen
    )
    streams.write(sys.stdout, pieces)
    for note in notes:
        stderr.note(note)


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
