"""Opens the TCP connection under a WebSocket: straight to the host, or through a proxy that tunnels (CONNECT).

Each socket is named to the try before anything can block on it, and is closed where opening fails.
"""

import contextlib
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from bnacct.client.opening import require_peer
from bnacct.client.retry import Attempt
from bnacct.errors import BnacctError, network

if TYPE_CHECKING:
    import ssl

_CHUNK = 4096
_LONGEST_HEAD = 1 << 16
_HEAD_END = b"\r\n\r\n"
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class ProxyRefusalError(Exception):
    """The proxy is no way to the host; `failure` says why. Nothing here holds the proxy's password."""

    def __init__(self, failure: BnacctError) -> None:
        super().__init__(failure.message)
        self.failure = failure


def straight(url: str, attempt: Attempt) -> socket.socket:
    """Return a socket that is connected to the host of a URL. Raise OSError, or ValueError for a host that is none."""
    return _connected(urlsplit(url), attempt)


def through(proxy: str, url: str, tls: Callable[[], "ssl.SSLContext"], attempt: Attempt) -> socket.socket:
    """Return a socket that a proxy connects to the host of a URL. Raise `ProxyRefusalError`.

    `tls` makes the context for a proxy that is spoken to over TLS itself (`https://…`).
    """
    with contextlib.ExitStack() as on_failure:
        try:
            address = urlsplit(proxy)
            opened = on_failure.enter_context(_connected(address, attempt))
            if address.scheme == "https":
                context = tls()
                require_peer(opened)
                opened = on_failure.enter_context(context.wrap_socket(opened, server_hostname=address.hostname))
            opened.sendall(_connect_request(address, urlsplit(url)))
            if not _is_open(_read_head(opened)):
                raise ConnectionError
        except OSError:
            failure = network.proxy_failure()
        except ValueError:
            failure = network.unusable_address()
        else:
            opened.settimeout(None)
            on_failure.pop_all()
            return opened
    # Raised here, so that no library's exception is its context.
    raise ProxyRefusalError(failure)


def _connected(address: SplitResult, attempt: Attempt) -> socket.socket:
    host, port = address.hostname, address.port or _PORTS[address.scheme]
    if not host:
        raise ValueError
    opened = socket.create_connection((host, port), timeout=attempt.left_s)
    try:
        attempt.uses(opened.fileno())
    except TimeoutError:
        opened.close()
        raise
    return opened


def _connect_request(proxy: SplitResult, target: SplitResult) -> bytes:
    host = f"[{target.hostname}]" if ":" in (target.hostname or "") else target.hostname
    place = f"{host}:{target.port or _PORTS[target.scheme]}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username is not None:
        import base64

        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(login).decode()}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _read_head(opened: socket.socket) -> bytes:
    head = b""
    while _HEAD_END not in head and len(head) < _LONGEST_HEAD and (chunk := opened.recv(_CHUNK)):
        head += chunk
    return head


def _is_open(head: bytes) -> bool:
    """Say whether a proxy's answer opens the tunnel. Until we speak, nothing may come through it."""
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    return words[0].startswith(b"HTTP/1.") and words[1:2] != [] and words[1][:1] == b"2" and head.endswith(_HEAD_END)
