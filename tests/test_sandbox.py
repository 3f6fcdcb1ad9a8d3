"""The sandbox checks what the exchange checks, and misbehaves as told; on real sockets, with signatures made by hand."""

import gzip
import hashlib
import hmac
import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
import websockets.exceptions
from websockets.sync.client import ClientConnection, connect

from bnacct.client.signing import private_key_signer
from bnacct.sandbox import ACCOUNTS, FAULTS, IP_RESTRICTED_KEY, Fault, Sandbox

NOW = 1_795_219_200_000 + 30_000  # half a minute past a UTC midnight
DAY = 86_400_000
BOUND_S = 20

SNAPSHOT = "GET", "/sapi/v1/accountSnapshot"
FUTURES = "GET", "/fapi/v3/account"
PM = "GET", "/papi/v1/balance"
ASSETS = "POST", "/sapi/v3/asset/getUserAsset"


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_float=Decimal)

    @property
    def refusal(self) -> tuple[int, int]:
        return self.status, self.json["code"]


def hmac_hex(secret: str, payload: str) -> str:
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


def send(sandbox: Sandbox, call: tuple[str, str], query: str = "", body: str = "", key: str | None = "own") -> Reply:
    """Send exactly this, on a connection of its own."""
    headers = {} if key is None else {"X-MBX-APIKEY": sandbox.api_key if key == "own" else key}
    connection = http.client.HTTPConnection(urlsplit(sandbox.urls["sapi"]).netloc, timeout=BOUND_S)
    try:
        connection.request(call[0], f"{call[1]}?{query}" if query else call[1], body or None, headers)
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def signed(sandbox: Sandbox, payload: str = "", timestamp: int = NOW) -> str:
    payload = "&".join(filter(None, [payload, f"timestamp={timestamp}"]))
    return f"{payload}&signature={hmac_hex(sandbox.secret, payload)}"


def get(sandbox: Sandbox, call: tuple[str, str], payload: str = "") -> Reply:
    return send(sandbox, call, signed(sandbox, payload))


def raw(sandbox: Sandbox, call: tuple[str, str] = ASSETS) -> bytes:
    """Return every byte that comes back, until the connection ends."""
    address = urlsplit(sandbox.urls["sapi"])
    with socket.create_connection((address.hostname, address.port or 0), timeout=BOUND_S) as connection:
        head = f"{call[0]} {call[1]}?{signed(sandbox)} HTTP/1.1\r\nX-MBX-APIKEY: {sandbox.api_key}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


@contextmanager
def opened(sandbox: Sandbox, query: str = "") -> Iterator[ClientConnection]:
    with connect(sandbox.urls["ws_fapi"] + query, proxy=None, max_size=None, open_timeout=BOUND_S) as socket_:
        yield socket_


def ws_request(sandbox: Sandbox, method: str = "v2/account.balance", **parameters: Any) -> str:
    parameters = {"apiKey": sandbox.api_key, "timestamp": NOW, **parameters}
    payload = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    parameters.setdefault("signature", hmac_hex(sandbox.secret, payload))
    return json.dumps({"id": 7, "method": method, "params": parameters})


def ws_call(sandbox: Sandbox, frame: str) -> Any:
    with opened(sandbox) as connection:
        connection.send(frame)
        return json.loads(connection.recv(timeout=BOUND_S), parse_float=Decimal)


def make(account: str = "docs", **options: Any) -> Sandbox:
    return Sandbox(account, now_ms=lambda: NOW, **options)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with make() as running:
        yield running


@pytest.fixture
def rich() -> Iterator[Sandbox]:
    with make("rich") as running:
        yield running


# -- what it answers


def test_the_signatures_made_here_are_those_that_the_exchange_publishes() -> None:
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    payload = (
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
    )
    assert hmac_hex(secret, payload) == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


def test_user_assets_are_those_of_the_document(sandbox: Sandbox) -> None:
    bnb = {"asset": "BNB", "free": "887.47061626", "locked": "0", "freeze": "10.52", "withdrawing": "0.1"}
    reply = get(sandbox, ASSETS)
    assert [row["asset"] for row in reply.json] == ["AVAX", "BCH", "BNB", "BUSD", "SHIB", "USDT", "WRZ"]
    assert reply.json[2] == {**bnb, "ipoable": "0", "btcValuation": "0"}


def test_user_assets_of_one_asset_are_one_row_or_none(sandbox: Sandbox) -> None:
    assert [row["asset"] for row in get(sandbox, ASSETS, "asset=BCH").json] == ["BCH"]
    assert get(sandbox, ASSETS, "asset=NONE").json == []


@pytest.mark.parametrize(("payload", "valuation"), [("needBtcValuation=true", "1.23456789"), ("", "0")])
def test_btc_valuations_come_only_when_asked_for(rich: Sandbox, payload: str, valuation: str) -> None:
    rows = get(rich, ASSETS, payload).json
    assert [row["btcValuation"] for row in rows if row["asset"] == "BTC"] == [valuation]


def test_the_pm_balance_of_one_asset_is_an_object_without_cross_margin_asset(sandbox: Sandbox) -> None:
    [row] = get(sandbox, PM).json
    assert get(sandbox, PM, "asset=USDT").json == {name: row[name] for name in row if name != "crossMarginAsset"}


def test_single_and_multi_assets_mode_differ_in_their_totals() -> None:
    totals = []
    for account in ("docs", "docs-multi"):
        with make(account) as running:
            totals.append(get(running, FUTURES).json["totalWalletBalance"])
    assert totals == ["103.12345678", "126.72469206"]


@pytest.mark.parametrize("kind", ["SPOT", "MARGIN", "FUTURES"])
def test_snapshots_are_the_last_seven_days_each_at_its_last_second(rich: Sandbox, kind: str) -> None:
    reply = get(rich, SNAPSHOT, f"type={kind}").json
    midnight = NOW // DAY * DAY
    assert (reply["code"], reply["msg"]) == (200, "")
    assert [row["updateTime"] for row in reply["snapshotVos"]] == [midnight - n * DAY - 1000 for n in range(6, -1, -1)]
    assert {row["type"] for row in reply["snapshotVos"]} == {kind.lower()}


def test_a_month_of_snapshots_lacks_the_day_that_is_missing(rich: Sandbox) -> None:
    assert len(get(rich, SNAPSHOT, "type=SPOT&limit=30").json["snapshotVos"]) == 29


def test_snapshots_keep_to_the_range_asked_for(rich: Sandbox) -> None:
    start, end = NOW - 4 * DAY, NOW - 2 * DAY
    rows = get(rich, SNAPSHOT, f"type=SPOT&startTime={start}&endTime={end}").json["snapshotVos"]
    assert len(rows) == 2
    assert all(start <= row["updateTime"] <= end for row in rows)


def test_the_clock_can_be_read_without_a_key(sandbox: Sandbox) -> None:
    for path in ("/api/v3/time", "/fapi/v1/time"):
        assert send(sandbox, ("GET", path), key=None).json == {"serverTime": NOW}
    assert send(sandbox, ("GET", "/papi/v1/ping"), key=None).json == {}


@pytest.mark.parametrize("call", [("GET", ASSETS[1]), ("GET", "/sapi/v1/nothing"), ("POST", FUTURES[1])])
def test_what_does_not_exist_is_a_404_page(sandbox: Sandbox, call: tuple[str, str]) -> None:
    reply = get(sandbox, call)
    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html")
    assert reply.body.startswith(b"<!DOCTYPE html>")


# -- what it refuses


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, (401, -2014)),
        ("", (401, -2014)),
        ("short", (401, -2014)),
        ("x" * 64, (401, -2008)),
        (IP_RESTRICTED_KEY, (401, -2015)),
    ],
)
def test_a_wrong_key_is_refused(sandbox: Sandbox, key: str | None, expected: tuple[int, int]) -> None:
    assert send(sandbox, FUTURES, signed(sandbox), key=key).refusal == expected


def test_the_refusal_of_an_address_names_it(sandbox: Sandbox) -> None:
    text = send(sandbox, FUTURES, signed(sandbox), key=IP_RESTRICTED_KEY).json["msg"]
    assert text == "Invalid API-key, IP, or permissions for action., request ip: 203.0.113.7"


@pytest.mark.parametrize(
    ("call", "payload", "expected"),
    [
        (SNAPSHOT, "", (400, -1102)),
        (SNAPSHOT, "type=", (400, -1105)),
        (SNAPSHOT, "type=spot", (200, -3026)),
        (SNAPSHOT, "type=SPOT&type=SPOT", (400, -1101)),
        (SNAPSHOT, "type=SPOT&limit=6", (400, -1130)),
        (SNAPSHOT, "type=SPOT&limit=31", (400, -1130)),
        (SNAPSHOT, "type=SPOT&limit=7.5", (400, -1100)),
        (SNAPSHOT, "type=SPOT&startTime=yesterday", (400, -1100)),
        (SNAPSHOT, f"type=SPOT&startTime={NOW}&endTime={NOW - 1}", (400, -1023)),
        (SNAPSHOT, f"type=SPOT&startTime={NOW - 30 * DAY}&endTime={NOW}", (400, -1127)),
        (SNAPSHOT, f"type=SPOT&startTime={NOW - 40 * DAY}", (200, -3026)),
        (ASSETS, "needBtcValuation=True", (400, -1130)),
        (PM, "asset=NONE", (400, -1108)),
        (PM, "aset=USDT", (400, -1104)),
        (FUTURES, "recvWindow=60001", (400, -1131)),
        (FUTURES, "recvWindow=-1", (400, -1100)),
    ],
)
def test_a_wrong_parameter_is_refused(
    sandbox: Sandbox, call: tuple[str, str], payload: str, expected: tuple[int, int]
) -> None:
    assert get(sandbox, call, payload).refusal == expected


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("signature=00", "timestamp"),
        (f"timestamp={NOW}", "signature"),
    ],
)
def test_a_missing_parameter_is_named(sandbox: Sandbox, query: str, name: str) -> None:
    text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    assert send(sandbox, FUTURES, query).json == {"code": -1102, "msg": text}


@pytest.mark.parametrize(
    ("offset", "payload", "text"),
    [
        (-5000, "", None),
        (-5001, "", "Timestamp for this request is outside of the recvWindow."),
        (-60_000, "recvWindow=60000", None),
        (0, "recvWindow=0", None),
        (999, "", None),
        (1000, "recvWindow=60000", "Timestamp for this request was 1000ms ahead of the server's time."),
    ],
)
def test_a_timestamp_must_be_in_its_window(sandbox: Sandbox, offset: int, payload: str, text: str | None) -> None:
    reply = send(sandbox, FUTURES, signed(sandbox, payload, NOW + offset))
    assert (reply.json.get("code"), reply.json.get("msg")) == ((None, None) if text is None else (-1021, text))


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query[:-1] + ("1" if query[-1] == "0" else "0"),
        lambda query: query.replace("asset=A", "asset=B"),
        lambda query: query.replace("%E5", "%e5"),
        lambda query: "&".join(reversed(query.split("&"))),
        lambda query: query + "0",
    ],
)
def test_a_wrong_signature_is_refused_with_1022(sandbox: Sandbox, change: Callable[[str], str]) -> None:
    query = signed(sandbox, "asset=A%E5%B8%81")
    assert send(sandbox, ASSETS, query).status == 200
    assert send(sandbox, ASSETS, change(query)).refusal == (400, -1022)


def test_a_hex_signature_may_be_in_upper_case(sandbox: Sandbox) -> None:
    payload, _, signature = signed(sandbox).partition("signature=")
    assert send(sandbox, FUTURES, f"{payload}signature={signature.upper()}").status == 200


def test_the_signature_covers_query_and_body_with_nothing_between(sandbox: Sandbox) -> None:
    query, body = "asset=BCH&needBtcValuation=true", f"timestamp={NOW}"
    signature = hmac_hex(sandbox.secret, query + body)
    in_query = send(sandbox, ASSETS, f"{query}&signature={signature}", body)
    in_body = send(sandbox, ASSETS, query, f"{body}&signature={signature}")
    assert (in_query.status, in_body.status) == (200, 200)
    wrong = hmac_hex(sandbox.secret, f"{query}&{body}")
    assert send(sandbox, ASSETS, query, f"{body}&signature={wrong}").refusal == (400, -1022)


def test_the_query_wins_over_the_body(sandbox: Sandbox) -> None:
    query, body = "asset=BCH", f"asset=BNB&timestamp={NOW}"
    signature = hmac_hex(sandbox.secret, query + body)
    assert [row["asset"] for row in send(sandbox, ASSETS, query, f"{body}&signature={signature}").json] == ["BCH"]


@pytest.mark.parametrize("kind", ["RSA", "Ed25519"])
def test_a_base64_signature_is_percent_decoded_once(kind: str) -> None:
    with make(key_kind=kind) as running:
        signer = private_key_signer(running.secret.encode())
        payload = f"timestamp={NOW}"
        signature = signer.sign(payload.encode())
        encoded = quote(signature, safe="")
        assert send(running, FUTURES, f"{payload}&signature={encoded}").status == 200
        assert send(running, FUTURES, f"{payload}&signature={quote(encoded)}").refusal == (400, -1022)
        assert ws_call(running, ws_request(running, signature="00"))["error"]["code"] == -1022


def test_hosts_count_their_weight_apart(sandbox: Sandbox) -> None:
    used = [
        (get(sandbox, ASSETS).headers["X-SAPI-USED-IP-WEIGHT-1M"]),
        (get(sandbox, SNAPSHOT, "type=SPOT").headers["X-SAPI-USED-IP-WEIGHT-1M"]),
        (get(sandbox, PM).headers["X-MBX-USED-WEIGHT-1M"]),
        (get(sandbox, FUTURES).headers["X-MBX-USED-WEIGHT-1M"]),
        (get(sandbox, FUTURES).headers["X-MBX-USED-WEIGHT-1M"]),
    ]
    assert used == ["5", "2400", "20", "5", "10"]


def test_the_websocket_counts_with_fapi_and_its_handshake_costs_five(sandbox: Sandbox) -> None:
    get(sandbox, FUTURES)
    [limit] = ws_call(sandbox, ws_request(sandbox))["rateLimits"]
    assert limit == {
        "rateLimitType": "REQUEST_WEIGHT",
        "interval": "MINUTE",
        "intervalNum": 1,
        "limit": 2400,
        "count": 15,
    }


def test_the_sixth_snapshot_of_a_minute_is_refused_then_the_address_is_banned(sandbox: Sandbox) -> None:
    replies = [get(sandbox, SNAPSHOT, "type=SPOT") for _ in range(16)]
    assert [reply.status for reply in replies] == [200] * 5 + [429] * 10 + [418]
    assert (replies[5].headers["Retry-After"], replies[5].json["code"]) == ("30", -1003)
    assert f"IP(203.0.113.7) banned until {NOW + 120_000}." in replies[-1].json["msg"]
    assert get(sandbox, PM).status == 418


def test_weight_is_counted_anew_each_minute() -> None:
    clock = iter([NOW] * 6 + [NOW + 30_000])
    with Sandbox(now_ms=lambda: next(clock)) as running:
        replies = [send(running, SNAPSHOT, signed(running, "type=SPOT&recvWindow=60000")) for _ in range(7)]
    assert [reply.status for reply in replies] == [200] * 5 + [429, 200]


# -- the WebSocket


@pytest.mark.parametrize("method", ["account.balance", "v2/account.balance"])
def test_a_signed_frame_is_answered_under_its_own_id(sandbox: Sandbox, method: str) -> None:
    answer = ws_call(sandbox, ws_request(sandbox, method))
    assert (answer["id"], answer["status"]) == (7, 200)
    assert [(row["asset"], row["balance"]) for row in answer["result"]] == [("USDT", "122607.35137903")]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"apiKey": ""}, -2014),
        ({"apiKey": "x" * 64}, -2008),
        ({"apiKey": IP_RESTRICTED_KEY}, -2015),
        ({"signature": "00"}, -1022),
        ({"signature": None}, -1102),
        ({"timestamp": str(NOW)}, -1100),
        ({"timestamp": NOW - 5001}, -1021),
        ({"recvWindow": 5000.5}, -1100),
        ({"recvWindow": 60_001}, -1131),
        ({"symbol": "１２"}, -1104),
    ],
)
def test_a_wrong_frame_is_refused_with_its_id(sandbox: Sandbox, parameters: dict[str, Any], code: int) -> None:
    answer = ws_call(sandbox, ws_request(sandbox, **parameters))
    assert (answer["id"], answer["error"]["code"]) == (7, code)


@pytest.mark.parametrize("frame", ["", "garbage", "[]", '{"id":1.5,"method":"x"}', '{"id":1,"method":"x","params":[]}'])
def test_a_frame_that_is_no_request_is_answered_without_an_id(sandbox: Sandbox, frame: str) -> None:
    answer = ws_call(sandbox, frame)
    assert (answer["id"], answer["status"], answer["error"]["code"]) == (None, 400, -1135)


def test_an_unknown_method_is_refused(sandbox: Sandbox) -> None:
    assert ws_call(sandbox, ws_request(sandbox, "account.nothing"))["status"] == 400


def test_rate_limits_can_be_left_out(sandbox: Sandbox) -> None:
    payload = f"apiKey={sandbox.api_key}&returnRateLimits=false&timestamp={NOW}"
    frame = ws_request(sandbox, returnRateLimits=False, signature=hmac_hex(sandbox.secret, payload))
    assert ws_call(sandbox, frame).keys() == {"id", "status", "result"}
    with opened(sandbox, "?returnRateLimits=false") as connection:
        connection.send(ws_request(sandbox))
        assert json.loads(connection.recv(timeout=BOUND_S)).keys() == {"id", "status", "result"}


def test_another_websocket_path_is_a_404(sandbox: Sandbox) -> None:
    with pytest.raises(websockets.exceptions.InvalidStatus) as refused, opened(sandbox, "x"):
        pass
    assert refused.value.response.status_code == 404


# -- the accounts


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_answers_every_endpoint_in_its_shape(account: str) -> None:
    with make(account) as running:
        for kind in ("SPOT", "MARGIN", "FUTURES"):
            assert isinstance(get(running, SNAPSHOT, f"type={kind}&limit=30").json["snapshotVos"], list)
        assert {"assets", "positions", "availableBalance"} <= get(running, FUTURES).json.keys()
        assert isinstance(get(running, PM).json, list)
        assert isinstance(get(running, ASSETS, "needBtcValuation=true").json, list)
        assert isinstance(ws_call(running, ws_request(running))["result"], list)


def test_an_unknown_account_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="docs, docs-multi, rich, empty, large, hostile"):
        Sandbox("nobody")


def test_the_large_account_fills_more_than_a_megabyte() -> None:
    with make("large") as running, opened(running) as connection:
        connection.send(ws_request(running))
        assert len(connection.recv(timeout=BOUND_S)) > 1 << 20
        assert len(get(running, ASSETS).json) == 5000


def test_the_hostile_account_sends_numbers_digit_for_digit() -> None:
    with make("hostile") as running:
        body = get(running, ASSETS).body
    for digits in (b"0.10000000000000000001", b"9007199254740993.00000001", b"1e-8"):
        assert b'"free":' + digits + b"," in body


# -- sockets


def test_many_requests_go_over_one_connection(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.urls["sapi"]).netloc, timeout=BOUND_S)
    for _ in range(3):
        connection.request("GET", "/api/v3/time")
        connection.getresponse().read()
    connection.close()
    assert (sandbox.http_connections, sandbox.ws_connections, len(sandbox.requests)) == (1, 0, 3)


def test_every_call_is_kept_as_it_was_received(sandbox: Sandbox) -> None:
    send(sandbox, ASSETS, "a=%2F&b=1", "c=%20")
    ws_call(sandbox, ws_request(sandbox))
    rest, websocket = sandbox.requests
    assert (rest.method, rest.path, rest.query, rest.body) == (*ASSETS, "a=%2F&b=1", b"c=%20")
    assert rest.headers["x-mbx-apikey"] == sandbox.api_key
    assert (websocket.method, websocket.path) == ("WS", "v2/account.balance")
    assert json.loads(websocket.body)["id"] == 7


def test_the_environment_is_what_a_user_exports(sandbox: Sandbox) -> None:
    assert sandbox.environment() == {
        "BINANCE_API_KEY": sandbox.api_key,
        "BINANCE_API_SECRET": sandbox.secret,
        "BNACCT_SAPI_URL": sandbox.urls["sapi"],
        "BNACCT_FAPI_URL": sandbox.urls["fapi"],
        "BNACCT_PAPI_URL": sandbox.urls["papi"],
        "BNACCT_WS_FAPI_URL": sandbox.urls["ws_fapi"],
    }


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    ],
)
def test_what_is_no_http_request_is_refused(sandbox: Sandbox, request_: bytes, status: int) -> None:
    address = urlsplit(sandbox.urls["sapi"])
    with socket.create_connection((address.hostname, address.port or 0), timeout=BOUND_S) as connection:
        connection.sendall(request_)
        assert connection.recv(65_536).startswith(f"HTTP/1.1 {status} ".encode())


def test_serving_http_alone_loads_neither_websockets_nor_cryptography() -> None:
    code = (
        "import sys; from bnacct.sandbox import Sandbox; Sandbox().start(websocket=False).close();"
        "print([name for name in ('websockets', 'cryptography', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


# -- faults. Delivery is told by the bytes received, everything else by the answer.

REST_ANSWERS: dict[str, tuple[int, bytes]] = {
    "rate-limit=7": (429, b'{"code":-1003,"msg":"Too many requests; current limit of IP(203.0.113.7) is 2400'),
    "ban=60": (418, b'{"code":-1003,"msg":"Way too many requests; IP(203.0.113.7) banned until %d.' % (NOW + 60_000)),
    "waf": (403, b"<!DOCTYPE HTML PUBLIC"),
    "restricted": (451, b'{"code":0,"msg":"Service unavailable from a restricted location'),
    "redirect=http://127.0.0.1:9/": (302, b""),
    "server-error=500": (500, b'{"code":-1000,'),
    "server-error=503": (503, b'{"code":-1008,'),
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
        address = urlsplit(running.urls["ws_fapi"])
        connection = http.client.HTTPConnection(address.netloc, timeout=BOUND_S)
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        connection.request("GET", address.path, headers={**upgrade, "Sec-WebSocket-Key": "c2FuZGJveHNhbmRib3hzYQ=="})
        response = connection.getresponse()
        response.read()
        connection.close()
        assert response.status == status
        assert ws_call(running, ws_request(running))["status"] == 200


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
    for name, row in FAULTS.items():
        assert row.description
        assert Fault.parse(name).name == name


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(sandbox: Sandbox) -> None:
    taken = urlsplit(sandbox.urls["ws_fapi"]).port or 0
    second = make(ws_port=taken)
    with pytest.raises(OSError, match="in use"):
        second.start()
    with pytest.raises(ConnectionRefusedError):
        raw(second)
