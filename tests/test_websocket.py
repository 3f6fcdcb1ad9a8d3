"""Frames that the sandbox never sends: each is passed over, or ends in a documented status; none is taken for an answer."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.sync.server import Server, ServerConnection, serve

from tests.bounded import run_bounded
from tests.conftest import Outcome

ASSETS = [{"asset": "USDT", "balance": "1.10"}]
ANSWER = {"id": "ID", "status": 200, "result": ASSETS}
REFUSED = {"code": -2015, "msg": "no"}

Run = Callable[..., Outcome]
Frame = str | bytes | dict[str, Any] | list[Any] | None
# Makes the frames that answer the request with this id.
Answering = Callable[[str], list[str]]


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Serve a WebSocket API that answers each request with these frames, "ID" in them being the request's."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(*frames: Frame | Answering, forever: bool = False) -> None:
        def answer(connection: ServerConnection) -> None:
            for request in connection:
                identity = json.loads(request)["id"]
                while True:
                    for frame in frames:
                        for sent in frame(identity) if callable(frame) else [_written(frame, identity)]:
                            connection.send(sent)
                    if not forever:
                        break

        server = serve(answer, "127.0.0.1", 0, compression=None, max_size=None)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{server.socket.getsockname()[1]}")
        monkeypatch.setenv("BINANCE_API_KEY", "k" * 64)
        monkeypatch.setenv("BINANCE_API_SECRET", "s" * 64)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()


def _written(frame: Frame, identity: str) -> str | bytes:
    if isinstance(frame, bytes):
        return frame.replace(b'"ID"', json.dumps(identity).encode())
    return (frame if isinstance(frame, str) else json.dumps(frame)).replace('"ID"', json.dumps(identity))


PASSED_OVER: list[Frame] = [
    {"event": {"e": "serverShutdown", "E": 1702561978458}},
    {"id": "another", "status": 200, "result": [{"asset": "USDT", "balance": "999"}]},
    {"id": "another", "status": 401, "error": REFUSED},
    {"id": None, "status": 200, "result": [{"asset": "USDT", "balance": "999"}]},
    {},
    [],
    [ANSWER],
    "5",
    "null",
    '"ID"',
]


@pytest.mark.parametrize("frame", PASSED_OVER, ids=json.dumps)
def test_a_frame_that_is_not_ours_is_passed_over(run: Run, replies: Callable[..., None], frame: Frame) -> None:
    replies(frame, frame, ANSWER)

    ended = run("ws-balance", "-o", "json", "-v")

    assert (ended.status, ended.json) == (0, ASSETS)


@pytest.mark.parametrize("limits", [5, "REQUEST_WEIGHT", {"rateLimitType": "REQUEST_WEIGHT"}, [None, 1], None, True])
def test_odd_rate_limits_do_not_spoil_an_answer(run: Run, replies: Callable[..., None], limits: Any) -> None:
    replies({**ANSWER, "rateLimits": limits})

    ended = run("ws-balance", "-o", "json", "-v")

    assert (ended.status, ended.json) == (0, ASSETS)
    assert "weight unknown" in ended.err


ENDINGS: list[tuple[Frame, int]] = [
    ({"id": "ID", "status": 200}, 8),
    ({"id": "ID", "status": 200, "error": None}, 8),
    ({"id": "ID", "status": "200", "result": ASSETS}, 8),
    ({"id": "ID", "result": ASSETS}, 8),
    ({"id": "ID", "status": 200, "result": None}, 8),
    ({"id": "ID", "status": 200, "result": "ok"}, 8),
    ({"id": "ID", "status": 200, "result": [1]}, 8),
    ({"id": "ID", "status": 400, "error": "no"}, 8),
    ({"id": "ID", "status": 400, "error": {}}, 7),
    ({"id": "ID", "status": 400, "error": {"code": None, "msg": None}}, 7),
    ({"id": "ID", "status": 400, "error": {"code": [1], "msg": {"a": 1}}}, 7),
    ({"id": "ID", "status": 400, "result": ASSETS, "error": REFUSED}, 4),
    ({"id": "ID", "status": None, "error": REFUSED}, 4),
    ({"id": "ID", "status": 401, "error": {"code": "-2015", "msg": "no"}}, 4),
    ({"id": None, "status": 401, "error": REFUSED}, 4),
    ({"id": None, "status": 429, "error": {"code": -1003, "msg": "no"}}, 5),
    ({"id": "ID", "status": 418, "error": {"code": -1003, "msg": "IP(1.1.1.1) banned until 1783962718662."}}, 5),
    ({"id": "ID", "status": 429, "error": {"code": -1003, "msg": "no", "data": {"retryAfter": "soon"}}}, 5),
    ({"id": "ID", "status": 429, "error": {"code": -1003, "msg": "no", "data": [1]}}, 5),
    ({"id": "ID", "status": 429, "error": {"code": -1003, "msg": "no", "data": {"retryAfter": 10**18}}}, 5),
    ("", 8),
    ("{", 8),
    ("<html>", 8),
    (b'{"id":"ID","status":200,"result":[{"asset":"\xff\xfe"}]}', 8),
    ('{"id":"ID","id":"ID","status":200,"result":[]}', 8),
    ('{"id":"ID","status":200,"result":[{"asset":"USDT","balance":NaN}]}', 8),
]


@pytest.mark.parametrize(("frame", "status"), ENDINGS)
def test_a_reply_that_is_no_answer_ends_in_a_documented_status(
    run: Run, replies: Callable[..., None], frame: Frame, status: int
) -> None:
    replies(frame)

    ended = run("ws-balance", "-o", "json", "--retries", "0")

    assert (ended.status, ended.out, ended.error["exit"]) == (status, b"", status)


def test_frames_that_are_not_ours_do_not_hold_a_command_for_ever(
    run_process: Run, replies: Callable[..., None]
) -> None:
    replies({"event": {"e": "serverShutdown"}}, forever=True)

    assert run_process("ws-balance", "-o", "json", "--timeout", "0.5").error["code"] == "network"


def test_a_result_of_numbers_keeps_its_digits(run: Run, replies: Callable[..., None]) -> None:
    replies('{"id":"ID","status":200,"result":[{"asset":"USDT","balance":0.10000000000000000001}]}')

    assert run("ws-balance", "-o", "json").json == [{"asset": "USDT", "balance": "0.10000000000000000001"}]


def test_equal_answers_to_two_runs_are_the_same_bytes_and_kept_once(
    run: Run, replies: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNACCT_ARCHIVE", "archive.db")
    replies(ANSWER)
    for _ in range(2):
        assert run("ws-balance", "--record").status == 0

    assert run("history", "verify").text == "2 readings, 1 bodies, 0 problems\n"


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_one(run: Run, replies: Callable[..., None]) -> None:
    amounts = iter(range(1, 100))

    def answered(identity: str) -> list[str]:
        result = [{"asset": "USDT", "balance": str(next(amounts))}]
        return [json.dumps({"id": identity, "status": 200, "result": result})] * 2

    replies(answered)
    ended = run("ws-balance", "-o", "json", "--watch", "0.13", "--count", "3")

    assert ended.status == 0
    assert [json.loads(line)[0]["balance"] for line in ended.text.splitlines()] == ["1", "2", "3"]


def test_long_frames_that_are_not_ours_are_not_piled_up(replies: Callable[..., None]) -> None:
    replies(*[" " * (30 << 20) + "{}"] * 13, ANSWER)

    ended = run_bounded("ws-balance", "-o", "json", "--timeout", "20")

    assert (ended.status, ended.json) == (0, ASSETS), ended.err


def test_the_goodbye_is_said_and_its_answer_not_waited_for(
    run: Run, replies: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from websockets.sync import client

    made: list[client.ClientConnection] = []
    connect = client.connect

    def connecting(*arguments: Any, **options: Any) -> client.ClientConnection:
        made.append(connect(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(client, "connect", connecting)
    replies(ANSWER)

    assert run("ws-balance").status == 0
    (connection,) = made
    assert connection.close_timeout == 0
    assert connection.protocol.close_sent is not None
    assert connection.protocol.close_sent.code == 1000
