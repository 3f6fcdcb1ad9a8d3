"""Uses a terminal's second screen, so that the first is as it was when the program ends or stops, however it does."""

import contextlib
import os
import signal
from types import FrameType, TracebackType
from typing import Any, NoReturn, TextIO

from bnacct.cli import streams

_ENTER, _LEAVE = b"\x1b[?1049h\x1b[?25l", b"\x1b[?25h\x1b[?1049l"
_FROM_THE_TOP, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
# What ends a program in whichever way; Ctrl-C has an exception of its own.
_ENDINGS = ("SIGTERM", "SIGHUP", "SIGQUIT")


class SecondScreen:
    """The second screen of a terminal while the block runs; what is drawn comes back after a stop (Ctrl-Z)."""

    def __init__(self, stream: TextIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._frame = b""
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "SecondScreen":
        for name in _ENDINGS:
            self._handle(name, _end)
        self._handle("SIGTSTP", self._stop)
        self._handle("SIGCONT", self._show)
        streams.write(self._stream, [_ENTER])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            streams.write(self._stream, [_LEAVE])
        for number, before in self._before.items():
            signal.signal(number, before)

    def draw(self, lines: list[str]) -> None:
        """Draw lines over those drawn before."""
        text = _FROM_THE_TOP + "".join([f"{line}{_CLEAR_LINE}\n" for line in lines]) + _CLEAR_BELOW
        self._frame = text.encode(self._encoding, "backslashreplace")
        streams.write(self._stream, [self._frame])

    def _handle(self, name: str, action: Any) -> None:
        number = getattr(signal, name, None)
        if number is not None:
            self._before[number] = signal.signal(number, action)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Stop as the signal would have it, with the first screen shown meanwhile."""
        self._now(_LEAVE)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._stop)
        # Where nobody could start it again, the system lets it go on at once.
        self._show()

    def _show(self, *_: object) -> None:
        self._now(_ENTER + self._frame)

    def _now(self, found: bytes) -> None:
        # Not through the stream: the signal may have come in the middle of a write to that.
        with contextlib.suppress(OSError):
            os.write(self._stream.fileno(), found)


def _end(number: int, _frame: object) -> NoReturn:
    """End as the signal would have it, but by way of `finally`."""
    raise SystemExit(128 + number)
