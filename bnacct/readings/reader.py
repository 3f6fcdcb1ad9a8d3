"""Asks questions over connections that it keeps open, one after the other or side by side."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnacct import client, errors
from bnacct.client import Answer, Client, Console
from bnacct.readings.pages import Deadline, joined, pages
from bnacct.readings.terms import Account, Question, Reading
from bnacct.readings.workers import side_by_side
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.client.https import Connections
    from bnacct.readings.errand import Errand


class _Opened(NamedTuple):
    """A client, and the settings it was opened with, kept so that no others can take their identity."""

    settings: Settings
    client: Client


class Reader:
    """Asks questions over connections that stay open until it is closed; a context manager.

    A connection serves one host, for any account, and one call at a time: another is opened only where calls overlap. Keys
    and signatures belong to accounts: each request has those of its own.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._clients: dict[tuple[int, str], _Opened] = {}
        self._connections: Connections | None = None
        self._strangers: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, question: Question, deadline: Deadline | None = None) -> Reading:
        """Ask one question, and return its reading. A failure that the user can meet is part of the reading.

        `deadline` is that of other questions too; without one, this question has the time of the settings to itself.
        """
        deadline = deadline or Deadline(question.account.settings.timeout_s)
        found: list[Answer] = []
        failure: errors.BnacctError | None = None
        try:
            for page in pages(self.client(question), question, deadline):
                found.append(page)  # one at a time: those that came are kept if a later one fails
        except errors.BnacctError as error:
            failure = error
        else:
            self._name_stranger(question.account.settings.stranger(question.query.endpoint.host))
        return _reading(question, joined(question.query, found) if found else None, failure)

    def read_all(self, questions: Sequence[Question]) -> list[Reading]:
        """Ask questions side by side, at most `MOST_AT_ONCE` at a time, and return their readings in the same order."""
        if len(questions) == 1:
            return [self.read(questions[0])]
        readings: dict[int, Reading] = {}
        remaining = iter(enumerate(questions))

        def work() -> None:
            while (numbered := self._next(remaining)) is not None:
                number, question = numbered
                readings[number] = self.read(question)

        side_by_side(work, len(questions))
        return [readings[number] for number in range(len(questions))]

    def run(
        self, errands: "Sequence[Errand]", stopped: dict[str, errors.BnacctError] | None = None
    ) -> list[dict[str, Reading]]:
        """Carry out errands side by side, at most `MOST_AT_ONCE` calls at a time, and return the readings of each.

        A refusal for too much weight (429, 418) stops what has not been sent to that host: those readings fail alike.
        `stopped` holds what hosts refused before, and gains what they refuse now.
        """
        from bnacct.readings.errands import Round

        return Round(self, errands, {} if stopped is None else stopped).run()

    def prepare(self, account: Account, hosts: Sequence[str]) -> None:
        """Open connections to hosts of an account that will be called soon, while others answer."""
        with self._lock:
            if self._connections is None:
                self._connections = client.open_connections()
            connections = self._connections
        for host in hosts:
            connections.prepare(account.settings.base_url(host), account.settings)

    def client(self, question: Question) -> Client:
        """Return the client of the question's account and host. Several threads may use it."""
        settings, endpoint = question.account.settings, question.query.endpoint
        with self._lock:
            key = id(settings), endpoint.host
            if key not in self._clients:
                if self._connections is None and endpoint.method != "WS":
                    self._connections = client.open_connections()
                opened = client.open_client(settings, endpoint, self._console, self._connections)
                self._clients[key] = _Opened(settings, opened)
            return self._clients[key].client

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            opened, self._clients = self._clients, {}
            connections, self._connections = self._connections, None
        for each in opened.values():
            each.client.close()
        if connections is not None:
            connections.close()

    def _name_stranger(self, host: str) -> None:
        """Say once of each host that it answers in the exchange's place."""
        with self._lock:
            is_new = bool(host) and host not in self._strangers
            self._strangers.add(host)
        if is_new:
            self._console.note(f"answered by {host}, not the exchange")

    def _next(self, remaining: "Iterator[tuple[int, Question]]") -> tuple[int, Question] | None:
        with self._lock:
            return next(remaining, None)


def _reading(question: Question, answer: Answer | None, failure: errors.BnacctError | None) -> Reading:
    at_ms = time.time_ns() // 1_000_000
    return Reading(question.query, question.account.name, at_ms, answer, failure=failure, parameters=question.asked)
