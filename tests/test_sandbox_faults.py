"""The sandbox misbehaves as told. Delivery is judged by the bytes received, everything else by the response."""

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import websockets.exceptions

from bnacct.sandbox import FAULTS, Fault, Sandbox
from bnacct.sandbox.faults import effects
from tests.sandbox_requests import (
    ASSETS,
    BOUND_S,
    NOW,
    Reply,
    get,
    make,
    opened,
    raw,
    send,
    ws_call,
    ws_request,
)


def handshake(sandbox: Sandbox) -> Reply:
    """Ask for a WebSocket, and return what HTTP says to it."""
    address = urlsplit(sandbox.urls["ws_fapi"])
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    connection = http.client.HTTPConnection(address.netloc, timeout=BOUND_S)
    try:
        connection.request("GET", address.path, headers={**upgrade, "Sec-WebSocket-Key": "c2FuZGJveHNhbmRib3hzYQ=="})
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


REST_ANSWERS: dict[str, tuple[int, bytes]] = {
    "rate-limit=7": (429, b'{"code":-1003,"msg":"Too many requests; current limit of IP(203.0.113.7) is 2400'),
    "ban=60": (418, b'{"code":-1003,"msg":"Way too many requests; IP(203.0.113.7) banned until %d.' % (NOW + 60_000)),
    "waf": (403, b"<!DOCTYPE HTML PUBLIC"),
    "restricted": (451, b'{"code":0,"msg":"Service unavailable from a restricted location'),
    "redirect=http://127.0.0.1:9/": (302, b""),
    "server-error=500": (500, b'{"code":-1000,'),
    "server-error=503": (503, b'{"code":-1008,'),
    "server-error=504": (504, b'{"code":-1007,'),
    "server-error=502": (502, b"<html>"),
    "error=-2015": (401, b'{"code":-2015,'),
    "error=-9999": (400, b'{"code":-9999,'),
    "html": (200, b"<!DOCTYPE html>"),
    "empty": (200, b""),
    "bom": (200, b"\xef\xbb\xbf[{"),
    "charset": (200, b'[{"asset":"\xe9\xff'),
    "nan": (200, b'[{"asset":"BTC","free":NaN'),
    "duplicate-keys": (200, b'[{"asset":"BTC","free":"1","free":"2"'),
    "deep=50": (200, b"[" * 50 + b"]" * 50),
    'wrong-shape={"a":1}': (200, b'{"a":1}'),
    "big=100": (200, b" " * 100 + b"[{"),
    "not-gzip": (200, b"[{"),
    "latency=0": (200, b"[{"),
    "drip=0": (200, b"[{"),
    "clock-skew=-60000": (400, b'{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead'),
    "clock-skew=60000": (400, b'{"code":-1021,"msg":"Timestamp for this request is outside'),
    "handshake": (200, b"[{"),
    "null-id": (200, b"[{"),
}


@pytest.mark.parametrize(("fault", "status", "start"), [(name, *answer) for name, answer in REST_ANSWERS.items()])
def test_a_fault_changes_the_answer(fault: str, status: int, start: bytes) -> None:
    with make(faults=[fault]) as running:
        reply = get(running, ASSETS)
    assert (reply.status, reply.body[: len(start)]) == (status, start)


def test_faults_add_the_headers_that_belong_to_them() -> None:
    expected = {
        "rate-limit=7": ("Retry-After", "7"),
        "ban=60": ("Retry-After", "60"),
        "redirect=http://127.0.0.1:9/": ("Location", "http://127.0.0.1:9/"),
        "charset": ("Content-Type", "application/json;charset=ISO-8859-1"),
        "not-gzip": ("Content-Encoding", "gzip"),
        "html": ("Content-Type", "text/html"),
        "waf": ("Server", "CloudFront"),
    }
    for fault, (name, value) in expected.items():
        with make(faults=[fault]) as running:
            assert get(running, ASSETS).headers[name] == value


def test_compressed_bodies_are_what_they_say() -> None:
    with make(faults=["gzip"]) as running:
        assert gzip.decompress(get(running, ASSETS).body).startswith(b"[{")
    with make(faults=["gzip-bomb=4"]) as running:
        body = get(running, ASSETS).body
        assert (len(body) < 1 << 16, len(gzip.decompress(body))) == (True, 4 << 20)


def test_a_truncated_answer_is_shorter_than_it_says() -> None:
    with make(faults=["truncated"]) as running:
        head, _, body = raw(running).partition(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
    assert len(body) == length // 2


def test_a_dropped_connection_brings_nothing() -> None:
    with make(faults=["drop"]) as running:
        assert raw(running) == b""


def test_a_reset_connection_is_reset() -> None:
    with make(faults=["reset"]) as running, pytest.raises(ConnectionResetError):
        raw(running)


def test_junk_has_no_end_but_the_one_asked_for() -> None:
    with make(faults=["junk=200000"]) as running:
        assert raw(running).partition(b"\r\n\r\n")[2] == b"x" * 200_000


def test_a_drip_waits_after_each_byte() -> None:
    waits: list[float | None] = []
    assert list(effects.drip([b"ab", b"c"], 0.5, waits.append)) == [b"a", b"b", b"c"]
    assert waits == [0.5] * 3


def test_two_clock_faults_add_up() -> None:
    with make(faults=["clock-skew=500", "clock-skew=400"]) as running:
        assert send(running, ("GET", "/api/v3/time"), key=None).json == {"serverTime": NOW + 900}


@pytest.mark.parametrize("fault", ["silence", "latency=600", "drip=600"])
def test_closing_ends_what_a_fault_is_waiting_for(fault: str) -> None:
    arrived = threading.Event()
    running = Sandbox(faults=[fault], now_ms=lambda: (arrived.set(), NOW)[1]).start()
    address = urlsplit(running.urls["sapi"])
    with socket.create_connection((address.hostname, address.port or 0), timeout=BOUND_S) as connection:
        connection.sendall(b"GET /api/v3/time HTTP/1.1\r\n\r\n")
        assert arrived.wait(BOUND_S)
        if fault.startswith("drip"):
            assert connection.recv(10) == b"H"
        running.close()
        assert connection.recv(10) == b""


def test_a_fault_can_end_after_so_many_requests() -> None:
    with make(faults=["server-error=503*2", "rate-limit*1"]) as running:
        assert [get(running, ASSETS).status for _ in range(4)] == [429, 503, 200, 200]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("nothing", "There is no fault 'nothing'; there are latency"),
        ("latency=soon", "takes seconds, at most a day, not 'soon'"),
        ("drip=nan", "takes seconds, at most a day, not 'nan'"),
        ("close=70000", "takes a code from 1000 to 4999, not '70000'"),
        ("error=x*2", "takes a whole number, not 'x'"),
    ],
)
def test_a_fault_that_is_not_understood_is_an_error_in_words(fault: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make(faults=[fault])


WS_ANSWERS: dict[str, Callable[[list[str | bytes]], bool]] = {
    "rate-limit=7": lambda f: (
        json.loads(f[0])["error"]["data"] == {"serverTime": NOW, "retryAfter": NOW + 7000}
        and json.loads(f[0])["status"] == 429
    ),
    "ban=60": lambda f: json.loads(f[0])["status"] == 418 and "banned until" in json.loads(f[0])["error"]["msg"],
    "server-error=503": lambda f: json.loads(f[0])["error"]["code"] == -1008,
    "error=-4109": lambda f: json.loads(f[0])["error"]["code"] == -4109,
    "html": lambda f: str(f[0]).startswith("<!DOCTYPE html>"),
    "empty": lambda f: f[0] == "",
    "bom": lambda f: str(f[0]).startswith("\ufeff{"),
    "nan": lambda f: '"free":NaN' in str(f[0]),
    "deep=9": lambda f: '"result":[[[[[[[[[]]]]]]]]],' in str(f[0]),
    "big=100": lambda f: '"result":' + " " * 100 in str(f[0]),
    "foreign-frame": lambda f: [json.loads(x).get("id") for x in f] == [None, "another request", 7],
    "null-id": lambda f: json.loads(f[0])["id"] is None and json.loads(f[0])["error"]["code"] == -2015,
    "fragments=5": lambda f: json.loads(f[0])["id"] == 7,
    "binary": lambda f: isinstance(f[0], bytes) and json.loads(f[0])["id"] == 7,
    "clock-skew=60000": lambda f: json.loads(f[0])["error"]["code"] == -1021,
}


@pytest.mark.parametrize("fault", WS_ANSWERS)
def test_a_fault_changes_the_frames(fault: str) -> None:
    with make(faults=[fault]) as running, opened(running) as connection:
        connection.send(ws_request(running))
        frames = [connection.recv(timeout=BOUND_S) for _ in range(3 if fault == "foreign-frame" else 1)]
    assert WS_ANSWERS[fault](frames)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("handshake", 403),
        ("handshake=429", 429),
        ("handshake=503", 503),
        ("waf", 403),
        ("restricted", 451),
        ("redirect", 302),
    ],
)
def test_a_handshake_can_be_refused(fault: str, status: int) -> None:
    with make(faults=[f"{fault}*1"]) as running:
        assert handshake(running).status == status
        assert ws_call(running, ws_request(running))["status"] == 200


@pytest.mark.parametrize("status", [418, 429])
def test_a_handshake_over_the_limit_says_how_long_to_wait(status: int) -> None:
    with make(faults=[f"handshake={status}"]) as running:
        refused = handshake(running)
    assert (refused.refusal, refused.headers["Retry-After"]) == ((status, -1003), "30")


def test_a_fault_of_handshakes_is_not_used_up_by_a_request() -> None:
    with make(faults=["handshake*1"]) as running:
        assert get(running, ASSETS).status == 200
        assert handshake(running).status == 403


@pytest.mark.parametrize("fault", ["drop", "truncated", "reset", "charset", "close", "junk=1000"])
def test_a_websocket_can_end_without_an_answer(fault: str) -> None:
    with make(faults=[fault]) as running, opened(running) as connection:
        connection.send(ws_request(running))
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            connection.recv(timeout=BOUND_S)


def test_a_close_frame_carries_the_code_asked_for() -> None:
    with make(faults=["close=1008"]) as running, opened(running) as connection:
        connection.send(ws_request(running))
        with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
            connection.recv(timeout=BOUND_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_closing_ends_a_silent_websocket() -> None:
    running = make(faults=["silence"]).start()
    with opened(running) as connection:
        connection.send(ws_request(running))
        running.close()
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            connection.recv(timeout=BOUND_S)


def test_every_fault_has_a_description_and_a_value_that_can_be_read() -> None:
    for name, fault_type in FAULTS.items():
        assert fault_type.description
        assert Fault.parse(name).name == name
