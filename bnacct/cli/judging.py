"""Reads what `check` is to judge from the command line, and judges what was read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct import errors, queries
from bnacct.monitoring import figures, plugin, ranges, totals
from bnacct.monitoring.figures import Figure, Name, UnknownFigure
from bnacct.monitoring.plugin import Check, Fact, Finding, State
from bnacct.monitoring.ranges import Range, RangeError
from bnacct.queries import Query
from bnacct.readings import Reading
from bnacct.views import amounts

if TYPE_CHECKING:
    from bnacct.cli.reckoning import Outcome

# What follows the name of a figure whose change is meant.
_CHANGE = ".change"


class Asked(NamedTuple):
    """A figure to check, or its change. Values within the ranges are in order; None was not given.

    `query` is None for the total of the overview.
    """

    name: Name
    query: Query | None
    warning: Range | None
    critical: Range | None
    is_change: bool = False

    def __str__(self) -> str:
        return f"{self.name}{_CHANGE}" if self.is_change else str(self.name)


class Readings(NamedTuple):
    """The readings of one account by the names of their queries: those of now, and those it had then.

    A query that is missing in `then` has no earlier reading. `overview` is there if its total was asked for, and
    `overview_then` if one was kept that it can be compared with.
    """

    account: str
    now: Mapping[str, Reading]
    then: Mapping[str, Reading] = {}
    overview: "Outcome | None" = None
    overview_then: "Outcome | None" = None


def known() -> Mapping[str, Query]:
    """Return the queries by what a figure's name starts with: the command, or one of its variants."""
    found: dict[str, Query] = {}
    for query in queries.QUERIES:
        found.setdefault(query.command, query)
        found[query.name] = query
    return found


def asked(warning: Sequence[str], critical: Sequence[str], *, since: bool = False) -> list[Asked]:
    """Return the figures in the order in which they were named first. Raise `errors.UsageError`.

    `since` says whether there is a time to compare with, so that a figure may be a change.
    """
    of_commands = known()
    views = {name: query.view for name, query in of_commands.items()} | {totals.TOTAL.name: totals.TOTAL}
    given: dict[tuple[Name, bool], dict[str, Range]] = {}
    for option, texts in (("-w", warning), ("-c", critical)):
        for text in texts:
            # No range has a =, and some asset might.
            named, equals, bounds = text.rpartition("=")
            if not equals:
                raise errors.UsageError(f"{option}: {text!r} has no range.", hint=f"Write it as in: {option} NAME=10:")
            is_change = named.endswith(_CHANGE)
            if is_change and not since:
                raise errors.UsageError(f"{option}: a change needs a time to compare with: --since TIME.")
            try:
                name = figures.parse(named.removesuffix(_CHANGE) if is_change else named, views)
                limit = ranges.parse(bounds)
            except (UnknownFigure, RangeError) as wrong:
                raise errors.UsageError(f"{option}: {wrong}") from None
            if option in given.setdefault((name, is_change), {}):
                raise errors.UsageError(f"{option} names {named} twice.")
            given[name, is_change][option] = limit
    return [
        Asked(name, of_commands.get(name.command), each.get("-w"), each.get("-c"), is_change)
        for (name, is_change), each in given.items()
    ]


def checked(wanted: Sequence[Asked], readings: Readings, unreachable: State) -> list[Check]:
    """Judge the figures of one account. The reason why something was not read is said once."""
    documents: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name in dict.fromkeys(each.query.name for each in wanted if each.query is not None):
        try:
            documents[name] = _document(readings.now[name])
        except errors.BnacctError as failure:
            reasons[name] = _reason(failure)
    checks = []
    for each in wanted:
        if each.query is None:
            judged = [_total(each, readings, unreachable)]
        elif each.query.name in documents:
            judged = _judged(each, each.query, documents[each.query.name], readings)
        else:
            judged = [Finding(str(each), None, unreachable, reasons[each.query.name])]
            reasons[each.query.name] = ""
        checks.append(Check(readings.account, str(each), judged, each.warning, each.critical))
    return checks


def key(account: str, reading: Reading, unreachable: State) -> Check:
    """Judge what the key of one account may do beside reading."""
    from bnacct.monitoring import rights

    try:
        facts = rights.judged(reading.answered().document)
    except errors.BnacctError as failure:
        facts = [Fact("key", unreachable, f"unknown, {_reason(failure)}")]
    return Check(account, "key", facts)


def outflow(readings: Readings, percent: Decimal, unreachable: State) -> Check:
    """Judge whether any amount of one account fell by more than `percent`, in the wallets that it has readings of."""
    from bnacct.monitoring import changes

    facts: list[Fact] = []
    for name, earlier in readings.then.items():
        try:
            now = readings.now[name].document()
            facts += changes.outflow(name, earlier.query.view, now, earlier.document(), percent)
        except errors.BnacctError as failure:
            facts.append(Fact("outflow", unreachable, f"of {name} unknown, {_reason(failure)}"))
    if not readings.then:
        facts = [Fact("outflow", State.UNKNOWN, "unknown, no reading of a wallet was kept")]
    none = Fact("outflow", State.OK, f"of no amount is more than {ranges.plain(percent)} %")
    return Check(readings.account, "outflow", facts or [none])


def _total(wanted: Asked, readings: Readings, unreachable: State) -> Finding:
    """Judge the total of an overview, or its change. One that is not complete is no number to compare."""
    now, then = readings.overview, readings.overview_then
    if now is None or now.found is None:
        failure = now and now.failure
        return Finding(str(wanted), None, unreachable, _reason(failure) if failure else "it was not read")
    total = totals.of(now.found.document())
    value, reason = total.value, f"the total is not complete: {total.lacks}"
    if wanted.is_change and value is not None:
        value, reason = _since(then, value)
    return plugin.judged(str(wanted), ranges.value(value), wanted.warning, wanted.critical, reason=reason)


def _since(then: "Outcome | None", value: str) -> tuple[str | None, str]:
    """Return the change of a total from what it was, and why it is unknown where it is."""
    if then is None:
        return None, "no earlier overview was kept"
    if then.found is None:
        return None, f"the earlier overview failed: {_reason(then.failure)}" if then.failure else "it was not read then"
    earlier = totals.of(then.found.document())
    return amounts.difference(value, earlier.value), f"the total was not complete then: {earlier.lacks}"


def _judged(wanted: Asked, query: Query, document: Any, readings: Readings) -> list[Finding]:
    found, reason = _found(wanted, query, document, readings)
    suffix = _CHANGE if wanted.is_change else ""
    return [
        plugin.judged(
            f"{figure.name}{suffix}", figure.value, wanted.warning, wanted.critical, unit=figure.unit, reason=reason
        )
        for figure in found
    ]


def _found(wanted: Asked, query: Query, document: Any, readings: Readings) -> tuple[list[Figure], str]:
    """Return what a name stands for, and why it is unknown where it is."""
    now, earlier = readings.now[query.name], readings.then.get(query.name)
    if not wanted.is_change:
        # Part of an answer comes with the failure that cut it short.
        found = figures.find(wanted.name, query.view, document, is_complete=now.failure is None)
        return found, "the answer has no value for it" if now.failure is None else _reason(now.failure)
    if now.failure is not None:
        return [Figure(wanted.name, None)], _reason(now.failure)
    if earlier is None:
        return [Figure(wanted.name, None)], "no earlier reading was kept"
    from bnacct.monitoring import changes

    try:
        then = earlier.document()
    except errors.BnacctError as failure:
        return [Figure(wanted.name, None)], _reason(failure)
    return changes.find(wanted.name, query.view, document, then), "one of the answers has no value for it"


def _document(reading: Reading) -> Any:
    """Return the answer, or the part of it that came before a failure. Raise the failure if nothing came."""
    return (reading if reading.answer is None else reading._replace(failure=None)).document()


def _reason(failure: errors.BnacctError) -> str:
    return failure.message.rstrip(".")


def percentage(text: str) -> Decimal:
    """Return the percentage of --outflow. Raise `errors.UsageError`."""
    try:
        found = ranges.parse(text.removesuffix("%"))
    except RangeError:
        found = None
    if found is None or found.start != 0 or found.end is None or found.inverted:
        raise errors.UsageError(f"--outflow: {text!r} is not a percentage, like 20.")
    return found.end
