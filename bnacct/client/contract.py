"""What a client is to the rest of the program: the calls it takes, the requests it builds, and whom it talks to.

This module imports no library, so that naming these types costs nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from bnacct.client.decoding import Answer
from bnacct.client.signing import Value
from bnacct.endpoints import Endpoint

Parameters = Mapping[str, Value]


class Console(Protocol):
    """Whoever listens while a client works. A client calls it from the thread that called the client, and no other."""

    def note(self, text: str) -> None:
        """Take words that the user should read."""

    def log(self, text: str) -> None:
        """Take a line about one request, as `-v` shows them."""

    def pause(self, seconds: float) -> None:
        """Wait between two tries."""

    def meanwhile(self) -> None:
        """Use the time: a request has been sent, and its answer is awaited. Called anew for each try."""


class Silent:
    """A console that shows nothing, and does not wait between tries: for tests and benchmarks."""

    def note(self, text: str) -> None:
        pass

    def log(self, text: str) -> None:
        pass

    def pause(self, seconds: float) -> None:
        pass

    def meanwhile(self) -> None:
        pass


class HttpsRequest(NamedTuple):
    """One HTTP request as it is sent: every parameter is in the query, so the body is empty."""

    method: str
    url: str
    headers: dict[str, str]

    def __repr__(self) -> str:
        return f"HttpsRequest({self.method} {self.url.partition('?')[0]})"


class WebSocketRequest(NamedTuple):
    """One frame as it is sent, before it becomes JSON: `id`, `method` and `params`; `url` is where it goes."""

    url: str
    frame: dict[str, Any]

    def __repr__(self) -> str:
        return f"WebSocketRequest({self.frame['method']} to {self.url})"


Request = HttpsRequest | WebSocketRequest


class Client(Protocol):
    """A connection to one host of the exchange, kept open over all calls. Several threads may share it."""

    @property
    def known_drift_ms(self) -> int | None:
        """How far this machine's clock is ahead of the exchange's, None as long as nothing made the client ask."""

    def call(self, endpoint: Endpoint, parameters: Parameters, ends: float | None = None) -> Answer:
        """Send a signed call and return its answer, trying again where that may help.

        `parameters` are those of the API document, without `timestamp`. `ends` is when the time is up, on the clock of
        `time.monotonic`; without it, the call has the `timeout_s` of the settings. Raise `errors.BnacctError`.
        """

    def request(self, endpoint: Endpoint, parameters: Parameters) -> Request:
        """Build the request with a fresh timestamp, signed where the endpoint asks for it, and send nothing."""

    def close(self) -> None:
        """Close the connection, within the time that the last call had left."""
