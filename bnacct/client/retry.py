"""Repeats one try of a call until it succeeds, is refused for good, or the time is up.

`client` and `websocket` share it: every call of this program is a read, so each may be sent again.
A try signs for itself, so each has a fresh timestamp and signature.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from bnacct import errors
from bnacct.errors import network
from bnacct.settings import Settings

T = TypeVar("T")

_FIRST_BACKOFF_S = 0.2
_LONGEST_BACKOFF_S = 2.0


class Clock:
    """This machine's clock, corrected by what the server's own clock said; times are epoch milliseconds."""

    def __init__(self) -> None:
        self.drift_ms: int | None = None

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 - (self.drift_ms or 0)

    def measure(self, read_server_ms: Callable[[], int]) -> int:
        """Read the server's clock once and keep the drift: ours minus the server's, at the middle of the round trip."""
        before = time.time_ns() // 1_000_000
        server_ms = read_server_ms()
        after = time.time_ns() // 1_000_000
        self.drift_ms = (before + after) // 2 - server_ms
        return self.drift_ms


class Retrier:
    """The patience of one command: `timeout_s` for all tries together, `max_wait_s` more where the exchange asks."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        read_server_ms: Callable[[], int],
        note: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._read_server_ms = read_server_ms
        self._note = note
        self._sleep = sleep

    def run(self, attempt: Callable[[float], T]) -> T:
        """Call `attempt` with the seconds left until it returns, and return that. Raises its last `BnacctError`."""
        ends = time.monotonic() + self._settings.timeout_s
        patience_s = self._settings.max_wait_s
        tries = 0
        healed = False
        while True:
            try:
                return within(ends - time.monotonic(), attempt)
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
                    self._note(f"Rate limited: waiting {wait_s:g} s, as the exchange asks.")
                    patience_s -= wait_s
                    ends += wait_s
                elif time.monotonic() + wait_s >= ends:
                    raise
                self._sleep(wait_s)
                tries += 1

    def _wait_s(self, error: errors.BnacctError, tries: int, patience_s: float) -> float | None:
        """Return how long to wait before the next try, or None where none is due."""
        if error.retriable:
            # Jitter keeps many machines that failed together from coming back together.
            backoff_s: float = min(_FIRST_BACKOFF_S * 2**tries, _LONGEST_BACKOFF_S)
            return backoff_s * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
        if error.http_status == 429 and error.retry_after_s is not None and error.retry_after_s <= patience_s:
            return error.retry_after_s
        return None

    def _heal_clock(self, refusal: errors.BnacctError, ends: float) -> None:
        try:
            drift_ms = within(ends - time.monotonic(), lambda _: self._clock.measure(self._read_server_ms))
        except errors.BnacctError:
            raise refusal from None
        side = "ahead of" if drift_ms > 0 else "behind"
        self._note(
            f"This machine's clock is {abs(drift_ms) / 1000:.3f} s {side} the exchange's; "
            "corrected for this run. Synchronise it."
        )


def within(seconds: float, action: Callable[[float], T]) -> T:
    """Return `action(seconds)`, or raise `errors.NetworkError` when it has not ended by then.

    Socket timeouts bound each read, not the whole: a server that sends a byte a second never meets one, and a name
    lookup has none. So the action runs in a thread of its own, which is abandoned when the time is up.
    """
    results: list[T] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            results.append(action(seconds))
        except BaseException as failure:
            failures.append(failure)
        finally:
            done.set()

    if seconds > 0:
        threading.Thread(target=work, daemon=True).start()
        done.wait(seconds)
    if failures:
        raise failures[0]
    if results:
        return results[0]
    raise network.timed_out()
