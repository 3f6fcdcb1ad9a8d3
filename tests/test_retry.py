"""A call is tried again while that may help and there is time, and never when the exchange says stop."""

import random
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bnacct import errors
from bnacct.client import retry
from bnacct.client.retry import Attempt, Clock, Retrier, within
from bnacct.errors import network
from bnacct.errors.refusals import refused
from bnacct.settings import Settings


class Time:
    """Stands for the module `time` and for waiting: nobody waits, but the time passes."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now_s

    def time_ns(self) -> int:
        return round(self.now_s * 1_000_000_000)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds


class Exchange:
    """Answers each try with the next of `outcomes`, the last one for ever, after `taking_s` seconds."""

    def __init__(self, time: Time, *outcomes: Exception | str, taking_s: float = 0) -> None:
        self.time = time
        self.outcomes = list(outcomes)
        self.taking_s = taking_s
        self.left: list[float] = []

    def attempt(self, left_s: float) -> str:
        self.left.append(left_s)
        assert self.tries < 50, "it is tried without end"
        self.time.now_s += self.taking_s
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def tries(self) -> int:
        return len(self.left)


class Run:
    """A retrier with everything around it at hand."""

    def __init__(self, time: Time, **options: str) -> None:
        self.time = time
        self.notes: list[str] = []
        self.left: list[float] = []
        self.clock = Clock()
        self.drift_ms: Callable[[], int] = lambda: 0
        self.reads = 0
        self.settings = Settings(options, environ={})

    def __call__(self, exchange: Exchange) -> str:
        retrier = Retrier(self.settings, self.clock, self._read, self)
        return retrier.run(exchange.attempt)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def log(self, text: str) -> None:
        raise AssertionError("tries are logged by whoever makes them")

    def pause(self, seconds: float) -> None:
        self.time.sleep(seconds)

    def _read(self, left_s: float) -> int:
        self.left.append(left_s)
        self.reads += 1
        return self.drift_ms()


def busy() -> errors.BnacctError:
    return refused("sapi", http_status=503, binance_code=-1008, text="busy")


def limited(wait_s: float | None, status: int = 429) -> errors.BnacctError:
    return refused("sapi", http_status=status, binance_code=-1003, text="too many", retry_after_s=wait_s)


def bad_timestamp() -> errors.BnacctError:
    return refused("sapi", http_status=400, binance_code=-1021, text="outside of the recvWindow")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    fake = Time()
    monkeypatch.setattr(retry, "time", fake)
    return fake


# -- trying again


def test_a_call_that_succeeds_is_made_once(time: Time) -> None:
    exchange = Exchange(time, "answer")
    assert Run(time)(exchange) == "answer"
    assert (exchange.left, time.waits) == ([10.0], [])


@pytest.mark.parametrize(
    "failure",
    [
        busy(),
        *[refused("sapi", http_status=400, binance_code=code, text="") for code in (-1000, -1001, -1006, -1007, -1008)],
        *[refused("sapi", http_status=status, binance_code=None, text="") for status in (500, 502, 503, 504)],
        network.connection_lost("h"),
        network.connection_refused("h"),
        network.unknown_host("h"),
        network.timed_out(retriable=True),
        network.truncated(),
    ],
    ids=lambda failure: failure.message,
)
def test_what_may_pass_is_tried_again_with_less_time_left(time: Time, failure: errors.BnacctError) -> None:
    exchange = Exchange(time, failure, failure, "answer")
    assert Run(time)(exchange) == "answer"
    assert exchange.tries == 3
    assert exchange.left == pytest.approx([10, 10 - time.waits[0], 10 - time.waits[0] - time.waits[1]])


@pytest.mark.parametrize("retries", [0, 1, 3, 10])
def test_it_is_tried_again_as_often_as_was_asked_for_and_then_fails_with_the_last(time: Time, retries: int) -> None:
    failures = [busy() for _ in range(retries + 5)]
    exchange = Exchange(time, *failures)
    with pytest.raises(errors.ApiError) as raised:
        Run(time, retries=str(retries), timeout="3600")(exchange)
    assert raised.value is failures[retries]
    assert (exchange.tries, len(time.waits)) == (retries + 1, retries)


@pytest.mark.parametrize(
    "failure",
    [
        *[refused("sapi", http_status=400, binance_code=code, text="") for code in (-1022, -2015, -1121, -1102)],
        network.tls_failure("h"),
        network.redirected(302),
        network.oversize(1),
        network.timed_out(),
        errors.ResponseError("not JSON"),
        errors.ConfigError("no key"),
    ],
    ids=lambda failure: failure.message,
)
def test_what_cannot_pass_fails_at_once(time: Time, failure: errors.BnacctError) -> None:
    exchange = Exchange(time, failure, "answer")
    with pytest.raises(type(failure)) as raised:
        Run(time)(exchange)
    assert raised.value is failure
    assert (exchange.tries, time.waits) == (1, [])


def test_a_bug_is_not_tried_again(time: Time) -> None:
    exchange = Exchange(time, KeyError("bug"), "answer")
    with pytest.raises(KeyError):
        Run(time)(exchange)
    assert exchange.tries == 1


# -- backing off


def test_the_waits_grow_within_bounds(time: Time) -> None:
    for seed in range(50):
        random.seed(seed)
        time.waits.clear()
        with pytest.raises(errors.ApiError):
            Run(time, retries="10", timeout="3600")(Exchange(time, busy()))
        middles = [0.2, 0.4, 0.8, 1.6, *[2.0] * 6]
        assert [0.5 <= wait / middle <= 1.5 for wait, middle in zip(time.waits, middles, strict=True)] == [True] * 10


def test_machines_that_failed_together_do_not_come_back_together(time: Time) -> None:
    for _ in range(20):
        Run(time)(Exchange(time, busy(), "answer"))
    assert len(set(time.waits)) > 10


# -- the deadline


def test_all_tries_together_have_one_deadline(time: Time) -> None:
    exchange = Exchange(time, busy(), taking_s=4)
    with pytest.raises(errors.ApiError):
        Run(time, retries="10", timeout="10")(exchange)
    assert exchange.tries == 3
    assert exchange.left == sorted(exchange.left, reverse=True)
    assert exchange.left[-1] < 2


def test_no_wait_goes_past_the_deadline(time: Time) -> None:
    exchange = Exchange(time, busy(), taking_s=9.9)
    with pytest.raises(errors.ApiError):
        Run(time, timeout="10")(exchange)
    assert (exchange.tries, time.waits) == (1, [])


def test_a_try_that_begins_after_the_deadline_is_not_made(time: Time) -> None:
    exchange = Exchange(time, limited(1), "answer", taking_s=30)
    with pytest.raises(errors.NetworkError, match="did not answer in time"):
        Run(time, timeout="10")(exchange)
    assert exchange.tries == 1


# -- rate limits


@pytest.mark.parametrize("wait_s", [0.0, 0.5, 7.0, 10.0])
def test_the_wait_asked_for_is_kept_to_the_second_and_told(time: Time, wait_s: float) -> None:
    run = Run(time)
    assert run(Exchange(time, limited(wait_s), "answer")) == "answer"
    assert time.waits == [wait_s]
    assert run.notes == [f"Rate limited: waiting {wait_s:g} s, as the exchange asks."]


def test_waiting_for_a_rate_limit_takes_nothing_off_the_deadline(time: Time) -> None:
    exchange = Exchange(time, limited(10), "answer")
    assert Run(time, timeout="5")(exchange) == "answer"
    assert exchange.left == [5.0, 5.0]


def test_a_wait_longer_than_max_wait_fails_at_once_and_says_how_long(time: Time) -> None:
    exchange = Exchange(time, limited(11), "answer")
    with pytest.raises(errors.RateLimitError) as raised:
        Run(time, max_wait="10")(exchange)
    assert (raised.value.retry_after_s, exchange.tries, time.waits) == (11, 1, [])


def test_all_waits_together_stay_within_max_wait(time: Time) -> None:
    exchange = Exchange(time, limited(6), limited(4), limited(1), "answer")
    with pytest.raises(errors.RateLimitError) as raised:
        Run(time, max_wait="10")(exchange)
    assert (raised.value.retry_after_s, time.waits) == (1, [6, 4])


def test_no_wait_is_accepted_where_none_was_allowed(time: Time) -> None:
    with pytest.raises(errors.RateLimitError):
        Run(time, max_wait="0")(Exchange(time, limited(1), "answer"))
    assert time.waits == []


def test_a_rate_limit_that_names_no_wait_fails_at_once(time: Time) -> None:
    exchange = Exchange(time, limited(None), "answer")
    with pytest.raises(errors.RateLimitError):
        Run(time)(exchange)
    assert (exchange.tries, time.waits) == (1, [])


def test_a_rate_limit_that_never_ends_is_not_waited_for_without_end(time: Time) -> None:
    exchange = Exchange(time, limited(0))
    with pytest.raises(errors.RateLimitError):
        Run(time, retries="3")(exchange)
    assert exchange.tries == 4


@pytest.mark.parametrize("status", [418, 403, 451])
@pytest.mark.parametrize("code", [None, 0, -1003, -1000])
@pytest.mark.parametrize("wait_s", [None, 0, 1])
def test_a_ban_the_firewall_and_a_restricted_place_are_final(
    time: Time, status: int, code: int | None, wait_s: float | None
) -> None:
    failure = refused("fapi", http_status=status, binance_code=code, text="", retry_after_s=wait_s)
    exchange = Exchange(time, failure, "answer")
    with pytest.raises(type(failure)):
        Run(time)(exchange)
    assert (exchange.tries, time.waits) == (1, [])


# -- the clock


@pytest.mark.parametrize(
    ("drift_ms", "words"), [(65_000, "65.000 s ahead of"), (-1_500, "1.500 s behind"), (7, "0.007 s ahead of")]
)
def test_a_clock_that_is_off_is_measured_once_and_told(time: Time, drift_ms: int, words: str) -> None:
    run = Run(time, retries="0")
    run.drift_ms = lambda: drift_ms
    exchange = Exchange(time, bad_timestamp(), "answer")
    assert run(exchange) == "answer"
    assert (run.reads, exchange.tries, time.waits) == (1, 2, [])
    assert run.notes == [
        f"This machine's clock is {words} the exchange's; corrected for this run. Synchronise it.",
    ]
    assert run.clock.now_ms() == time.time_ns() // 1_000_000 - drift_ms


def test_a_second_refusal_of_the_time_is_final(time: Time) -> None:
    first, second = bad_timestamp(), bad_timestamp()
    run, exchange = Run(time), Exchange(time, first, second, "answer")
    with pytest.raises(errors.ApiError) as raised:
        run(exchange)
    assert raised.value is second
    assert (run.reads, exchange.tries) == (1, 2)


def test_a_clock_stays_healed_for_the_next_call(time: Time) -> None:
    run = Run(time)
    run.drift_ms = lambda: 5_000
    run(Exchange(time, bad_timestamp(), "answer"))
    run(Exchange(time, "answer"))
    assert (run.reads, run.clock.drift_ms) == (1, 5_000)


def test_a_clock_that_drifts_on_is_measured_again_by_a_later_call(time: Time) -> None:
    run = Run(time)
    for drift_ms in (5_000, 9_000):
        run.drift_ms = lambda drift_ms=drift_ms: drift_ms  # type: ignore[misc]
        assert run(Exchange(time, bad_timestamp(), "answer")) == "answer"
        assert drift_ms == run.clock.drift_ms
    assert run.reads == 2


@pytest.mark.parametrize("failure", [network.connection_lost("h"), errors.ResponseError("no time"), busy()])
def test_where_the_clock_cannot_be_read_the_refusal_stands(time: Time, failure: errors.BnacctError) -> None:
    def unreadable() -> int:
        raise failure

    refusal = bad_timestamp()
    run, exchange = Run(time), Exchange(time, refusal, "answer")
    run.drift_ms = unreadable
    with pytest.raises(errors.ApiError) as raised:
        run(exchange)
    assert raised.value is refusal
    assert (run.reads, exchange.tries, run.notes, run.clock.drift_ms) == (1, 1, [], None)


def test_the_clock_is_not_read_when_the_time_is_up(time: Time) -> None:
    refusal = bad_timestamp()
    run = Run(time, timeout="10")
    with pytest.raises(errors.ApiError) as raised:
        run(Exchange(time, refusal, "answer", taking_s=11))
    assert (raised.value, run.reads) == (refusal, 0)


def test_the_clock_is_read_within_the_time_that_is_left(time: Time) -> None:
    run = Run(time, timeout="10")
    assert run(Exchange(time, bad_timestamp(), "answer", taking_s=4)) == "answer"
    assert run.left == [6]


def test_a_clock_is_corrected_by_its_drift(time: Time) -> None:
    clock = Clock()
    assert (clock.drift_ms, clock.now_ms()) == (None, 1_000_000)
    clock.drift_ms = 500
    assert clock.now_ms() == 1_000_000 - 500


def test_the_exchange_answers_in_the_middle_between_sending_and_receiving(time: Time) -> None:
    attempt = Attempt(60)
    time.now_s += 5  # connecting
    attempt.has_sent()
    time.now_s += 2
    assert attempt.middle_ms() == 1_006_000


# -- within


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """What an action that never ends waits for; the test's end lets it go."""
    event = threading.Event()
    yield event
    event.set()


def test_within_returns_what_the_action_returns_and_gives_it_the_time() -> None:
    assert within(60, lambda attempt: ("done", attempt.left_s)) == ("done", 60)
    assert within(60, lambda _: None) is None


@pytest.mark.parametrize("failure", [errors.ApiError("refused"), KeyError("bug"), SystemExit(3), KeyboardInterrupt()])
def test_within_raises_what_the_action_raises(failure: BaseException) -> None:
    def fail(_: Attempt) -> Any:
        raise failure

    with pytest.raises(type(failure)) as raised:
        within(60, fail)
    assert raised.value is failure


def test_within_gives_up_on_an_action_that_does_not_end(release: threading.Event) -> None:
    with pytest.raises(errors.NetworkError, match="did not answer in time") as raised:
        within(0.01, lambda _: release.wait())
    assert (raised.value.exit_status, raised.value.retriable) == (6, False)


@pytest.mark.parametrize("seconds", [0, -1, -0.001])
def test_within_no_time_nothing_is_done(seconds: float) -> None:
    done: list[Attempt] = []
    with pytest.raises(errors.NetworkError):
        within(seconds, done.append)
    assert done == []


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def ended(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(10)
    return bool(threads) and not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("interrupted", [False, True])
def test_an_action_that_blocks_on_a_socket_ends_with_the_wait_for_it(
    pair: tuple[socket.socket, socket.socket], *, interrupted: bool
) -> None:
    threads: list[threading.Thread] = []

    def block(attempt: Attempt) -> bytes:
        threads.append(threading.current_thread())
        attempt.uses(pair[0].fileno())
        if interrupted:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return pair[0].recv(1)

    # A background job starts with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt if interrupted else errors.NetworkError):
            within(60 if interrupted else 0.05, block)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended(threads)


def test_a_try_that_was_given_up_gets_no_other_socket(pair: tuple[socket.socket, socket.socket]) -> None:
    attempt = Attempt(1)
    attempt.uses(pair[0].fileno())
    assert attempt.give_up()
    assert pair[1].recv(1) == b""
    with pytest.raises(TimeoutError):
        attempt.uses(pair[1].fileno())
    assert not attempt.give_up()


def test_a_try_that_ended_leaves_its_connection_open(pair: tuple[socket.socket, socket.socket]) -> None:
    within(60, lambda attempt: attempt.uses(pair[0].fileno()))
    pair[0].send(b"x")
    assert pair[1].recv(1) == b"x"
