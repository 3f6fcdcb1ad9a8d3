"""Requests to the sandbox, on real sockets, with signatures made by hand and at a fixed time."""

import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from bnacct.sandbox import Sandbox

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
