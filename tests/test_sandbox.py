"""The sandbox as its callers see it: what it keeps, what it exports, and how its parts import one another."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import bnacct.sandbox
from bnacct.client.signing import HmacSigner
from bnacct.sandbox import Sandbox
from bnacct.sandbox.exchange.keys import Key
from tests.sandbox_requests import (
    ASSETS,
    get,
    make,
    raw,
    send,
    ws_call,
    ws_request,
)

HOUSE = Path(bnacct.sandbox.__file__).parent

# Which parts of the sandbox each part may import, itself left out: a part imports only what stands above it in this table.
MAY_IMPORT: dict[str, set[str]] = {
    "encoding": set(),
    "messages": {"encoding"},
    "accounts": {"encoding"},
    "server": {"messages"},
    "exchange": {"encoding", "messages", "accounts"},
    "faults": {"messages", "server", "exchange"},
    "sandbox": {"messages", "accounts", "server", "exchange", "faults"},
    "__init__": {"messages", "accounts", "exchange", "faults", "sandbox"},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with make() as running:
        yield running


def test_every_call_is_kept_as_it_was_received(sandbox: Sandbox) -> None:
    send(sandbox, ASSETS, "a=%2F&b=1", "c=%20")
    ws_call(sandbox, ws_request(sandbox))
    rest, websocket = sandbox.requests
    assert (rest.method, rest.path, rest.query, rest.body) == (*ASSETS, "a=%2F&b=1", b"c=%20")
    assert rest.headers["x-mbx-apikey"] == sandbox.api_key
    assert (websocket.method, websocket.path) == ("WS", "v2/account.balance")
    assert json.loads(websocket.body)["id"] == 7


def test_only_the_latest_requests_are_kept(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bnacct.sandbox.sandbox.KEPT_REQUESTS", 2)
    for query in ("a=1", "a=2", "a=3"):
        send(sandbox, ASSETS, query)
    assert [received.query for received in sandbox.requests] == ["a=2", "a=3"]


def test_the_environment_is_what_a_user_exports(sandbox: Sandbox) -> None:
    assert sandbox.environment() == {
        "BINANCE_API_KEY": sandbox.api_key,
        "BINANCE_API_SECRET": sandbox.secret,
        "BNACCT_SAPI_URL": sandbox.urls["sapi"],
        "BNACCT_FAPI_URL": sandbox.urls["fapi"],
        "BNACCT_PAPI_URL": sandbox.urls["papi"],
        "BNACCT_DAPI_URL": sandbox.urls["dapi"],
        "BNACCT_EAPI_URL": sandbox.urls["eapi"],
        "BNACCT_WS_FAPI_URL": sandbox.urls["ws_fapi"],
    }


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(sandbox: Sandbox) -> None:
    taken = urlsplit(sandbox.urls["ws_fapi"]).port or 0
    second = make(ws_port=taken)
    with pytest.raises(OSError, match="in use"):
        second.start()
    with pytest.raises(ConnectionRefusedError):
        raw(second)


def test_a_key_of_ones_own_opens_the_account() -> None:
    secret = "s" * 64
    with make(key=Key("k" * 64, secret, "BINANCE_API_SECRET", HmacSigner(secret))) as running:
        assert running.environment()["BINANCE_API_KEY"] == "k" * 64
        assert get(running, ASSETS).status == 200


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_of_the_sandbox_imports_only_the_parts_that_it_may(part: str) -> None:
    paths = [path for path in HOUSE.rglob("*.py") if path.relative_to(HOUSE).parts[0].removesuffix(".py") == part]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = [
        f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    assert paths
    assert {name.split(".")[2] for name in names if name.startswith("bnacct.sandbox.")} - {part} <= MAY_IMPORT[part]


def test_the_table_names_every_part_of_the_sandbox() -> None:
    found = {path.relative_to(HOUSE).parts[0].removesuffix(".py") for path in HOUSE.rglob("*.py")}
    assert found == set(MAY_IMPORT)
