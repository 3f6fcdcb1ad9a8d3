"""Speaks HTTP/1.1 with keep-alive. It is written by hand, so that it can also misbehave."""

from collections.abc import Callable, Mapping
from email.utils import formatdate
from http import HTTPStatus

from bnacct.sandbox.messages import Received, Response, html_response
from bnacct.sandbox.server.listener import Connection

MOST_HEAD_BYTES = 65_536
MOST_BODY_BYTES = 1 << 20

_HEAD_END = b"\r\n\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class BadRequestError(Exception):
    """The bytes received are not an HTTP request that this server reads. `status` is the one to respond with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def serve_http(connection: Connection, reply: Callable[[Connection, Received], None]) -> None:
    """Read requests and have `reply` respond to each, until either side closes."""
    buffer = b""
    while True:
        try:
            received, buffer = _read_request(connection, buffer)
        except BadRequestError as bad:
            page = html_response(f"<html><body>{bad.status}</body></html>", bad.status)
            connection.send([*http_bytes(page.with_headers(Connection="close"), 0)])
            return
        if received is None:
            return
        reply(connection, received)
        if received.headers.get("connection", "").lower() == "close":
            return


def http_bytes(response: Response, now_ms: int) -> tuple[bytes, bytes]:
    """Return the head and the body, as bytes on the wire."""
    headers = {
        "Date": formatdate(now_ms // 1000, usegmt=True),
        "Content-Length": str(len(response.body)),
        **response.headers,
    }
    lines = [f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1"), response.body


def _read_request(connection: Connection, buffer: bytes) -> tuple[Received | None, bytes]:
    """Return the next request (None at the end of the connection), and the bytes read past it."""
    while _HEAD_END not in buffer:
        if len(buffer) > MOST_HEAD_BYTES:
            raise BadRequestError(431)
        more = connection.read()
        if not more:
            return None, b""
        buffer += more
    head, _, buffer = buffer.partition(_HEAD_END)
    method, target, headers = _parse_head(head.decode("latin-1"))
    length = _body_length(headers)
    while len(buffer) < length:
        more = connection.read()
        if not more:
            return None, b""
        buffer += more
    path, _, query = target.partition("?")
    return Received(method, path, query, headers, buffer[:length]), buffer[length:]


def _parse_head(head: str) -> tuple[str, str, Mapping[str, str]]:
    request_line, *lines = head.split("\r\n")
    words = request_line.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequestError(400)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestError(400)
        headers[name.lower()] = value.strip()
    return words[0], words[1], headers


def _body_length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        raise BadRequestError(411)
    if not (text.isascii() and text.isdigit()):
        raise BadRequestError(400)
    if len(text) > len(str(MOST_BODY_BYTES)) or int(text) > MOST_BODY_BYTES:
        raise BadRequestError(413)
    return int(text)
