"""Shows on a terminal that something is being waited for."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType

_AFTER_S = 0.3
_STEP_S = 0.1
_ERASE = "\r\x1b[K"


class Spinner:
    """A line that moves while the block runs, from 300 ms on, and is erased at its end.

    It is alone to write while it is there: whatever else has to be said goes through `say`.
    """

    def __init__(self, text: str, write: Callable[[str], None]) -> None:
        self._text = text
        self._write = write
        self._ends: float | None = None
        self._shown = False
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._spin, daemon=True)

    def __enter__(self) -> "Spinner":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self.say("")

    def say(self, text: str) -> None:
        """Write something in place of the line, which comes back below it."""
        with self._writing:
            if self._shown or text:
                self._write(_ERASE * self._shown + text)
            self._shown = False

    @contextlib.contextmanager
    def counting_down(self, seconds: float) -> Iterator[None]:
        """Tell how much is left of a wait, while the block runs."""
        self._ends = time.monotonic() + seconds
        try:
            yield
        finally:
            self._ends = None

    def _spin(self) -> None:
        if self._over.wait(_AFTER_S):
            return
        for mark in itertools.cycle("|/-\\"):
            with self._writing:
                self._write(f"{_ERASE}{mark} {self._text}{self._left()}")
                self._shown = True
            if self._over.wait(_STEP_S):
                return

    def _left(self) -> str:
        ends = self._ends
        return "" if ends is None else f", trying again in {max(0.0, ends - time.monotonic()):.0f} s"
