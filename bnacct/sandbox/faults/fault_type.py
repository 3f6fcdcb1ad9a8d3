"""What makes up a type of fault: its description, the value it takes, and where it acts."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from bnacct.sandbox.messages import Response

Pause = Callable[[float | None], None]
# (response, value, now in ms) -> the response that is sent instead
Replace = Callable[[Response, Any, int], Response]


class FaultType(NamedTuple):
    """One type of fault. It acts where a field below holds a function; elsewhere it changes nothing.

    `value` is the default, `read` turns a value's text into what the functions take, `unit` describes it to a person.
    `response` replaces status, headers and body; `handshake` is the response that refuses a WebSocket handshake;
    `message` replaces the bytes of a whole body or WebSocket message; `frames` returns the WebSocket frames of a
    message; `deliver` decides how the bytes go out; `clock` moves the server's clock by `value` milliseconds.
    """

    description: str
    value: str = ""
    read: Callable[[str], Any] = str
    response: Replace | None = None
    handshake: Replace | None = None
    message: Callable[[bytes, Any], bytes] | None = None
    frames: Callable[[bytes, Any], list[bytes]] | None = None
    deliver: Callable[[Iterable[bytes], Any, Pause], Iterator[bytes]] | None = None
    clock: bool = False
    unit: str = ""

    @property
    def only_handshake(self) -> bool:
        """Whether the fault leaves requests alone."""
        return self.handshake is not None and self.response is None
