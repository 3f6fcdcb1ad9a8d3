"""What both transports do alike: guard, retry, deadline, log line, and the meaning of a refusal.

A transport only builds its requests, sends one, and reads the reply.
"""

import abc
import functools
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from bnacct import endpoints, errors
from bnacct.client import retry
from bnacct.client.contract import Console, Parameters, Request
from bnacct.client.decoding import Answer
from bnacct.endpoints import Endpoint
from bnacct.errors import network
from bnacct.settings import Settings

# Of a weight or a status; what is longer is none.
_MOST_DIGITS = 9


class Reply(NamedTuple):
    """What came back: the status and the weight for the log line, and the function that judges the rest.

    `judge` returns the answer, or raises what the exchange's refusal means. `at_ms` is when the exchange wrote it, by
    this machine's clock: the middle between sending and receiving, as connecting is over by then.
    """

    status: Any
    weight: str
    judge: Callable[[], Answer]
    at_ms: int


@functools.cache
def silence_libraries() -> None:
    """Keep what the libraries log off stderr, once they are loaded. Whoever sets up logging of their own still gets it."""
    import logging

    logging.getLogger().addHandler(logging.NullHandler())


def weight(used: object, limit: object) -> str:
    """Return the weight for the log line: numbers, or that it is unknown."""
    found = whole_number(used)
    return "weight unknown" if found is None else f"weight used {found} of {_told(limit)}"


def whole_number(told: object) -> int | None:
    """Return what a server says in place of a small number, if it is one: it can be anything, the request included."""
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _told(number: object) -> str:
    found = whole_number(number)
    return "unknown" if found is None else str(found)


class _Ended(NamedTuple):
    """How a try ended, for the thread that waited for it: what to log, and what to return or raise."""

    log: str
    taken_s: float
    outcome: Answer | errors.BnacctError
    at_ms: int = 0


class BaseClient(abc.ABC):
    """A client of one transport; see `contract.Client`.

    `sends` holds the methods of the endpoint table that the transport sends.
    """

    sends: frozenset[str]

    def __init__(self, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console
        self.clock = retry.Clock()

    @property
    def known_drift_ms(self) -> int | None:
        """How far this machine's clock is ahead of the exchange's; see `contract.Client.known_drift_ms`."""
        return self.clock.drift_ms

    def call(self, endpoint: Endpoint, parameters: Parameters, ends: float | None = None) -> Answer:
        """Send a signed call and return its answer; see `contract.Client.call`."""
        retrier = retry.Retrier(
            self._settings, self.clock, lambda left_s: self._read_drift_ms(endpoint, left_s), self._console
        )
        return retrier.run(lambda left_s: self._exchange(endpoint, parameters, left_s)[0], ends)

    def request(self, endpoint: Endpoint, parameters: Parameters) -> Request:
        """Build the request with a fresh timestamp, signed where the endpoint asks for it, and send nothing."""
        self._refuse_unlisted(endpoint)
        return self._built(endpoint, parameters)

    @abc.abstractmethod
    def close(self) -> None:
        """Close the connection."""

    @abc.abstractmethod
    def _built(self, endpoint: Endpoint, parameters: Parameters) -> Request:
        """Build the request for an endpoint of the table."""

    @abc.abstractmethod
    def _send(self, endpoint: Endpoint, parameters: Parameters, attempt: retry.Attempt) -> Reply | errors.BnacctError:
        """Send one request and read its reply. Name each socket to `attempt` before anything can block on it.

        What the network's libraries raise is returned as the failure it means: those exceptions hold the signed URL,
        the frame or a proxy's password, and must not even be the hidden context of ours.
        """

    @abc.abstractmethod
    def _read_drift_ms(self, endpoint: Endpoint, left_s: float) -> int:
        """Read the clock of the endpoint's host, and return how many milliseconds ours is ahead of it."""

    def _refuse_unlisted(self, endpoint: Endpoint) -> None:
        listed = (endpoint.method, endpoint.path) in endpoints.ALLOWED
        if not (listed and endpoint.method in self.sends):
            raise ValueError(f"{endpoint.method} {endpoint.path} is not in the endpoint table of this transport")

    def _exchange(self, endpoint: Endpoint, parameters: Parameters, left_s: float) -> tuple[Answer, int]:
        """Try once, and return the answer and when the exchange wrote it, in epoch milliseconds of our clock."""
        self._refuse_unlisted(endpoint)
        ended = retry.within(
            left_s, lambda attempt: self._tried(endpoint, parameters, attempt), self._console.meanwhile
        )
        if ended.taken_s >= left_s:
            # The socket's own timeout may fire just before the deadline does.
            raise network.timed_out()
        # Only the waiting thread logs, so that a try that was given up says nothing any more.
        self._console.log(f"{endpoint.method} {self._host(endpoint)} {endpoint.path} {ended.log}")
        if isinstance(ended.outcome, errors.BnacctError):
            raise ended.outcome
        return ended.outcome, ended.at_ms

    def _tried(self, endpoint: Endpoint, parameters: Parameters, attempt: retry.Attempt) -> _Ended:
        started = time.monotonic()
        reply = self._send(endpoint, parameters, attempt)
        taken_s = time.monotonic() - started
        if isinstance(reply, errors.BnacctError):
            return _Ended(f"failed: {reply.message}", taken_s, reply)
        outcome: Answer | errors.BnacctError
        try:
            outcome = reply.judge()
        except errors.BnacctError as refusal:
            outcome = refusal
        log = f"{_told(reply.status)} in {taken_s * 1000:.0f} ms, {reply.weight}"
        return _Ended(log, taken_s, outcome, reply.at_ms)

    def _host(self, endpoint: Endpoint) -> str:
        """Return host and port that the endpoint is called at, as a person may see them."""
        return self._settings.base_url(endpoint.host).split("/")[2]

    def _refused(
        self, endpoint: Endpoint, status: int | None, code: int | None, text: str, retry_after_s: float | None
    ) -> errors.BnacctError:
        """Return what a refusal by the exchange means."""
        from bnacct.errors import refusals

        return refusals.refused(
            endpoint.host,
            http_status=status,
            binance_code=code,
            text=text,
            retry_after_s=retry_after_s,
            drift_ms=self.clock.drift_ms,
        )
