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
from bnacct.queries import Paging, Query, Value, WrongShape
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

    def sent(self, page: int = 1) -> dict[str, Value]:
        """Return what the request sends, except its timestamp."""
        return self.query.sent(self.asked, recv_window_ms=self.account.settings.recv_window_ms, page=page)


class Reading(NamedTuple):
    """What `account` answered to `query` at `at_ms` (epoch milliseconds): an answer, or the failure that came instead.

    If a later page failed, it has both: the answer with the pages that came, and the failure.
    `parameters` are those that decide what is answered: all that is sent but the time, the window and the page.
    """

    query: Query
    account: str
    at_ms: int
    answer: Answer | None = None
    failure: errors.BnacctError | None = None
    parameters: Mapping[str, Value] = {}

    def answered(self) -> Answer:
        """Return the whole answer. Raises the failure if there is one."""
        if self.answer is None or self.failure is not None:
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


class Deadline:
    """So many seconds, from the first request on. Several questions may share them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: float | None = None
        self._lock = threading.Lock()

    @property
    def ends(self) -> float:
        """When the time is up, on the clock of `time.monotonic`. Asking for it starts the time."""
        with self._lock:
            if self._ends is None:
                self._ends = time.monotonic() + self._seconds
            return self._ends


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

    def read(self, question: Question, deadline: "Deadline | None" = None) -> Reading:
        """Ask one question, and return its reading. A failure that the user can meet is part of the reading.

        `deadline` is that of other questions too; without one, this question has the time of the settings to itself.
        """
        deadline = deadline or Deadline(question.account.settings.timeout_s)
        pages: list[Answer] = []
        failure: errors.BnacctError | None = None
        try:
            with self.client(question) as client:
                for page in _pages(client, question, deadline):
                    pages.append(page)  # one at a time: those that came are kept if a later one fails
        except errors.BnacctError as error:
            failure = error
        else:
            self._name_stranger(question.account.settings.stranger(question.query.endpoint.host))
        answer = _joined(question.query, pages) if pages else None
        return Reading(
            question.query, question.account.name, _now_ms(), answer, failure=failure, parameters=question.asked
        )

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


def _pages(client: Client, question: Question, deadline: Deadline) -> Iterator[Answer]:
    """Yield the answer; of a query with pages, page after page. Raises `errors.BnacctError`."""
    endpoint, paging = question.query.endpoint, question.query.pages
    found = client.call(endpoint, question.sent(), deadline.ends)
    yield found
    if paging is None:
        return
    rows = _rows(found, paging)
    read, number = len(rows), 1
    while read < (total := _total(found, len(rows), read, paging)):
        if not rows:
            raise errors.ResponseError(f"The pages of {question.query.command} end after {read} of {total} rows.")
        number += 1
        before, found = rows, client.call(endpoint, question.sent(number), deadline.ends)
        rows = _rows(found, paging)
        if rows == before:
            raise errors.ResponseError(
                f"Page {number} of {question.query.command} is the page before once more: {read} rows were read.",
                hint="The exchange is in trouble, or something answers in its place. Try again.",
            )
        read += len(rows)
        yield found


def _rows(answer: Answer, paging: Paging) -> list[Any]:
    """Return the rows of a page; none where it has another shape, which the view refuses."""
    rows = answer.document.get(paging.rows) if isinstance(answer.document, dict) else None
    return rows if isinstance(rows, list) else []


def _total(answer: Answer, on_page: int, read: int, paging: Paging) -> int:
    """Return how many rows all pages have. If the exchange does not say, a page that is not full is the last."""
    total = answer.document.get("total") if isinstance(answer.document, dict) else None
    if isinstance(total, int | str) and str(total).isdecimal():
        return int(total)
    return read + 1 if on_page == paging.most else read


def _joined(query: Query, pages: Sequence[Answer]) -> Answer:
    """Return the pages as one answer; see `Answer`."""
    if query.pages is None:
        return pages[0]
    bodies = tuple(page.body for page in pages)
    first = pages[0].document
    if len(pages) > 1:
        first = {**first, query.pages.rows: [row for page in pages for row in _rows(page, query.pages)]}
    return Answer(b"".join([body + b"\n" for body in bodies]), first, bodies, pages[-1].weight_used)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
