"""Accepts TCP connections and gives each a thread; closing ends all of them at once."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable

_READ_BYTES = 65_536


class HangUpError(Exception):
    """Ends a connection without the rest of the answer; with `reset`, by TCP reset and not by an orderly end."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__("hang up")
        self.reset = reset


class Connection:
    """One accepted connection."""

    def __init__(self, accepted: socket.socket, closing: threading.Event) -> None:
        # Where the other side is gone already, some systems refuse this; the first read will tell.
        with contextlib.suppress(OSError):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = accepted
        self._closing = closing

    def read(self) -> bytes:
        """Return what arrived, and nothing once the other side, or the sandbox, has closed."""
        try:
            return self._socket.recv(_READ_BYTES)
        except OSError:
            return b""

    def send(self, chunks: Iterable[bytes]) -> None:
        """Send chunk after chunk, each at once. Raises `HangUpError` where the other side is gone."""
        for chunk in chunks:
            try:
                self._socket.sendall(chunk)
            except OSError:
                raise HangUpError from None

    def pause(self, seconds: float | None) -> None:
        """Wait, or wait for ever where `seconds` is None. Closing the sandbox ends either by hanging up."""
        if self._closing.wait(seconds):
            raise HangUpError

    def interrupt(self) -> None:
        """End every read and send that is under way."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self, *, reset: bool = False) -> None:
        """Close; with `reset`, discard what was not sent yet and say so with an RST."""
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


class Listener:
    """A listening socket on a free port, or on the one that was asked for."""

    def __init__(self, host: str, port: int, serve: Callable[[Connection], None]) -> None:
        self.connections = 0
        self._serve = serve
        self._closing = threading.Event()
        self._open: dict[threading.Thread, Connection] = {}
        self._listening = socket.create_server((host, port))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"sandbox:{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end every connection, and wait for their threads."""
        if self._closing.is_set():
            return
        self._closing.set()
        # A thread blocked in accept() is woken by a connection on every system; by shutdown() only on some.
        with contextlib.suppress(OSError):
            socket.create_connection(self._listening.getsockname()).close()
        self._thread.join()
        self._listening.close()
        for thread, connection in list(self._open.items()):
            connection.interrupt()
            thread.join()

    def _accept(self) -> None:
        while True:
            accepted, _ = self._listening.accept()
            if self._closing.is_set():
                accepted.close()
                return
            self.connections += 1
            connection = Connection(accepted, self._closing)
            thread = threading.Thread(target=self._run, args=[connection], daemon=True)
            self._open[thread] = connection
            thread.start()

    def _run(self, connection: Connection) -> None:
        reset = False
        try:
            self._serve(connection)
        except HangUpError as end:
            reset = end.reset
        finally:
            connection.close(reset=reset)
            self._open.pop(threading.current_thread(), None)
