"""Lets the exchange misbehave: faults are asked for as `name=value*N`, and act at points of an answer's way."""

import threading
from collections.abc import Iterable, Sequence

from bnacct.sandbox.answer import Answer, json_answer
from bnacct.sandbox.fault_table import FAULTS, Pause
from bnacct.sandbox.frames import frame


class Fault:
    """One fault as asked for. With `times` it acts on so many requests, and then no more."""

    def __init__(self, name: str, value: str | None = None, times: int | None = None) -> None:
        if name not in FAULTS:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        self.name = name
        self.row = FAULTS[name]
        try:
            self.value = self.row.read(self.row.value if value is None else value)
        except ValueError:
            raise ValueError(f"The fault {name!r} takes {self.row.unit}, not {value!r}.") from None
        self._left = times
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read `name`, `name=value`, `name*N` or `name=value*N`. Raises ValueError with words for a person."""
        what, star, times = text.rpartition("*")
        if not (star and times.isdecimal()):
            what, times = text, ""
        name, equals, value = what.partition("=")
        return cls(name, value if equals else None, int(times) if times else None)

    def take(self) -> bool:
        """Say whether the fault acts on this request, and count it."""
        with self._lock:
            if self._left is None:
                return True
            self._left -= 1
            return self._left >= 0


class Faults:
    """The faults that act on one request, in the order in which they were asked for."""

    def __init__(self, faults: Sequence[Fault], pause: Pause) -> None:
        self._faults = faults
        self._pause = pause

    @property
    def clock_skew_ms(self) -> int:
        """How far the server's clock is off."""
        return sum(fault.value for fault in self._faults if fault.row.clock)

    def answer(self, answer: Answer, now_ms: int) -> Answer:
        """Return the answer that is given instead."""
        for fault in self._faults:
            if fault.row.answer:
                answer = fault.row.answer(answer, fault.value, now_ms)
        return answer

    def handshake(self, answer: Answer | None, now_ms: int) -> Answer | None:
        """Return what the handshake is refused with, None where it is let in."""
        for fault in self._faults:
            if fault.row.handshake:
                answer = fault.row.handshake(json_answer({}), fault.value, now_ms)
        return answer

    def message(self, message: bytes) -> bytes:
        """Return the body, or the WebSocket message, that is sent instead."""
        for fault in self._faults:
            if fault.row.message:
                message = fault.row.message(message, fault.value)
        return message

    def frames(self, message: bytes) -> list[bytes]:
        """Return the WebSocket frames that the message goes out in."""
        for fault in self._faults:
            if fault.row.frames:
                return fault.row.frames(message, fault.value)
        return [frame(message)]

    def deliver(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """Return the bytes that go out, each chunk when its time has come. Raises `HangUpError` where they end."""
        for fault in self._faults:
            if fault.row.deliver:
                chunks = fault.row.deliver(chunks, fault.value, self._pause)
        return chunks
