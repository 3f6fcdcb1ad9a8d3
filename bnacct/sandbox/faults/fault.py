"""The faults that were asked for, as `name=value*N`, and the way they act on one request."""

import threading
from collections.abc import Iterable, Sequence

from bnacct.sandbox.faults.fault_type import Pause
from bnacct.sandbox.faults.table import FAULTS
from bnacct.sandbox.messages import Response, json_response
from bnacct.sandbox.server.frames import frame


class Fault:
    """One fault as asked for. With `times` it acts on that many requests only.

    Raises ValueError, with a message for a person, for an unknown name or a wrong value.
    """

    def __init__(self, name: str, value: str | None = None, times: int | None = None) -> None:
        if name not in FAULTS:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        self.name = name
        self.type = FAULTS[name]
        try:
            self.value = self.type.read(self.type.value if value is None else value)
        except ValueError:
            raise ValueError(f"The fault {name!r} takes {self.type.unit}, not {value!r}.") from None
        self._left = times
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Return the fault that `name`, `name=value`, `name*N` or `name=value*N` asks for. Raises ValueError."""
        what, star, times = text.rpartition("*")
        if not (star and times.isdecimal()):
            what, times = text, ""
        name, equals, value = what.partition("=")
        return cls(name, value if equals else None, int(times) if times else None)

    def take(self) -> bool:
        """Return whether the fault acts on this request, and count the request."""
        with self._lock:
            if self._left is None:
                return True
            self._left -= 1
            return self._left >= 0


class ActingFaults:
    """The faults that act on one request, in the order in which they were asked for."""

    def __init__(self, faults: Sequence[Fault], pause: Pause) -> None:
        self._faults = faults
        self._pause = pause

    @property
    def clock_skew_ms(self) -> int:
        """By how much the server's clock is fast."""
        return sum(fault.value for fault in self._faults if fault.type.clock)

    def response(self, response: Response, now_ms: int) -> Response:
        """Return the response that is sent instead."""
        for fault in self._faults:
            if fault.type.response:
                response = fault.type.response(response, fault.value, now_ms)
        return response

    def handshake(self, refusal: Response | None, now_ms: int) -> Response | None:
        """Return the response that refuses the handshake, or None to accept it."""
        for fault in self._faults:
            if fault.type.handshake:
                refusal = fault.type.handshake(json_response({}), fault.value, now_ms)
        return refusal

    def message(self, message: bytes) -> bytes:
        """Return the body, or the WebSocket message, that is sent instead."""
        for fault in self._faults:
            if fault.type.message:
                message = fault.type.message(message, fault.value)
        return message

    def frames(self, message: bytes) -> list[bytes]:
        """Return the WebSocket frames of the message."""
        for fault in self._faults:
            if fault.type.frames:
                return fault.type.frames(message, fault.value)
        return [frame(message)]

    def deliver(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """Return the chunks to send, each when it is due. Iterating raises `HangUpError` where the connection is to end."""
        for fault in self._faults:
            if fault.type.deliver:
                chunks = fault.type.deliver(chunks, fault.value, self._pause)
        return chunks
