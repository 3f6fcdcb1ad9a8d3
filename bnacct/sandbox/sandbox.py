"""The sandbox: an exchange with one account and one key, served on local sockets."""

import time
from collections.abc import Callable, Sequence
from types import TracebackType

from bnacct.endpoints import Host
from bnacct.sandbox.accounts import open_account
from bnacct.sandbox.exchange.envelopes import envelope, read_request
from bnacct.sandbox.exchange.error_bodies import RefusedError, error_response
from bnacct.sandbox.exchange.exchange import WEBSOCKET_PATH, Exchange
from bnacct.sandbox.exchange.keys import Key, new_key
from bnacct.sandbox.faults.fault import ActingFaults, Fault
from bnacct.sandbox.messages import Received, Response
from bnacct.sandbox.server.http_server import http_bytes, serve_http
from bnacct.sandbox.server.listener import Connection, Listener

# A sandbox may run for days.
KEPT_REQUESTS = 10_000


class Sandbox:
    """A local exchange. It serves from `start` to `close`, or within `with`.

    `account` is one of `ACCOUNTS`; `faults` are names of `FAULTS`, as `name=value*N`; port 0 is any free one. `key` opens
    the account; without one, a new key of `key_kind` (HMAC, RSA or Ed25519) does. Raises ValueError for unknown names.

    `urls`, `api_key` and `secret` are what a client needs; `requests` holds the requests received, in order.
    """

    def __init__(
        self,
        account: str = "docs",
        *,
        key_kind: str = "HMAC",
        key: Key | None = None,
        faults: Sequence[str | Fault] = (),
        host: str = "127.0.0.1",
        http_port: int = 0,
        ws_port: int = 0,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self._key = key or new_key(key_kind)
        self._exchange = Exchange(open_account(account), {self._key.api_key: self._key.signer})
        self._faults = [Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults]
        self._now_ms = now_ms or _clock_ms
        self._host, self._http_port, self._ws_port = host, http_port, ws_port
        self._http: Listener | None = None
        self._ws: Listener | None = None
        self.urls: dict[Host, str] = {}
        self.api_key = self._key.api_key
        self.secret = self._key.secret
        self.requests: list[Received] = []

    def start(self, *, http: bool = True, websocket: bool = True) -> "Sandbox":
        """Listen, and fill in `urls`. Raises OSError where a port is not available."""
        try:
            self._listen(http=http, websocket=websocket)
        except OSError:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Stop at once, even where a fault is waiting, and join every thread."""
        for listener in (self._http, self._ws):
            if listener:
                listener.close()

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def environment(self) -> dict[str, str]:
        """Return the environment variables that make bnacct call this sandbox."""
        hosts = {f"BNACCT_{host.upper()}_URL": url for host, url in self.urls.items()}
        return {"BINANCE_API_KEY": self.api_key, self._key.variable: self.secret, **hosts}

    @property
    def http_connections(self) -> int:
        """How many TCP connections were accepted for HTTP."""
        return self._http.connections if self._http else 0

    @property
    def ws_connections(self) -> int:
        """How many TCP connections were accepted for WebSocket."""
        return self._ws.connections if self._ws else 0

    @property
    def connections(self) -> int:
        """How many connections were accepted in all."""
        return self.http_connections + self.ws_connections

    def _listen(self, *, http: bool, websocket: bool) -> None:
        if http and not self._http:
            self._http = Listener(self._host, self._http_port, lambda c: serve_http(c, self._reply_http))
            url = f"http://{self._host}:{self._http.port}"
            self.urls.update({"sapi": url, "fapi": url, "papi": url, "dapi": url, "eapi": url})
        if websocket and not self._ws:
            from bnacct.sandbox.server.websocket_server import Service, load, serve_websocket

            load()
            service = Service(self._admit, self._reply_websocket)
            self._ws = Listener(self._host, self._ws_port, lambda c: serve_websocket(c, service))
            self.urls["ws_fapi"] = f"ws://{self._host}:{self._ws.port}{WEBSOCKET_PATH}"

    def _acting(self, connection: Connection) -> ActingFaults:
        acting = [fault for fault in self._faults if not fault.type.only_handshake and fault.take()]
        return ActingFaults(acting, connection.pause)

    def _keep(self, received: Received) -> None:
        self.requests.append(received)
        del self.requests[:-KEPT_REQUESTS]

    def _reply_http(self, connection: Connection, received: Received) -> None:
        self._keep(received)
        faults = self._acting(connection)
        now_ms = self._now_ms() + faults.clock_skew_ms
        response = faults.response(self._exchange.rest(received, now_ms), now_ms)
        response = response._replace(body=faults.message(response.body))
        connection.send(faults.deliver(http_bytes(response, now_ms)))

    def _admit(self, connection: Connection, received: Received) -> tuple[Response, int] | None:
        faults = ActingFaults(
            [fault for fault in self._faults if fault.type.handshake and fault.take()], connection.pause
        )
        now_ms = self._now_ms()
        refusal = faults.handshake(self._exchange.handshake(received.path, now_ms), now_ms)
        return None if refusal is None else (refusal, now_ms)

    def _reply_websocket(self, connection: Connection, received: Received) -> None:
        faults = self._acting(connection)
        now_ms = self._now_ms() + faults.clock_skew_ms
        request, spent = None, None
        try:
            request = read_request(received)
            response, spent = self._exchange.websocket(request, now_ms)
        except RefusedError as refused:
            response = error_response(refused)
        self._keep(received._replace(path=request.method if request else ""))
        message = faults.message(envelope(request, faults.response(response, now_ms), spent, now_ms))
        connection.send(faults.deliver(faults.frames(message)))


def _clock_ms() -> int:
    return time.time_ns() // 1_000_000
