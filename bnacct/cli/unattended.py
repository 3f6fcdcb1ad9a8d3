"""Reads accounts for commands that run while nobody looks: a failure is part of what they report, not their end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bnacct import errors
from bnacct.cli import accounts
from bnacct.cli.accounts import Chosen
from bnacct.cli.options import Connection
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Account, Question, Reader, Reading
from bnacct.settings import Settings


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
