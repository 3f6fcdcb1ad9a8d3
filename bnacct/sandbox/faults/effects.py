"""The functions behind the table of faults."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bnacct.sandbox.exchange.error_bodies import RefusedError, error_response
from bnacct.sandbox.exchange.weights import FUTURES_LIMIT, banned_error, over_limit_error
from bnacct.sandbox.faults import pages
from bnacct.sandbox.faults.fault_type import Pause, Replace
from bnacct.sandbox.messages import Response, html_response
from bnacct.sandbox.server.frames import CONTINUATION, PING, frame
from bnacct.sandbox.server.listener import HangUpError


def rate_limit(response: Response, wait_s: int, now_ms: int) -> Response:
    return error_response(over_limit_error(FUTURES_LIMIT, wait_s))


def ban(response: Response, wait_s: int, now_ms: int) -> Response:
    return error_response(banned_error(now_ms + wait_s * 1000, now_ms))


def waf(response: Response, value: str, now_ms: int) -> Response:
    return html_response(pages.CLOUDFRONT, 403).with_headers(Server="CloudFront")


def restricted(response: Response, value: str, now_ms: int) -> Response:
    return error_response(RefusedError(0))


def html(response: Response, value: str, now_ms: int) -> Response:
    return html_response(pages.MAINTENANCE, 200)


def redirect(response: Response, url: str, now_ms: int) -> Response:
    return html_response("", 302).with_headers(Location=url)


def error(response: Response, code: int, now_ms: int) -> Response:
    return error_response(RefusedError(code))


# The exchange's own error codes; any other status comes with the page of a proxy.
_SERVER_ERRORS = {500: -1000, 503: -1008, 504: -1007}


def server_error(response: Response, status: int, now_ms: int) -> Response:
    if status in _SERVER_ERRORS:
        return error_response(RefusedError(_SERVER_ERRORS[status], status=status))
    return html_response(pages.BAD_GATEWAY.replace("502", str(status)), status)


def handshake(response: Response, status: int, now_ms: int) -> Response:
    known: dict[int, Replace] = {418: ban, 429: rate_limit, 451: restricted}
    return known.get(status, waf)(response, 30, now_ms)._replace(status=status)


def body(make: Callable[[Response, Any], bytes], **headers: str) -> Replace:
    """Return a replacement that keeps the status, makes another body, and adds headers."""
    return lambda response, value, now_ms: response._replace(body=make(response, value)).with_headers(**headers)


def gzip_body(response: Response, value: str) -> bytes:
    import gzip

    return gzip.compress(response.body)


def gzip_bomb(response: Response, megabytes: int) -> bytes:
    import zlib

    packer = zlib.compressobj(9, wbits=31)
    spaces = b" " * (1 << 20)
    return b"".join(packer.compress(spaces) for _ in range(megabytes)) + packer.flush()


def fragments(message: bytes, pieces: int) -> list[bytes]:
    step = max(1, -(-len(message) // max(1, pieces)))
    parts = [message[at : at + step] for at in range(0, len(message), step)] or [b""]
    first = frame(parts[0], last=len(parts) == 1)
    return [first, *(frame(part, CONTINUATION, last=part is parts[-1]) for part in parts[1:])]


def foreign_frames(message: bytes, value: str) -> list[bytes]:
    return [frame(pages.SERVER_SHUTDOWN), frame(b"", PING), frame(pages.FOREIGN_RESPONSE), frame(message)]


def latency(chunks: Iterable[bytes], seconds: float, pause: Pause) -> Iterator[bytes]:
    pause(seconds)
    yield from chunks


def silence(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    pause(None)
    yield from chunks


def drop(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield b""
    raise HangUpError


def _cut(chunks: Iterable[bytes]) -> bytes:
    *head, body = chunks
    return b"".join(head) + body[: len(body) // 2]


def truncated(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield _cut(chunks)
    raise HangUpError


def reset(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield _cut(chunks)
    raise HangUpError(reset=True)


def drip(chunks: Iterable[bytes], seconds: float, pause: Pause) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(len(chunk)):
            yield chunk[at : at + 1]
            pause(seconds)


def junk(chunks: Iterable[bytes], total: int, pause: Pause) -> Iterator[bytes]:
    yield pages.ENDLESS_HEAD
    chunk = b"x" * 65_536
    for sent in range(0, total, len(chunk)):
        yield chunk[: total - sent]
    raise HangUpError


def invalid_utf8(response: Response, value: str) -> bytes:
    # The bytes go into a string value, so that the JSON around it stays valid.
    return response.body.replace(b'":"', b'":"\xe9\xff', 1)
