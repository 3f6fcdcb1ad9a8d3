"""Servers that say anything: tables of dialogues, each a sequence of steps that a peer takes on one connection.

A step is bytes to send, or a function of the `Peer` that sends or reads. The sequence starts over on each connection.
"""

import base64
import contextlib
import hashlib
import itertools
import json
import random
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from bnacct.sandbox.server.frames import BINARY, CLOSE, CONTINUATION, PING, TEXT, frame

PONG = 0xA
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Peer:
    """The server's side of one connection. `heard` is what arrived last, `request_id` the id in it."""

    def __init__(self, accepted: socket.socket, closing: threading.Event) -> None:
        self.heard = b""
        self._socket = accepted
        self._closing = closing

    @property
    def request_id(self) -> str:
        return str(json.loads(self.heard)["id"])

    def say(self, data: bytes) -> None:
        self._socket.sendall(data)

    def hear(self) -> None:
        """Read a request up to the end of its head."""
        self.heard = b""
        while b"\r\n\r\n" not in self.heard:
            self._more()

    def hear_frame(self) -> None:
        """Read one frame of a client, as it is once unmasked."""
        self.heard = b""
        while len(self.heard) < 4:
            self._more()
        length, at = self.heard[1] & 0x7F, 2
        if length == 126:
            length, at = int.from_bytes(self.heard[2:4], "big"), 4
        while len(self.heard) < at + 4 + length:
            self._more()
        mask = self.heard[at : at + 4]
        masked = self.heard[at + 4 : at + 4 + length]
        self.heard = bytes(byte ^ mask[number % 4] for number, byte in enumerate(masked))

    def upgrade(self) -> None:
        """Accept a WebSocket handshake."""
        self.hear()
        self.say(upgraded(self.heard))

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._socket = context.wrap_socket(self._socket, server_side=True)

    def hold(self) -> None:
        """Say no more, until the other side or the test ends."""
        with contextlib.suppress(OSError):
            while self._socket.recv(65_536):
                pass
        self._closing.wait()

    def read_no_more(self) -> None:
        self._closing.wait()

    def drip(self, data: bytes) -> None:
        for byte in data:
            self.say(bytes([byte]))
            self._closing.wait(0.02)
            if self._closing.is_set():
                raise ConnectionError

    def flood(self, data: bytes) -> None:
        """Say the same without end, and read nothing."""
        block = data * max(1, 65_536 // len(data))
        while not self._closing.is_set():
            self.say(block)

    def reset(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _more(self) -> None:
        more = self._socket.recv(65_536)
        if not more:
            raise ConnectionError
        self.heard += more


Step = bytes | Callable[[Peer], None]
Dialogue = Sequence[Step]


class Speaker:
    """A server on loopback that holds a dialogue with whoever connects; a context manager."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._closing = threading.Event()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self.threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> "Speaker":
        self.threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        socket.create_connection(self._listening.getsockname()).close()
        self.threads[0].join()
        self._listening.close()
        for accepted in self._open:
            with contextlib.suppress(OSError):
                accepted.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            accepted, _ = self._listening.accept()
            if self._closing.is_set():
                accepted.close()
                return
            self.connections += 1
            self._open.append(accepted)
            thread = threading.Thread(target=self._converse, args=(accepted,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _converse(self, accepted: socket.socket) -> None:
        peer = Peer(accepted, self._closing)
        # The other side may leave, or say what cannot be read, at any time.
        with contextlib.suppress(OSError, ValueError, KeyError):
            for step in self._dialogue:
                if isinstance(step, bytes):
                    peer.say(step)
                else:
                    step(peer)
        with contextlib.suppress(OSError):
            peer._socket.shutdown(socket.SHUT_RDWR)
        peer._socket.close()
        accepted.close()


def upgraded(head: bytes) -> bytes:
    """Return the response that accepts a WebSocket handshake."""
    key = next(
        line.partition(b":")[2].strip()
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key:")
    )
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def flood(data: bytes) -> Step:
    return lambda peer: peer.flood(data)


def drip(data: bytes) -> Step:
    return lambda peer: peer.drip(data)


def echo(before: bytes, after: bytes = b"") -> Step:
    """Say what was heard, with line breaks as spaces, between two texts."""
    return lambda peer: peer.say(before + peer.heard.replace(b"\r\n", b" ") + after)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", b""]
    return b"\r\n".join(lines) + body


def chunked(*chunks: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(chunks)


HEAR, HOLD, MUTE, RESET, UPGRADE = Peer.hear, Peer.hold, Peer.read_no_more, Peer.reset, Peer.upgrade
HEAR_FRAME = Peer.hear_frame
GOOD = answer(b"[]")
OK = b"HTTP/1.1 200 OK\r\n"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"
NOISE = random.Random(10).randbytes(4096)  # noqa: S311 - any bytes

# What may come in place of an HTTP answer: of REST, of a WebSocket handshake, of a proxy's CONNECT.
HTTP: Mapping[str, Dialogue] = {
    "ends at once": [],
    "resets at once": [RESET],
    "never reads": [MUTE],
    "hears and ends": [HEAR],
    "hears and resets": [HEAR, RESET],
    "hears and holds": [HEAR, HOLD],
    "speaks first": [GOOD, HEAR, HOLD],
    "speaks first and ends": [GOOD],
    "a blank line": [HEAR, b"\r\n", HOLD],
    "blank lines without end": [HEAR, flood(b"\r\n")],
    "zeros": [HEAR, b"\0" * 4096],
    "zeros without end": [HEAR, flood(b"\0")],
    "noise": [HEAR, NOISE],
    "noise and hold": [HEAR, NOISE, HOLD],
    "noise without end": [HEAR, flood(NOISE)],
    "a letter without end": [HEAR, flood(b"x")],
    "no HTTP": [HEAR, b"SSH-2.0-OpenSSH_9.6\r\n", HOLD],
    "a TLS alert": [HEAR, b"\x15\x03\x03\x00\x02\x02\x28"],
    "HTTP/0.9": [HEAR, b"[]"],
    "HTTP/1.0": [HEAR, b"HTTP/1.0 200 OK\r\n\r\n[]"],
    "HTTP/2": [HEAR, b"HTTP/2 200\r\n\r\n[]"],
    "HTTP/2 frames": [HEAR, b"\0\0\0\x04\0\0\0\0\0" * 100, HOLD],
    "HTTP/9.9": [HEAR, b"HTTP/9.9 200 OK\r\n\r\n[]"],
    "a status of no number": [HEAR, b"HTTP/1.1 abc OK\r\n\r\n[]"],
    "a status of 0": [HEAR, b"HTTP/1.1 0 OK\r\n\r\n[]"],
    "a status of -200": [HEAR, b"HTTP/1.1 -200 OK\r\n\r\n[]"],
    "a status of 99999": [HEAR, b"HTTP/1.1 99999 OK\r\n\r\n[]"],
    "a status of 600": [HEAR, answer(b"[]", status=b"600 What")],
    "a status of 999": [HEAR, answer(b"[]", status=b"999 What")],
    "a status in other digits": [HEAR, "HTTP/1.1 ２００ OK\r\n\r\n[]".encode()],
    "a status line cut off": [HEAR, b"HTTP/1.1 20"],
    "a status line that drips": [HEAR, drip(OK * 100)],
    "a status line without end": [HEAR, b"HTTP/1.1 200 ", flood(b"O")],
    "100 without end": [HEAR, flood(b"HTTP/1.1 100 Continue\r\n\r\n")],
    "103 without end": [HEAR, flood(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")],
    "100 that drips": [HEAR, drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)],
    "100 with headers without end": [HEAR, b"HTTP/1.1 100 Continue\r\n", flood(b"A: b\r\n")],
    "102 and 200": [HEAR, b"HTTP/1.1 102 Processing\r\n\r\n" + GOOD],
    "103 and 200": [HEAR, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + GOOD],
    "199 and 200": [HEAR, b"HTTP/1.1 199 Misc\r\n\r\n" + GOOD],
    "103 and no more": [HEAR, b"HTTP/1.1 103 Early Hints\r\n\r\n", HOLD],
    "101": [HEAR, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", HOLD],
    "headers that drip": [HEAR, OK, drip(b"A: b\r\n" * 100)],
    "headers without end": [HEAR, OK, flood(b"A: b\r\n")],
    "a header without end": [HEAR, OK + b"A: ", flood(b"b")],
    "a header folded without end": [HEAR, OK + b"A: b\r\n", flood(b" c\r\n")],
    "thousands of headers": [HEAR, OK + b"A: b\r\n" * 20_000 + b"\r\n[]"],
    "a hundred headers": [HEAR, answer(b"[]", *[b"A: b"] * 98)],
    "a header of a megabyte": [HEAR, answer(b"[]", b"A: " + b"b" * (1 << 20))],
    "headers of no name": [HEAR, OK + b": a\r\n:\r\n: \r\n\r\n[]"],
    "headers of no colon": [HEAR, OK + b"abc\r\n\r\n[]"],
    "headers of noise": [HEAR, OK + NOISE + b"\r\n\r\n[]"],
    "headers of zeros": [HEAR, OK + b"A\0: b\0\r\n\0\r\n\r\n[]"],
    "bare line feeds": [HEAR, b"HTTP/1.1 200 OK\nContent-Length: 2\n\n[]"],
    "bare carriage returns": [HEAR, b"HTTP/1.1 200 OK\rContent-Length: 2\r\r[]"],
    "no headers": [HEAR, OK + b"\r\n[]"],
    "a length of -1": [HEAR, OK + b"Content-Length: -1\r\n\r\n", flood(b"[")],
    "a length of 2^63": [HEAR, OK + b"Content-Length: 9223372036854775808\r\n\r\n", flood(b"[")],
    "a length of 5000 digits": [HEAR, OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", flood(b"[")],
    "a length of 10^20": [HEAR, OK + b"Content-Length: 100000000000000000000\r\n\r\n[]", HOLD],
    "a length of no number": [HEAR, OK + b"Content-Length: two\r\n\r\n[]", HOLD],
    "two lengths": [HEAR, OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]", HOLD],
    "a length too long": [HEAR, OK + b"Content-Length: 9\r\n\r\n[]"],
    "a length too long, and hold": [HEAR, OK + b"Content-Length: 9\r\n\r\n[]", HOLD],
    "a length too short": [HEAR, OK + b"Content-Length: 2\r\n\r\n[]", flood(b"more")],
    "a length and chunks": [HEAR, OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"],
    "a body that drips": [HEAR, OK + b"Content-Length: 500\r\n\r\n", drip(b"[" * 500)],
    "a body without end": [HEAR, OK + b"\r\n", flood(b"[")],
    "a good body and hold": [HEAR, OK + b"\r\n[]", HOLD],
    "a good body and reset": [HEAR, OK + b"\r\n[]", RESET],
    "204": [HEAR, b"HTTP/1.1 204 No Content\r\n\r\n", HOLD],
    "205": [HEAR, answer(b"", status=b"205 Reset Content")],
    "206": [HEAR, answer(b"[]", b"Content-Range: bytes 0-1/9", status=b"206 Partial Content")],
    "304": [HEAR, b"HTTP/1.1 304 Not Modified\r\n\r\n", HOLD],
    "a chunk of -1": [HEAR, chunked(b"-1\r\n"), flood(b"[")],
    "a chunk of 2^64": [HEAR, chunked(b"10000000000000000\r\n"), flood(b"[")],
    "a chunk of a hundred digits": [HEAR, chunked(b"f" * 100 + b"\r\n"), flood(b"[")],
    "a chunk of no number": [HEAR, chunked(b"two\r\n[]\r\n0\r\n\r\n"), HOLD],
    "a chunk of no size": [HEAR, chunked(b"\r\n[]\r\n"), HOLD],
    "a chunk with an underscore": [HEAR, chunked(b"0_2\r\n[]\r\n0\r\n\r\n")],
    "a chunk with 0x": [HEAR, chunked(b"0x2\r\n[]\r\n0\r\n\r\n")],
    "a chunk size without end": [HEAR, chunked(), flood(b"0")],
    "a chunk extension without end": [HEAR, chunked(b"2;"), flood(b"a")],
    "a chunk that drips": [HEAR, chunked(), drip(b"1\r\n[\r\n" * 100)],
    "a chunk cut off": [HEAR, chunked(b"9\r\n[")],
    "a chunk and hold": [HEAR, chunked(b"2\r\n[]\r\n"), HOLD],
    "chunks without end": [HEAR, chunked(), flood(b"1\r\n \r\n")],
    "a chunk without its line break": [HEAR, chunked(b"2\r\n[]0\r\n\r\n"), HOLD],
    "trailers without end": [HEAR, chunked(b"2\r\n[]\r\n0\r\n"), flood(b"A: b\r\n")],
    "a trailer without end": [HEAR, chunked(b"2\r\n[]\r\n0\r\nA: "), flood(b"b")],
    "a trailer that drips": [HEAR, chunked(b"2\r\n[]\r\n0\r\n"), drip(b"A: b\r\n" * 100)],
    "chunked twice": [HEAR, OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"],
    "an unknown transfer": [HEAR, OK + b"Transfer-Encoding: lzma\r\n\r\n[]"],
    "gzip that is none": [HEAR, answer(b"[]", b"Content-Encoding: gzip")],
    "br": [HEAR, answer(b"[]", b"Content-Encoding: br")],
    "a hundred encodings": [HEAR, answer(b"[]", b"Content-Encoding: " + b"gzip," * 100)],
    "a charset that is none": [HEAR, answer(b"[]", b"Content-Type: text/html; charset=\xff\xfe")],
    "a refresh and cookies": [
        HEAR,
        answer(b"[]", b"Refresh: 0; url=http://127.0.0.1:9/", b"Set-Cookie: a=" + NOISE.hex().encode()),
    ],
    "a redirect to nowhere": [HEAR, answer(b"", b"Location: \xff//", status=b"302 Found")],
    "a redirect without end": [HEAR, b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", flood(b"x")],
    "401 Basic": [HEAR, answer(b"", b'WWW-Authenticate: Basic realm="x"', status=b"401 Unauthorized")],
    "407": [HEAR, answer(b"", b'Proxy-Authenticate: Basic realm="x"', status=b"407 Proxy Authentication Required")],
    "429 for ever": [HEAR, answer(b"{}", b"Retry-After: " + b"9" * 400, status=b"429 Slow")],
    "429 of no number": [HEAR, answer(b"{}", b"Retry-After: soon", status=b"429 Slow")],
    "429 before the flood": [HEAR, answer(b"{}", b"Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", status=b"429 Slow")],
    "429 on no day": [HEAR, answer(b"{}", b"Retry-After: Thu, 99 Jan 99999 99:99:99 GMT", status=b"429 Slow")],
    "418 for ever": [HEAR, answer(b'{"code":-1003,"msg":"banned until 99999999999999."}', status=b"418 Teapot")],
    "418 in 2^63": [HEAR, answer(b'{"code":-1003,"msg":"banned until 9223372036854775808."}', status=b"418 Teapot")],
    "a code of a hundred digits": [HEAR, answer(b'{"code":-' + b"9" * 100 + b',"msg":"x"}', status=b"400 Bad")],
    "a code in words": [HEAR, answer(b'{"code":"-1003x","msg":["x"]}', status=b"400 Bad")],
    "a code of infinity": [HEAR, answer(b'{"code":1e999,"msg":{}}', status=b"400 Bad")],
    "a text of a megabyte": [HEAR, answer(b'{"code":-1,"msg":"' + b"x" * (1 << 20) + b'"}', status=b"400 Bad")],
    "a text of escapes": [HEAR, answer(b'{"code":-1,"msg":"\\u001b[2J\\u0000\\ud800\\n"}', status=b"400 Bad")],
    "an echo in the status line": [HEAR, echo(b"HTTP/1.1 200 ", b"\r\n\r\n")],
    "an echo for a status": [HEAR, echo(b"HTTP/1.1 ", b"\r\n\r\n")],
    "an echo in a header": [HEAR, echo(OK + b"Content-Length: ", b"\r\n\r\n[]")],
    "an echo for the weight": [
        HEAR,
        echo(OK + b"X-SAPI-USED-IP-WEIGHT-1M: ", b"\r\nContent-Length: 2\r\n\r\n[]"),
    ],
    "an echo in an encoding": [HEAR, echo(OK + b"Content-Encoding: ", b"\r\nContent-Length: 2\r\n\r\n[]")],
    "an echo in a chunk size": [HEAR, echo(chunked(), b"\r\n[]\r\n")],
    "an echo in a redirect": [HEAR, echo(b"HTTP/1.1 302 Found\r\nLocation: ", b"\r\n\r\n")],
    "an echo in a refusal": [HEAR, echo(b'HTTP/1.1 400 Bad\r\n\r\n{"code":-1100,"msg":"', b'"}')],
    "an echo in Retry-After": [HEAR, echo(b"HTTP/1.1 429 Slow\r\nRetry-After: ", b"\r\n\r\n{}")],
    "an echo and nothing else": [HEAR, echo(b"")],
}


def framed(*frames: Step) -> Dialogue:
    """Return a dialogue that accepts a WebSocket, reads the request, and says that."""
    return [UPGRADE, HEAR_FRAME, *frames]


def replying(text: str) -> Step:
    """Say a text frame in which the request's id stands in place of ID."""
    return lambda peer: peer.say(frame(text.replace("ID", peer.request_id).encode()))


def deep(peer: Peer) -> None:
    peer.say(frame(b"[" * 100_000))


GOOD_REPLY = replying('{"id":"ID","status":200,"result":[]}')

# What may follow a WebSocket handshake.
FRAMES: Mapping[str, Dialogue] = {
    "a key that is not ours": [
        HEAR,
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        HOLD,
    ],
    "an extension not asked for": [
        HEAR,
        lambda peer: peer.say(upgraded(peer.heard)[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        HOLD,
    ],
    "a subprotocol not asked for": [
        HEAR,
        lambda peer: peer.say(upgraded(peer.heard)[:-2] + b"Sec-WebSocket-Protocol: mqtt\r\n\r\n"),
        HOLD,
    ],
    "103 and 101": [HEAR, b"HTTP/1.1 103 Early Hints\r\n\r\n", lambda peer: peer.say(upgraded(peer.heard)), HOLD],
    "a handshake that drips": [HEAR, lambda peer: peer.drip(upgraded(peer.heard))],
    "accepts and ends": [UPGRADE],
    "accepts and resets": [UPGRADE, RESET],
    "accepts and holds": [UPGRADE, HOLD],
    "accepts and reads no more": [UPGRADE, MUTE],
    "hears and ends": framed(),
    "hears and resets": framed(RESET),
    "hears and holds": framed(HOLD),
    "a good reply and end": framed(GOOD_REPLY),
    "a good reply and reset": framed(GOOD_REPLY, RESET),
    "a good reply and hold": framed(GOOD_REPLY, HOLD),
    "a good reply and no reading": framed(GOOD_REPLY, MUTE),
    "a good reply and a flood": framed(GOOD_REPLY, flood(frame(b"x" * 100, PING))),
    "a good reply and noise": framed(GOOD_REPLY, NOISE, HOLD),
    "a reply before the request": [UPGRADE, frame(b'{"id":"x","status":200,"result":[]}'), HEAR_FRAME, HOLD],
    "two good replies": framed(GOOD_REPLY, GOOD_REPLY, HOLD),
    "pings without end": framed(flood(frame(b"x" * 125, PING))),
    "pings before the request": [UPGRADE, flood(frame(b"x" * 125, PING))],
    "empty pings": framed(flood(frame(b"", PING))),
    "pongs without end": framed(flood(frame(b"x", PONG))),
    "a ping that is too long": framed(frame(b"x" * 126, PING), HOLD),
    "a ping in fragments": framed(frame(b"x", PING, last=False), HOLD),
    "a close without a code": framed(frame(b"", CLOSE), HOLD),
    "a close and no reading": framed(frame(b"\x03\xe8", CLOSE), MUTE),
    "a close of one byte": framed(frame(b"\x03", CLOSE), HOLD),
    "a close that is not answered": framed(GOOD_REPLY, HEAR_FRAME, MUTE),
    "a close with a long reason": framed(frame(b"\x03\xe8" + b"r" * 123, CLOSE), HOLD),
    "a close with no UTF-8": framed(frame(b"\x03\xe8\xff\xfe", CLOSE), HOLD),
    "a close and a flood": framed(frame(b"\x03\xe8", CLOSE), flood(frame(b"x"))),
    **{
        f"a close of {code}": framed(frame(code.to_bytes(2, "big"), CLOSE), HOLD)
        for code in (
            0,
            999,
            1000,
            1001,
            1002,
            1004,
            1005,
            1006,
            1007,
            1008,
            1009,
            1011,
            1012,
            1013,
            1015,
            2999,
            3000,
            4999,
            65535,
        )
    },
    "an opcode that is none": framed(b"\x83\x00", HOLD),
    "a control opcode that is none": framed(b"\x8b\x00", HOLD),
    "reserved bits": framed(b"\xf1\x00", HOLD),
    "a masked frame": framed(b"\x81\x82\0\0\0\0[]", HOLD),
    "a length of 2^63": framed(b"\x81\x7f" + b"\xff" * 8, HOLD),
    "a length of 2^40": framed(b"\x81\x7f" + (1 << 40).to_bytes(8, "big"), flood(b"[")),
    "a length in too many bytes": framed(b"\x81\x7f" + (2).to_bytes(8, "big") + b"[]", HOLD),
    "a frame cut off": framed(b"\x81\x7d["),
    "a frame that drips": framed(drip(frame(b'{"id":1}' * 10))),
    "empty frames without end": framed(flood(frame(b""))),
    "frames without end": framed(flood(frame(b"{}"))),
    "long frames without end": framed(flood(frame(b" " * 65_000 + b"{}"))),
    "fragments without end": framed(frame(b"[", last=False), flood(frame(b" ", CONTINUATION, last=False))),
    "empty fragments without end": framed(frame(b"[", last=False), flood(frame(b"", CONTINUATION, last=False))),
    "a fragment of nothing": framed(frame(b"[]", CONTINUATION), HOLD),
    "two messages in one": framed(frame(b"[", last=False), frame(b"]", TEXT), HOLD),
    "pings within fragments": framed(frame(b"[", last=False), frame(b"", PING), frame(b"]", CONTINUATION), HOLD),
    "text of no UTF-8": framed(frame(b"\xff\xfe"), HOLD),
    "bytes": framed(frame(NOISE, BINARY), HOLD),
    "noise": framed(NOISE, HOLD),
    "noise without end": framed(flood(NOISE)),
    "zeros without end": framed(flood(b"\0")),
    "HTTP": framed(GOOD, HOLD),
    "no JSON": framed(frame(b"hello"), HOLD),
    "nested deep": framed(deep, HOLD),
    "no object": framed(frame(b"[1,2]"), frame(b"null"), frame(b'"x"'), HOLD),
    "a status in words": framed(replying('{"id":"ID","status":"200","result":[]}'), HOLD),
    "no status": framed(replying('{"id":"ID","result":[]}'), HOLD),
    "no result": framed(replying('{"id":"ID","status":200}'), HOLD),
    "an error of null": framed(replying('{"id":"ID","status":400,"error":null}'), HOLD),
    "an error of a list": framed(replying('{"id":"ID","status":400,"error":[]}'), HOLD),
    "an error without a text": framed(replying('{"id":"ID","status":400,"error":{"code":-1}}'), HOLD),
    "retry after 2^63": framed(
        replying('{"id":"ID","status":429,"error":{"code":-1003,"msg":"","data":{"retryAfter":9223372036854775808}}}'),
        HOLD,
    ),
    "retry after a text": framed(
        replying(
            '{"id":"ID","status":429,"error":{"code":-1003,"msg":"","data":{"retryAfter":"soon","serverTime":[]}}}'
        ),
        HOLD,
    ),
    "banned until the end": framed(
        replying('{"id":"ID","status":418,"error":{"code":-1003,"msg":"banned until 99999999999999."}}'), HOLD
    ),
    "weights of no number": framed(
        replying('{"id":"ID","status":200,"result":[],"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","count":{}}]}'),
        HOLD,
    ),
    "an echo": framed(lambda peer: peer.say(frame(peer.heard)), HOLD),
    "an echo for the status": framed(
        lambda peer: peer.say(frame(_with_echo(peer, status="HEARD"))),
        HOLD,
    ),
    "an echo for the weight": framed(
        lambda peer: peer.say(
            frame(
                _with_echo(
                    peer,
                    status=200,
                    result=[],
                    rateLimits=[{"rateLimitType": "REQUEST_WEIGHT", "count": "HEARD", "limit": "HEARD"}],
                )
            )
        ),
        HOLD,
    ),
    "an echo in a refusal": framed(
        lambda peer: peer.say(frame(_with_echo(peer, status=400, error={"code": -1100, "msg": "HEARD"}))), HOLD
    ),
    "an echo for a code": framed(
        lambda peer: peer.say(frame(_with_echo(peer, status=400, error={"code": "HEARD", "msg": "HEARD"}))), HOLD
    ),
    "an echo in a close": framed(lambda peer: peer.say(frame(b"\x03\xe8" + peer.heard[-120:], CLOSE)), HOLD),
    "an echo before the close": framed(echo(b""), HOLD),
}


def _with_echo(peer: Peer, **fields: object) -> bytes:
    heard = json.dumps(peer.heard.decode())[1:-1]
    return json.dumps({"id": peer.request_id, **fields}).replace("HEARD", heard).encode()


_RECORD = b"\x16\x03\x03"

# What may come in place of TLS.
TLS: Mapping[str, Dialogue] = {
    "ends at once": [],
    "resets at once": [RESET],
    "never reads": [MUTE],
    "holds": [HOLD],
    "plain HTTP": [GOOD, HOLD],
    "plain HTTP without end": [flood(GOOD)],
    "noise": [NOISE, HOLD],
    "noise without end": [flood(NOISE)],
    "zeros without end": [flood(b"\0")],
    "a record that drips": [drip(_RECORD + b"\x40\x00" + b"\x02" * 500)],
    "a record cut off": [_RECORD + b"\x40\x00\x02"],
    "a record too long": [_RECORD + b"\xff\xff", flood(b"\x02")],
    "a handshake of 2^24 bytes": [_RECORD + b"\x40\x00\x02\xff\xff\xff", flood(b"\x03")],
    "empty records without end": [flood(_RECORD + b"\x00\x00")],
    "warnings without end": [flood(b"\x15\x03\x03\x00\x02\x01\x00")],
    "cipher changes without end": [flood(b"\x14\x03\x03\x00\x01\x01")],
    "a fatal alert": [b"\x15\x03\x03\x00\x02\x02\x28"],
    "a goodbye": [b"\x15\x03\x03\x00\x02\x01\x00", HOLD],
    "SSLv2": [b"\x80\x2e\x04\x00\x01\x00\x02", HOLD],
    "an echo": [lambda peer: peer._more(), lambda peer: peer.say(peer.heard), HOLD],
}


def numbered(count: int, seed: int) -> Mapping[str, Dialogue]:
    """Return dialogues put together by chance, the same for each seed: pieces of HTTP, in any order, cut anywhere."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    pieces = [
        *(OK, GOOD, b"\r\n", b"\r\n\r\n", b"[]", b"{}", b"0\r\n\r\n", b"2\r\n[]\r\n", NOISE[:64], b"HTTP/1.1 "),
        *(b"Content-Length: 2\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"A: b\r\n"),
        *(
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
            b"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n\r\n",
            b"\x81\x02[]",
            b"\x88\x00",
        ),
    ]
    made = {}
    for number in range(count):
        said = b"".join(chance.choices(pieces, k=chance.randint(1, 8)))
        said = said[: chance.randint(1, len(said))] if chance.random() < 0.3 else said
        made[f"by chance {number}"] = [HEAR, said, chance.choice([HOLD, RESET, MUTE, flood(b" "), b""])]
    return made


def all_of(*tables: Mapping[str, Dialogue]) -> Mapping[str, Dialogue]:
    return dict(itertools.chain.from_iterable(table.items() for table in tables))
