"""The table of faults: the name of each, the value it takes, and what it does."""

from typing import Any

from bnacct.sandbox.faults import effects, pages
from bnacct.sandbox.faults.fault_type import FaultType
from bnacct.sandbox.messages import JSON
from bnacct.sandbox.server.frames import BINARY, CLOSE, frame


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

FAULTS: dict[str, FaultType] = {
    "latency": FaultType("answers after so many seconds", "2", deliver=effects.latency, **_SECONDS),
    "silence": FaultType("accepts the request and never answers", deliver=effects.silence),
    "drip": FaultType("sends a byte, headers included, each so many seconds", "0.05", deliver=effects.drip, **_SECONDS),
    "drop": FaultType("closes the connection without an answer", deliver=effects.drop),
    "truncated": FaultType("closes the connection amid the body", deliver=effects.truncated),
    "reset": FaultType("resets the connection (RST) amid the body", deliver=effects.reset),
    "junk": FaultType("sends so many bytes that are no answer", str(64 << 20), deliver=effects.junk, **_NUMBER),
    "clock-skew": FaultType("has a clock that is so many milliseconds fast", "60000", clock=True, **_NUMBER),
    "rate-limit": FaultType("429, to be repeated after so many seconds", "1", response=effects.rate_limit, **_NUMBER),
    "ban": FaultType("418, this address is banned for so many seconds", "120", response=effects.ban, **_NUMBER),
    "waf": FaultType(
        "403 with the firewall's page, WebSocket handshakes too", response=effects.waf, handshake=effects.waf
    ),
    "restricted": FaultType(
        "451, not served in this place, handshakes too", response=effects.restricted, handshake=effects.restricted
    ),
    "redirect": FaultType(
        "302 to that address, handshakes too",
        "http://127.0.0.1:9/",
        response=effects.redirect,
        handshake=effects.redirect,
    ),
    "handshake": FaultType(
        "refuses WebSocket handshakes with that status", "403", handshake=effects.handshake, **_NUMBER
    ),
    "server-error": FaultType(
        "that 5xx status, in JSON (500, 503, 504) or as a page", "503", response=effects.server_error, **_NUMBER
    ),
    "error": FaultType("refuses with that code of the exchange", "-1000", response=effects.error, **_NUMBER),
    "html": FaultType("200 with a web page", response=effects.html),
    "empty": FaultType("200 with no body", message=lambda message, value: b""),
    "bom": FaultType("a byte order mark before the JSON", message=lambda message, value: b"\xef\xbb\xbf" + message),
    "charset": FaultType(
        "says ISO-8859-1 and sends bytes that are no UTF-8",
        response=effects.body(effects.invalid_utf8, Content_Type=f"{JSON};charset=ISO-8859-1"),
    ),
    "nan": FaultType("NaN and Infinity for amounts", response=effects.body(lambda response, value: pages.NOT_A_NUMBER)),
    "duplicate-keys": FaultType(
        "the same key twice in an object", response=effects.body(lambda response, value: pages.DUPLICATE_KEYS)
    ),
    "deep": FaultType(
        "so many arrays in one another",
        "100000",
        response=effects.body(lambda response, depth: b"[" * depth + b"]" * depth),
        **_NUMBER,
    ),
    "wrong-shape": FaultType(
        "that JSON for a payload", '"ok"', response=effects.body(lambda response, text: text.encode())
    ),
    "big": FaultType(
        "so many spaces before a good payload",
        str(2 << 20),
        response=effects.body(lambda response, count: b" " * count + response.body),
        **_NUMBER,
    ),
    "gzip": FaultType("a compressed body (REST)", response=effects.body(effects.gzip_body, Content_Encoding="gzip")),
    "gzip-bomb": FaultType(
        "a body of so many megabytes, compressed a thousandfold (REST)",
        "256",
        response=effects.body(effects.gzip_bomb, Content_Encoding="gzip"),
        **_NUMBER,
    ),
    "not-gzip": FaultType(
        "says gzip and sends plain text (REST)",
        response=effects.body(lambda response, v: response.body, Content_Encoding="gzip"),
    ),
    "foreign-frame": FaultType(
        "frames that answer nothing come before the answer (WebSocket)", frames=effects.foreign_frames
    ),
    "null-id": FaultType(
        "an error without an id in place of the answer (WebSocket)",
        frames=lambda message, value: [frame(pages.NULL_ID)],
    ),
    "fragments": FaultType("the answer in so many fragments (WebSocket)", "3", frames=effects.fragments, **_NUMBER),
    "binary": FaultType(
        "the answer in a binary frame (WebSocket)", frames=lambda message, value: [frame(message, BINARY)]
    ),
    "close": FaultType(
        "a close frame with that code in place of the answer (WebSocket)",
        "1001",
        read=_close_code,
        frames=lambda message, code: [frame(code, CLOSE)],
        unit="a code from 1000 to 4999",
    ),
}
