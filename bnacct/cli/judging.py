"""Reads what `check` is to judge from the command line, and judges what was read."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import errors, queries
from bnacct.monitoring import figures, plugin, ranges
from bnacct.monitoring.figures import Name, UnknownFigure
from bnacct.monitoring.plugin import Check, Fact, Finding, State
from bnacct.monitoring.ranges import Range, RangeError
from bnacct.queries import Query
from bnacct.readings import Reading


class Asked(NamedTuple):
    """A figure to check. Warning and critical are the ranges that its value is in order in; None was not given."""

    name: Name
    query: Query
    warning: Range | None
    critical: Range | None


def known() -> Mapping[str, Query]:
    """Return the queries by what a figure's name starts with: the command, or one of its variants."""
    found: dict[str, Query] = {}
    for query in queries.QUERIES:
        found.setdefault(query.command, query)
        found[query.name] = query
    return found


def asked(warning: Sequence[str], critical: Sequence[str]) -> list[Asked]:
    """Return the figures in the order in which they were named first. Raises `errors.UsageError`."""
    of_commands = known()
    views = {name: query.view for name, query in of_commands.items()}
    given: dict[Name, dict[str, Range]] = {}
    for option, texts in (("-w", warning), ("-c", critical)):
        for text in texts:
            # No range has a =, and some asset might.
            named, equals, bounds = text.rpartition("=")
            if not equals:
                raise errors.UsageError(f"{option}: {text!r} has no range.", hint=f"Write it as in: {option} NAME=10:")
            try:
                name, limit = figures.parse(named, views), ranges.parse(bounds)
            except (UnknownFigure, RangeError) as wrong:
                raise errors.UsageError(f"{option}: {wrong}") from None
            if option in given.setdefault(name, {}):
                raise errors.UsageError(f"{option} names {name} twice.")
            given[name][option] = limit
    return [Asked(name, of_commands[name.command], each.get("-w"), each.get("-c")) for name, each in given.items()]


def checked(
    account: str, figures_asked: Sequence[Asked], readings: Mapping[str, Reading], unreachable: State
) -> list[Check]:
    """Judge the figures of one account. The reason why something was not read is said once."""
    documents: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name in dict.fromkeys(each.query.name for each in figures_asked):
        try:
            documents[name] = readings[name].document()
        except errors.BnacctError as failure:
            reasons[name] = failure.message.rstrip(".")
    checks = []
    for each in figures_asked:
        if each.query.name in documents:
            found = figures.find(each.name, each.query.view, documents[each.query.name])
            judged = [
                plugin.judged(
                    str(figure.name),
                    figure.value,
                    each.warning,
                    each.critical,
                    unit=figure.unit,
                    reason="the answer has no value for it",
                )
                for figure in found
            ]
        else:
            judged = [Finding(str(each.name), None, unreachable, reasons[each.query.name])]
            reasons[each.query.name] = ""
        checks.append(Check(account, str(each.name), judged, each.warning, each.critical))
    return checks


def key(account: str, reading: Reading, unreachable: State) -> Check:
    """Judge what the key of one account may do beside reading."""
    from bnacct.monitoring import rights

    try:
        facts = rights.judged(reading.answered().document)
    except errors.BnacctError as failure:
        facts = [Fact("key", unreachable, f"unknown, {failure.message.rstrip('.')}")]
    return Check(account, "key", facts)
