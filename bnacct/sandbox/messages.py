"""What the server and the exchange hand to each other: a request as received, and a response before it is sent."""

from collections.abc import Mapping
from typing import NamedTuple

from bnacct.sandbox.encoding import encode

JSON = "application/json"
HTML = "text/html"


class Received(NamedTuple):
    """One request as it arrived. On the WebSocket `method` is `WS`, `path` the API's method, and `body` the message.

    Header names are in lower case; `query` is the raw text after the question mark.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """One response: HTTP status, body and headers. On the WebSocket the envelope takes status and body from it."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def with_headers(self, **headers: str) -> "Response":
        """Return the response with headers added. Underscores stand for hyphens: `Retry_After="1"`."""
        return self._replace(headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


def json_response(payload: object, status: int = 200) -> Response:
    """Return a response with JSON in UTF-8."""
    return Response(status, encode(payload), {"Content-Type": f"{JSON};charset=UTF-8"})


def html_response(page: str, status: int) -> Response:
    """Return a response with a web page, as proxies in front of the API send."""
    return Response(status, page.encode(), {"Content-Type": HTML})
