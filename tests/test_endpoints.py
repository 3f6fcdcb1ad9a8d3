"""The table of endpoints says what the API documents say, and lets nothing be sent that is not in it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bnacct import endpoints, queries
from bnacct.client import Silent, https, websocket
from bnacct.endpoints import ENDPOINTS, Endpoint
from bnacct.settings import KNOBS, Settings
from tests.test_views import DOCUMENTS

DOCUMENTED: dict[str, Endpoint] = {
    query.endpoint.name: query.endpoint for query in queries.QUERIES if query.variant != "v2"
}
PAIR = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64}


def document(name: str) -> str:
    """Return the text of an API document without its links."""
    text = (DOCUMENTS / f"{name}.md").read_text(encoding="utf-8")
    return re.sub(r"\[\]\([^)]*\)", "", text)


def after(heading: str, text: str) -> str:
    """Return the first line with something on it under a heading."""
    found = re.search(rf"^(## )?{heading}(\(IP\))?\s*$\s*(\S.*)", text, re.MULTILINE)
    assert found
    return found[3].replace("`", "").replace("*", "").strip()


def parameters(text: str) -> dict[str, tuple[str, bool]]:
    """Return each documented parameter with its type, and whether it is mandatory."""
    row = re.compile(r"^\|?\s*(\w+)[ \t|]+(STRING|LONG|INT|BOOLEAN|ENUM|DECIMAL)[ \t|]+(YES|NO)\b", re.MULTILINE)
    return {name: (kind, required == "YES") for name, kind, required in row.findall(text)}


# -- what the documents say


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_endpoint_has_the_method_path_and_weight_of_its_document(name: str) -> None:
    endpoint, text = DOCUMENTED[name], document(name)
    call = f"WS {after('方式', text)}" if endpoint.method == "WS" else after("HTTP请求", text)
    assert f"{endpoint.method} {endpoint.path}" == call
    assert str(endpoint.weight) == after("请求权重", text)
    assert name == endpoint.name


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_endpoint_takes_the_parameters_of_its_document(name: str) -> None:
    expected = parameters(document(name))
    assert len(expected) >= 2
    assert expected == {known.name: (known.kind, known.required) for known in DOCUMENTED[name].parameters}


def test_the_limits_of_the_snapshot_are_those_of_its_document() -> None:
    known = {parameter.name: parameter for parameter in endpoints.SNAPSHOT.parameters}
    limits = re.search(r"min (\d+), max (\d+), default 7", document("snapshot"))
    assert limits
    assert (int(limits[1]), int(limits[2])) == (known["limit"].minimum, known["limit"].maximum)
    assert known["type"].choices == ("SPOT", "MARGIN", "FUTURES")
    assert '"SPOT", "MARGIN", "FUTURES"' in document("snapshot")


# -- the guard


def test_everything_that_can_be_sent_reads() -> None:
    written = [f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS if endpoint.method not in ("GET", "WS")]
    assert written == ["POST /sapi/v3/asset/getUserAsset", "POST /sapi/v1/asset/get-funding-asset"]
    assert {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS} == endpoints.ALLOWED
    assert [endpoint.path for endpoint in ENDPOINTS if endpoint.method == "WS"] == [
        "account.balance",
        "v2/account.balance",
    ]


def test_no_path_is_of_an_endpoint_that_trades_or_moves() -> None:
    moving = re.compile("order|transfer|withdraw|borrow|repay|leverage|marginType|listenKey|apply|redeem|convert", re.I)
    # These list loans; orders are placed elsewhere.
    lists = {endpoints.FLEXIBLE_LOANS.path, endpoints.VIP_LOANS.path}
    assert {endpoint.path for endpoint in ENDPOINTS if moving.search(endpoint.path)} == lists


DOCTORED: dict[str, Mapping[str, Any]] = {
    "another method": {"method": "GET"},
    "a method that writes": {"method": "DELETE"},
    "the method in small letters": {"method": "post"},
    "another path": {"path": "/sapi/v1/asset/transfer"},
    "a path beside": {"path": "/sapi/v3/asset/getUserAsset/"},
    "a path that goes on": {"path": "/sapi/v3/asset/getUserAsset?x=1"},
    "a path from above": {"path": "/sapi/v3/../v3/asset/getUserAsset"},
    "no path": {"path": ""},
}


@pytest.mark.parametrize("doctored", DOCTORED)
def test_what_is_not_in_the_table_is_not_sent_over_https(exchange: Callable[..., Any], doctored: str) -> None:
    running = exchange()
    sender = https.Client(Settings({}), Silent())
    endpoint = endpoints.USER_ASSETS._replace(**DOCTORED[doctored])
    for send in (sender.call, sender.request):
        with pytest.raises(ValueError, match="is not in the endpoint table"):
            send(endpoint, {})
    sender.close()
    assert (running.requests, running.connections) == ([], 0)


@pytest.mark.parametrize(
    "changes", [{"path": "order.place"}, {"path": "account.status"}, {"method": "GET"}, {"path": "ACCOUNT.BALANCE"}]
)
def test_what_is_not_in_the_table_is_not_sent_over_the_websocket(
    exchange: Callable[..., Any], changes: Mapping[str, Any]
) -> None:
    running = exchange()
    sender = websocket.Client(Settings({}), Silent())
    endpoint = endpoints.WS_BALANCE._replace(**changes)
    for send in (sender.call, sender.request):
        with pytest.raises(ValueError, match="is not in the endpoint table"):
            send(endpoint, {})
    sender.close()
    assert running.requests == []


def test_a_call_of_one_transport_is_not_sent_over_the_other(exchange: Callable[..., Any]) -> None:
    running = exchange()
    rest = https.Client(Settings({}), Silent())
    wss = websocket.Client(Settings({}), Silent())
    with pytest.raises(ValueError, match="is not in the endpoint table"):
        wss.call(endpoints.USER_ASSETS._replace(host="ws_fapi"), {})
    with pytest.raises(ValueError, match="is not in the endpoint table"):
        rest.call(endpoints.WS_BALANCE._replace(host="fapi"), {})
    rest.close()
    wss.close()
    assert running.requests == []


@pytest.mark.parametrize("host", ["sapi", "fapi", "papi", "dapi", "eapi", "ws_fapi"])
def test_every_host_has_a_clock_that_is_read_without_a_key(host: Any) -> None:
    clock = endpoints.CLOCKS[host]
    request = https.Client(Settings({}, environ=PAIR), Silent()).request(clock, {})
    assert (clock.method, clock.signed, clock in ENDPOINTS) == ("GET", False, True)
    assert "?" not in request.url
    assert PAIR["BINANCE_API_KEY"] not in str(request.headers)


CLOCKS = {
    "sapi": "https://api.binance.com/api/v3/time",
    "papi": "https://api.binance.com/api/v3/time",
    "fapi": "https://fapi.binance.com/fapi/v1/time",
    "ws_fapi": "https://fapi.binance.com/fapi/v1/time",
}


@pytest.mark.parametrize("host", CLOCKS)
def test_each_host_is_asked_the_time_where_its_clock_is(host: Any) -> None:
    request = https.Client(Settings({}, environ=PAIR), Silent()).request(endpoints.CLOCKS[host], {})
    assert request.url == CLOCKS[host]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("user-assets", "/api/v3/time"),
        ("pm-balance", "/api/v3/time"),
        ("futures-account", "/fapi/v1/time"),
        ("ws-balance", "/fapi/v1/time"),
    ],
)
def test_a_wrong_clock_is_healed_at_the_clock_of_its_host(
    run: Callable[..., Any], exchange: Callable[..., Any], command: str, path: str
) -> None:
    running = exchange(faults=["clock-skew=60000"])
    assert run(command, "-o", "json", "--timeout", "20").status == 0
    assert [request.path for request in running.requests][1] == path


def test_no_parameter_repeats_the_bounds_of_the_recv_window() -> None:
    assert (endpoints.RECV_WINDOW.minimum, endpoints.RECV_WINDOW.maximum) == (None, None)
    assert (KNOBS["recv_window"].least, KNOBS["recv_window"].most) == (1, 60_000)
