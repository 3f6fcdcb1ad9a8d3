"""Asks one or many queries for one or many accounts, side by side, and returns a `Reading` for each.

A reading is what one account answered to one query at one time, or why it did not.
"""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import client, errors
from bnacct.client import Answer, Client, Console
from bnacct.queries import Query, Value, WrongShape
from bnacct.settings import Settings

# More at once would gain nothing: the exchange counts weight by address.
MOST_AT_ONCE = 8


class Account(NamedTuple):
    """Whose holdings are read: the name of its profile, "" where none was named, and the settings to call with."""

    name: str
    settings: Settings


class Question(NamedTuple):
    """One query to ask for one account; `parameters` add to the query's own; None is not sent."""

    account: Account
    query: Query
    parameters: Mapping[str, Value | None] = {}

    @property
    def asked(self) -> dict[str, Value]:
        """The request parameters that decide what is answered."""
        return self.query.asked(self.parameters)

    @property
    def sent(self) -> dict[str, Value]:
        """What the request sends, except its timestamp."""
        return self.query.sent(self.asked, recv_window_ms=self.account.settings.recv_window_ms)


class Reading(NamedTuple):
    """What `account` answered to `query` at `at_ms` (epoch milliseconds): an answer, or the failure that came instead.

    `parameters` are those that decide what is answered: all that is sent but the time and the window.
    """

    query: Query
    account: str
    at_ms: int
    answer: Answer | None = None
    failure: errors.BnacctError | None = None
    parameters: Mapping[str, Value] = {}

    def answered(self) -> Answer:
        """Return the answer. Raises the failure where there is none."""
        if self.answer is None:
            raise self.failure or errors.BnacctError("A reading has neither an answer nor a failure.")
        return self.answer

    def document(self) -> Any:
        """Return the answer in the shape of its view. Raises the failure, or `errors.ResponseError`."""
        answer = self.answered()
        try:
            return self.query.document(answer.document)
        except WrongShape as error:
            raise errors.ResponseError(
                f"The answer is JSON, but not what the API document promises: {error}.",
                hint="Something may answer in the exchange's place: -v shows where the request went.",
            ) from None


class Reader:
    """Asks questions over connections that stay open until it is closed; a context manager.

    A connection serves one account and one host, and one call at a time: another is opened only where calls overlap.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._idle: dict[tuple[int, str], list[Client]] = {}
        self._open: list[Client] = []
        self._strangers: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, question: Question) -> Reading:
        """Ask one question, and return its reading. A failure that the user can meet is part of the reading."""
        account, query = question.account, question.query
        try:
            with self.client(question) as client:
                answer = client.call(query.endpoint, question.sent)
        except errors.BnacctError as failure:
            return Reading(query, account.name, _now_ms(), failure=failure, parameters=question.asked)
        self._name_stranger(account.settings.stranger(query.endpoint.host))
        return Reading(query, account.name, _now_ms(), answer, parameters=question.asked)

    def read_all(self, questions: Sequence[Question]) -> list[Reading]:
        """Ask questions side by side, at most `MOST_AT_ONCE` at a time, and return their readings in the same order."""
        if len(questions) == 1:
            return [self.read(questions[0])]
        readings: dict[int, Reading] = {}
        bugs: list[BaseException] = []
        remaining = iter(enumerate(questions))

        def work() -> None:
            try:
                while (numbered := self._next(remaining)) is not None:
                    number, question = numbered
                    readings[number] = self.read(question)
            except BaseException as bug:
                bugs.append(bug)

        # Not the standard library's executor: it waits for its threads at exit, so Ctrl-C would wait for the network.
        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(MOST_AT_ONCE, len(questions)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if bugs:
            raise bugs[0]
        return [readings[number] for number in range(len(questions))]

    @contextlib.contextmanager
    def client(self, question: Question) -> Iterator[Client]:
        """Yield a client for the question's account and host that nobody else uses meanwhile."""
        settings, endpoint = question.account.settings, question.query.endpoint
        key = id(settings), endpoint.host
        with self._lock:
            idle = self._idle.setdefault(key, [])
            found = idle.pop() if idle else None
        if found is None:
            found = client.open_client(settings, endpoint, self._console)
            with self._lock:
                self._open.append(found)
        try:
            yield found
        finally:
            with self._lock:
                idle.append(found)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            opened, self._open = self._open, []
            self._idle.clear()
        for each in opened:
            each.close()

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


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
