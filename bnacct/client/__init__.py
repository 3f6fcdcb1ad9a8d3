"""The thin signed client: one guard, one deadline and one log line for HTTPS and WebSocket.

Importing this package loads no library; `open_client` loads the module of one transport.
"""

from typing import TYPE_CHECKING

from bnacct.client.contract import (
    Client,
    Console,
    HttpsRequest,
    Parameters,
    Request,
    Silent,
    WebSocketRequest,
)
from bnacct.client.decoding import Answer
from bnacct.client.signing import Value
from bnacct.endpoints import Endpoint
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.client.https import Connections

__all__ = [
    "Answer",
    "Client",
    "Console",
    "HttpsRequest",
    "Parameters",
    "Request",
    "Silent",
    "Value",
    "WebSocketRequest",
    "open_client",
    "open_connections",
]


def open_connections() -> "Connections":
    """Return connections over HTTPS that several clients may share; none is opened before the first call."""
    from bnacct.client import https

    return https.Connections()


def open_client(
    settings: Settings, endpoint: Endpoint, console: Console, connections: "Connections | None" = None
) -> Client:
    """Return the client of the endpoint's transport. It connects with the first call; close it after the last.

    Over HTTPS it uses `connections` if they are given, and its own otherwise.

    The WebSocket client reads the exchange's clock over REST, as the futures WebSocket API documents none. The client
    that does so is opened when a clock is first read, and closed with it.
    """
    if endpoint.method == "WS":
        from bnacct.client import websocket

        return websocket.Client(settings, console)
    from bnacct.client import https

    return https.Client(settings, console, connections)
