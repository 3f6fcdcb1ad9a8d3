"""Opens a connection while the library that will use it is being imported.

Importing requests takes half of a run, and websockets a third. Meanwhile the network would wait: for TCP, for the
reading of the certificate authorities, and for TLS. All three are done by threads that need the interpreter for
moments only.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

from bnacct.client.retry import Attempt
from bnacct.settings import Settings

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
# As requests asks for, and all that it can speak.
_PROTOCOLS = ["http/1.1"]


class Opening:
    """A connection to the host of `url` that is being opened, without a proxy, for one try.

    With `speaks_tls` the socket is handed over once TLS is established on it, and the certificate verified; else as soon
    as TCP is. `context` makes the TLS context in place of one that is read from `bundle`. As a context manager it
    closes, at its end, what nobody took. What fails is raised by whatever needs it: `take` or `context`.
    """

    def __init__(
        self,
        url: str,
        bundle: str | None,
        attempt: Attempt,
        *,
        connect_s: float,
        speaks_tls: bool,
        context: "Callable[[], ssl.SSLContext] | None" = None,
    ) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._attempt = attempt
        self._connect_s = connect_s
        self._speaks_tls = speaks_tls
        self._guard = threading.Lock()
        self._is_over = False
        self._untaken: socket.socket | None = None
        self._socket = _Aside(self._connected)
        self._context = _Aside(context or (lambda: tls_context(bundle))) if parts.scheme in ("https", "wss") else None
        # The network first: it takes longest, and least of the interpreter.
        self._socket.start()
        if self._context is not None:
            self._context.start()

    def __enter__(self) -> "Opening":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_for(self, host: str, port: int) -> bool:
        """Say whether the connection goes to this host and port."""
        return (host.lower().rstrip("."), port) == (self._host.rstrip("."), self._port)

    def context(self) -> "ssl.SSLContext | None":
        """Return the TLS context with the authorities, once they are read; None where there is no TLS."""
        return None if self._context is None else self._context.result()

    def take(self) -> socket.socket | None:
        """Return the socket, once it is open; None if it has been taken before. It is the caller's to close."""
        self._socket.result()
        with self._guard:
            taken, self._untaken = self._untaken, None
        return taken

    def close(self) -> None:
        """Close the socket unless it was taken; one that is still being opened is closed as soon as it is."""
        with self._guard:
            self._is_over = True
            untaken, self._untaken = self._untaken, None
        if untaken is not None:
            untaken.close()

    def _connected(self) -> None:
        opened = socket.create_connection((_resolvable(self._host), self._port), timeout=self._connect_s)
        try:
            # Small requests go out at once, as the libraries see to on sockets of their own.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._attempt.uses(opened.fileno())
            if self._speaks_tls and (context := self.context()) is not None:
                require_peer(opened)
                # As the library reads a name: no certificate has a dot at its end.
                opened = context.wrap_socket(opened, server_hostname=self._host.rstrip("."))
        except BaseException:
            opened.close()
            raise
        with self._guard:
            if self._is_over:
                opened.close()
            else:
                self._untaken = opened


def _resolvable(host: str) -> Any:
    """Return a host as the resolver takes it without more ado: of text, even ASCII, a codec is loaded first."""
    return host.encode() if host.isascii() else host


def require_peer(opened: socket.socket) -> None:
    """Raise OSError where the other side has reset the connection: TLS on it would leave a socket behind.

    So does the standard library of Python 3.11, and perhaps of others.
    """
    opened.getpeername()


def tls_context(bundle: str | None) -> "ssl.SSLContext":
    """Return a TLS context that verifies as requests does: by the same authorities, and by names of hosts alone.

    `bundle` is a file or a folder of authorities; None is certifi's file. Raise OSError where it cannot be read.
    """
    import ssl

    if bundle is None:
        import certifi

        bundle = certifi.where()
    if os.path.isdir(bundle):
        context = ssl.create_default_context(capath=bundle)
    else:
        context = ssl.create_default_context(cafile=bundle)
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(_PROTOCOLS)
    return context


def is_direct(url: str, settings: Settings) -> bool:
    """Say whether it is certain, before any library is loaded, that no proxy stands before the host of a URL.

    Where it is not, the libraries decide, and connect.
    """
    if url.startswith(("http:", "ws:")) or not settings.trust_environment:
        # What goes unencrypted goes to this machine, so no proxy may see it.
        return True
    if any(
        value and name.lower().endswith("_proxy") and name.lower() != "no_proxy" for name, value in os.environ.items()
    ):
        return False
    if sys.platform in ("darwin", "win32"):
        # There, the system has settings of its own.
        from urllib.request import getproxies

        return not getproxies()
    return True


class _Aside(Generic[T]):
    """A function that runs in a thread of its own."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._results: list[T] = []
        self._failure: BaseException | None = None
        self._done = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def result(self) -> T:
        """Return what the function returned, or raise what it raised, as soon as it has."""
        self._done.wait()
        if self._failure is not None:
            raise self._failure
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as failure:
            self._failure = failure
        finally:
            self._done.set()
