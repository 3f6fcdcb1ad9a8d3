"""Lets two threads use one TLS connection: one reads while the other writes, each in its turn.

The WebSocket library reads in a thread of its own. A TLS connection must not be read and written at the same moment:
where both happened just after the handshake, the answer was sometimes never seen.
"""

import select
import ssl
import threading
import time
from typing import Any

_LONGEST_POLL_S = 60.0


class TurnTakingSocket:
    """A `ssl.SSLSocket` of which every step is taken under a lock, and every wait outside it."""

    def __init__(self, tls: ssl.SSLSocket) -> None:
        self._tls = tls
        self._turn = threading.Lock()
        self._timeout_s = tls.gettimeout()
        tls.setblocking(False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tls, name)

    def settimeout(self, seconds: float | None) -> None:
        self._timeout_s = seconds

    def gettimeout(self) -> float | None:
        return self._timeout_s

    def recv(self, size: int) -> bytes:
        """Return some of what arrived, b"" at the end. Raise TimeoutError, or OSError as the socket does."""
        ends = self._ends()
        while True:
            with self._turn:
                try:
                    return self._tls.recv(size)
                except ssl.SSLWantReadError:
                    writes = False
                except ssl.SSLWantWriteError:
                    writes = True
            self._wait(ends, writes=writes)

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raise TimeoutError, or OSError as the socket does."""
        ends = self._ends()
        left = memoryview(data)
        while left:
            with self._turn:
                try:
                    left = left[self._tls.send(left) :]
                    continue
                except ssl.SSLWantReadError:
                    writes = False
                except ssl.SSLWantWriteError:
                    writes = True
            self._wait(ends, writes=writes)

    def shutdown(self, how: int) -> None:
        with self._turn:
            self._tls.shutdown(how)

    def close(self) -> None:
        with self._turn:
            self._tls.close()

    def _ends(self) -> float | None:
        return None if self._timeout_s is None else time.monotonic() + self._timeout_s

    def _wait(self, ends: float | None, *, writes: bool) -> None:
        """Wait until the connection can be read, or written. Raise TimeoutError, and OSError once it is closed."""
        left_s = _LONGEST_POLL_S if ends is None else min(ends - time.monotonic(), _LONGEST_POLL_S)
        if left_s <= 0:
            raise TimeoutError
        descriptor = self._tls.fileno()
        if descriptor < 0:
            raise OSError("the connection is closed")
        if hasattr(select, "poll"):
            waiting = select.poll()
            waiting.register(descriptor, select.POLLOUT if writes else select.POLLIN)
            waiting.poll(left_s * 1000)
        else:
            select.select([] if writes else [descriptor], [descriptor] if writes else [], [], left_s)
