"""Readings: what is asked side by side comes back in order, over connections that nobody shares at a time."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bnacct import client, errors, queries
from bnacct.client import Answer, Silent
from bnacct.queries import Query
from bnacct.readings import MOST_AT_ONCE, Account, Question, Reader, Reading
from bnacct.sandbox import Sandbox
from bnacct.settings import Settings

Exchange = Callable[..., Sandbox]
USER_ASSETS, FUTURES_ACCOUNT, WS_BALANCE = map(queries.named, ("user-assets", "futures-account", "ws-balance"))


class Told(Silent):
    """A console that keeps what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def reader(told: Told) -> Iterator[Reader]:
    with Reader(told) as opened:
        yield opened


def account(name: str = "") -> Account:
    return Account(name, Settings({"retries": "0"}))


def test_a_reading_holds_what_was_asked_of_whom_and_what_came(exchange: Exchange, reader: Reader) -> None:
    sandbox = exchange("rich")

    reading = reader.read(Question(account("main"), USER_ASSETS, {"asset": "BTC"}))

    assert (reading.query, reading.account) == (USER_ASSETS, "main")
    assert reading.parameters == {"asset": "BTC", "needBtcValuation": True}
    assert abs(reading.at_ms - 1000 * int(reading.at_ms / 1000)) < 1000
    assert reading.answered().body.startswith(b'[{"asset":"BTC"')
    assert [row["asset"] for row in reading.document()] == ["BTC"]
    assert "recvWindow=5000" in sandbox.requests[0].query


def test_a_failure_is_part_of_the_reading_and_raised_where_the_answer_is_asked_for(
    exchange: Exchange, reader: Reader
) -> None:
    exchange(faults=["error=-2015"])

    reading = reader.read(Question(account(), USER_ASSETS))

    assert reading.answer is None
    for ask in (reading.answered, reading.document):
        with pytest.raises(errors.AuthError):
            ask()


def test_an_answer_of_another_shape_is_a_failure_of_the_response(exchange: Exchange, reader: Reader) -> None:
    exchange(faults=['wrong-shape={"asset":"BTC"}'])

    with pytest.raises(errors.ResponseError, match="not what the API document promises"):
        reader.read(Question(account(), USER_ASSETS)).document()


def test_readings_come_in_the_order_of_their_questions(exchange: Exchange, reader: Reader) -> None:
    exchange("rich", faults=["latency=0.3*1"])
    asked = [Question(account(), query) for query in (USER_ASSETS, FUTURES_ACCOUNT, WS_BALANCE, USER_ASSETS)]

    readings = reader.read_all(asked)

    assert [reading.query for reading in readings] == [question.query for question in asked]
    assert all(reading.answer for reading in readings)


def test_one_failure_does_not_keep_the_others_from_being_read(exchange: Exchange, reader: Reader) -> None:
    exchange("rich", faults=["error=-2015*1"])

    readings = reader.read_all([Question(account(), USER_ASSETS) for _ in range(4)])

    assert sorted(reading.answer is None for reading in readings) == [False, False, False, True]


class Meeting:
    """A client that waits until as many calls are under way as can be."""

    def __init__(self, expected: int) -> None:
        self.together = threading.Barrier(expected)
        self.lock = threading.Lock()
        self.under_way = self.most = self.opened = 0

    known_drift_ms = None

    def open(self, *_: Any) -> "Meeting":
        self.opened += 1
        return self

    def call(self, *_: Any) -> Answer:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.together.wait(timeout=20)
        with self.lock:
            self.under_way -= 1
        return Answer(b"[]", [])

    def close(self) -> None:
        self.opened -= 1


def test_at_most_so_many_calls_are_under_way_at_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(MOST_AT_ONCE)
    monkeypatch.setattr(client, "open_client", meeting.open)
    monkeypatch.setenv("BNACCT_ENVIRONMENT", "sandbox")

    readings = reader.read_all([Question(account(), USER_ASSETS) for _ in range(2 * MOST_AT_ONCE)])

    assert len(readings) == 2 * MOST_AT_ONCE
    assert meeting.most == MOST_AT_ONCE


def test_calls_that_do_not_overlap_share_a_connection(exchange: Exchange, reader: Reader) -> None:
    sandbox = exchange("rich")
    asked = Question(account(), USER_ASSETS)

    for _ in range(3):
        reader.read(asked)

    assert (len(sandbox.requests), sandbox.connections) == (3, 1)


def test_another_account_has_another_client(exchange: Exchange, reader: Reader) -> None:
    exchange()
    first, second = (Question(account(name), USER_ASSETS) for name in ("first", "second"))

    # An account is known by its settings: each question here has settings of its own.
    one = reader.client(first)
    assert reader.client(second) is not one
    assert reader.client(first) is one


def test_every_client_is_closed_with_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Meeting(1)
    monkeypatch.setattr(client, "open_client", meeting.open)
    monkeypatch.setenv("BNACCT_ENVIRONMENT", "sandbox")

    with Reader(Silent()) as reader:
        reader.read(Question(account("a"), USER_ASSETS))
        reader.read(Question(account("b"), WS_BALANCE))
        assert meeting.opened == 2

    assert meeting.opened == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_bug_is_not_hidden(exchange: Exchange, reader: Reader, count: int) -> None:
    exchange()
    unlisted = Query("", USER_ASSETS.endpoint._replace(path="/sapi/v1/capital/withdraw/apply"), USER_ASSETS.shown_as)

    with pytest.raises(ValueError, match="not in the endpoint table"):
        reader.read_all([Question(account(), unlisted)] * count)


def test_who_answers_in_the_exchanges_place_is_named_once_and_with_an_answer_only(
    exchange: Exchange, reader: Reader, told: Told
) -> None:
    sandbox = exchange(faults=["error=-2015*1"])
    asked = Question(account(), USER_ASSETS)

    reader.read(asked)
    assert told.notes == []

    for _ in range(3):
        reader.read(asked)
    host = sandbox.urls["sapi"].removeprefix("http://")
    assert told.notes == [f"answered by {host}, not the exchange"]


def test_a_reading_without_anything_is_a_bug() -> None:
    with pytest.raises(errors.BnacctError, match="neither an answer nor a failure"):
        Reading(USER_ASSETS, "", 0).answered()
