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
    "latency": FaultType("answers VALUE seconds late", "2", deliver=effects.latency, **_SECONDS),
    "silence": FaultType("takes the request and never answers", deliver=effects.silence),
    "drip": FaultType("sends one byte every VALUE seconds, headers included", "0.05", deliver=effects.drip, **_SECONDS),
    "drop": FaultType("closes the connection without an answer", deliver=effects.drop),
    "truncated": FaultType("closes the connection mid-body", deliver=effects.truncated),
    "reset": FaultType("resets the connection (RST) mid-body", deliver=effects.reset),
    "junk": FaultType("sends VALUE bytes of junk instead of an answer", str(64 << 20), deliver=effects.junk, **_NUMBER),
    "clock-skew": FaultType("runs a clock that is VALUE milliseconds fast", "60000", clock=True, **_NUMBER),
    "rate-limit": FaultType("429 with Retry-After: VALUE seconds", "1", response=effects.rate_limit, **_NUMBER),
    "ban": FaultType("418: this address is banned for VALUE seconds", "120", response=effects.ban, **_NUMBER),
    "waf": FaultType("403 with the firewall's page; handshakes too", response=effects.waf, handshake=effects.waf),
    "restricted": FaultType(
        "451: this location is not served; handshakes too", response=effects.restricted, handshake=effects.restricted
    ),
    "redirect": FaultType(
        "302 to the address VALUE; handshakes too",
        "http://127.0.0.1:9/",
        response=effects.redirect,
        handshake=effects.redirect,
    ),
    "handshake": FaultType(
        "refuses WebSocket handshakes with status VALUE", "403", handshake=effects.handshake, **_NUMBER
    ),
    "server-error": FaultType(
        "status VALUE (5xx), in JSON (500, 503, 504) or as a page", "503", response=effects.server_error, **_NUMBER
    ),
    "error": FaultType("refuses with the exchange's code VALUE", "-1000", response=effects.error, **_NUMBER),
    "html": FaultType("200 with a web page", response=effects.html),
    "empty": FaultType("200 with no body", message=lambda message, value: b""),
    "bom": FaultType("a byte order mark before the JSON", message=lambda message, value: b"\xef\xbb\xbf" + message),
    "charset": FaultType(
        "claims ISO-8859-1, and the body is not valid UTF-8",
        response=effects.body(effects.invalid_utf8, Content_Type=f"{JSON};charset=ISO-8859-1"),
    ),
    "nan": FaultType("NaN and Infinity for amounts", response=effects.body(lambda response, value: pages.NOT_A_NUMBER)),
    "duplicate-keys": FaultType(
        "an object with the same key twice", response=effects.body(lambda response, value: pages.DUPLICATE_KEYS)
    ),
    "deep": FaultType(
        "VALUE nested arrays",
        "100000",
        response=effects.body(lambda response, depth: b"[" * depth + b"]" * depth),
        **_NUMBER,
    ),
    "wrong-shape": FaultType(
        "the JSON VALUE as the payload", '"ok"', response=effects.body(lambda response, text: text.encode())
    ),
    "big": FaultType(
        "VALUE spaces before a good payload",
        str(2 << 20),
        response=effects.body(lambda response, count: b" " * count + response.body),
        **_NUMBER,
    ),
    "gzip": FaultType("a compressed body (REST)", response=effects.body(effects.gzip_body, Content_Encoding="gzip")),
    "gzip-bomb": FaultType(
        "a body of VALUE megabytes, compressed a thousandfold (REST)",
        "256",
        response=effects.body(effects.gzip_bomb, Content_Encoding="gzip"),
        **_NUMBER,
    ),
    "not-gzip": FaultType(
        "claims gzip and sends plain text (REST)",
        response=effects.body(lambda response, v: response.body, Content_Encoding="gzip"),
    ),
    "foreign-frame": FaultType("unrelated frames before the answer (WebSocket)", frames=effects.foreign_frames),
    "null-id": FaultType(
        "an error without an id instead of the answer (WebSocket)",
        frames=lambda message, value: [frame(pages.NULL_ID)],
    ),
    "fragments": FaultType("the answer in VALUE fragments (WebSocket)", "3", frames=effects.fragments, **_NUMBER),
    "binary": FaultType(
        "the answer in a binary frame (WebSocket)", frames=lambda message, value: [frame(message, BINARY)]
    ),
    "close": FaultType(
        "a close frame with code VALUE instead of the answer (WebSocket)",
        "1001",
        read=_close_code,
        frames=lambda message, code: [frame(code, CLOSE)],
        unit="a code from 1000 to 4999",
    ),
}
