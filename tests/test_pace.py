"""Many accounts wait for the next minute rather than spend more weight than one address has. Nothing here really waits."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import endpoints, errors, queries
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import Endpoint
from bnacct.readings import Account, Question, Reader, Reading
from bnacct.readings.pace import Pace, Reserved, Shortage, left_of_minute_ms
from bnacct.sandbox import Sandbox
from bnacct.sandbox.exchange.weights import Weights
from bnacct.settings import Settings
from tests.conftest import Outcome
from tests.sandbox_requests import NOW

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
Profiles = Callable[[Sandbox, int], None]


class Clock:
    """The time of this machine and of the sandbox, which only a pause moves on."""

    def __init__(self) -> None:
        self.now_ms = NOW
        self.paused: list[float] = []

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now_ms += int(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock, monotonic = Clock(), time.monotonic
    monkeypatch.setattr(time, "time_ns", lambda: clock.now_ms * 1_000_000)
    # A deadline that ran during a pause would be over after it.
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + sum(clock.paused))
    monkeypatch.setattr(Stderr, "pause", lambda _, seconds: clock.pause(seconds))
    return clock


@pytest.fixture
def profiles() -> Profiles:
    """Write so many profiles of one exchange, `p000` and so on."""
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)

    def write(sandbox: Sandbox, count: int) -> None:
        first = len(list(folder.iterdir()))
        text = "".join(f"{name}={value}\n" for name, value in sandbox.environment().items())
        for number in range(first, first + count):
            path = folder / f"p{number:03}.env"
            path.write_text(text)
            path.chmod(0o600)

    return write


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Keep what the sandbox refused for weight: the weight that was used by then."""
    found: list[int] = []
    judge = Weights.refuse_if_over

    def judged(self: Weights, spent: Any, now_ms: int) -> None:
        if spent.used > spent.limit.weight_per_minute:
            found.append(spent.used)
        judge(self, spent, now_ms)

    monkeypatch.setattr(Weights, "refuse_if_over", judged)
    return found


def waits(outcome: Outcome) -> list[str]:
    return [line for line in outcome.err.splitlines() if "Waiting" in line]


# -- every way to read many accounts


def test_an_overview_of_a_hundred_accounts_reads_all_of_them_and_none_is_refused(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, refused: list[int]
) -> None:
    sandbox = exchange("new")
    profiles(sandbox, 100)

    outcome = run("overview", "--all-profiles", "-o", "json")

    assert (outcome.status, refused) == (0, [])
    assert [entry["data"]["total"]["bound"] for entry in outcome.json] == ["exact"] * 100
    assert waits(outcome) == [
        "bnacct: Waiting 31 s: earn-positions weighs 150 for each account, and an address has 12000 a minute."
    ]
    assert clock.paused == [31]
    assert [request.path for request in sandbox.requests].count(endpoints.EARN_FLEXIBLE.path) == 100


@pytest.mark.parametrize(("count", "expected"), [(80, []), (81, [31]), (161, [31, 60])])
def test_a_minute_has_eighty_accounts_of_earn(
    run: Run,
    exchange: Exchange,
    profiles: Profiles,
    clock: Clock,
    refused: list[int],
    count: int,
    expected: list[float],
) -> None:
    profiles(exchange("docs"), count)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, refused, clock.paused) == (0, [], expected)
    assert sum("data" in entry for entry in outcome.json) == count


@pytest.mark.parametrize(
    ("arguments", "endpoint", "count"),
    [
        (["snapshot", "-o", "json"], endpoints.SNAPSHOT, 6),
        (["record", "snapshot", "-q"], endpoints.SNAPSHOT, 6),
        (["record", "earn-positions", "user-assets"], endpoints.EARN_FLEXIBLE, 81),
        (["check", "-c", "earn-positions.USDT.totalAmount=0:"], endpoints.EARN_FLEXIBLE, 81),
        # An Earn position is pledged, so loans are read, at 300 each.
        (["metrics", "user-assets", "overview"], endpoints.FLEXIBLE_LOANS, 41),
    ],
)
def test_every_command_that_reads_many_accounts_keeps_pace(
    run: Run,
    exchange: Exchange,
    profiles: Profiles,
    clock: Clock,
    refused: list[int],
    arguments: list[str],
    endpoint: Endpoint,
    count: int,
) -> None:
    sandbox = exchange("docs")
    profiles(sandbox, count)

    outcome = run(*arguments, "--all-profiles")

    assert (outcome.status, refused, clock.paused) == (0, [], [31])
    assert [request.path for request in sandbox.requests].count(endpoint.path) == count


def test_pages_are_expected_where_accounts_before_had_them(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, refused: list[int]
) -> None:
    # Two pages of 150 for each account: forty of them fill a minute.
    profiles(exchange("classic"), 41)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, refused, clock.paused) == (0, [], [31])


def test_calls_over_websocket_count_with_their_handshakes(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, refused: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Weights, "spend", _beginning_with(2_300))
    profiles(exchange("docs"), 12)

    outcome = run("ws-balance", "--all-profiles", "-o", "json")

    assert (outcome.status, refused, clock.paused) == (0, [], [31])


def _beginning_with(weight: int) -> Any:
    """Return a count that begins each minute's first call with so much that others have used, in the first minute."""
    spend = Weights.spend

    def spent(self: Weights, endpoint: Any, now_ms: int) -> Any:
        found = spend(self, endpoint, now_ms)
        return found._replace(used=found.used + weight) if now_ms // 60_000 == NOW // 60_000 else found

    return spent


def test_what_others_at_this_address_have_used_is_learnt_from_the_first_answers(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, refused: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Weights, "spend", _beginning_with(9_000))
    profiles(exchange("docs"), 30)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, refused, clock.paused) == (0, [], [31])


# -- what is not waited for


def test_another_exchange_counts_by_itself(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, refused: list[int]
) -> None:
    profiles(exchange("docs"), 60)
    profiles(exchange("docs"), 60)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, refused, clock.paused) == (0, [], [])


def test_a_host_that_has_refused_is_not_waited_for(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock
) -> None:
    sandbox = exchange("docs", faults=["rate-limit=1"])
    profiles(sandbox, 100)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, clock.paused) == (5, [])
    assert len(sandbox.requests) <= 8
    assert len(outcome.json) == 100


def test_an_account_that_is_wrong_in_itself_is_not_waited_for(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock
) -> None:
    profiles(exchange("docs"), 80)
    (Path.home() / ".config" / "bnacct" / "z.env").write_text("BINANCE_API_KEY=half\n")

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    assert (outcome.status, clock.paused) == (9, [])


def test_a_host_that_does_not_answer_is_not_waited_for(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock
) -> None:
    sandbox = exchange("docs")
    profiles(sandbox, 170)
    sandbox.close()

    outcome = run("earn-positions", "--all-profiles", "--retries", "0")

    assert outcome.status == 6
    assert outcome.err.count("refused the connection") >= 170
    assert clock.paused == []


# -- while it waits


def test_an_interrupt_ends_the_wait_at_once(
    run: Run, exchange: Exchange, profiles: Profiles, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    interrupts: list[float] = []

    def interrupted(_: Stderr, seconds: float) -> None:
        interrupts.append(seconds)
        if len(interrupts) == 1:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        released.wait(20)

    monkeypatch.setattr(Stderr, "pause", interrupted)
    sandbox = exchange("docs")
    profiles(sandbox, 81)

    outcome = run("earn-positions", "--all-profiles", "-o", "json")

    is_over_before = not released.is_set()
    released.set()
    assert (outcome.status, outcome.out) == (130, b"")
    assert is_over_before
    assert len(sandbox.requests) == 80


def test_a_wait_ends_with_the_minute_of_the_exchanges_clock_where_that_is_known(
    exchange: Exchange, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The exchange is twenty seconds ahead, and refuses a timestamp that is ten seconds old.
    exchange("docs", now_ms=lambda: clock.now_ms + 20_000)
    settings = Settings({"recv_window": "10000"})
    with Reader(Stderr(as_json=False)) as reader:
        asked = Question(Account("", settings), queries.named("user-assets"))
        assert reader.now_ms() == clock.now_ms
        assert reader.read(asked).failure is None

        assert reader.now_ms() == clock.now_ms + 20_000
        reader.wait_for_minute(Shortage(asked.query, 5, 12_000))

    assert clock.paused == [10]


# -- the count itself


QUERY = queries.named("earn-positions")


@pytest.fixture
def question(exchange: Exchange) -> Question:
    exchange()
    return Question(Account("", Settings({})), QUERY)


def answered(question: Question, weight_used: int | None, pages: int = 1) -> Reading:
    from bnacct.client import Answer

    return Reading(question.query, "", NOW, Answer(b"", {}, (b"",) * pages, weight_used))


def begun(pace: Pace, *questions: Question, now_ms: int = NOW) -> Reserved:
    reserved = pace.begin(questions, now_ms)
    assert isinstance(reserved, Reserved)
    return reserved


def test_what_is_under_way_is_reserved_until_it_is_answered_or_given_back(question: Question) -> None:
    pace = Pace()
    under_way = [begun(pace, question) for _ in range(80)]
    assert pace.begin([question], NOW) == Shortage(QUERY, 150, 12_000)
    pace.end(under_way.pop())
    begun(pace, question)


def test_what_has_been_used_is_not_reserved_as_well(question: Question) -> None:
    pace = Pace()
    for number in range(40):
        pace.read(begun(pace, question), question, answered(question, 150 * (number + 1)), NOW)
    for _ in range(40):
        begun(pace, question)
    assert isinstance(pace.begin([question], NOW), Shortage)


def test_an_answer_that_was_overtaken_does_not_lower_the_count(question: Question) -> None:
    pace = Pace()
    first, second = begun(pace, question), begun(pace, question)
    pace.read(first, question, answered(question, 12_000), NOW)
    pace.read(second, question, answered(question, 11_850), NOW)
    pace.end(first)
    pace.end(second)
    assert isinstance(pace.begin([question], NOW), Shortage)
    assert isinstance(pace.begin([question], NOW + left_of_minute_ms(NOW)), Reserved)


def test_an_answer_without_a_count_has_been_counted_all_the_same(question: Question) -> None:
    pace = Pace()
    for _ in range(40):
        reserved = begun(pace, question)
        pace.read(reserved, question, answered(question, None, pages=2), NOW)
        pace.end(reserved)
    assert pace.begin([question], NOW) == Shortage(QUERY, 300, 12_000)


def test_pages_that_came_before_the_network_failed_have_been_counted(question: Question) -> None:
    pace, failure = Pace(), errors.NetworkError("The connection was lost.")
    pace.read(begun(pace, question), question, answered(question, None, 80)._replace(failure=failure), NOW)
    assert isinstance(pace.begin([question], NOW), Shortage)


def test_what_would_never_fit_is_asked_when_nothing_else_is(question: Question) -> None:
    pace = Pace()
    reserved = begun(pace, *[question] * 100)
    assert isinstance(pace.begin([question], NOW), Shortage)
    pace.end(reserved)
    begun(pace, *[question] * 100)


def test_weight_that_counts_for_the_account_is_not_that_of_the_address(question: Question) -> None:
    pace = Pace()
    loans = question._replace(query=queries.SOURCES["pm-loan"])
    assert begun(pace, *[loans] * 1000).weights == {}


def test_hosts_that_share_a_count_are_one(question: Question) -> None:
    asked = [
        question._replace(query=queries.named(name))
        for name in ("futures-account", "coin-futures-account", "ws-balance")
    ]
    (weight,) = begun(Pace(), *asked).weights.values()
    assert weight == 20


def test_a_pause_is_of_whole_seconds_and_never_too_short(clock: Clock, exchange: Exchange) -> None:
    clock.now_ms = NOW + 1
    with Reader(Stderr(as_json=False)) as reader:
        reader.wait_for_minute(Shortage(QUERY, 150, 12_000))
    # One second more: what is sent by a clock that is that far ahead is not refused.
    assert clock.paused == [31]
    assert left_of_minute_ms(NOW - 30_000) == 60_000
