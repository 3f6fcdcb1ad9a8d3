"""Every failure has its class, code and status; every refusal of the exchange is told with its way out."""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
import requests

from bnacct import errors
from bnacct.errors import network, refusals
from bnacct.errors.refusals import refused

HOSTS = ["sapi", "fapi", "papi", "dapi", "eapi", "ws_fapi"]
AUTH = [-1022, -2008, -2014, -2015, -1002]

# The other codes of wire.md, section 6. First those that speak of keys, addresses or too many connections,
# and that the contract does not count as 4 or 5 all the same.
NEAR = [-1005, -1011, -1034, -1099, -2017, -4056, -4057]
OTHERS = [
    *(-1000, -1001, -1004, -1006, -1007, -1008, -1015, -1016, -1020, -1021, -1023),
    *(-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1109, -1121, -1126, -1127, -1128, -1130, -1131),
    *(-1135, -1194, -3000, -3003, -3022, -3026, -3044, -3999, -4045, -4047, -4109),
    *(-5000, -5002, -5003, -5011, -5028, -6009, -6016, -10001, -10005, 0),
]

RESTRICTED = "Service unavailable from a restricted location according to 'b. Eligibility'"
BANNED = "Way too many requests; IP(1.2.3.4) banned until 1783962718662. Please use the websocket for live updates."
REJECTED = "Invalid API-key, IP, or permissions for action"
OUTSIDE = "Timestamp for this request is outside of the recvWindow."
AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."


def told(code: int | None, status: int | None = 400, host: str = "sapi", text: str = "text") -> errors.BnacctError:
    return refused(host, http_status=status, binance_code=code, text=text)


@pytest.fixture
def time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def set_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


# -- the table of the contract


@pytest.mark.parametrize(
    ("failure", "code", "status"),
    [
        (errors.BnacctError, "internal", 1),
        (errors.OutputError, "output", 1),
        (errors.UsageError, "usage", 2),
        (errors.ConfigError, "config", 3),
        (errors.AuthError, "auth", 4),
        (errors.RateLimitError, "rate_limit", 5),
        (errors.NetworkError, "network", 6),
        (errors.ApiError, "api", 7),
        (errors.ResponseError, "response", 8),
        (errors.PartialError, "partial", 9),
        (errors.ArchiveError, "archive", 10),
    ],
)
def test_each_failure_has_its_code_and_status(failure: type[errors.BnacctError], code: str, status: int) -> None:
    told_ = failure("What happened.")
    assert (told_.code, told_.exit_status, str(told_)) == (code, status, "What happened.")


def test_the_statuses_beside_the_failures_are_those_of_the_contract() -> None:
    assert (errors.INTERNAL_EXIT, errors.INTERRUPTED_EXIT) == (1, 130)


def test_as_json_has_the_keys_of_the_contract_and_no_others() -> None:
    full = errors.RateLimitError("m", hint="h", binance_code=-1003, http_status=429, retry_after_s=30.0, retriable=True)
    bare = errors.UsageError("m")
    assert full.as_json() == {
        "error": {
            "code": "rate_limit",
            "exit": 5,
            "binance_code": -1003,
            "http_status": 429,
            "message": "m",
            "hint": "h",
            "retry_after_s": 30.0,
        }
    }
    assert bare.as_json() == {
        "error": {
            "code": "usage",
            "exit": 2,
            "binance_code": None,
            "http_status": None,
            "message": "m",
            "hint": None,
            "retry_after_s": None,
        }
    }


# -- what a refusal is


@pytest.mark.parametrize("status", [200, 400, 401, 403, None])
@pytest.mark.parametrize("code", AUTH)
def test_a_wrong_key_is_4(code: int, status: int | None) -> None:
    assert [told(code, status, host).exit_status for host in HOSTS] == [4] * len(HOSTS)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("code", [None, 0, -9999])
def test_status_401_is_4_whatever_the_code(code: int | None, host: str) -> None:
    assert told(code, 401, host).exit_status == 4


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("code", "status"), [(-1003, 200), (-1003, 400), (-1003, 418), (-1003, 429), (-1003, None)])
def test_too_many_requests_are_5(code: int, status: int | None, host: str) -> None:
    assert told(code, status, host).exit_status == 5


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("status", [418, 429])
@pytest.mark.parametrize("code", [None, 0, -9999, -1015])
def test_statuses_418_and_429_are_5_whatever_the_code(code: int | None, status: int, host: str) -> None:
    assert told(code, status, host).exit_status == 5


@pytest.mark.parametrize("code", OTHERS)
def test_any_other_refusal_is_7(code: int) -> None:
    assert [told(code, status, host).exit_status for host in HOSTS for status in (200, 400)] == [7] * 2 * len(HOSTS)


@pytest.mark.parametrize("code", NEAR)
def test_a_refusal_that_the_contract_does_not_count_as_4_or_5_is_7(code: int) -> None:
    assert [told(code, 400, host).exit_status for host in HOSTS] == [7] * len(HOSTS)


@pytest.mark.parametrize("code", [None, 0, -9999])
@pytest.mark.parametrize("status", [400, 403, 404, 408, 409, 410, 451, 500, 502, 503, 504])
def test_any_other_status_is_7(status: int, code: int | None) -> None:
    assert told(code, status).exit_status == 7


def test_the_firewall_and_a_restricted_place_have_hints_of_their_own() -> None:
    assert "firewall" in str(told(None, 403).hint)
    assert "place this machine connects from" in str(told(0, 451, text=RESTRICTED).hint)
    assert told(0, 451, text=RESTRICTED).message == f"The exchange refused the request: 0: {RESTRICTED} (HTTP 451)"


@pytest.mark.parametrize("code", [-1000, -1001, -1006, -1007, -1008])
def test_codes_of_a_busy_exchange_are_worth_another_try(code: int) -> None:
    assert [told(code, status).retriable for status in (200, 400, 500, None)] == [True] * 4


@pytest.mark.parametrize("code", [None, 0, -9999, -1000, -1004, -10001])
def test_every_status_from_500_is_worth_another_try(code: int | None) -> None:
    assert [told(code, status).retriable for status in (500, 502, 503, 504, 520, 599)] == [True] * 6


@pytest.mark.parametrize("status", [403, 418, 429, 451])
@pytest.mark.parametrize("code", [None, 0, -1000, -1003, -2015])
def test_statuses_that_forbid_another_try_are_never_retriable(status: int, code: int | None) -> None:
    assert not told(code, status).retriable


@pytest.mark.parametrize("code", [*AUTH, -1003, -1021, -1100, -1102, -1121, -1131, -3026, -9999])
def test_a_refusal_that_another_try_cannot_change_is_final(code: int) -> None:
    assert not told(code).retriable


# -- what it is told with


@pytest.mark.parametrize(("code", "one", "other"), [(-1004, "sapi", "fapi"), (-1108, "sapi", "papi")])
def test_a_code_can_mean_something_else_on_another_host(code: int, one: str, other: str) -> None:
    assert told(code, host=one).hint != told(code, host=other).hint


@pytest.mark.parametrize("code", [-1004, -1005, -1108, -4056, -4057, -4109, -4045])
def test_the_websocket_speaks_the_codes_of_the_futures(code: int) -> None:
    assert told(code, host="fapi").as_json() == told(code, host="ws_fapi").as_json()


def test_minus_4109_means_an_inactive_account_only_where_futures_are_asked() -> None:
    assert "transfer any amount" in str(told(-4109, host="fapi").hint)
    assert "transfer" not in str(told(-4109, host="sapi").hint)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 418, 429, 451, 500, None])
def test_every_hint_is_whole(host: str, status: int | None) -> None:
    for code in (*AUTH, -1003, *OTHERS, *NEAR, *refusals.REFUSALS, None):
        hint = str(told(code, status, host).hint)
        assert hint.endswith(".")
        assert not set("{}") & set(hint)


def test_the_exchanges_code_and_text_are_told_as_they_are() -> None:
    assert told(-1121, 400, text="Invalid symbol.").message == (
        "The exchange refused the request: -1121: Invalid symbol. (HTTP 400)"
    )
    assert told(-3026, 200, text="shoud be {in}").message == "The exchange refused the request: -3026: shoud be {in}"
    assert told(None, 502, text="no text").message == "The exchange refused the request: no text (HTTP 502)"
    assert (told(-1121).binance_code, told(-1121).http_status) == (-1121, 400)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
@pytest.mark.parametrize("text", [f"{REJECTED}, request ip: {{}}", f"{REJECTED}, request ip:{{}}"])
def test_a_rejected_key_names_the_address_in_the_hint_and_masks_it_in_the_message(address: str, text: str) -> None:
    failure = told(-2015, 401, "fapi", text.format(address))
    assert f"This IP address is not on the key's allow-list (the exchange saw {address})." in str(failure.hint)
    assert address not in failure.message
    assert "request ip" in failure.message


def test_a_rejected_key_without_an_address_has_a_hint_without_one() -> None:
    hint = str(told(-2015, 401, text=f"{REJECTED}.").hint)
    assert hint.startswith("1. This IP address is not on the key's allow-list. 2. The key lacks the permission")
    assert "3. The key belongs to another environment (-e)" in hint


def test_the_callers_address_is_masked_in_a_ban() -> None:
    failure = told(-1003, 418, "fapi", BANNED)
    assert "1.2.3.4" not in f"{failure.message} {failure.hint}"
    assert "IP(***) banned until 1783962718662" in failure.message


@pytest.mark.parametrize("echo", ["signature=abc+/=", "x" * 64, "signature=" + "0f" * 32, "k" * 40 + "+/" * 24 + "=="])
def test_what_an_answer_echoes_of_the_request_is_masked(echo: str) -> None:
    failure = told(-1022, text=f"GET /sapi/v1/x?timestamp=1&{echo} is refused.")
    assert failure.message == (
        "The exchange refused the request: -1022: GET /sapi/v1/x?timestamp=1&*** is refused. (HTTP 400)"
    )


def test_a_text_without_end_is_cut() -> None:
    assert len(told(-1121, text="no " * 1_000_000).message) < 2_000


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("UTC0", "2026-07-13 17:11:58 UTC"),
        ("CST-8", "2026-07-14 01:11:58 CST"),
        ("EST+5EDT,M3.2.0,M11.1.0", "2026-07-13 13:11:58 EDT"),
        ("<+0545>-5:45", "2026-07-13 22:56:58 +0545"),
    ],
)
def test_the_end_of_a_ban_is_told_in_local_time(time_zone: Callable[[str], None], zone: str, ends: str) -> None:
    time_zone(zone)
    assert datetime(2026, 7, 13, 17, 11, 58, tzinfo=timezone.utc).timestamp() == 1783962718
    assert str(told(-1003, 418, text=BANNED).hint).endswith(f" The ban ends at {ends}.")


@pytest.mark.parametrize("text", ["banned until tomorrow.", "banned until 178.", "banned until 17839627186621783."])
def test_an_end_that_is_no_time_is_left_out(text: str) -> None:
    assert "ban ends" not in str(told(-1003, 418, text=text).hint)
    assert refusals.banned_until_ms(text) is None


def test_a_slow_and_a_fast_clock_have_different_cures() -> None:
    slow, fast = str(told(-1021, text=OUTSIDE).hint), str(told(-1021, text=AHEAD).hint)
    assert "raise --recv-window." in slow
    assert "a larger --recv-window does not help" in fast
    assert [hint.startswith("Synchronise this machine's clock") for hint in (slow, fast)] == [True, True]


@pytest.mark.parametrize("text", [OUTSIDE, AHEAD])
@pytest.mark.parametrize(
    ("drift_ms", "words"),
    [
        (1500, "This clock was measured 1.500 s ahead of the server's."),
        (-65_007, "This clock was measured 65.007 s behind the server's."),
        (None, ""),
    ],
)
def test_a_drift_that_was_measured_is_told(text: str, drift_ms: int | None, words: str) -> None:
    hint = str(refused("sapi", http_status=400, binance_code=-1021, text=text, drift_ms=drift_ms).hint)
    assert hint.endswith(words)
    assert ("measured" in hint) == (drift_ms is not None)


# -- how long to wait


@pytest.mark.parametrize(
    ("header", "text", "wait_s"),
    [
        ("30", "", 30.0),
        (" 5 ", "", 5.0),
        ("0", "", 0.0),
        ("30", "banned until 1783962718662", 30.0),
        (None, "", None),
        (None, "banned until 1783962718662", 18.662),
        (None, "banned until 1783962700000", 0.0),
        (None, "banned until 1783962600000", 0.0),
        ("soon", "banned until 1783962718662", 18.662),
        ("Mon, 13 Jul 2026 17:12:10 GMT", "", 30.0),
        ("Monday, 13-Jul-26 17:12:10 GMT", "", 30.0),
        ("Mon Jul 13 17:12:10 2026", "banned until 1783962718662", 30.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "", 0.0),
        ("Mon, 99 Jul 99999 99:99:99 GMT", "", None),
        ("Mon, 13 Jul 2026", "", None),
        ("-1", "", None),
        ("1.5", "", None),
        ("", "", None),
        ("٣", "", None),
        ("²", "", None),
        ("9" * 400, "", 999_999_999.0),
    ],
)
def test_the_wait_asked_for_is_the_header_or_the_end_of_the_ban(
    header: str | None, text: str, wait_s: float | None
) -> None:
    assert wait_s == refusals.retry_after_s(header, text, now_ms=1783962700000)


# -- the network's failures


@pytest.mark.parametrize(
    ("error", "status", "retriable", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), 6, True, "could not be looked up"),
        (ConnectionRefusedError(111, "Connection refused"), 6, True, "refused the connection"),
        (ConnectionResetError(104, "reset"), 6, True, "was lost"),
        (BrokenPipeError(32, "broken"), 6, True, "was lost"),
        (EOFError(), 6, True, "was lost"),
        (OSError(101, "Network is unreachable"), 6, True, "was lost"),
        (TimeoutError(), 6, True, "did not answer in time"),
        (ssl.SSLEOFError(8, "EOF"), 6, True, "was lost"),
        (ssl.SSLCertVerificationError(1, "self-signed"), 6, False, "could not prove its identity"),
        (ssl.SSLError(1, "wrong version number"), 6, False, "could not prove its identity"),
        (http.client.IncompleteRead(b"", 10), 8, True, "broke off before its end"),
    ],
)
def test_a_failure_of_the_network_is_told_by_what_lies_at_its_root(
    error: Exception, status: int, *, retriable: bool, words: str
) -> None:
    wrapped = requests.ConnectionError(requests.packages.urllib3.exceptions.ProtocolError("aborted", error))
    chained = requests.ConnectionError("https://h.example/?signature=hunter2")
    chained.__cause__ = error
    for outer in (error, wrapped, chained):
        failure = network.failure(outer, "h.example")
        assert (failure.exit_status, failure.retriable) == (status, retriable)
        assert words in failure.message
        assert "hunter2" not in f"{failure!r} {failure.hint}"


def test_failures_that_wrap_each_other_in_a_circle_are_told() -> None:
    one, other = OSError("one"), OSError("other")
    one.__cause__, other.__cause__ = other, one
    assert network.failure(one, "h.example").message == "The connection to h.example was lost."


def test_the_other_failures_between_here_and_the_exchange_have_their_statuses() -> None:
    built = [network.proxy_failure(), network.redirected(302), network.timed_out(), network.truncated()]
    assert [failure.exit_status for failure in [*built, network.oversize(32 << 20)]] == [6, 8, 6, 8, 8]
    assert "32 MiB" in network.oversize(32 << 20).message
    assert "HTTP 302" in network.redirected(302).message
    assert [network.timed_out(retriable=again).retriable for again in (True, False)] == [True, False]


def test_the_list_of_endings_is_the_one_that_is_drawn() -> None:
    drawn = re.findall(r"(\w+Error) +(\d+) +(\w+) +(.+)", errors.__doc__ or "")
    assert [(code, int(status), meaning) for _, status, code, meaning in drawn] == list(errors.endings())
    assert [(name, code) for name, _, code, _ in drawn] == [
        (failure.__name__, failure.code) for failure in (errors.BnacctError, *errors.BnacctError.__subclasses__())
    ]


def test_each_ending_has_a_code_of_its_own() -> None:
    endings = errors.endings()
    assert len({ending.code for ending in endings}) == len(endings)
    assert {ending.exit_status for ending in endings if ending.code in ("internal", "output")} == {1}


def test_no_hint_repeats_the_bounds_of_the_recv_window() -> None:
    for text in (OUTSIDE, AHEAD):
        assert "60000" not in str(told(-1021, text=text).hint)
    assert "60000" not in str(told(-1131).hint)
