"""Asks questions over connections that it keeps open, one after the other or side by side."""

import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnacct import client, errors
from bnacct.client import Answer, Client, Console
from bnacct.readings.deadline import Deadline
from bnacct.readings.pages import joined, pages
from bnacct.readings.terms import Account, Question, Reading
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.client.https import Connections
    from bnacct.readings.errand import Errand
    from bnacct.readings.pace import Pace, Shortage

# The exchange refuses what a clock sends that is further ahead of its own. One that is behind only waits longer.
_MOST_AHEAD_MS = 1000


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
        """Ask questions side by side, at most `MOST_AT_ONCE` at a time, and return their readings in the same order.

        Each has the time of its settings to itself.
        """
        from bnacct.readings.errand import Errand
        from bnacct.readings.errands import Round

        if not questions:
            return []
        asked: dict[tuple[int, str], dict[str, Question]] = {}
        for number, question in enumerate(questions):
            whose = id(question.account.settings), question.account.name
            asked.setdefault(whose, {})[str(number)] = question
        errands = [Errand(_always(each), None, list(each.values())) for each in asked.values()]
        found: dict[str, Reading] = {}
        for readings in Round(self, errands, None).run(len(questions)):
            found.update(readings)
        return [found[str(number)] for number in range(len(questions))]

    def run(
        self, errands: "Sequence[Errand]", stopped: dict[str, errors.BnacctError] | None = None
    ) -> list[dict[str, Reading]]:
        """Carry out errands side by side, at most `MOST_AT_ONCE` calls at a time, and return the readings of each.

        An errand waits for the next minute where this one has too little weight left for what it may ask, and says so.
        A refusal for too much weight (429, 418) stops what has not been sent to that host: those readings fail alike.
        `stopped` holds what hosts refused before, and gains what they refuse now.
        """
        from bnacct.readings.errands import Round

        return Round(self, errands, {} if stopped is None else stopped).run()

    def now_ms(self) -> int:
        """Return the time by the exchange's clock, in epoch milliseconds; by this machine's where that is not known."""
        return time.time_ns() // 1_000_000 - (self._drift_ms() or 0)

    @functools.cached_property
    def pace(self) -> "Pace":
        """The count of the weight that accounts use, over all that this reader asks."""
        from bnacct.readings.pace import Pace

        return Pace()

    def wait_for_minute(self, shortage: "Shortage") -> None:
        """Wait until weight is counted anew, and say why."""
        from bnacct.readings.pace import left_of_minute_ms

        left_ms = left_of_minute_ms(self.now_ms())
        if self._drift_ms() is None:
            left_ms += _MOST_AHEAD_MS
        wait_s = -(-left_ms // 1000)
        self._console.note(
            f"Waiting {wait_s} s: {shortage.query.endpoint.name} weighs {shortage.weight} for each account, and an address "
            f"has {shortage.weight_per_minute} a minute."
        )
        self._console.pause(wait_s)

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

    def _drift_ms(self) -> int | None:
        """Return how far this machine's clock is ahead of the exchange's, None where no client has found out."""
        with self._lock:
            drifts = [opened.client.known_drift_ms for opened in self._clients.values()]
        return next((drift for drift in drifts if drift is not None), None)


def _always(asked: Mapping[str, Question]) -> Callable[[Mapping[str, Reading]], Mapping[str, Question]]:
    return lambda _: asked


def _reading(question: Question, answer: Answer | None, failure: errors.BnacctError | None) -> Reading:
    at_ms = time.time_ns() // 1_000_000
    return Reading(question.query, question.account.name, at_ms, answer, failure=failure, parameters=question.asked)
