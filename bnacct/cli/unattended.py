"""Reads accounts for commands that run while nobody looks: a failure is part of what they report, not their end."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from bnacct import errors
from bnacct.cli import accounts
from bnacct.cli.accounts import Chosen
from bnacct.cli.options import Connection
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import MOST_AT_ONCE, Account, Question, Reader, Reading
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.cli.reckoning import Outcome
    from bnacct.worth import Scope


# What a report says came of a reading.
KEPT, NOT_OPENED, FAILED = "kept", "not opened", "failed"


class Taken(NamedTuple):
    """What came of one account: a reading for each query in their order, and its overview if that was wanted."""

    account: Account
    readings: list[Reading]
    overview: "Outcome | None" = None


@contextmanager
def opened(
    settings: Settings, connection: Connection, queries: Sequence[Query], stderr: Stderr
) -> Iterator[list[Chosen]]:
    """Yield the accounts to read. Where settings ask for the sandbox, it is served meanwhile."""
    if accounts.are_several(connection):
        asked = [query.endpoint for query in queries]
        with accounts.all_opened(settings, connection, asked, stderr) as found:
            yield found
        return
    name = connection.profile[0] if connection.profile else ""
    if settings.environment == "sandbox":
        websocket = any(query.endpoint.method == "WS" for query in queries)
        with accounts.sandbox(settings, websocket=websocket) as local:
            accounts.note_sandbox(stderr, settings.sandbox_account)
            yield [Chosen(Account(name, local))]
        return
    account, failure = Account(name, settings), None
    try:
        accounts.log_key(stderr, settings)
    except errors.BnacctError as error:
        failure = error
    yield [Chosen(account, failure)]
    stderr.warn(settings.warnings)


class Round:
    """Reads accounts side by side, so many at a time that memory does not grow with them.

    `scope` is that of the overviews that are wanted, too; `quote_from` is what a message calls the source of its quote.
    `beside` are the readings that only those needed, the last accounts' alone.
    """

    def __init__(
        self,
        stderr: Stderr,
        reader: Reader,
        queries: Sequence[Query],
        scope: "Scope | None" = None,
        *,
        quote_from: str = "",
    ) -> None:
        self.beside: list[Reading] = []
        self._stderr = stderr
        self._reader = reader
        self._queries = queries
        self._totals = None
        if scope is not None:
            from bnacct.cli.totals import Totals

            self._totals = Totals(stderr, reader, scope, quote_from)

    def read(self, chosen: Sequence[Chosen]) -> Iterator[Taken]:
        """Yield what came of each account, in their order."""
        for start in range(0, len(chosen), MOST_AT_ONCE):
            some = chosen[start : start + MOST_AT_ONCE]
            with self._stderr.waiting("the account" if len(chosen) == 1 else "the accounts"):
                readings = self._readings(some)
                overviews: Sequence[Outcome | None] = [None] * len(some)
                if self._totals is not None:
                    overviews, self.beside = self._totals.of(some, readings)
            for each, found, overview in zip(some, readings, overviews, strict=True):
                yield Taken(each.account, found, overview)
                self.beside = []
            if start + MOST_AT_ONCE < len(chosen):
                # The collector is off, and what libraries leave behind of a request goes in circles, its answer included.
                gc.collect()

    def _readings(self, chosen: Sequence[Chosen]) -> list[list[Reading]]:
        readable = [each for each in chosen if each.failure is None]
        questions = [Question(each.account, query) for each in readable for query in self._queries]
        found = iter(self._reader.read_all(questions))
        return [
            [next(found) for _ in self._queries] if each.failure is None else read(self._reader, each, self._queries)
            for each in chosen
        ]


def read(
    reader: Reader, chosen: Chosen, queries: Sequence[Query], parameters: Mapping[str, Value | None] | None = None
) -> list[Reading]:
    """Ask an account all queries, side by side, and return their readings in the same order.

    `parameters` are given beside each query's own.
    """
    if chosen.failure is not None:
        now_ms = time.time_ns() // 1_000_000
        return [Reading(query, chosen.account.name, now_ms, failure=chosen.failure) for query in queries]
    return reader.read_all([Question(chosen.account, query, parameters or {}) for query in queries])


def is_not_opened(failure: errors.BnacctError) -> bool:
    """Say whether a reading failed because the account has not opened that wallet."""
    return failure.binance_code in errors.NOT_OPENED
