"""The thin signed client: one guard, one deadline and one log line for HTTPS and WebSocket."""

from collections.abc import Mapping
from typing import Any, Protocol

from bnacct.client import signing
from bnacct.client.decoding import Answer
from bnacct.endpoints import Endpoint
from bnacct.settings import Settings


class Console(Protocol):
    """Where the client says what the user should know (`note`), logs each request (`log`), and waits (`pause`)."""

    def note(self, text: str) -> None: ...

    def log(self, text: str) -> None: ...

    def pause(self, seconds: float) -> None: ...


class Client(Protocol):
    """What the clients of all transports have in common."""

    def call(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> Answer: ...

    def request(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> Any: ...

    def close(self) -> None: ...


def open_client(settings: Settings, endpoint: Endpoint, console: Console) -> Client:
    """Return a client for the endpoint's transport and host."""
    from bnacct.client import https

    over_https = https.Client(settings, console.note, console.log, console.pause)
    if endpoint.method != "WS":
        return over_https
    from bnacct.client import websocket

    return websocket.Client(settings, console.note, console.log, over_https.server_ms, console.pause)
