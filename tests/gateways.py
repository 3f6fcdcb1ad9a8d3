"""What may stand between bnacct and the exchange: a TLS front, and a proxy that tunnels. Both are real, on loopback."""

import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from bnacct.client.turns import TurnTakingSocket
from bnacct.sandbox.server.listener import Connection, Listener


class Gateway:
    """A listener that relays connections. `received` is what clients sent to the gateway itself, or through it."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.received = bytearray()
        self._tls = tls
        self._clients: set[Any] = set()
        self._listener = Listener(host, 0, self._serve)
        self.address = f"{host}:{self._listener.port}"

    @property
    def connections(self) -> int:
        return self._listener.connections

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, connection: Connection) -> None:
        client: Any = connection._socket
        # Either side may go away at any time, and a handshake may fail: then the connection ends, and that is all.
        with contextlib.suppress(OSError):
            if self._tls:
                # Read by one thread while another writes, as the client's own end is.
                client = TurnTakingSocket(self._tls.wrap_socket(client, server_side=True, suppress_ragged_eofs=True))
            self._clients.add(client)
            with contextlib.closing(client), contextlib.closing(self._upstream(client)) as upstream:
                self._relay(client, upstream)
            self._clients.discard(client)

    def _upstream(self, client: socket.socket) -> socket.socket:
        raise NotImplementedError

    def _relay(self, client: socket.socket, upstream: socket.socket) -> None:
        back = threading.Thread(target=_copy, args=(upstream, client, lambda _: None))
        back.start()
        _copy(client, upstream, self.received.extend)
        back.join()


class TlsFront(Gateway):
    """Ends TLS in front of a plain server, as the exchange's own front does."""

    def __init__(self, tls: ssl.SSLContext, url: str, host: str = "127.0.0.1") -> None:
        self._behind = urlsplit(url)
        super().__init__(tls, host)

    def _upstream(self, client: socket.socket) -> socket.socket:
        return socket.create_connection((self._behind.hostname, self._behind.port or 0))


class Proxy(Gateway):
    """Tunnels (CONNECT), for those who say `user:password` where it wants that. `head` is all it could read."""

    def __init__(self, login: str = "", tls: ssl.SSLContext | None = None) -> None:
        self.head = b""
        self._login = base64.b64encode(login.encode()) if login else b""
        super().__init__(tls)

    @property
    def targets(self) -> list[str]:
        return [line.split()[1].decode() for line in self.head.split(b"\r\n") if line.startswith(b"CONNECT ")]

    def _upstream(self, client: socket.socket) -> socket.socket:
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = client.recv(4096)
            if not chunk:
                raise ConnectionError
            head += chunk
        self.head += head
        if self._login and b"Basic " + self._login not in head:
            client.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                b'Proxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n'
            )
            raise ConnectionError
        host, _, port = head.split()[1].decode().rpartition(":")
        upstream = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return upstream


def _copy(source: socket.socket, target: socket.socket, keep: Callable[[bytes], None]) -> None:
    """Copy until one side ends, and tell the other."""
    with contextlib.suppress(OSError, ValueError):
        for chunk in _chunks(source):
            keep(chunk)
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _chunks(source: socket.socket) -> Iterator[bytes]:
    while chunk := source.recv(65_536):
        yield chunk
