"""Reads all that accounts have opened, as `overview` does, for `record`: what is kept so, `overview --at` can add up."""

from collections.abc import Sequence
from typing import NamedTuple

from bnacct import errors, queries, views
from bnacct.cli import reckoning, unattended
from bnacct.cli.accounts import Chosen
from bnacct.cli.reckoning import Outcome
from bnacct.cli.stderr import Stderr
from bnacct.cli.unattended import FAILED, KEPT, NOT_OPENED
from bnacct.readings import Account, Reader, Reading
from bnacct.settings import Settings
from bnacct.settings.hosts import BASE_URLS
from bnacct.worth import Scope

_NAMES = {id(query): name for name, query in queries.SOURCES.items()}


class Read(NamedTuple):
    """What was read of all accounts: the readings to keep, and a row of the report for each.

    `failure` is what the run ends in, None where all that is opened was read.
    """

    taken: list[tuple[Account, list[Reading]]]
    rows: list[views.Row]
    failure: errors.BnacctError | None


def is_there(settings: Settings, scope: Scope) -> bool:
    """Return whether the exchange has all hosts that an overview asks: the testnet has futures only."""
    hosts = BASE_URLS.get(settings.environment)
    return hosts is None or all(queries.SOURCES[name].endpoint.host in hosts for name in reckoning.asked_at_most(scope))


def read(stderr: Stderr, reader: Reader, chosen: Sequence[Chosen], scope: Scope, *, quote_from: str) -> Read:
    """Ask accounts for all that they have opened, and the prices of what they hold. Raise `errors.UsageError`."""
    run = reckoning.Run(stderr, reader, chosen, scope, quote_from=quote_from)
    with stderr.waiting("the account" if len(chosen) == 1 else "the accounts"):
        outcomes = run.outcomes()
    taken = run.taken()
    by_account = {account.name: readings for account, readings in taken}
    rows = [
        row
        for each, outcome in zip(chosen, outcomes, strict=True)
        for row in _rows(each.account, outcome, by_account.get(each.account.name, []))
    ]
    return Read(taken, rows, _failure(outcomes, rows))


def _failure(outcomes: Sequence[Outcome], rows: Sequence[views.Row]) -> errors.BnacctError | None:
    failures = [each.failure for each in outcomes if each.failure is not None]
    if failures and len(failures) == len(outcomes):
        return failures[0]
    failed = sum(row["status"] == FAILED for row in rows)
    return errors.PartialError(f"{failed} of {len(rows)} readings failed.") if failed else None


def _rows(account: Account, outcome: Outcome, readings: Sequence[Reading]) -> list[views.Row]:
    """Return a row for each reading, and for what has none: an account that could not be asked, for instance."""
    lacking = {each.source: each.reason for each in outcome.found.failed} if outcome.found is not None else {}
    found = []
    for reading in readings:
        name = _NAMES[id(reading.query)]
        asked = queries.answering(reading.query.operation, reading.parameters) or reading.query
        found.append(
            {"command": asked.title, **_outcome(reading._replace(query=asked), lacking.pop(name, ""), outcome)}
        )
    if outcome.failure is not None and not readings:
        lacking["overview"] = outcome.failure.message
    found += [{"command": name, "status": FAILED, "rows": None, "detail": reason} for name, reason in lacking.items()]
    return [{"account": account.name or account.settings.account_name, **row} for row in found]


def _outcome(reading: Reading, lacks: str, outcome: Outcome) -> views.Row:
    """Return what came of a reading. A refusal that says a wallet is not there is what the overview goes by."""
    if reading.failure is not None and not lacks:
        is_answer = outcome.found is not None or unattended.is_not_opened(reading.failure)
        return {"status": NOT_OPENED if is_answer else FAILED, "rows": None, "detail": reading.failure.message}
    try:
        document = reading.document()
    except errors.BnacctError as failure:
        return {"status": FAILED, "rows": None, "detail": lacks or failure.message}
    section = next(iter(reading.query.view.sections), None)
    count = None if section is None else sum(1 for _ in views.rows(section, document))
    return {"status": FAILED if lacks else KEPT, "rows": count, "detail": lacks}
