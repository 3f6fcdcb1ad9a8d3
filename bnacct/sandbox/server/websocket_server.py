"""Speaks WebSocket: accepts handshakes, reads messages, answers pings and closes. The websockets library parses."""

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from bnacct.sandbox.messages import Received, Response
from bnacct.sandbox.server.http_server import http_bytes
from bnacct.sandbox.server.listener import Connection

if TYPE_CHECKING:
    from websockets.http11 import Request
    from websockets.protocol import Event
    from websockets.server import ServerProtocol

# It has no parent, so nothing that it logs reaches stderr.
_SILENT = logging.Logger("sandbox", level=logging.CRITICAL + 1)


class Service(NamedTuple):
    """The two steps of a connection.

    `admit` returns None to accept a handshake, or the response that refuses it and the time in ms; `reply` responds to a
    message.
    """

    admit: Callable[[Connection, Received], tuple[Response, int] | None]
    reply: Callable[[Connection, Received], None]


def load() -> None:
    """Import the library that parses: where a client in this process did so at the same time, both could deadlock."""
    import websockets.frames
    import websockets.http11
    import websockets.server  # noqa: F401


def serve_websocket(connection: Connection, service: Service) -> None:
    """Serve one connection until either side closes."""
    from websockets.frames import Frame, Opcode
    from websockets.http11 import Request
    from websockets.server import ServerProtocol

    protocol = ServerProtocol(logger=_SILENT, max_size=1 << 20)
    handshake: Received | None = None
    message = b""
    for event in _events(connection, protocol):
        if isinstance(event, Request):
            handshake = _received(event)
            refusal = service.admit(connection, handshake)
            if refusal is not None:
                connection.send(http_bytes(*refusal))
                return
            protocol.send_response(protocol.accept(event))
        elif isinstance(event, Frame) and handshake and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            message += bytes(event.data)
            if event.fin:
                service.reply(connection, handshake._replace(method="WS", body=message))
                message = b""
        _flush(connection, protocol)


def _events(connection: Connection, protocol: "ServerProtocol") -> Iterator["Event"]:
    while data := connection.read():
        protocol.receive_data(data)
        yield from protocol.events_received()
        _flush(connection, protocol)
        if protocol.close_expected():
            return


def _flush(connection: Connection, protocol: "ServerProtocol") -> None:
    """Send what the protocol produces on its own: the handshake, pongs, the close frame."""
    connection.send(filter(None, protocol.data_to_send()))


def _received(request: "Request") -> Received:
    path, _, query = request.path.partition("?")
    return Received("GET", path, query, {name.lower(): value for name, value in request.headers.raw_items()}, b"")
