"""Shows on a terminal that something is being waited for."""

import itertools
import threading
from collections.abc import Callable
from types import TracebackType

_AFTER_S = 0.3
_STEP_S = 0.1
_ERASE = "\r\x1b[K"


class Spinner:
    """A line that moves while the block runs, from 300 ms on, and is erased at its end."""

    def __init__(self, text: str, write: Callable[[str], None]) -> None:
        self._text = text
        self._write = write
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._spin, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _spin(self) -> None:
        if self._over.wait(_AFTER_S):
            return
        for mark in itertools.cycle("|/-\\"):
            self._write(f"{_ERASE}{mark} {self._text}")
            if self._over.wait(_STEP_S):
                break
        self._write(_ERASE)
