"""The sandbox's exchange checks what the real exchange checks."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from bnacct.client.signing import private_key_signer
from bnacct.endpoints import ENDPOINTS
from bnacct.sandbox import IP_RESTRICTED_KEY, Received, Sandbox
from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.exchange.envelopes import WebSocketRequest
from bnacct.sandbox.exchange.exchange import WEBSOCKET_PATH, Exchange
from bnacct.sandbox.exchange.payloads import PAYLOADS
from tests.sandbox_requests import (
    ASSETS,
    BOUND_S,
    DAY,
    FUTURES,
    NOW,
    PM,
    SNAPSHOT,
    get,
    hmac_hex,
    make,
    opened,
    send,
    signed,
    ws_call,
    ws_request,
)


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


@pytest.mark.parametrize("payload", [f"startTime={NOW - 31 * DAY}", f"startTime={NOW}&endTime={NOW}"])
def test_a_range_may_go_back_a_month_and_be_of_no_length(sandbox: Sandbox, payload: str) -> None:
    assert get(sandbox, SNAPSHOT, f"type=SPOT&{payload}").json["code"] == 200


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


def test_every_endpoint_has_a_payload_and_every_payload_an_endpoint() -> None:
    assert set(PAYLOADS) == {endpoint.path for endpoint in ENDPOINTS}


# -- what it refuses


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, (401, -2014)),
        ("", (401, -2014)),
        ("short", (401, -2014)),
        ("x" * 63, (401, -2014)),
        ("x" * 65, (401, -2014)),
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


def test_the_refusal_of_an_unknown_parameter_counts_those_read_and_those_sent(sandbox: Sandbox) -> None:
    text = "Not all sent parameters were read; read '2' parameter(s) but was sent '3'."
    assert get(sandbox, PM, "aset=USDT").json == {"code": -1104, "msg": text}


def test_what_was_signed_before_it_was_percent_encoded_is_refused(sandbox: Sandbox) -> None:
    name = "币"
    signature = hmac_hex(sandbox.secret, f"timestamp={NOW}asset={name}")
    body = f"asset={name}".encode().decode("latin-1")  # http.client sends text as Latin-1
    assert send(sandbox, ASSETS, f"timestamp={NOW}&signature={signature}", body).refusal == (400, -1022)


def test_the_refusal_of_a_type_names_those_there_are(sandbox: Sandbox) -> None:
    text = "request param 'type' wrong, shoud be in ('SPOT', 'MARGIN', 'FUTURES')"
    assert get(sandbox, SNAPSHOT, "type=spot").json == {"code": -3026, "msg": text}


def test_a_wrong_type_is_refused_after_a_wrong_signature_and_before_a_wrong_range(sandbox: Sandbox) -> None:
    assert send(sandbox, SNAPSHOT, f"type=spot&timestamp={NOW}&signature=00").refusal == (400, -1022)
    assert get(sandbox, SNAPSHOT, f"type=spot&startTime={NOW}&endTime={NOW - 1}").refusal == (200, -3026)


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
        assert send(running, FUTURES, f"{payload}&signature={quote(signature.swapcase(), safe='')}").status == 400
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


def test_a_refused_request_reports_its_weight_too(sandbox: Sandbox) -> None:
    assert send(sandbox, FUTURES, key=None).headers["X-MBX-USED-WEIGHT-1M"] == "5"


# Weight is counted before the key is looked at: a request without one costs the same.
@pytest.mark.parametrize(("call", "allowed"), [(FUTURES, 480), (PM, 300), (SNAPSHOT, 5), (ASSETS, 2400)])
def test_a_host_refuses_what_is_over_its_own_limit(call: tuple[str, str], allowed: int) -> None:
    exchange = Exchange(Account(), {})
    statuses = [exchange.rest(Received(*call, "", {}, b""), NOW).status for _ in range(allowed + 1)]
    assert statuses == [401] * allowed + [429]


def test_the_websocket_and_its_handshake_are_refused_over_the_limit() -> None:
    exchange = Exchange(Account(), {})
    assert [exchange.handshake(WEBSOCKET_PATH, NOW) for _ in range(480)] == [None] * 480
    refused = exchange.handshake(WEBSOCKET_PATH, NOW)
    response, _ = exchange.websocket(WebSocketRequest(1, "account.balance", {}, True), NOW)
    assert refused is not None
    assert (refused.status, response.status) == (429, 429)


def test_the_wait_for_the_next_minute_is_rounded_up_to_a_second() -> None:
    with Sandbox(now_ms=lambda: NOW + 1) as running:
        replies = [get(running, SNAPSHOT, "type=SPOT") for _ in range(6)]
    assert replies[-1].headers["Retry-After"] == "30"


def test_a_ban_lasts_two_minutes_from_the_last_call() -> None:
    clock = [NOW]
    with Sandbox(now_ms=lambda: clock[0]) as running:
        for _ in range(16):
            get(running, SNAPSHOT, "type=SPOT")
        replies = []
        for passed_ms in (119_999, 119_999, 120_000):
            clock[0] += passed_ms
            replies.append(send(running, ("GET", "/api/v3/time"), key=None))
    assert [reply.status for reply in replies] == [418, 418, 200]
    assert replies[0].headers["Retry-After"] == "120"


def test_refusals_of_an_earlier_minute_do_not_add_up_to_a_ban() -> None:
    clock = [NOW]
    statuses = []
    with Sandbox(now_ms=lambda: clock[0]) as running:
        for _ in range(2):
            statuses += [send(running, SNAPSHOT, key=None).status for _ in range(13)]
            clock[0] += 60_000
    assert statuses == ([401] * 5 + [429] * 8) * 2


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
