"""Accepts TCP connections and serves each in a thread; closing ends all of them at once."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable

_READ_BYTES = 65_536
# How long a connection waits where none can be accepted, and a close where it can wake nobody up.
_PAUSE_S = 0.1


class HangUpError(Exception):
    """Ends a connection before the response is complete. With `reset` it ends by a TCP reset."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__("hang up")
        self.reset = reset


class Connection:
    """One accepted connection."""

    def __init__(self, accepted: socket.socket, closing: threading.Event) -> None:
        # Some systems refuse this where the other side is gone already; the first read then finds out.
        with contextlib.suppress(OSError):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = accepted
        self._closing = closing

    def read(self) -> bytes:
        """Return what arrived, or nothing once either side has closed."""
        try:
            return self._socket.recv(_READ_BYTES)
        except OSError:
            return b""

    def send(self, chunks: Iterable[bytes]) -> None:
        """Send each chunk immediately. Raises `HangUpError` where the other side is gone."""
        for chunk in chunks:
            try:
                self._socket.sendall(chunk)
            except OSError:
                raise HangUpError from None

    def pause(self, seconds: float | None) -> None:
        """Wait, forever where `seconds` is None. Raises `HangUpError` when the sandbox closes."""
        if self._closing.wait(seconds):
            raise HangUpError

    def interrupt(self) -> None:
        """End any read or send in progress."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self, *, reset: bool = False) -> None:
        """Close. With `reset`, discard what was not sent yet and send an RST."""
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


class Listener:
    """A listening socket. Port 0 is any free one; `port` is the one in use."""

    def __init__(self, host: str, port: int, serve: Callable[[Connection], None]) -> None:
        self.connections = 0
        self._serve = serve
        self._closing = threading.Event()
        self._open: dict[threading.Thread, Connection] = {}
        self._listening = socket.create_server((host, port))
        self._listening.settimeout(_PAUSE_S)
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"sandbox:{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end every connection, and wait for their threads."""
        if self._closing.is_set():
            return
        self._closing.set()
        # A thread blocked in accept() is woken by a connection on every system; by shutdown() only on some. Where no
        # connection can be made, it looks by itself, but later.
        with contextlib.suppress(OSError):
            socket.create_connection(self._listening.getsockname()).close()
        self._thread.join()
        self._listening.close()
        for thread, connection in list(self._open.items()):
            connection.interrupt()
            thread.join()

    def _accept(self) -> None:
        while True:
            accepted = self._accepted()
            if self._closing.is_set():
                if accepted is not None:
                    accepted.close()
                return
            if accepted is not None:
                self._start(accepted)

    def _accepted(self) -> socket.socket | None:
        """Return the next connection; None where there is none yet, or no file descriptor for it."""
        try:
            return self._listening.accept()[0]
        except TimeoutError:
            return None
        except OSError:
            self._closing.wait(_PAUSE_S)
            return None

    def _start(self, accepted: socket.socket) -> None:
        self.connections += 1
        connection = Connection(accepted, self._closing)
        thread = threading.Thread(target=self._run, args=[connection], daemon=True)
        self._open[thread] = connection
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            del self._open[thread]
            connection.close()

    def _run(self, connection: Connection) -> None:
        reset = False
        try:
            self._serve(connection)
        except HangUpError as end:
            reset = end.reset
        except OSError:  # no file descriptor left to load a module with
            pass
        finally:
            connection.close(reset=reset)
            self._open.pop(threading.current_thread(), None)
