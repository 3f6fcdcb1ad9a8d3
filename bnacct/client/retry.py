"""Repeats one try of a call until it succeeds, is refused for good, or the time is up.

Both transports use it: every call of this program is a read, so each may be sent again.
A try signs for itself, so each has a fresh timestamp and signature.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from bnacct import errors
from bnacct.client.contract import Console
from bnacct.errors import network
from bnacct.settings import Settings

T = TypeVar("T")

_FIRST_BACKOFF_S = 0.2
_LONGEST_BACKOFF_S = 2.0
# A try whose sockets are shut down ends within a few milliseconds; this is for a busy machine.
_LAST_WORD_S = 0.2


class Clock:
    """This machine's clock, corrected by its drift: how far it is ahead of the server's. All in milliseconds."""

    def __init__(self) -> None:
        self.drift_ms: int | None = None

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 - (self.drift_ms or 0)


class Retrier:
    """The patience of one command: `timeout_s` for all tries together, `max_wait_s` more where the exchange asks.

    `read_drift_ms` measures, within the seconds it is given, how far this machine's clock is ahead of the exchange's.
    """

    def __init__(
        self, settings: Settings, clock: Clock, read_drift_ms: Callable[[float], int], console: Console
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._read_drift_ms = read_drift_ms
        self._console = console

    def run(self, attempt: Callable[[float], T], ends: float | None = None) -> T:
        """Call `attempt` until it returns, and return that. Raise its last `BnacctError`. `ends`: see `Client.call`.

        `attempt` is given the seconds that are left, and has to end within them: see `within`.
        """
        ends = time.monotonic() + self._settings.timeout_s if ends is None else ends
        patience_s = self._settings.max_wait_s
        tries = 0
        healed = False
        while True:
            left_s = ends - time.monotonic()
            if left_s <= 0:
                raise network.timed_out()
            try:
                return attempt(left_s)
            except errors.BnacctError as error:
                if error.binance_code == errors.BAD_TIMESTAMP and not healed:
                    # Once a call: a watch may run for days, and a clock drifts on.
                    self._heal_clock(error, ends)
                    healed = True
                    continue
                wait_s = self._wait_s(error, tries, patience_s)
                if wait_s is None or tries == self._settings.retries:
                    raise
                if isinstance(error, errors.RateLimitError):
                    self._console.note(f"Rate limited: waiting {wait_s:g} s, as the exchange asks.")
                    patience_s -= wait_s
                    ends += wait_s
                elif time.monotonic() + wait_s >= ends:
                    raise
                self._console.pause(wait_s)
                tries += 1

    def _wait_s(self, error: errors.BnacctError, tries: int, patience_s: float) -> float | None:
        """Return how long to wait before the next try, or None where there is to be none."""
        if error.retriable:
            import random

            # Jitter keeps many machines that failed together from coming back together.
            backoff_s: float = min(_FIRST_BACKOFF_S * 2**tries, _LONGEST_BACKOFF_S)
            return backoff_s * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
        if error.http_status == 429 and error.retry_after_s is not None and error.retry_after_s <= patience_s:
            return error.retry_after_s
        return None

    def _heal_clock(self, refusal: errors.BnacctError, ends: float) -> None:
        left_s = ends - time.monotonic()
        if left_s <= 0:
            raise refusal
        try:
            drift_ms = self._clock.drift_ms = self._read_drift_ms(left_s)
        except errors.BnacctError:
            raise refusal from None
        side = "ahead of" if drift_ms > 0 else "behind"
        self._console.note(
            f"This machine's clock is {abs(drift_ms) / 1000:.3f} s {side} the exchange's; "
            "corrected for this run. Synchronise it."
        )


class Attempt:
    """One try: the seconds it has, and the sockets it uses, so that another thread can end it.

    Closing a socket does not wake a thread that reads from it or writes to it; shutting it down does. TLS moves a
    connection from one socket object to another, so a duplicate is kept, which shuts down the same connection.
    """

    def __init__(self, left_s: float) -> None:
        self.left_s = left_s
        self.sent_ms = 0
        self._on_news = threading.Event()
        self._guard = threading.Lock()
        self._duplicates: list[socket.socket] = []
        self._is_over = False

    def has_sent(self) -> None:
        """Say that the request has been sent, and keep when, in epoch milliseconds; only its answer is missing now."""
        self.sent_ms = time.time_ns() // 1_000_000
        self._on_news.set()

    def middle_ms(self) -> int:
        """Return the middle between sending and now, in epoch milliseconds."""
        now_ms = time.time_ns() // 1_000_000
        return ((self.sent_ms or now_ms) + now_ms) // 2

    def is_awaited(self, seconds: float) -> bool:
        """Wait so long for the request to be sent. Say whether it is, and its answer still missing."""
        return self._on_news.wait(seconds) and not self._is_over

    def uses(self, descriptor: int) -> None:
        """Say that the try uses the socket with this file descriptor. Raise TimeoutError if the try is over."""
        with self._guard:
            if self._is_over:
                raise TimeoutError
            self._duplicates.append(socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM))

    def give_up(self) -> bool:
        """End whatever blocks on a socket of this try, and let it use no other. Say whether there was one."""
        with self._guard:
            self._is_over = True
            for duplicate in self._duplicates:
                # The other side may have ended it already.
                with contextlib.suppress(OSError):
                    duplicate.shutdown(socket.SHUT_RDWR)
        return self.end()

    def end(self) -> bool:
        """Let the sockets go; what they connect stays open for the next try. Say whether there was one."""
        with self._guard:
            self._is_over = True
            self._on_news.set()
            duplicates, self._duplicates = self._duplicates, []
        for duplicate in duplicates:
            duplicate.close()
        return bool(duplicates)


def within(seconds: float, action: Callable[[Attempt], T], meanwhile: Callable[[], None] | None = None) -> T:
    """Return what the action returns, or raise `errors.NetworkError` when it has not ended in time.

    Socket timeouts bound each read, not the whole: a server that sends a byte a second never meets one, and a name
    lookup has none. So the action runs in a thread of its own. When the time is up, or the user interrupts, the
    sockets that the action named are shut down, so that the thread ends and closes what it opened.
    (A name lookup cannot be ended: its thread is left alone, and finds out when it asks for a socket.)

    `meanwhile` is called once, by the waiting thread, when the request has been sent and is not yet answered.
    """
    results: list[T] = []
    failures: list[BaseException] = []
    done = threading.Event()
    ends = time.monotonic() + seconds
    attempt = Attempt(seconds)

    def work() -> None:
        try:
            results.append(action(attempt))
        except BaseException as failure:
            failures.append(failure)
        finally:
            attempt.end()
            done.set()

    if seconds <= 0:
        raise network.timed_out()
    thread = threading.Thread(target=work, name="try", daemon=True)
    is_done = False
    try:
        # Within, as an interrupt may arrive while the thread starts.
        thread.start()
        if meanwhile is not None and attempt.is_awaited(seconds):
            meanwhile()
        is_done = done.wait(max(ends - time.monotonic(), 0))
    finally:
        if not is_done and attempt.give_up() and thread.is_alive():
            thread.join(_LAST_WORD_S)
    if not is_done:
        raise network.timed_out()
    if failures:
        raise failures[0]
    return results[0]
