"""The table of faults: what each is called, what it takes, and what it does, in few lines each."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from bnacct.sandbox import pages
from bnacct.sandbox.answer import JSON, Answer, html_answer, json_answer, refusal_answer
from bnacct.sandbox.frames import BINARY, CLOSE, CONTINUATION, PING, frame
from bnacct.sandbox.listener import HangUpError
from bnacct.sandbox.refusals import RESTRICTED, RefusedError
from bnacct.sandbox.weights import WEIGHT_LIMITS, banned_error, over_limit_error

Pause = Callable[[float | None], None]
Reply = Callable[[Answer, Any, int], Answer]


class Row(NamedTuple):
    """One fault. It acts at one point of an answer's way; the others leave it alone.

    `answer` replaces status, headers and body; `handshake` is what a WebSocket handshake is refused with; `message`
    replaces the bytes of a whole body or WebSocket message; `frames` says what WebSocket frames a message becomes;
    `deliver` how bytes go out; `clock` is a server clock that is off.
    """

    description: str
    value: str = ""
    read: Callable[[str], Any] = str
    answer: Reply | None = None
    handshake: Reply | None = None
    message: Callable[[bytes, Any], bytes] | None = None
    frames: Callable[[bytes, Any], list[bytes]] | None = None
    deliver: Callable[[Iterable[bytes], Any, Pause], Iterator[bytes]] | None = None
    clock: bool = False
    unit: str = ""

    @property
    def only_handshake(self) -> bool:
        """Whether requests are left alone."""
        return self.handshake is not None and self.answer is None


def _rate_limit(answer: Answer, wait_s: int, now_ms: int) -> Answer:
    return refusal_answer(over_limit_error(WEIGHT_LIMITS["fapi"], wait_s))


def _ban(answer: Answer, wait_s: int, now_ms: int) -> Answer:
    return refusal_answer(banned_error(now_ms + wait_s * 1000, now_ms))


def _waf(answer: Answer, value: str, now_ms: int) -> Answer:
    return html_answer(pages.CLOUDFRONT, 403).with_headers(Server="CloudFront")


def _restricted(answer: Answer, value: str, now_ms: int) -> Answer:
    return json_answer({"code": 0, "msg": RESTRICTED}, 451)


def _html(answer: Answer, value: str, now_ms: int) -> Answer:
    return html_answer(pages.MAINTENANCE, 200)


def _redirect(answer: Answer, url: str, now_ms: int) -> Answer:
    return html_answer("", 302).with_headers(Location=url)


def _error(answer: Answer, code: int, now_ms: int) -> Answer:
    return refusal_answer(RefusedError(code))


# What each status brings: the exchange's own refusal, or the page of a proxy in front of it.
_SERVER_ERRORS = {500: -1000, 503: -1008, 504: -1007}


def _server_error(answer: Answer, status: int, now_ms: int) -> Answer:
    if status in _SERVER_ERRORS:
        return refusal_answer(RefusedError(_SERVER_ERRORS[status], status=status))
    return html_answer(pages.BAD_GATEWAY.replace("502", str(status)), status)


def _handshake(answer: Answer, status: int, now_ms: int) -> Answer:
    known: dict[int, Reply] = {418: _ban, 429: _rate_limit, 451: _restricted}
    return known.get(status, _waf)(answer, 30, now_ms)._replace(status=status)


def _body(make: Callable[[Answer, Any], bytes], **headers: str) -> Reply:
    """Return a fault that makes another body, and adds headers."""
    return lambda answer, value, now_ms: answer._replace(body=make(answer, value)).with_headers(**headers)


def _gzip(answer: Answer, value: str) -> bytes:
    import gzip

    return gzip.compress(answer.body)


def _gzip_bomb(answer: Answer, megabytes: int) -> bytes:
    import zlib

    packer = zlib.compressobj(9, wbits=31)
    spaces = b" " * (1 << 20)
    return b"".join(packer.compress(spaces) for _ in range(megabytes)) + packer.flush()


def _fragments(message: bytes, pieces: int) -> list[bytes]:
    step = max(1, -(-len(message) // max(1, pieces)))
    parts = [message[at : at + step] for at in range(0, len(message), step)] or [b""]
    first = frame(parts[0], last=len(parts) == 1)
    return [first, *(frame(part, CONTINUATION, last=part is parts[-1]) for part in parts[1:])]


def _foreign_frames(message: bytes, value: str) -> list[bytes]:
    return [frame(pages.SERVER_SHUTDOWN), frame(b"", PING), frame(pages.FOREIGN_RESPONSE), frame(message)]


def _latency(chunks: Iterable[bytes], seconds: float, pause: Pause) -> Iterator[bytes]:
    pause(seconds)
    yield from chunks


def _silence(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    pause(None)
    yield from chunks


def _drop(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield b""
    raise HangUpError


def _cut(chunks: Iterable[bytes]) -> bytes:
    *head, body = chunks
    return b"".join(head) + body[: len(body) // 2]


def _truncated(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield _cut(chunks)
    raise HangUpError


def _reset(chunks: Iterable[bytes], value: str, pause: Pause) -> Iterator[bytes]:
    yield _cut(chunks)
    raise HangUpError(reset=True)


def _drip(chunks: Iterable[bytes], seconds: float, pause: Pause) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(len(chunk)):
            yield chunk[at : at + 1]
            pause(seconds)


def _junk(chunks: Iterable[bytes], total: int, pause: Pause) -> Iterator[bytes]:
    yield pages.ENDLESS_HEAD
    junk = b"x" * 65_536
    for sent in range(0, total, len(junk)):
        yield junk[: total - sent]
    raise HangUpError


def _invalid_utf8(answer: Answer, value: str) -> bytes:
    # In a string value, so that only the text is wrong and not the JSON around it.
    return answer.body.replace(b'":"', b'":"\xe9\xff', 1)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise ValueError
    return seconds


def _close_code(text: str) -> bytes:
    code = int(text)
    if not 1000 <= code < 5000:
        raise ValueError
    return code.to_bytes(2, "big")


_SECONDS: dict[str, Any] = {"read": _seconds, "unit": "seconds, at most a day"}
_NUMBER: dict[str, Any] = {"read": int, "unit": "a whole number"}

FAULTS: dict[str, Row] = {
    "latency": Row("answers after so many seconds", "2", deliver=_latency, **_SECONDS),
    "silence": Row("accepts the request and never answers", deliver=_silence),
    "drip": Row("sends a byte, headers included, each so many seconds", "0.05", deliver=_drip, **_SECONDS),
    "drop": Row("closes the connection without an answer", deliver=_drop),
    "truncated": Row("closes the connection amid the body", deliver=_truncated),
    "reset": Row("resets the connection (RST) amid the body", deliver=_reset),
    "junk": Row("sends so many bytes that are no answer", str(64 << 20), deliver=_junk, **_NUMBER),
    "clock-skew": Row("has a clock that is so many milliseconds fast", "60000", clock=True, **_NUMBER),
    "rate-limit": Row("429, to be repeated after so many seconds", "1", answer=_rate_limit, **_NUMBER),
    "ban": Row("418, this address is banned for so many seconds", "120", answer=_ban, **_NUMBER),
    "waf": Row("403 with the firewall's page, WebSocket handshakes too", answer=_waf, handshake=_waf),
    "restricted": Row("451, not served in this place, handshakes too", answer=_restricted, handshake=_restricted),
    "redirect": Row(
        "302 to that address, handshakes too",
        "http://127.0.0.1:9/",
        answer=_redirect,
        handshake=_redirect,
    ),
    "handshake": Row("refuses WebSocket handshakes with that status", "403", handshake=_handshake, **_NUMBER),
    "server-error": Row(
        "that 5xx status, in JSON (500, 503, 504) or as a page", "503", answer=_server_error, **_NUMBER
    ),
    "error": Row("refuses with that code of the exchange", "-1000", answer=_error, **_NUMBER),
    "html": Row("200 with a web page", answer=_html),
    "empty": Row("200 with no body", message=lambda message, value: b""),
    "bom": Row("a byte order mark before the JSON", message=lambda message, value: b"\xef\xbb\xbf" + message),
    "charset": Row(
        "says ISO-8859-1 and sends bytes that are no UTF-8",
        answer=_body(_invalid_utf8, Content_Type=f"{JSON};charset=ISO-8859-1"),
    ),
    "nan": Row("NaN and Infinity for amounts", answer=_body(lambda answer, value: pages.NOT_A_NUMBER)),
    "duplicate-keys": Row("the same key twice in an object", answer=_body(lambda answer, value: pages.DUPLICATE_KEYS)),
    "deep": Row(
        "so many arrays in one another",
        "100000",
        answer=_body(lambda answer, depth: b"[" * depth + b"]" * depth),
        **_NUMBER,
    ),
    "wrong-shape": Row("that JSON for a payload", '"ok"', answer=_body(lambda answer, text: text.encode())),
    "big": Row(
        "so many spaces before a good payload",
        str(2 << 20),
        answer=_body(lambda answer, count: b" " * count + answer.body),
        **_NUMBER,
    ),
    "gzip": Row("a compressed body (REST)", answer=_body(_gzip, Content_Encoding="gzip")),
    "gzip-bomb": Row(
        "a body of so many megabytes, compressed a thousandfold (REST)",
        "256",
        answer=_body(_gzip_bomb, Content_Encoding="gzip"),
        **_NUMBER,
    ),
    "not-gzip": Row(
        "says gzip and sends plain text (REST)", answer=_body(lambda answer, v: answer.body, Content_Encoding="gzip")
    ),
    "foreign-frame": Row("frames that answer nothing come before the answer (WebSocket)", frames=_foreign_frames),
    "null-id": Row(
        "an error without an id in place of the answer (WebSocket)",
        frames=lambda message, value: [frame(pages.NULL_ID)],
    ),
    "fragments": Row("the answer in so many fragments (WebSocket)", "3", frames=_fragments, **_NUMBER),
    "binary": Row("the answer in a binary frame (WebSocket)", frames=lambda message, value: [frame(message, BINARY)]),
    "close": Row(
        "a close frame with that code in place of the answer (WebSocket)",
        "1001",
        read=_close_code,
        frames=lambda message, code: [frame(code, CLOSE)],
        unit="a code from 1000 to 4999",
    ),
}
